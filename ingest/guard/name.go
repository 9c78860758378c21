package guard

import "bytes"

// sensitiveEndings lists the endings of sensitive names, in lower case and without separators.
var sensitiveEndings = [...]string{
	"password", "passwd", "passwort", "passphrase", "secret", "secretkey", "token", "apikey", "accesskey", "privatekey",
	"sessionid", "sessid", "jwt", "bearer", "authorization", "credentials", "userpwd", "authkey",
}

// harmlessWords lists words that, before such an ending, name a page cursor, a count, a form's token or a public identifier.
var harmlessWords = [...]string{
	"page", "next", "prev", "sync", "resumption", "cursor", "contin", "resume", "scroll", "csrf", "xsrf", "authenticity", "start",
	"since", "offset", "max", "min", "count", "public", "captcha", "delta", "skip", "after", "before", "change", "poll",
	"verification", "search", "from", "list", "total", "nft", "erc20", "type", "forgery", "publish", "watermark",
}

// pageCursors lists whole names of page cursors, and of what holds no credential either, with a sensitive ending.
var pageCursors = map[string]bool{
	"ctoken":      true, // YouTube: the continuation of a list; 2026-11-25
	"didomitoken": true, // Didomi: a consent; 2026-12-01
}

// endingsByLast lists sensitiveEndings by their last letter, in either case.
var endingsByLast = func() (t [256][]string) {
	for _, n := range sensitiveEndings {
		c := n[len(n)-1]
		t[c] = append(t[c], n)
		t[c-'a'+'A'] = t[c]
	}
	return t
}()

// lastLetters says which two letters, by their place in the alphabet, end one of sensitiveEndings.
var lastLetters = func() (t [32][32]bool) {
	for _, n := range sensitiveEndings {
		t[n[len(n)-2]%32][n[len(n)-1]%32] = true
	}
	return t
}()

// mayBeSensitive is a fast test, by the last two letters, for a name of two bytes or more that ends before b[end]. A sign
// may stand between letters.
func mayBeSensitive(b []byte, end int) bool {
	c, d := b[end-2], b[end-1]
	isSign := c|0x20 < 'a' || c|0x20 > 'z'
	return endingsByLast[d] != nil && (isSign || lastLetters[c%32][d%32])
}

// scanPairs checks the values of name=value, "name":"value" and name: value.
func (g *Guard) scanPairs(b []byte, dst []Span) []Span {
	for i := 0; ; {
		k := bytes.IndexByte(b[i:], '=')
		if k < 0 {
			break
		}
		i += k + 1
		if i >= 5 && mayBeSensitive(b, i-1) {
			dst = g.checkPair(b, i-1, i, dst)
		}
	}
	for i := 0; ; {
		k := bytes.IndexByte(b[i:], ':')
		if k < 0 {
			return dst
		}
		i += k + 1
		if i >= 6 && b[i-2] == '"' && mayBeSensitive(b, i-2) {
			dst = g.checkPair(b, i-2, i, dst)
		} else if i >= 5 && mayBeSensitive(b, i-1) && i < len(b) && b[i] != '/' {
			dst = g.checkPair(b, i-1, i, dst)
		}
	}
}

const (
	maxValue = 512 // bytes of a value that are checked
	maxName  = 48  // bytes of a name, from its end, that are compared
)

// checkPair checks the value behind b[from-1] under the name that ends before b[end].
func (g *Guard) checkPair(b []byte, end, from int, dst []Span) []Span {
	var buf [maxName]byte
	name := nameBefore(b, end, &buf)
	ending := sensitiveEnding(name)
	if ending == "" {
		return dst
	}
	from, to := valueAt(b, from)
	g.steps += to - from
	if looksSecret(b[from:to]) && !isHarmless(name, ending) && !g.except[string(name)] {
		return append(dst, Span{from, to, reasonName})
	}
	return dst
}

// nameBefore copies the name that ends before b[end] to the end of buf, in lower case and without separators.
func nameBefore(b []byte, end int, buf *[maxName]byte) []byte {
	n := len(buf)
	for i := end - 1; i >= 0 && n > 0; i-- {
		c := b[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case c == '_' || c == '-' || c == '.' || c == '[' || c == ']':
			continue
		default:
			return buf[n:]
		}
		n--
		buf[n] = c
	}
	return buf[n:]
}

// sensitiveEnding returns the sensitive ending of a flattened name, "" without one.
func sensitiveEnding(name []byte) string {
	if len(name) == 0 {
		return ""
	}
	for _, s := range endingsByLast[name[len(name)-1]] {
		if bytes.HasSuffix(name, []byte(s)) {
			return s
		}
	}
	return ""
}

// isHarmless reports whether a flattened name with a sensitive ending is public all the same.
func isHarmless(name []byte, ending string) bool {
	for _, h := range harmlessWords {
		if bytes.Contains(name[:len(name)-len(ending)], []byte(h)) {
			return true
		}
	}
	return pageCursors[string(name)]
}

// looksSecret reports whether v, the value of a sensitive name, is no word, number or date: 16 or more characters of a
// token's alphabet with four or more changes between letters and digits.
func looksSecret(v []byte) bool {
	if v = besidePlaceholders(v); len(v) < 16 {
		return false
	}
	turns, last := 0, 0
	for _, c := range v {
		kind := 0
		switch {
		case c >= '0' && c <= '9':
			kind = 1
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			kind = 2
		case c == '-' || c == '_' || c == '+' || c == '/' || c == '=' || c == '~':
		default:
			return false
		}
		if kind != 0 && kind != last {
			turns++
			last = kind
		}
	}
	return turns >= 5
}

// flatten returns a configured name in the form of nameBefore.
func flatten(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			out = append(out, c|0x20)
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			out = append(out, c)
		}
	}
	return string(out)
}

// valueAt returns the bounds of the value behind b[i-1], without quotes.
func valueAt(b []byte, i int) (from, to int) {
	for i < len(b) && (b[i] == ' ' || b[i] == '"' || b[i] == '\'') {
		i++
	}
	b = b[:min(len(b), i+maxValue)]
	for to = i; to < len(b) && b[to] != '&' && b[to] != '#' && b[to] > ' ' && !endsValue[b[to]]; {
		to++
	}
	return i, to
}

// endsValue marks the bytes that end a value besides white space.
var endsValue = func() (t [256]bool) {
	for _, c := range []byte(`"',;<>()[]{}|\`) {
		t[c] = true
	}
	return t
}()

const (
	placeholder = "REDACTED"
	// placeholderReach bounds how far before a match its placeholder may start: the word, a kind and two dots.
	placeholderReach = len(placeholder) + 32 + 2
)

// besidePlaceholders returns the longest stretch of v beside its placeholders, which a client can write into a line as well.
func besidePlaceholders(v []byte) []byte {
	i := bytes.Index(v, []byte(placeholder))
	if i < 0 {
		return v
	}
	longest := v[:i]
	for len(v) > 0 {
		i = bytes.Index(v, []byte(placeholder))
		if i < 0 {
			i = len(v)
		}
		if i > len(longest) {
			longest = v[:i]
		}
		v = v[i:]
		v = v[min(len(v), max(placeholderLen(v), len(placeholder))):]
	}
	return longest
}

// placeholderLen returns the length of the placeholder at the start of b, REDACTED.<kind>.<16 hexadecimal digits>, 0 without
// one.
func placeholderLen(b []byte) int {
	i := len(placeholder)
	if !bytes.HasPrefix(b, []byte(placeholder+".")) {
		return 0
	}
	digits := 0 // a kind has four at most
	for i++; i < len(b) && (b[i] >= 'a' && b[i] <= 'z' || b[i] >= '0' && b[i] <= '9' || b[i] == '_'); i++ {
		if b[i] <= '9' {
			digits++
		}
	}
	if digits > 4 || i+17 > len(b) || b[i] != '.' {
		return 0
	}
	for _, c := range b[i+1 : i+17] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return 0
		}
	}
	return i + 17
}
