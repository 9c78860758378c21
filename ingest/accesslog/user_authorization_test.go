package accesslog

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestAuthorizationAsUser reads lines that hold an Authorization header or a user where a log has its user. A header is
// searched as one and is nobody's name.
func TestAuthorizationAsUser(t *testing.T) {
	hex, uuid := strings.Repeat("4be9", 10), "6f1c0a52-93d7-4e18-b0c4-7a5d2e8f9013"
	for _, c := range []struct {
		name, value string
		user, auth  bool // it is a header under a key for users, under "auth"
	}{
		{"name", "alice", false, false},
		{"address", "alice+2026@example.com", false, false},
		{"service account", "svc-deploy-01", false, false},
		{"domain", `CORP\\bob7`, false, false},
		{"two words", "Mac Miller", false, true},
		{"word that is a scheme", "bearer", false, false},
		{"subject of a certificate", "CN=Bob Smith,OU=Ops,O=Example", false, false},
		{"full name with an address", "Bob bob.smith1985x2@example.com", false, false},
		{"UUID", uuid, false, true},
		{"short password", "Winter-26!rain", false, true},
		{"name with a dollar sign", "host7$", false, false},
		{"GitHub", "token " + hex, true, true},
		{"Okta", "SSWS 00" + hex[:20], true, true},
		{"Splunk", "Splunk " + uuid, true, true},
		{"Opsgenie", "geniekey " + uuid, true, true},
		{"Kerberos", "Negotiate YIIGhgYJKoZIhvcSAQICAQBuggZ1", true, true},
		{"NTLM", "NTLM TlRMTVNTUAADAAAAGAAYAIoAAAA=", true, true},
		{"DPoP", "DPoP Kz8kXK14hsv3", true, true},
		{"API key", "ApiKey VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHA=", true, true},
		{"digest", `Digest username=\"bob\", realm=\"x\", response=\"` + hex[:32] + `\"`, true, true},
		{"web push", "vapid t=eyJx.eyJ5.abc9, k=BAbc", true, true},
		{"unknown scheme", "Acme-V2 Zk3hQ9xw2LpT7cVb", true, true},
		{"unknown scheme with parameters", `Acme key=\"abcdef\"`, true, true},
		{"tab", `Bearer\tZk3hQ9xw2L`, true, true},
		{"quotes", `\"Bearer Zk3hQ9xw2L\"`, true, true},
		{"encoded space", "Basic%20Ym9iOmh1bnRlcjI=", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for key, want := range map[string]bool{"user": c.user, "remote_user": c.user, "username": c.user, "auth": c.auth} {
				checkUser(t, `{"ip":"192.0.2.1","request":"GET /a HTTP/1.1","status":200,"`+key+`":"`+c.value+`"}`, c.value, want)
			}
			checkUser(t, `192.0.2.1 - `+c.value+` [23/Nov/2026:15:04:05 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"`, c.value, c.user)
		})
	}
}

// checkUser checks that value is an Authorization header in line, or else its user.
func checkUser(t *testing.T, line, value string, isHeader bool) {
	t.Helper()
	p, err := New("auto")
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	if err := p.Parse([]byte(line), &r); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	found := false
	for _, f := range r.Fields {
		found = found || f.Kind == record.KindHeader && string(f.Name) == "authorization" && string(r.Raw(f)) == value
	}
	if found != isHeader || r.User.Present() == isHeader {
		t.Errorf("header %v, want %v, user %q: %s", found, isHeader, r.Raw(r.User), line)
	}
}
