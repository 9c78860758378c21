package guard

import (
	"bytes"
	"slices"
)

// The reasons of spans found by a name alone. Only these pass under an excepted path.
const (
	reasonName       = "the value of a sensitive name"
	reasonCustomName = "the value of a name of the configuration"
	reasonBase64     = "a credential in base64"
)

// dropExcepted drops the spans of dst[n:] found by a name alone in a URL under an excepted path.
func (g *Guard) dropExcepted(b []byte, dst []Span, n int) []Span {
	word := urlWord{b: b}
	kept := slices.DeleteFunc(dst[n:], func(s Span) bool {
		return (s.Reason == reasonName || s.Reason == reasonCustomName || s.Reason == reasonBase64) && g.isExcepted(word.pathAt(s.Start))
	})
	return dst[:n+len(kept)]
}

// isExcepted reports whether path starts with an exception and has no dot segments, which a server would resolve. Encoded
// dots show at the next level of decoding.
func (g *Guard) isExcepted(path []byte) bool {
	for _, p := range g.paths {
		if bytes.HasPrefix(path, p) {
			return !bytes.Contains(path, []byte("/.")) && bytes.IndexByte(path, '\\') < 0
		}
	}
	return false
}

// urlWord finds the URL around an offset. It caches the last one, since offsets mostly rise.
type urlWord struct {
	b         []byte
	start, at int // the word that holds at starts at start; at is 0 before the first
}

// pathAt returns the path of the URL around b[at], nil without a URL.
func (w *urlWord) pathAt(at int) []byte {
	i := at
	for i > 0 && w.b[i-1] > ' ' && w.b[i-1] != '"' && w.b[i-1] != '\'' {
		if i--; i == w.at {
			i = w.start
			break
		}
	}
	w.start, w.at = i, at
	text := w.b[i:at]
	if k := bytes.IndexAny(text, "?#;"); k >= 0 {
		text = text[:k]
	}
	if k := bytes.Index(text, []byte("://")); k >= 0 && k <= len("https") {
		text = text[k+3:]
		text = text[max(0, bytes.IndexByte(text, '/')):]
	}
	return text
}
