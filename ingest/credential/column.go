package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Servers are told to append headers to their usual layout: ... "referer" "user agent" "X-Api-Key" "Cookie". The line does not
// name these columns, so that a key stands there without a name. A column holds a key if all of it is one word that looks made
// at random, and of no form in which servers and proxies write ids.

// reasonColumn is the Reason of these keys.
const reasonColumn = "random value in a column without a name: the log's format string would name it"

// opaqueColumn reports the keys in v, all of a column without a name: one, or several that a server has joined by commas because
// the header came more than once.
func (f *finder) opaqueColumn(v offset.View) {
	v = v.Trim().Unquote()
	if isTomcatSession(v.Text) {
		f.tomcatSession(v)
		return
	}
	if !isOpaqueColumn(v.Text) {
		return
	}
	pl := context{loc: tokenwarden.LocationHeader, fixed: true}
	for len(v.Text) > 0 {
		n := bytes.IndexByte(v.Text, ',')
		if n < 0 {
			n = len(v.Text)
		}
		f.report(v.Cut(0, n).Trim(), pl, evidence{
			kind: "token", confidence: tokenwarden.ConfidenceLow, reason: reasonColumn, random: true,
		})
		v = v.From(min(n+1, len(v.Text)))
	}
}

func (f *finder) tomcatSession(v offset.View) {
	f.report(v, context{loc: tokenwarden.LocationCookie, fixed: true}, evidence{
		kind: "session", confidence: tokenwarden.ConfidenceLow, reason: "the form of Tomcat's session ids in a column without a name",
		random: true,
	})
}

// isOpaqueColumn reports whether b is one key, or several with commas between.
func isOpaqueColumn(b []byte) bool {
	if len(b) < shape.MinRandom {
		return false
	}
	for {
		part, rest, more := bytes.Cut(b, comma)
		if !isRandomKey(bytes.Trim(part, " ")) {
			return false
		}
		if !more {
			return true
		}
		b = rest
	}
}

const (
	maxKey       = 512 // bytes of the longest key
	minKeyRun    = 10  // letters and digits in a row
	minRunRest   = 6   // of these that are in no word
	minLetters   = 20  // the same, without a digit
	minKeyTurns  = 3   // pairs of bytes for a change between small letters, capitals and digits, at most; 1.6 in base62 on average
	tomcatDigits = 32  // of a session id: sessionIdLength of 16 bytes
)

// isRandomKey reports whether b is one word of random small letters, capitals and digits, perhaps with signs between. Ids of servers
// and values with words are none.
func isRandomKey(b []byte) bool {
	if len(b) < shape.MinRandom || len(b) > maxKey || bytes.IndexByte(b, ' ') >= 0 || b[0] == '/' && b[len(b)-1] != '=' {
		return false
	}
	if isServerID(b) || isServerID(entityTag(b)) || isProduct(b) || shape.IsPrefixedID(b) {
		return false
	}
	from, to := longestRun(b)
	run := b[from:to]
	if c := shape.Count(run); c.Lower == 0 || c.Upper == 0 || c.Digit == 0 && len(run) < minLetters {
		return false
	}
	return len(run) >= minKeyRun && len(run)-shape.WordLetters(run) >= minRunRest && turns(run)*minKeyTurns >= len(run)-1 &&
		len(b)-shape.WordLetters(b)-digitsOfMoments(b) >= minRest
}

// longestRun returns the bounds of the longest row of letters and digits in b.
func longestRun(b []byte) (from, to int) {
	for i := 0; i < len(b); i++ {
		start := i
		for i < len(b) && ascii.IsAlnum(b[i]) {
			i++
		}
		if i-start > to-from {
			from, to = start, i
		}
	}
	return from, to
}

// turns counts the changes between small letters, capitals and digits in b.
func turns(b []byte) (n int) {
	const class = ascii.Lower | ascii.Upper | ascii.Digit
	for i := 1; i < len(b); i++ {
		if ascii.Class[b[i]]&class != ascii.Class[b[i-1]]&class {
			n++
		}
	}
	return n
}

// isServerID reports whether b has the length and the alphabet of an id that software writes into logs: nanoid and Go's short ids
// (21), UUIDs in base64 or base62 (22), Apache's mod_unique_id and KSUID (27), Sec-WebSocket-Key and Content-MD5 (22 and ==), SHA-1
// in base64 (27 and =), X-Amz-Cf-Id and x-amz-id-2 of AWS (54 and ==, 75 and =).
func isServerID(b []byte) bool {
	digits := len(bytes.TrimRight(b, "="))
	padding := len(b) - digits
	for _, c := range b[:digits] {
		if ascii.Base64Value[c] > 63 && c != '@' {
			return false
		}
	}
	switch digits {
	case 21:
		return padding == 0
	case 22, 54:
		return padding == 0 || padding == 2
	case 27, 75:
		return padding <= 1
	}
	return false
}

// isProduct reports whether b is a product with its version (RFC 9110 section 10.1.5): Client7/3.2.1.
func isProduct(b []byte) bool {
	i := bytes.IndexByte(b, '/') + 1
	if i <= 0 || i >= len(b) || !ascii.IsDigit(b[i]) {
		return false
	}
	for i < len(b) && ascii.IsDigit(b[i]) {
		i++
	}
	return i < len(b) && b[i] == '.'
}

// entityTag returns the SHA-1 of an ETag W/"21d-SHA1", with the size of the content in front (jshttp/etag), any other b as it is.
func entityTag(b []byte) []byte {
	tag := bytes.Trim(bytes.TrimPrefix(b, []byte("W/")), `\"`)
	size, digest, ok := bytes.Cut(tag, []byte("-"))
	if ok && len(size) > 0 && len(size) <= 10 && ascii.IsHex(size) {
		return digest
	}
	return b
}

// isTomcatSession reports whether b is a session id of Tomcat: 32 capital hexadecimal digits, perhaps with the worker's name
// behind a dot (Tomcat configuration reference, SessionIdGenerator and jvmRoute).
func isTomcatSession(b []byte) bool {
	if len(b) < tomcatDigits || shape.Of(b[:tomcatDigits]) != shape.Hex || bytes.ContainsAny(b[:tomcatDigits], "abcdef") {
		return false
	}
	if len(b) == tomcatDigits {
		return true
	}
	route := b[tomcatDigits:]
	return route[0] == '.' && len(route) > 1 && len(route) <= names.MaxWordSize && isTokenWordBytes(route[1:])
}
