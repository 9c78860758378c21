package credential

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestChosenValues wants whatever stands under a name of credentials to go: words, numbers, three letters.
func TestChosenValues(t *testing.T) {
	for _, secret := range []string{"8675309", "kuchen", "abq", "montag", "wiesel9"} {
		testHidden(t, secret, []hiddenCase{
			{name: "query", kind: record.KindTarget, text: "/v3/list?page=1&access_token={S}&n=2"},
			{name: "camel case", kind: record.KindTarget, text: "/v3/list?refreshToken={S}"},
			{name: "prefix", kind: record.KindTarget, text: "/v3/list?acme_api_key={S}"},
			{name: "fragment", kind: record.KindTarget, text: "/back#id_token={S}&state=1"},
			{name: "URL in a URL", kind: record.KindReferer, text: "https://h.example/go?to=https%3A%2F%2Fi.example%2F%3Fauth_token%3D{S}"},
			{name: "header", kind: record.KindHeader, field: "x-acme-api-key", text: "{S}"},
			{name: "session cookie", kind: record.KindCookies, text: "lang=en; PHPSESSID={S}; theme=dark"},
			{name: "short session cookie", kind: record.KindCookies, text: "lang=en; sid={S}"},
			{name: "JSON in a query", kind: record.KindTarget, text: "/p?q=%7B%22privateToken%22:%22{S}%22%7D"},
			{name: "tuple", kind: record.KindUserAgent, text: "hdrs [('host', 'a'), ('x-api-key', '{S}')]"},
			{name: "tuple of bytes", kind: record.KindUserAgent, text: "hdrs [(b'host', b'a'), (b'x-api-key', b'{S}')]"},
			{name: "CSV", kind: record.KindText, text: `x,""api_key"":""{S}"",y`},
		})
	}
	testHidden(t, "", []hiddenCase{
		{name: "closed list", kind: record.KindTarget, text: "/v3?api_key=null&access_token=undefined&id_token=0&auth_token=-&refresh_token=true", stays: true},
		{name: "masks", kind: record.KindTarget, text: "/v3?api_key=***&access_token=[Filtered]&id_token=__REDACTED__", stays: true},
		{name: "templates", kind: record.KindTarget, text: "/v3?api_key={api_key}&access_token=${TOKEN}&id_token=%TOKEN%", stays: true},
		{name: "documents", kind: record.KindTarget, text: "/v3?api_key=YOUR_API_KEY&access_token=ACCESS_TOKEN", stays: true},
		{name: "no number", kind: record.KindTarget, text: "/v3?api_key=NaN&page=2", stays: true},
		{name: "question", kind: record.KindTarget, text: "/search?q=api_key%3D%3F+what+does+it+say", stays: true},
		{name: "visitor", kind: record.KindCookies, text: "sid=guest; session=anonymous", stays: true},
		{name: "prose", kind: record.KindUserAgent, text: "bot; api_key: required for access", stays: true},
	})
}

// TestCertainNames wants whatever stands under the names of certainRows to go, in every place of a line.
func TestCertainNames(t *testing.T) {
	for _, name := range strings.Fields(`api_key access_token refresh_token id_token client_secret private_token auth_token token password
		passwd secret otp sid jsessionid`) {
		for _, secret := range []string{"wiesel9", "448812", "abq", "montag"} {
			testHidden(t, secret, []hiddenCase{
				{name: name + " query", kind: record.KindTarget, text: "/v3/list?page=1&" + name + "={S}&n=2"},
				{name: name + " fragment", kind: record.KindTarget, text: "/back#" + name + "={S}&state=1"},
				{name: name + " referer", kind: record.KindReferer, text: "https://h.example/p?" + name + "={S}"},
				{name: name + " nested", kind: record.KindTarget, text: "/go?to=https%3A%2F%2Fi.example%2F%3F" + name + "%3D{S}"},
				{name: name + " matrix", kind: record.KindTarget, text: "/v3/list;" + name + "={S}/a"},
				{name: name + " cookie", kind: record.KindCookies, text: "lang=en; " + name + "={S}; theme=dark"},
				{name: name + " variable", kind: record.KindHeader, field: "http_" + name, text: "{S}"},
				{name: name + " JSON", kind: record.KindTarget, text: "/p?q=%7B%22" + name + "%22:%22{S}%22%7D"},
				{name: name + " text", kind: record.KindUserAgent, text: "agent/1 " + name + "={S} end"},
				{name: name + " line", kind: record.KindText, text: "worker failed: " + name + "={S} attempt 3"},
			})
		}
	}
	for _, secret := range []string{"wiesel9", "448812", "abq"} {
		testHidden(t, secret, []hiddenCase{
			{name: "subprotocol", kind: record.KindHeader, field: "sec-websocket-protocol", text: "bearer, {S}"},
			{name: "Kubernetes", kind: record.KindHeader, field: "sec-websocket-protocol", text: "base64url.bearer.authorization.k8s.io.{S}"},
			{name: "scheme in JSON", kind: record.KindText, text: `{"Authorization":"Custom {S}"}`},
			{name: "scheme in a query", kind: record.KindTarget, text: "/v1?authorization=Custom%20{S}"},
			{name: "scheme in a text", kind: record.KindUserAgent, text: "agent/1 Authorization: Custom {S}; end"},
			{name: "framework's session", kind: record.KindCookies, text: "lang=en; laravel_session={S}"},
		})
	}
	testHidden(t, "", []hiddenCase{
		{name: "states", kind: record.KindTarget, text: "/v3?password=required&token=missing&otp=resend&access_token=expired&sid=42", stays: true},
		{name: "moment", kind: record.KindTarget, text: "/collect?sid=1767603598&n=1", stays: true},
		{name: "GraphQL", kind: record.KindTarget, text: "/graphql?query=mutation%20Reset(%24token%3AString!)%7Breset(token%3A%24token)%7D", stays: true},
		{name: "keys of resources", kind: record.KindTarget, text: "/v1?orgKey=123e4567-e89b-12d3-a456-426614174000&CommunityKey=" +
			"123e4567-e89b-12d3-a456-426614174001", stays: true},
		{name: "keyed digest", kind: record.KindText, text: `{"client_token":"hmac-sha256:` + newSynth(77).of(lowerHex, 64) + `"}`, stays: true},
		{name: "counter", kind: record.KindTarget, text: "/metrics?hash_pass=4096", stays: true},
		{name: "trace id", kind: record.KindText, text: `{"Cf-Ray":["` + newSynth(78).of(lowerHex, 16) + `-FRA"]}`, stays: true},
		{name: "public session", kind: record.KindCookies, text: "analytics_session_id=1767159719756; DSID=NO_DATA", stays: true},
		{name: "option in a sentence", kind: record.KindUserAgent, text: "use --password to set one", stays: true},
	})
}

func TestHeaderLines(t *testing.T) {
	for _, secret := range []string{"librarian", "5551212", newSynth(71).of(alnum, 30)} {
		testHidden(t, secret, []hiddenCase{
			{name: "authorization", kind: record.KindUserAgent, text: "Authorization: Bearer {S}"},
			{name: "tab", kind: record.KindUserAgent, text: "Authorization:\tBearer {S}"},
			{name: "template beside", kind: record.KindUserAgent, text: "Proxy-Authorization: Bearer {a}{S}{b}"},
			{name: "list beside", kind: record.KindUserAgent, text: "Proxy-Authorization: Bearer null,{S}"},
			{name: "brackets", kind: record.KindUserAgent, text: "Authorization: <{S}|a>"},
			{name: "cookie", kind: record.KindUserAgent, text: "Cookie: lang=en; sid={S}"},
			{name: "API key", kind: record.KindUserAgent, text: "X-Api-Key: {S}"},
		})
	}
	testHidden(t, newSynth(72).of(alnum, 30), []hiddenCase{{name: "subprotocol", kind: record.KindUserAgent, text: "Sec-WebSocket-Protocol: bearer, {S}"}})
	testHidden(t, "", []hiddenCase{
		{name: "prose", kind: record.KindUserAgent, text: "password: how long should it be", stays: true},
		{name: "other header", kind: record.KindUserAgent, text: "Accept: text/html, */*", stays: true},
	})
}

// TestBase64OfBase64 wants base64 to be followed as deep as other encodings.
func TestBase64OfBase64(t *testing.T) {
	secret := "kreide-" + newSynth(73).of(alnum, 9)
	text := `{"password":"` + secret + `"}`
	for range 6 {
		text = base64.RawURLEncoding.EncodeToString([]byte(text))
		testHidden(t, text, []hiddenCase{{name: "query", kind: record.KindTarget, text: "/x?data={S}&a=1"}})
	}
}

func TestRandomTemplateNames(t *testing.T) {
	testHidden(t, "q"+newSynth(74).of(alnum, 31), []hiddenCase{
		{name: "dollar", kind: record.KindTarget, text: "/x?access_token=${{S}}"}, {name: "double braces", kind: record.KindTarget, text: "/x?access_token={{{S}}}"},
	})
}

// TestTokenAsUserAgent wants a user agent that is one random token to go.
func TestTokenAsUserAgent(t *testing.T) {
	testHidden(t, newSynth(75).of(alnum, 36), []hiddenCase{{name: "letters and digits", kind: record.KindUserAgent, text: "{S}"}})
	testHidden(t, "", []hiddenCase{
		{name: "program", kind: record.KindUserAgent, text: "internal-health-checker-production-v2", stays: true},
		{name: "version", kind: record.KindUserAgent, text: "kube-probe/1.29+20260105", stays: true},
		{name: "id", kind: record.KindUserAgent, text: "123e4567-e89b-12d3-a456-426614174000", stays: true},
	})
}

// TestCompressedText wants what stands compressed in a line to be masked: it cannot be searched.
func TestCompressedText(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(`{"password":"` + newSynth(76).of(alnum, 20) + `"}`))
	_ = w.Close()
	secret := base64.StdEncoding.EncodeToString(b.Bytes())
	testHidden(t, secret, []hiddenCase{
		{name: "text", kind: record.KindText, text: "{S}"},
		{name: "query", kind: record.KindTarget, text: "/put?data={S}"},
		{name: "header", kind: record.KindHeader, text: "{S}"},
	})
	testHidden(t, "", []hiddenCase{
		{name: "short", kind: record.KindText, text: "H4sIAAAAAAAA", stays: true},
		{name: "words", kind: record.KindText, text: "H4sIA is how the base64 of a gzip stream begins", stays: true},
	})
}
