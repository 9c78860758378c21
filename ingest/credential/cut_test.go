package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestCutTokens marks what Varnish and HAProxy leave of a token, and no whole one.
func TestCutTokens(t *testing.T) {
	s := synthetic.New(12, 9)
	key := func(n int) string { return s.Text(synthetic.Alnum, n) }
	signed := synthetic.JWT(s, map[string]string{"alg": "HS256"}, map[string]string{"sub": key(60)}, 32)
	target := "/a?x=" + strings.Repeat("y", 200) + "&access_token="
	capture := record.Field{Kind: record.KindHeader, Name: []byte("authorization"), Unnamed: true, Escape: record.EscapeHash}
	header := record.Field{Kind: record.KindHeader, Name: []byte("x-api-key")}
	auth := record.Field{Kind: record.KindHeader, Name: []byte("authorization")}
	url := record.Field{Kind: record.KindTarget}
	for _, c := range []struct {
		name  string
		field record.Field
		value string
		cut   bool
	}{
		{"a target of 255 bytes", url, target + key(255-len(target)), true},
		{"one with a parameter behind", url, target + key(250-len(target)) + "&c=de", false},
		{"a longer target", url, target + key(256-len(target)), false},
		{"a header of 255 bytes with its name", header, key(255 - len("x-api-key: ")), true},
		{"a shorter header", header, key(200), false},
		{"credentials of 255 bytes with the name", auth, "Bearer " + key(255-len("Authorization: Bearer ")), true},
		{"a capture of 40 bytes", capture, "Bearer " + key(33), true},
		{"a capture of 40 bytes with an escape", capture, "Bearer #7C" + key(32), true},
		{"a capture of 39 bytes", capture, "Bearer " + key(32), false},
		{"a capture of 32 bytes in base64", capture, "Bearer " + key(43), false},
		{"a whole JWT", capture, "Bearer " + signed, false},
		{"a part of a JWT", capture, "Bearer " + signed[:121], true},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := []byte(c.value)
			c.field.End = len(line)
			found := newTestFinder(t).Find(&record.Record{Line: line, Fields: []record.Field{c.field}}, nil)
			if len(found) != 1 || found[0].Cut != c.cut {
				t.Errorf("%d bytes: %+v", len(line), found)
			}
		})
	}
}
