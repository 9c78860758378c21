package detect

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/rules"
)

func defaults(t testing.TB) []rules.Definition {
	t.Helper()
	defs, err := rules.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	return defs
}

func TestDefaultRules(t *testing.T) {
	for _, d := range defaults(t) {
		t.Run(d.ID, func(t *testing.T) {
			if len(d.Tests) < 2 {
				t.Errorf("%s: want a test that fires and one that just does not", d.File)
			}
			for _, f := range RunTests(d) {
				t.Error(f)
			}
		})
	}
}
