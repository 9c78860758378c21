package credential

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// TestGuardKnowsTheConfiguration wants the user's names and patterns to be caught where the finder did not look, and what
// has been redacted to pass.
func TestGuardKnowsTheConfiguration(t *testing.T) {
	token := newSynth(31).of(alnum, 32)
	acme := "acme-" + newSynth(32).of(lowerHex, 8)
	o := guard.Options{Names: []string{"my_ref"}, Patterns: []string{`acme-([0-9a-f]{8})`}}
	plain, own := guard.New(guard.Options{}), guard.New(o)
	for name, line := range map[string]string{
		"query": "/x?my_ref=" + token, "camel": "/x?myRef=" + token, "kebab": "my-ref: " + token, "json": `{"my_ref":"` + token + `"}`,
		"percent": "/x?n=%2Fa%3Fmy_ref%3D" + token, "pattern": "/x/" + acme + "/y", "pattern percent": "/x?n=%61cme%2D" + acme[5:],
	} {
		if spans := plain.Check([]byte(line), nil); len(spans) > 0 {
			t.Errorf("%s: caught without the configuration: %s", name, spans[0].Reason)
		}
		if spans := own.Check([]byte(line), nil); len(spans) == 0 || spans[0].Start >= spans[0].End || spans[0].End > len(line) {
			t.Errorf("%s passes: %v", name, spans)
		}
	}
	f, err := New(Options{Keys: []secret.Key{testKey(t)}, Names: o.Names, Patterns: []Pattern{{"acme", o.Patterns[0]}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"/x?my_ref=" + token, "/x/" + acme + "/y?a=1", "/x?my_ref=words-in-a-row-16", "/x?summary_ref=" + token} {
		out, _ := redactField(f, 1, "", text)
		if spans := own.Check([]byte(out), nil); len(spans) > 0 {
			t.Errorf("%s is caught: %s", out, spans[0].Reason)
		}
	}
	excepted := o
	excepted.ExceptNames = []string{"myRef"}
	if spans := guard.New(excepted).Check([]byte("/x?my_ref="+token), nil); len(spans) > 0 {
		t.Error("an exception is caught")
	}
}
