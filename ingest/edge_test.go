package ingest

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	tokens "github.com/tokenwarden/tokenwarden/ingest/secret"
)

// TestEdgeFormsMakeEvents wants one fingerprint for a token and its edge form, and no event for a form that cannot be verified,
// which is counted.
func TestEdgeFormsMakeEvents(t *testing.T) {
	m := NewMetrics(prometheus.NewRegistry())
	var key tokens.Key
	p := newTestProcessor(t, func(o *Options) { o.Metrics, key = m, o.Credential.Keys[0] })
	token := newSecret()
	form := string(tokens.NewEdge(key.Edge()).AppendForm(nil, "session", tokens.NewToken([]byte(token))))
	forged := strings.Replace(form, ".session.", ".sessiom.", 1)
	unknown := strings.Replace(form, key.ID().String(), "00000000", 1)

	_, res := p.processOne(combined("/orders?token=" + token))
	want := res.Events[0].Fingerprint
	for _, c := range []struct {
		name, line string
		events     int
	}{
		{"in the query", combined("/orders?token=" + form), 1},
		{"in a column behind the line", combined("/orders") + ` "` + form + `"`, 1},
		{"forged", combined("/orders?token=" + forged), 0},
		{"forged in a column", combined("/orders") + ` "` + forged + `"`, 0},
		{"unknown key", combined("/orders?token=" + unknown), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, res := p.processOne(c.line)
			if len(res.Events) != c.events || strings.Contains(out, "twfp1.") {
				t.Fatalf("%d events; redacted %q", len(res.Events), out)
			}
			for _, e := range res.Events {
				if e.Fingerprint != want || e.Identity != tokenwarden.IdentityEdge || e.TokenKind != "session" || e.Strength != (tokenwarden.Strength{}) {
					t.Errorf("event %v %v %q, want the fingerprint %v", e.Fingerprint, e.Identity, e.TokenKind, want)
				}
			}
		})
	}
	p.Flush()
	for result, n := range map[string]float64{"ok": 2, "forged": 2, "unknown_key": 1} {
		if got := testutil.ToFloat64(m.edge.WithLabelValues(result)); got != n {
			t.Errorf("%s counted %v times, want %v", result, got, n)
		}
	}
}
