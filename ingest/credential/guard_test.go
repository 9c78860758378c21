package credential

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// The guard's own tests are in ingest/guard. These hold it against the tables and the output of the search.

// TestGuardFormats makes a token of every secret format whose prefix is distinct: the guard, whose list is its own, must
// know it.
func TestGuardFormats(t *testing.T) {
	g, s := guard.New(guard.Options{}), newSynth(21)
	for i := range provider.Formats {
		x := &provider.Formats[i]
		if x.Flags&provider.FDistinct == 0 || x.Flags&provider.FPublic != 0 || len(x.Prefix)+x.Min < 2*16 {
			continue
		}
		t.Run(x.Prefix, func(t *testing.T) {
			for range 20 {
				if line := "/x?q=" + x.Example(s); len(g.Check([]byte(line), nil)) == 0 {
					t.Fatalf("a %s passes in %d bytes", x.Kind, len(line))
				}
			}
		})
	}
}

// TestGuardPassesRedacted hands the guard what the search left and made.
func TestGuardPassesRedacted(t *testing.T) {
	f, g := newTestFinder(t), guard.New(guard.Options{})
	for _, p := range ownPlacements {
		t.Run(p.Kind, func(t *testing.T) {
			for kind, token := range newSynth(12).distinctive() {
				field, name := p.field()
				text, _ := p.fill(t, token)
				out, _ := redactField(f, field, name, text)
				if spans := g.Check([]byte(out), nil); len(spans) > 0 {
					t.Errorf("%s: %s", kind, spans[0].Reason)
				}
			}
		})
	}
}

// TestGuardPassesConfigured is TestGuardPassesRedacted with names and patterns of the configuration.
func TestGuardPassesConfigured(t *testing.T) {
	token := newSynth(31).of(alnum, 32)
	acme := "acme-" + newSynth(32).of(lowerHex, 8)
	const pattern = `acme-([0-9a-f]{8})`
	g := guard.New(guard.Options{Names: []string{"my_ref"}, Patterns: []string{pattern}})
	f, err := New(Options{Keys: []secret.Key{testKey(t)}, Names: []string{"my_ref"}, Patterns: []Pattern{{"acme", pattern}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"name": "/x?my_ref=" + token, "pattern": "/x/" + acme + "/y?a=1", "words": "/x?my_ref=words-in-a-row-16", "longer name": "/x?summary_ref=" + token,
	} {
		t.Run(name, func(t *testing.T) {
			out, _ := redactField(f, 1, "", text)
			if spans := g.Check([]byte(out), nil); len(spans) > 0 {
				t.Errorf("%s is caught: %s", out, spans[0].Reason)
			}
		})
	}
}
