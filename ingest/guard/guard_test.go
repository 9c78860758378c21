package guard_test

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
)

// knownFormats are kinds of synthetic.Providers with a distinctive prefix.
var knownFormats = strings.Fields(`jwt_hs256 github_classic github_oauth npm github_pat gitlab_pat slack_bot stripe_live stripe_long
	aws_access_id google_api google_oauth sendgrid openai_project anthropic huggingface shopify digitalocean pypi vault_service doppler
	postman linear atlassian square newrelic figma grafana docker heroku`)

func encode(t *testing.T, token, encoding string) string {
	t.Helper()
	e := credentialtest.Encoders[encoding]
	if e == nil {
		t.Fatalf("encoding %q is unknown", encoding)
	}
	return e(token)
}

// TestCatches hands the guard lines that nobody redacted.
func TestCatches(t *testing.T) {
	g := guard.New(guard.Options{})
	s := synthetic.New(11, 1)
	hexed, mixed := s.Text(synthetic.LowerHex, 32), s.Text(synthetic.Alnum, 32)
	github := synthetic.GitHubPAT(s)
	b64 := func(text string) string { return encode(t, text, "b64url") }
	jwt := synthetic.JWT(s, map[string]any{"alg": "HS256", "typ": "JWT"}, map[string]any{"sub": "1"}, 43)
	lines := map[string]string{
		"query": "/x?access_token=" + hexed, "camel": "/x?idToken=" + mixed, "kebab": "/x?X-API-Key=" + mixed,
		"json": `{"client_secret":"` + mixed + `"}`, "escaped json": `{"q":"{\"password\":\"` + mixed + `\"}"}`,
		"percent": "/x?n=%2Fa%3Ftoken%3D" + mixed, "percent twice": "/x?n=%252Fa%253Ftoken%253D" + mixed,
		"unicode": `{"q":"a\u0026token=` + mixed + `"}`, "hex escape": `"GET /?a=\x22&token=` + mixed,
		"bearer": `"Bearer ` + mixed + `"`, "basic": `"Basic ` + encode(t, mixed, "b64_basic") + `"`, "userinfo": "https://bob:" + mixed + "@host.example/",
		"jwt": "/x?q=" + jwt, "base64 json": "/x?state=" + b64(`{"user":1,"access_token":"`+mixed+`"}`), "base64 query": "/x?d=" + b64("a=1&api_key="+mixed),
		"base64 escaped": "/x?state=" + encode(t, b64(`{"secret":"`+mixed+`"}`), "pct_all"), "base64 format": "/x/" + b64("key "+github),
		"all escaped": "/x?q=" + encode(t, github, "pct_all"),
	}
	tokens := synthetic.Providers(s)
	for _, kind := range knownFormats {
		lines["format "+kind] = "/x?q=" + tokens[kind]
	}
	for kind, line := range lines {
		t.Run(kind, func(t *testing.T) {
			spans := g.Check([]byte(line), nil)
			if len(spans) == 0 {
				t.Error("passes")
			}
			for _, x := range spans {
				if x.Start < 0 || x.End > len(line) || x.Start >= x.End || x.Reason == "" {
					t.Errorf("span %d:%d of %d", x.Start, x.End, len(line))
				}
			}
		})
	}
}

// TestPasses hands the guard lines without a credential.
func TestPasses(t *testing.T) {
	g, s := guard.New(guard.Options{}), synthetic.New(1, 1)
	for name, line := range map[string]string{
		"user agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
		"page token": "/x?page_token=" + s.Text(synthetic.Alnum, 40), "ordinary values": "/x?token=true&password=strict",
		"csrf token": "/x?csrf_token=" + s.Text(synthetic.LowerHex, 40), "prose": "time: 10:00:00 token: refresh", "at in a path": "https://www.example.com/@user/a:b",
		"another program's masks": "/x?secret=REDACTED&api_key=[REDACTED]", "percent signs": strings.Repeat("%", 100), "backslashes": strings.Repeat(`\`, 100),
	} {
		t.Run(name, func(t *testing.T) {
			if spans := g.Check([]byte(line), nil); len(spans) > 0 {
				t.Errorf("%s: %s", line, spans[0].Reason)
			}
		})
	}
}

// TestForgedPlaceholders checks the text beside placeholders, and placeholders alone.
func TestForgedPlaceholders(t *testing.T) {
	const forged = "REDACTED.note.00112233aabbccdd"
	g, token := guard.New(guard.Options{}), synthetic.New(71, 1).Text(synthetic.Alnum, 32)
	for _, c := range []struct {
		name, line string
		passes     bool
	}{
		{"behind", "/x?access_token=" + forged + token, false},
		{"before", "/x?access_token=" + token + forged, false},
		{"behind the word", "/x?access_token=REDACTED" + token, false},
		{"in a header", `"Bearer ` + forged + token + `"`, false},
		{"in userinfo", "https://bob:" + forged + token + "@h.example/", false},
		{"in JSON", `{"api_key":"` + token + `REDACTED"}`, false},
		{"alone", "/x?access_token=" + forged, true},
		{"behind a type prefix", "/x?access_token=gh" + "p_" + forged, true},
		{"alone in a header", `"Bearer ` + forged + `"`, true},
		{"alone in userinfo", "https://bob:" + forged + "@h.example/", true},
		{"two", "/x?api_key=" + forged + forged, true},
		{"another program's", "/x?api_key=[REDACTED_BY_GATEWAY]", true},
		{"the guard's own", "/x?access_token=REDACTED.guard", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if spans := g.Check([]byte(c.line), nil); (len(spans) == 0) != c.passes {
				t.Errorf("%s: %v", c.line, spans)
			}
		})
	}
}

func TestExceptions(t *testing.T) {
	line := []byte("/public/x?widget_token=" + synthetic.New(1, 1).Text(synthetic.Alnum, 32))
	for _, c := range []struct {
		name    string
		options guard.Options
		passes  bool
	}{
		{"none", guard.Options{}, false},
		{"name", guard.Options{ExceptNames: []string{"widgetToken"}}, true},
		{"path", guard.Options{ExceptPaths: []string{"/public/"}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if spans := guard.New(c.options).Check(line, nil); (len(spans) == 0) != c.passes {
				t.Errorf("%v", spans)
			}
		})
	}
}

// TestConfiguredNamesAndPatterns wants the names and patterns of the configuration to be caught in every notation.
func TestConfiguredNamesAndPatterns(t *testing.T) {
	token := synthetic.New(31, 1).Text(synthetic.Alnum, 32)
	acme := "acme-" + synthetic.New(32, 1).Text(synthetic.LowerHex, 8)
	o := guard.Options{Names: []string{"my_ref"}, Patterns: []string{`acme-([0-9a-f]{8})`}}
	plain, own := guard.New(guard.Options{}), guard.New(o)
	for name, line := range map[string]string{
		"query": "/x?my_ref=" + token, "camel": "/x?myRef=" + token, "kebab": "my-ref: " + token, "json": `{"my_ref":"` + token + `"}`,
		"percent": "/x?n=%2Fa%3Fmy_ref%3D" + token, "pattern": "/x/" + acme + "/y", "pattern percent": "/x?n=%61cme%2D" + acme[5:],
	} {
		t.Run(name, func(t *testing.T) {
			if spans := plain.Check([]byte(line), nil); len(spans) > 0 {
				t.Errorf("caught without the configuration: %s", spans[0].Reason)
			}
			if spans := own.Check([]byte(line), nil); len(spans) == 0 || spans[0].Start >= spans[0].End || spans[0].End > len(line) {
				t.Errorf("passes: %v", spans)
			}
		})
	}
	o.ExceptNames = []string{"myRef"}
	if spans := guard.New(o).Check([]byte("/x?my_ref="+token), nil); len(spans) > 0 {
		t.Error("an exception is caught")
	}
}
