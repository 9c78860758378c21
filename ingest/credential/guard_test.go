package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
)

// TestGuardCatches hands the guard lines that nobody redacted.
func TestGuardCatches(t *testing.T) {
	g := guard.New(guard.Options{})
	s := newSynth(11)
	hexed, mixed := s.of(lowerHex, 32), s.of(alnum, 32)
	lines := map[string]string{
		"query": "/x?access_token=" + hexed, "camel": "/x?idToken=" + mixed, "kebab": "/x?X-API-Key=" + mixed,
		"json": `{"client_secret":"` + mixed + `"}`, "escaped json": `{"q":"{\"password\":\"` + mixed + `\"}"}`,
		"percent": "/x?n=%2Fa%3Ftoken%3D" + mixed, "percent twice": "/x?n=%252Fa%253Ftoken%253D" + mixed,
		"unicode": `{"q":"a\u0026token=` + mixed + `"}`, "hex escape": `"GET /?a=\x22&token=` + mixed,
		"bearer": `"Bearer ` + mixed + `"`, "basic": `"Basic ` + encode(t, mixed, "b64_basic") + `"`, "userinfo": "https://bob:" + mixed + "@host.example/",
		"jwt": "/x?q=" + s.jwt(map[string]any{"sub": "1"}), "base64 json": "/x?state=" + b64(`{"user":1,"access_token":"`+mixed+`"}`), "base64 query": "/x?d=" + b64("a=1&api_key="+mixed),
		"base64 escaped": "/x?state=" + encode(t, b64(`{"secret":"`+mixed+`"}`), "pct_all"), "base64 format": "/x/" + b64("key "+s.github()),
		"all escaped": "/x?q=" + encode(t, s.github(), "pct_all"),
	}
	for kind, token := range s.distinctive() {
		switch kind {
		case "jwe", "telegram", "twilio", "discord", "mailgun", "databricks", "notion", "openai_old", "airtable":
			continue // not among the formats that the guard knows
		}
		lines["format "+kind] = "/x?q=" + token
	}
	for kind, line := range lines {
		spans := g.Check([]byte(line), nil)
		if len(spans) == 0 {
			t.Errorf("%s passes", kind)
		}
		for _, x := range spans {
			if x.Start < 0 || x.End > len(line) || x.Start >= x.End || x.Reason == "" {
				t.Errorf("%s: span %d:%d of %d", kind, x.Start, x.End, len(line))
			}
		}
	}
}

// TestGuardFormats makes a token of every secret format whose prefix is distinct: the guard, whose list is its own, must
// know it.
func TestGuardFormats(t *testing.T) {
	g, s := guard.New(guard.Options{}), newSynth(21)
	for i := range provider.Formats {
		x := &provider.Formats[i]
		if x.Flags&provider.FDistinct == 0 || x.Flags&provider.FPublic != 0 || len(x.Prefix)+x.Min < 2*16 {
			continue
		}
		for range 20 {
			if line := "/x?q=" + x.Example(s); len(g.Check([]byte(line), nil)) == 0 {
				t.Errorf("a %s with the prefix %s passes in %d bytes", x.Kind, x.Prefix, len(line))
				break
			}
		}
	}
}

// TestGuardSilent hands it what the finder left, and what it made.
func TestGuardSilent(t *testing.T) {
	f, g := newTestFinder(t), guard.New(guard.Options{})
	for _, p := range ownPlacements {
		for kind, token := range newSynth(12).distinctive() {
			field, name := p.field()
			text, _ := p.fill(t, token)
			out, _ := redactField(f, field, name, text)
			if spans := g.Check([]byte(out), nil); len(spans) > 0 {
				t.Errorf("%s %s: %s", p.Kind, kind, spans[0].Reason)
			}
		}
	}
	for _, line := range []string{
		chrome, "/x?page_token=" + newSynth(1).of(alnum, 40), "/x?token=true&password=strict", "/x?csrf_token=" + newSynth(1).of(lowerHex, 40),
		"time: 10:00:00 token: refresh", "https://www.example.com/@user/a:b", "/x?secret=REDACTED&api_key=[REDACTED]", strings.Repeat("%", 100), strings.Repeat(`\`, 100),
	} {
		if spans := g.Check([]byte(line), nil); len(spans) > 0 {
			t.Errorf("%s: %s", line, spans[0].Reason)
		}
	}
}

// TestGuardForgedPlaceholders wants what stands beside a placeholder to be seen.
func TestGuardForgedPlaceholders(t *testing.T) {
	g, token := guard.New(guard.Options{}), newSynth(71).of(alnum, 32)
	for _, line := range []string{
		"/x?access_token=" + fakePlaceholder + token, "/x?access_token=" + token + fakePlaceholder, "/x?access_token=REDACTED" + token, `"Bearer ` + fakePlaceholder + token + `"`,
		"https://bob:" + fakePlaceholder + token + "@h.example/", `{"api_key":"` + token + `REDACTED"}`,
	} {
		if len(g.Check([]byte(line), nil)) == 0 {
			t.Errorf("passes: %s", line)
		}
	}
	for _, line := range []string{
		"/x?access_token=" + fakePlaceholder, "/x?access_token=gh" + "p_" + fakePlaceholder, `"Bearer ` + fakePlaceholder + `"`, "https://bob:" + fakePlaceholder + "@h.example/",
		"/x?api_key=" + fakePlaceholder + fakePlaceholder, "/x?api_key=[REDACTED_BY_GATEWAY]", "/x?access_token=REDACTED.guard",
	} {
		if spans := g.Check([]byte(line), nil); len(spans) > 0 {
			t.Errorf("%s: %s", line, spans[0].Reason)
		}
	}
}

func TestGuardExceptions(t *testing.T) {
	line := []byte("/public/x?widget_token=" + newSynth(1).of(alnum, 32))
	for _, o := range []guard.Options{{ExceptNames: []string{"widgetToken"}}, {ExceptPaths: []string{"/public/"}}} {
		if spans := guard.New(o).Check(line, nil); len(spans) > 0 {
			t.Errorf("an exception is caught: %s", spans[0].Reason)
		}
	}
	if len(guard.New(guard.Options{}).Check(line, nil)) == 0 {
		t.Error("nothing is caught without exceptions")
	}
}
