package credential

import "bytes"

// guardNames end the names whose values must not leave, in lower case and without - and _.
var guardNames = [...]string{
	"password", "passwd", "passwort", "passphrase", "secret", "secretkey", "token", "apikey", "accesskey", "privatekey",
	"sessionid", "sessid", "jwt", "bearer", "authorization", "credentials", "userpwd", "authkey",
}

// guardHarmless within a name make it one of a page, a count, a form, a thing to be seen.
var guardHarmless = [...]string{
	"page", "next", "prev", "sync", "resumption", "cursor", "contin", "resume", "scroll", "csrf", "xsrf", "authenticity", "start",
	"since", "offset", "max", "min", "count", "public", "captcha", "delta", "skip", "after", "before", "change", "poll",
	"verification", "page", "search", "from", "list", "total", "nft", "erc20", "type", "forgery", "publish", "watermark",
}

// guardLast lists those names by their last letter, in either case.
var guardLast = func() (t [256][]string) {
	for _, n := range guardNames {
		c := n[len(n)-1]
		t[c] = append(t[c], n)
		t[c-'a'+'A'] = t[c]
	}
	return t
}()

// pairs looks for name=value, and for "name":"value" and name: value.
func (g *Guard) pairs(b []byte, dst []Span) []Span {
	for i := 0; ; {
		k := bytes.IndexByte(b[i:], '=')
		if k < 0 {
			break
		}
		i += k + 1
		if i >= 5 && guardLast[b[i-2]] != nil {
			dst = g.pair(b, i-1, i, dst)
		}
	}
	for i := 0; ; {
		k := bytes.IndexByte(b[i:], ':')
		if k < 0 {
			return dst
		}
		i += k + 1
		if i >= 6 && b[i-2] == '"' && guardLast[b[i-3]] != nil {
			dst = g.pair(b, i-2, i, dst)
		} else if i >= 5 && guardLast[b[i-2]] != nil && i < len(b) && b[i] != '/' {
			dst = g.pair(b, i-1, i, dst)
		}
	}
}

// guardValue is how much of a value is looked at.
const guardValue = 512

// pair judges the value that starts at b[from] by the name that ends before b[end].
func (g *Guard) pair(b []byte, end, from int, dst []Span) []Span {
	var buf [48]byte
	name := guardNameBefore(b, end, &buf)
	if !guardSensitive(name) || g.except[string(name)] {
		return dst
	}
	from, to := guardValueAt(b, from)
	if to < min(len(b), from+guardValue) && b[to] == ' ' && bytes.HasSuffix(name, []byte("authorization")) {
		return dst // the scheme
	}
	if v := b[from:to]; guardSecret(v) {
		return append(dst, Span{from, to, "the value of a sensitive name"})
	}
	return dst
}

// guardNameBefore copies the name that ends before b[end] in lower case without its joints.
func guardNameBefore(b []byte, end int, buf *[48]byte) []byte {
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

func guardSensitive(name []byte) bool {
	if len(name) == 0 {
		return false
	}
	if string(name) == "ctoken" { // a page's cursor, of YouTube
		return false
	}
	for _, s := range guardLast[name[len(name)-1]] {
		if !bytes.HasSuffix(name, []byte(s)) {
			continue
		}
		for _, h := range guardHarmless {
			if bytes.Contains(name[:len(name)-len(s)], []byte(h)) {
				return false
			}
		}
		return true
	}
	return false
}

// guardSecret tells whether v, the value of a sensitive name, is clearly no word, number or date: 16 characters or more
// of a token's alphabet, in which letters and digits take turns four times.
func guardSecret(v []byte) bool {
	if len(v) < 16 || guardPlaceholder(v) || bytes.Contains(v, []byte(placeholderWord)) {
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

// guardFlat is a configured name as guardNameBefore would give it.
func guardFlat(s string) string {
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
