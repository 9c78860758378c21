package service

import (
	"slices"
	"testing"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// The retro-hunt for a rule in shadow raises an alert in shadow, whoever put the rule there.
func TestRetroAlertIsInShadowWithItsRule(t *testing.T) {
	for name, tc := range map[string]struct {
		d      rules.Definition
		shadow []string
		want   string
	}{
		"neither":       {rules.Definition{}, nil, "open"},
		"its file":      {rules.Definition{Shadow: true}, nil, "shadow"},
		"experimental":  {rules.Definition{Status: "experimental"}, nil, "shadow"},
		"configuration": {rules.Definition{}, []string{"leaked-token-used"}, "shadow"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config.Config{Rules: config.Rules{Shadow: tc.shadow}}
			defs, err := c.Definitions()
			if err != nil {
				t.Fatal(err)
			}
			d := &defs[slices.IndexFunc(defs, func(d rules.Definition) bool { return d.ID == "leaked-token-used" })]
			d.Shadow, d.Status = d.Shadow || tc.d.Shadow, tc.d.Status
			a := newRetroAlert(d, &RetroTarget{Rule: d.ID, Entry: &lists.Entry{}}, &clickhouse.TokenHistory{})
			if a.Status != tc.want || len(a.OWASP) == 0 {
				t.Errorf("status %q, OWASP %v, want %q and the rule's references", a.Status, a.OWASP, tc.want)
			}
		})
	}
}
