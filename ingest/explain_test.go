package ingest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/guard"
)

// targets returns request targets with a token, by where and how it is written.
func targets(token string) map[string]string {
	once := url.QueryEscape(token)
	twice := url.QueryEscape(once)
	all := ""
	for i := range len(token) {
		all += "%" + hexByte(token[i])
	}
	return map[string]string{
		"query": "/x?access_token=" + once + "&a=1", "camel": "/x?userApiKey=" + once, "array": "/x?token[]=" + once, "matrix": "/x;jsessionid=" + once + "?a=1",
		"semicolon": "/x?a=1;token=" + once + ";b=2", "fragment": "/cb#id_token=" + once, "reset": "/reset/" + once, "webhook": "/api/webhooks/1234/" + once,
		"magic": "/auth/magic-link/" + once, "nested": "/go?to=%2Fx%3Ftoken%3D" + twice, "all": "/x?token=" + all, "name": "/x?" + token + "=1", "token_name": "/x?" + token + "_token=" + once,
		"json": "/g?variables=" + url.QueryEscape(`{"password":"`+token+`"}`), "b64json": "/x?state=" + base64.RawURLEncoding.EncodeToString([]byte(`{"access_token":"`+token+`"}`)),
		"b64": "/x?token=" + base64.StdEncoding.EncodeToString([]byte(token)), "userinfo": "https://bob:" + once + "@b.example/", "bearer": "/x?authorization=Bearer%20" + once,
		"sentence": "/search?q=my+token+is+" + once, "bare": "/x?" + once, "segment": "/x/" + once + "/y", "plain": "/x?ref=" + once,
	}
}

func hexByte(c byte) string { return string([]byte{hexDigits[c>>4], hexDigits[c&15]}) }

// secretsByKind returns a token that needs a name and tokens that do not.
func secretsByKind() map[string]string {
	sub := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + newSecret()[:8] + `"}`))
	return map[string]string{
		"hex": newSecret(), "github": "gh" + "p_" + newSecret()[:36], "stripe": "sk_" + "live_" + newSecret()[:24],
		"jwt": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + sub + "." + newSecret(),
	}
}

// TestExplanationHoldsNothingThatTheRedactedLineDoesNot: if the token is gone from the redacted line, the explanation does
// not show it either, for every location, kind and spelling, in upper or lower case.
func TestExplanationHoldsNothingThatTheRedactedLineDoesNot(t *testing.T) {
	o := Options{Format: "auto"}
	p := newTestProcessor(t, func(x *Options) { o = *x })
	guarded := guardedProcessor(t, nil)
	gone := 0
	for kind, token := range secretsByKind() {
		t.Run(kind, func(t *testing.T) {
			lines := linesByLocation(token)
			for place, target := range targets(token) {
				lines["target "+place] = combined(target)
				lines["referer "+place] = strings.Replace(combined("/"), `"-"`, `"https://a.example`+target+`"`, 1)
			}
			for place, line := range linesBySpelling(token) {
				lines["spelling "+place] = line
			}
			for place, line := range lines {
				for _, q := range []*Processor{p, guarded} {
					e := q.Explain([]byte(line), o, testTime)
					if leakedForm(strings.ToLower(e.Redacted), strings.ToLower(token)) != "" {
						continue // left, or in a place where nothing speaks for it
					}
					gone++
					text, err := json.Marshal(e)
					if err != nil {
						t.Fatal(err)
					}
					for _, form := range []string{token, token[:len(token)/2], token[len(token)/2:]} {
						if found := leakedForm(strings.ToLower(string(text)), strings.ToLower(form)); found != "" {
							t.Errorf("%s in %s: the explanation shows it, %s: %s", kind, place, found, strings.ReplaceAll(string(text), token, "TOKEN"))
						}
					}
				}
			}
		})
	}
	if gone < 300 {
		t.Errorf("only %d lines were redacted: the test looks at too little", gone)
	}
}

// TestExplain checks the explanation of a finding and of three look-alikes.
func TestExplain(t *testing.T) {
	var o Options
	p := newTestProcessor(t, func(x *Options) { x.Credential.Names, o = []string{"my_ref"}, *x })
	uuid, token := "0b0f3a52-63a0-4b5c-9d63-2f6a4c3f2d11", newSecret()
	e := p.Explain([]byte(combined("/v1/orders/"+uuid+"?access_token="+token+"&page_token="+token+"&ticket=refresh")), o, testTime)
	if e.Format != "combined" || e.Error != "" || e.Quarantine != "" || len(e.Mismatches) > 0 {
		t.Errorf("format %q, error %q", e.Format, e.Error)
	}
	if len(e.Findings) != 1 || e.Findings[0].Param != "access_token" || e.Findings[0].Action != "redacted" ||
		e.Findings[0].Bits < 100 || e.Findings[0].Advice != "credentials.except_names: [access_token]" {
		t.Errorf("findings %+v", e.Findings)
	}
	got := map[string]string{}
	for _, l := range e.Left {
		got[l.Param] = l.Reason + "; " + l.Advice
	}
	want := map[string]string{
		"":           "UUID without a name that calls for a secret; credentials.patterns: [{kind: my_token, regexp: '/orders/([^/?#]+)'}]",
		"page_token": "page cursor: its name is that of a page; credentials.names: [page_token]",
		"ticket":     "value of a sensitive name, but an ordinary word; credentials.patterns: [{kind: my_token, regexp: '(?i)(?:^|[?&; ])ticket=([^&;# ]+)'}]",
	}
	for param, text := range want {
		if got[param] != text {
			t.Errorf("%q: %s\nwant %s", param, got[param], text)
		}
	}
	if i := slices.IndexFunc(e.Fields, func(f ExplainedField) bool { return f.Name == "target" }); i < 0 || !strings.Contains(e.Fields[i].Value, "REDACTED.") {
		t.Errorf("fields %+v", e.Fields)
	}
}

// TestAdviceHelps follows the advice for findings of each sort.
func TestAdviceHelps(t *testing.T) {
	token := newSecret()
	for _, tc := range []struct{ name, target, want string }{
		{"name", "/x?access_token=" + token, "credentials.except_names: [access_token]"},
		{"path", "/a/reset/" + token, "credentials.except_paths: [/a/reset/]"},
		{"name in brackets", "/x?user[auth_token]=" + token, `credentials.except_names: ["user[auth_token]"]`},
		{"format of medium confidence", "/x?q=gh" + "p_" + newSecret()[:36], "credentials.policy.least_in.query: high"},
		{"format of high confidence", "/x?q=sk_" + "live_" + newSecret()[:24], ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var o Options
			p := newTestProcessor(t, func(x *Options) { o = *x })
			o.Credential.Keys = nil
			newTestProcessor(t, func(x *Options) { o.Credential.Keys = x.Credential.Keys })
			e := p.Explain([]byte(combined(tc.target)), o, testTime)
			if len(e.Findings) != 1 || e.Findings[0].Advice != tc.want {
				t.Errorf("%+v, want %s", e.Findings, tc.want)
			}
		})
	}
}

func TestExplainTheRest(t *testing.T) {
	var o Options
	p := newTestProcessor(t, func(x *Options) { o = *x })
	public := "pk_" + "live_" + newSecret()[:24]
	if e := p.Explain([]byte(combined("/x?k="+public)), o, testTime); len(e.Findings) != 1 || e.Findings[0].Action != "public" {
		t.Errorf("a publishable key: %+v", e.Findings)
	}
	if e := p.Explain([]byte("nonsense with token="+newSecret()), o, testTime); len(e.Mismatches) == 0 || len(e.Findings) != 1 || e.Quarantine != ReasonUnparsed {
		t.Errorf("no format: %+v", e)
	}
	if e := p.Explain([]byte("\x00\x01"), o, testTime); e.Quarantine != ReasonBinary || e.Redacted != "REDACTED.line.binary" {
		t.Errorf("binary: %+v", e)
	}
	if e := p.Explain(nil, o, testTime); e.Redacted != "" || e.Error != "" {
		t.Errorf("empty: %+v", e)
	}
	guarded := newTestProcessor(t, func(x *Options) { hideNames(x); o = *x })
	guarded.guard = guard.New(guard.Options{})
	e := guarded.Explain([]byte(combined("/x?access_token="+newSecret())), o, testTime)
	if len(e.SecondCheck.Caught) != 1 || e.SecondCheck.Caught[0].Location != "target" || e.Quarantine != ReasonGuard || len(e.Left) != 1 || e.Left[0].Reason != "its name is one of the exceptions" {
		t.Errorf("second check: %+v", e)
	}
}

// TestNoEventNamesATokenAsItsParameter: a client can send a token as a name, and names are in events.
func TestNoEventNamesATokenAsItsParameter(t *testing.T) {
	p := newTestProcessor(t, nil)
	events := 0
	for kind, token := range secretsByKind() {
		t.Run(kind, func(t *testing.T) {
			lines := map[string]string{}
			for place, target := range targets(token) {
				lines[place] = combined(target)
			}
			lines["json key"] = `{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request_uri":"/x","status":200,"` + token + `_token":"` + newSecret() + `"}`
			for place, line := range lines {
				out, res := p.processOne(line)
				if leakedForm(strings.ToLower(out), strings.ToLower(token)) != "" {
					continue
				}
				for i := range res.Events {
					if events++; strings.Contains(strings.ToLower(fmt.Sprintf("%+v", res.Events[i])), strings.ToLower(token[:len(token)/2])) {
						t.Errorf("%s %s: an event shows it", kind, place)
					}
				}
				if strings.Contains(strings.ToLower(string(p.AppendRecord(nil, 1, res))), strings.ToLower(token)) {
					t.Errorf("%s %s: the record shows it", kind, place)
				}
			}
		})
	}
	if events < 60 {
		t.Errorf("only %d events", events)
	}
}

// TestExplainForgetsTheLineBefore: the explanation of a line that is not searched has nothing of the line before.
func TestExplainForgetsTheLineBefore(t *testing.T) {
	for name, line := range map[string]string{"empty": "", "binary": "\x00\x01", "too long": strings.Repeat("x", defaultMaxLine+1)} {
		t.Run(name, func(t *testing.T) {
			p := newTestProcessor(t, nil)
			p.maskedWhole = true
			if e := p.Explain([]byte(line), Options{}, testTime); e.SecondCheck.Whole {
				t.Errorf("%s: says that the second check masked the line", name)
			}
		})
	}
}
