package credential

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// embeddingKinds are the texts beside a request that may hold JSON, XML or a list.
var embeddingKinds = map[string]record.Kind{
	"user agent": record.KindUserAgent, "referer": record.KindReferer, "user": record.KindUser, "location": record.KindURL,
}

// TestEmbeddedStructures searches JSON, XML and lists in texts that hold prose or a URL.
func TestEmbeddedStructures(t *testing.T) {
	checkStructures(t, embeddingKinds, []structure{
		{"JSON", `{"secret":"@"}`, true},
		{"JSON with spaces", `{ "client_secret" : "@" }`, true},
		{"JSON in text", `agent/2 {"id":7,"token":"@"} beta`, true},
		{"single quotes", `{'api_key': '@'}`, true},
		{"list under a name", `{"X-Auth-Token":["@"]}`, true},
		{"name and value", `[{"name":"access_token","value":"@"}]`, true},
		{"value and name", `[{"value":"@","name":"access_token"}]`, true},
		{"deep", `{"a":[{"b":{"refresh_token":"@"}}]}`, true},
		{"element", `<secret>@</secret>`, true},
		{"element of a namespace", `<a:Password kind="x">@</a:Password>`, true},
		{"list of headers", `{"headers":["Accept","a","X-Api-Key","@"]}`, true},
		{"other names", `{"page":"@"}`, false},
		{"application in brackets", `Mozilla/5.0 [FBAN/FBIOS;FBDV/iPhone11,8;FBLC/en_US]`, false},
		{"tag", `<b>@</b>`, false},
		{"quoted name", `"Acme: Reader" 1.0`, false},
	})
}

// TestFlatLists searches names and values that stand in turn in a list of a JSON text.
func TestFlatLists(t *testing.T) {
	checkStructures(t, map[string]record.Kind{"text": record.KindText, "cookie": record.KindCookie, "parameter": record.KindParam, "header": record.KindHeader}, []structure{
		{"raw headers", `{"rawHeaders":["Host","a.example","X-Auth-Token","@"]}`, true},
		{"escaped", `{\"rawHeaders\":[\"Host\",\"a.example\",\"X-Auth-Token\",\"@\"]}`, true},
		{"scheme", `{"raw_headers":["Authorization","Bearer @","Accept","a"]}`, true},
		{"cookie", `{"rawHeaders":["Cookie","sessionid=@"]}`, true},
		{"pairs", `{"headers":[["Host","a.example"],["X-Auth-Token","@"]]}`, true},
		{"pairs alone", `[["Accept","a"],["Api-Key","@"]]`, true},
		{"list alone", `["Accept","a","X-Api-Key","@"]`, true},
		{"arguments", `{"argv":["run","--password","@"]}`, true},
		{"name at the place of a value", `["Vary","X-Api-Key","@"]`, false},
		{"other names", `{"rawHeaders":["Host","@"]}`, false},
		{"words", `{"fields":["token","created","api_key","updated"]}`, false},
		{"pair of words", `[["name","password"],["Vary","Cookie"]]`, false},
	})
}

// structure is a text, in which @ is the place of a credential.
type structure struct {
	name, text string
	found      bool
}

// checkStructures checks that the credential of each structure is redacted in fields of all kinds, and nothing else.
func checkStructures(t *testing.T, kinds map[string]record.Kind, structures []structure) {
	t.Helper()
	f := newTestFinder(t)
	token := newSynth(77).of(alnum, 16)
	for _, c := range structures {
		for name, kind := range kinds {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				text := strings.ReplaceAll(c.text, "@", token)
				redacted, found := redactField(f, kind, "data", text)
				if !c.found && len(found) > 0 || c.found && (len(found) == 0 || strings.Contains(redacted, token)) {
					t.Errorf("%s: %d findings, %s", text, len(found), redacted)
				}
			})
		}
	}
}

// TestRepeatedBase64 searches a token of a provider in base64, once and several times.
func TestRepeatedBase64(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(78)
	for _, c := range []struct {
		name  string
		text  string
		found bool
	}{{"token", "glpat-" + s.of(alnum, 20), true}, {"pair", "token=" + s.of(alnum, 24), true}, {"words", "an ordinary line of text, no more", false}} {
		t.Run(c.name, func(t *testing.T) {
			text := c.text
			for n := range 4 {
				text = base64.StdEncoding.EncodeToString([]byte(text))
				if _, found := redactField(f, record.KindText, "data", text); len(found) > 0 != c.found {
					t.Errorf("%d times in base64: %d findings", n+1, len(found))
				}
			}
		})
	}
}
