package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// TestFindings returns what is found where, of one placement of each kind.
func TestFindings(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(5)
	hexed, ghp := s.of(lowerHex, 32), s.github()
	for _, c := range []struct {
		kind       record.Kind
		name, text string
		token      string
		want       string
		loc        tokenwarden.Location
		param      string
		conf       tokenwarden.Confidence
	}{
		{record.KindTarget, "", "/x?api_key=", hexed, "api_key", tokenwarden.LocationQuery, "api_key", tokenwarden.ConfidenceHigh},
		{record.KindTarget, "", "/x?q=", ghp, "github_pat", tokenwarden.LocationQuery, "q", tokenwarden.ConfidenceHigh},
		{record.KindTarget, "", "/x?q=", ghp[:39] + "0", "github_pat", tokenwarden.LocationQuery, "q", tokenwarden.ConfidenceMedium},
		{record.KindTarget, "", "/reset/", hexed, "token", tokenwarden.LocationPath, "reset", tokenwarden.ConfidenceMedium},
		{record.KindTarget, "", "/a;jsessionid=", hexed, "session", tokenwarden.LocationQuery, "jsessionid", tokenwarden.ConfidenceHigh},
		{record.KindTarget, "", "/cb#id_token=", hexed, "token", tokenwarden.LocationFragment, "id_token", tokenwarden.ConfidenceHigh},
		{record.KindReferer, "", "https://a.example/x?User[Auth_Token]=", hexed, "token", tokenwarden.LocationReferer, "user[auth_token]", tokenwarden.ConfidenceHigh},
		{record.KindHeader, "Authorization", "Bearer ", hexed, "bearer", tokenwarden.LocationHeader, "authorization", tokenwarden.ConfidenceHigh},
		{record.KindCookies, "", "a=b; sid=", hexed, "session", tokenwarden.LocationCookie, "sid", tokenwarden.ConfidenceHigh},
		{record.KindUser, "", "", ghp, "github_pat", tokenwarden.LocationUserinfo, "user", tokenwarden.ConfidenceHigh},
		{record.KindText, "x_secret", "", hexed, "secret", tokenwarden.LocationHeader, "x_secret", tokenwarden.ConfidenceHigh},
		{record.KindText, "", "GET /x?a=1&token=", hexed, "token", tokenwarden.LocationHeader, "token", tokenwarden.ConfidenceHigh},
		{record.KindParam, "token", "", hexed, "token", tokenwarden.LocationQuery, "token", tokenwarden.ConfidenceHigh},
	} {
		out, fs := redactField(f, c.kind, c.name, c.text+c.token)
		if len(fs) != 1 {
			t.Errorf("%s: %d findings", c.text, len(fs))
			continue
		}
		got := fs[0]
		if got.Kind != c.want || got.Location != c.loc || string(got.Param) != c.param || got.Confidence != c.conf {
			t.Errorf("%s: %s %v %s %v", c.text, got.Kind, got.Location, got.Param, got.Confidence)
		}
		if want := c.text + "REDACTED." + c.want + "." + got.Fingerprint.String()[:16]; out != want {
			t.Errorf("%s became %s", c.text, out)
		}
	}
}

func TestUserinfo(t *testing.T) {
	f := newTestFinder(t)
	out, fs := redactField(f, record.KindTarget, "", "https://bob:"+"Tr0ub4dor@host.example/x")
	if len(fs) != 1 || fs[0].Owner != "bob" || fs[0].Location != tokenwarden.LocationUserinfo || !strings.HasSuffix(out, "@host.example/x") {
		t.Errorf("%d findings: %s", len(fs), out)
	}
	encoded := encode(t, "Tr0ub4dor", "b64_basic")
	_, basic := redactField(f, record.KindHeader, "Authorization", "Basic "+encoded)
	if len(basic) != 1 || basic[0].Owner != "svc" || basic[0].Fingerprint != fs[0].Fingerprint || basic[0].End-basic[0].Start != len(encoded) {
		t.Error("HTTP Basic is not its password")
	}
}

func TestPublic(t *testing.T) {
	f := newTestFinder(t)
	token := "pk_" + "live_" + newSynth(1).of(alnum, 24)
	out, fs := redactField(f, record.KindTarget, "", "/x?k="+token)
	if len(fs) != 1 || !fs[0].Public || !fs[0].Keep || !strings.Contains(out, token) {
		t.Errorf("a publishable key: %d findings, %s", len(fs), out)
	}
	if out, _ := redactField(f, record.KindTarget, "", "/x?api_key="+token); strings.Contains(out, token) {
		t.Error("a publishable key under a secret's name stays")
	}
}

func TestConfiguration(t *testing.T) {
	token := newSynth(1).of(alnum, 32)
	f, err := New(Options{
		Keys: []secret.Key{testKey(t)}, Names: []string{"my_ref"}, Patterns: []Pattern{{"acme", `acme-([0-9a-f]{8})`}},
		Exceptions: Exceptions{Names: []string{"widgetToken"}, Paths: []string{"/public/"}},
		Policy:     Policy{LeastIn: map[tokenwarden.Location]tokenwarden.Confidence{tokenwarden.LocationPath: tokenwarden.ConfidenceHigh}, KeepPrefix: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	ghp := newSynth(2).github()
	for text, stays := range map[string]bool{
		"/x?myRef=" + token: false, "/x?MY-REF=" + token: false, "/x?widget_token=" + token: true, "/public/x?token=" + token: true,
		"/x?q=acme-" + "0123abcd": false, "/reset/" + token: true, "/public/x?q=" + ghp: false,
	} {
		t.Run(text[:12], func(t *testing.T) {
			out, _ := redactField(f, record.KindTarget, "", text)
			if (out == text) != stays {
				t.Errorf("stays %v, want %v: %s", out == text, stays, out)
			}
			if again, _ := redactField(f, record.KindTarget, "", out); again != out {
				t.Errorf("not idempotent: %s", again)
			}
		})
	}
	if out, _ := redactField(f, record.KindTarget, "", "/x?q="+ghp); !strings.HasPrefix(out, "/x?q=gh"+"p_REDACTED.github_pat.") {
		t.Errorf("the prefix does not stay: %s", out)
	}
}

// TestFormats wants the example of every provider's format found where nothing else speaks for it.
func TestFormats(t *testing.T) {
	f, s := newTestFinder(t), newSynth(9)
	for i := range provider.Formats {
		x := &provider.Formats[i]
		t.Run(x.Prefix, func(t *testing.T) {
			token := x.Example(s)
			text := "/x?q=" + credentialtest.Percent(token)
			out, fs := redactField(f, record.KindTarget, "", text)
			if len(fs) != 1 || fs[0].Kind != x.Kind || fs[0].Public != (x.Flags&provider.FPublic != 0) {
				t.Fatalf("%d findings in %d bytes", len(fs), len(token))
			}
			if fs[0].Start != 15+5 || fs[0].End != 15+len(text) {
				t.Errorf("span %d:%d", fs[0].Start-20, fs[0].End-20)
			}
			if out == text && !fs[0].Public {
				t.Error("it stays")
			}
		})
	}
}

// TestRequestLine wants the rest of a request line in a field of no known kind to stay.
func TestRequestLine(t *testing.T) {
	f := newTestFinder(t)
	token := newSynth(1).of(alnum, 32)
	out, _ := redactField(f, record.KindText, "request", "GET /x?a=1&token="+token+"&b=2 HTTP/1.1")
	if !strings.HasPrefix(out, "GET /x?a=1&token=REDACTED.") || !strings.HasSuffix(out, "&b=2 HTTP/1.1") {
		t.Errorf("became %s", out)
	}
	line := "GET /x?a=1&page=2&sort=asc HTTP/1.1"
	if out, _ := redactField(f, record.KindText, "request", line); out != line {
		t.Errorf("became %s", out)
	}
}
