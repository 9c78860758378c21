package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// subprotocols searches Sec-WebSocket-Protocol, where browsers put tokens because they can set no other header: "bearer,
// TOKEN", "bearer.TOKEN", "base64url.bearer.authorization.k8s.io.TOKEN" (Kubernetes: pkg/util/wsstream), or TOKEN alone.
func (f *finder) subprotocols(v offset.View, pl context) {
	marked, grade := false, names.Strong
	for i := 0; i < len(v.Text); {
		end := i
		for end < len(v.Text) && v.Text[end] != ',' {
			end++
		}
		item := v.Cut(i, end).Trim()
		i = end + 1
		if d, ok := f.arena.Percent(item); ok && pl.depth == 0 {
			item = d
		}
		k := tokenInProtocol(item.Text)
		named := k > 0
		if named {
			item, marked, grade = item.From(k), true, names.Certain
		}
		p := pl
		p.name = names.Name{Grade: names.Weak, Kind: "token"}
		if marked && bytes.IndexByte(item.Text, '.') > 0 && !named { // perhaps a protocol as well: v1.chat.example
			p.name = names.Name{Grade: names.Strong, Kind: "bearer"}
		} else if marked {
			p.name = names.Name{Grade: grade, Kind: "bearer"}
		}
		f.searchValue(item, p)
		marked, grade = isTokenWord(item.Text), max(names.Strong, f.names.Classify(item.Text).Grade)
		if bytes.EqualFold(item.Text, []byte("bearer")) {
			grade = names.Certain
		}
	}
}

var k8sBearer = []byte("bearer.authorization.k8s.io.")

// tokenInProtocol returns where the token begins in the name of a protocol, 0 if there is none: bearer.TOKEN, auth-TOKEN,
// openai-insecure-api-key.TOKEN (OpenAI, "Realtime API"; 2026-12-01).
func tokenInProtocol(b []byte) int {
	if k := bytes.Index(b, k8sBearer); k >= 0 {
		return k + len(k8sBearer)
	}
	word, end, limit := 0, 0, min(len(b), names.MaxNameSize)
	masked := bytes.Index(b, placeholder.Start)
	if masked >= 0 {
		limit = min(limit, masked)
	}
	for i := 0; i < limit; i++ {
		if ascii.IsAlnum(b[i]) {
			continue
		}
		if bytes.IndexByte([]byte(".-_:|=~ "), b[i]) < 0 {
			break
		}
		if isTokenWord(b[word:i]) {
			end = i + 1
		}
		word = i + 1
	}
	if end > 0 && end == masked {
		return end
	}
	if end == 0 || end == len(b) || masked >= 0 || len(b)-end < shape.MinRandom && !shape.HasLetterAndDigit(b[end:]) ||
		shape.Of(b[end:]) < shape.Mixed {
		return 0
	}
	return end
}

// isTokenWord reports whether a protocol of this name says that a token follows.
func isTokenWord(b []byte) bool {
	for _, w := range [...]string{"bearer", "token", "auth", "access_token", "jwt", "authorization", "authentication",
		"key", "apikey", "ticket"} {
		if bytes.EqualFold(b, []byte(w)) {
			return true
		}
	}
	return false
}
