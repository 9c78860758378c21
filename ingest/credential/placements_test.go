package credential

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// ownPlacements are where credentials stand, beyond the names of parameters.
var ownPlacements = []placement{
	{"matrix", "/app;jsessionid={TOKEN}?x=1", "pct", "url", true},
	{"matrix-2", "/app;v=1;token={TOKEN}/next", "pct", "url", true},
	{"semicolon", "/x?a=1;token={TOKEN};b=2", "pct", "url", true},
	{"amp-entity", "/x?a=1&amp;token={TOKEN}", "pct", "url", true},
	{"empty-brackets", "/x?token[]={TOKEN}", "pct", "url", true},
	{"operator", "/x?token[$eq]={TOKEN}", "pct", "url", true},
	{"encoded-equals", "/x?token%3D{TOKEN}", "pct2", "url", true},
	{"bearer-value", "/x?authorization=Bearer%20{TOKEN}", "pct", "url", true},
	{"bearer-plus", "/x?auth=Bearer+{TOKEN}", "pct", "url", true},
	{"basic-value", "/x?authorization=Basic%20{TOKEN}", "b64_basic", "url", true},
	{"pct3", "/x?u=https%3A%2F%2Fa.example%2F%3Fn%3D%252F%253Ftoken%253D{TOKEN}", "pct3", "url", true},
	{"pct-all", "/x?token={TOKEN}", "pct_all", "url", true},
	{"b64json", "/x?data={B64JSON}", "raw", "url", true},
	{"b64json-path", "/x/{B64JSON}/y", "raw", "url", true},
	{"b64query", "/x?state={B64QUERY}", "raw", "url", true},
	{"b64", "/x?token={TOKEN}", "b64", "url", true},
	{"b64url", "/x?auth={TOKEN}", "b64url", "url", true},
	{"json-operator", "/x?filter=%7B%22token%22%3A%7B%22%24eq%22%3A%22{TOKEN}%22%7D%7D", "pct2json", "url", true},
	{"json-name-value", "/x?h=%5B%7B%22name%22%3A%22X-Api-Key%22%2C%22value%22%3A%22{TOKEN}%22%7D%5D", "pct2json", "url", true},
	{"json-cut", "/x?d=%7B%22a%22%3A1%2C%22password%22%3A%22{TOKEN}", "pct2json", "url", true},
	{"graphql-vars", "/graphql?query=x&variables=%7B%22input%22%3A%7B%22password%22%3A%22{TOKEN}%22%7D%7D", "pct2json", "url", true},
	{"userinfo", "https://bob:{TOKEN}@host.example/x", "pct", "url", true},
	{"userinfo-nested", "/proxy?url=https://bob:{TOKEN}@host.example/x", "pct", "url", true},
	{"userinfo-referer", "https://bob:{TOKEN}@host.example/x?y=1", "pct", "referer", true},
	{"userinfo-db", "/x?dsn=postgres%3A%2F%2Fapp%3A{TOKEN}%40db%3A5432%2Fapp", "pct2", "url", true},
	{"userinfo-user", "https://{TOKEN}:x-oauth-basic@github.example/a/b", "pct", "url", false},
	{"reset", "/users/password/reset/{TOKEN}", "pct", "url", true},
	{"reset-uid", "/accounts/reset/MQ/{TOKEN}/", "pct", "url", true},
	{"invite", "/invite/{TOKEN}", "pct", "url", true},
	{"magic", "/auth/magic-link/{TOKEN}", "pct", "url", true},
	{"activate", "/activate/{TOKEN}?lang=en", "pct", "url", true},
	{"confirm", "/confirmEmail/{TOKEN}", "pct", "url", true},
	{"webhook", "/api/webhooks/123456789012345678/{TOKEN}", "pct", "url", true},
	{"webhook-2", "/hooks/{TOKEN}", "pct", "url", true},
	{"bot", "/bot{TOKEN}/sendMessage", "pct", "url", true},
	{"ics", "/calendar/private/{TOKEN}.ics", "pct", "url", false},
	{"slack", "/services/T0A1B2C3D/B0A1B2C3D/{TOKEN}", "raw", "url", false},
	{"hash-route", "/#!/login/{TOKEN}", "pct", "url", true},
	{"fragment", "/cb#access_token={TOKEN}&token_type=bearer", "pct", "url", true},
	{"authorization-basic", "Basic {TOKEN}", "b64_basic", "header:Authorization", true},
	{"authorization-bare", "{TOKEN}", "raw", "header:Authorization", true},
	{"authorization-token", `Token token="{TOKEN}"`, "raw", "header:Authorization", true},
	{"authorization-apikey", "ApiKey {TOKEN}", "raw", "header:Authorization", true},
	{"authorization-digest", `Digest username="bob", realm="x", nonce="abc", uri="/", response="{TOKEN}", opaque="y"`, "raw", "header:Authorization", true},
	{"authorization-signature", `Signature keyId="rsa-1",algorithm="rsa-sha256",headers="date",signature="{TOKEN}"`, "raw", "header:Authorization", true},
	{"authorization-oauth", `OAuth oauth_consumer_key="app", oauth_nonce="1", oauth_signature="{TOKEN}"`, "pct", "header:Authorization", true},
	{"authorization-custom", "Acme-Auth {TOKEN}", "raw", "header:Authorization", true},
	{"proxy", "Basic {TOKEN}", "b64_basic", "header:Proxy-Authorization", true},
	{"subprotocol", "base64url.bearer.authorization.k8s.io.{TOKEN}, v4.channel.k8s.io", "b64url", "header:Sec-WebSocket-Protocol", true},
	{"header-vault", "{TOKEN}", "raw", "header:X-Vault-Token", true},
	{"header-gitlab", "{TOKEN}", "raw", "header:PRIVATE-TOKEN", true},
	{"header-amz", "{TOKEN}", "raw", "header:X-Amz-Security-Token", true},
	{"header-nginx", "Bearer {TOKEN}", "raw", "header:http_authorization", true},
	{"header-location", "https://app.example/cb?code_verifier={TOKEN}", "pct", "header:Location", true},
	{"cookie", "lang=en; PHPSESSID={TOKEN}; theme=dark", "pct", "header:Cookie", true},
	{"cookie-connect", "connect.sid={TOKEN}", "pct", "header:Cookie", true},
	{"cookie-aspx", ".ASPXAUTH={TOKEN}", "pct", "header:Cookie", true},
	{"cookie-jwt", "foo={TOKEN}", "raw", "header:Cookie", false},
	{"agent", "my-client/1.0 ({TOKEN})", "raw", "user_agent", false},
	{"agent-pair", "my-client/1.0 (apikey={TOKEN})", "raw", "user_agent", true},
	{"agent-bearer", "curl/8.0 Authorization: Bearer {TOKEN}", "raw", "user_agent", true},
	{"id-token-hint", "/logout?id_token_hint={TOKEN}", "pct", "url", true},
	{"asp", "/x?ASP.NET_SessionId={TOKEN}", "pct", "url", true},
	{"azure", "/x?sv=2022-11-02&sp=r&sig={TOKEN}", "pct", "url", "weak"},
	{"account-key", "/x?cs=DefaultEndpointsProtocol%3Dhttps%3BAccountName%3Da%3BAccountKey%3D{TOKEN}%3BEndpointSuffix%3Dx", "pct2", "url", true},
	{"name-position", "/x?{TOKEN}", "pct", "url", false},
	{"sentence", "/search?q=my+token+is+{TOKEN}+ok", "pct", "url", false},
}

// TestPlacements plants tokens of every kind into the project's own list of places.
func TestPlacements(t *testing.T) {
	f := newTestFinder(t)
	var total, exact tally
	for _, p := range ownPlacements {
		var tl tally
		var missed []string
		for seed := range uint64(4) {
			s := newSynth(100 + seed)
			own := s.distinctive()
			tokens := maps.Clone(own)
			maps.Copy(tokens, s.plain())
			for _, kind := range slices.Sorted(maps.Keys(tokens)) {
				token := tokens[kind]
				if _, distinct := own[kind]; !distinct && p.Sensitive != true {
					continue
				}
				if p.Encoding == "raw" && strings.ContainsAny(token, "&;# ,") && kind == "password" {
					continue // the place itself would end there
				}
				field, name := p.field()
				text, encoded := p.fill(t, token)
				out, fs := redactField(f, field, name, text)
				tl.all++
				total.all++
				if strings.Contains(out, encoded) {
					missed = append(missed, kind)
					continue
				}
				tl.found++
				total.found++
				exact.all++
				want := f.Fingerprinter().Fingerprint(secret.NewToken([]byte(token)))
				if slices.ContainsFunc(fs, func(x Finding) bool { return x.Fingerprint == want }) {
					exact.found++
				} else {
					missed = append(missed, "fp:"+kind)
				}
				if again, more := redactField(f, field, name, out); again != out {
					t.Errorf("%s %s: not idempotent: %s", p.Kind, kind, more[0].Reason)
				}
			}
		}
		if len(missed) > 0 {
			t.Logf("%-20s %v  %v", p.Kind, tl, slices.Compact(missed))
		}
	}
	t.Logf("recall %v; exact fingerprint %v", total, exact)
	if float64(total.found) < 0.98*float64(total.all) {
		t.Errorf("recall %v: want 98 %%", total)
	}
}
