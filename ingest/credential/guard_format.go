package credential

import "bytes"

// guardToken tells the bytes of a token that speaks for itself.
var guardToken = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_'
	}
	return t
}()

const guardRun = 16 // no token is shorter

// guardNext finds the next stretch of 16 token characters or more that does not end before b[i]; start is -1 without
// one. It looks at every 16th byte: no such stretch can lie between two of them.
func guardNext(b []byte, i int) (start, end int) {
	for ; i < len(b); i = end + guardRun {
		if end = i; !guardToken[b[i]] {
			continue
		}
		for start = i; start > 0 && guardToken[b[start-1]]; {
			start--
		}
		for end++; end < len(b) && guardToken[b[end]]; {
			end++
		}
		if end-start >= guardRun {
			return start, end
		}
	}
	return -1, 0
}

// runs looks for tokens in such stretches, and at the outermost level for base64 that hides one.
func (g *Guard) runs(b []byte, encoded bool, dst []Span) []Span {
	for start, end := guardNext(b, guardRun-1); start >= 0; start, end = guardNext(b, end+guardRun) {
		n := len(dst)
		dst = guardRunAt(b, start, end, dst)
		dst = guardJoined(b, start, end, dst)
		dst = guardScheme(b, start, dst)
		if encoded && len(dst) == n {
			dst = g.encoded(b, start, dst)
		}
	}
	return dst
}

func guardRunAt(b []byte, start, end int, dst []Span) []Span {
	for i := start; i+guardRun <= end; i++ {
		if i > start && b[i-1] != '-' && b[i-1] != '_' || !guardMayStart(b[i], b[i+1]) {
			continue
		}
		for _, p := range guardByFirst[b[i]] {
			if p.text == "eyJ" {
				if b[i+2] == 'J' && guardJWT(b, i, end) {
					return append(dst, Span{i, end, "a JSON Web Token"})
				}
				continue
			}
			if n := len(p.text); end-i-n >= 16 && string(b[i:i+n]) == p.text && guardMixed(b[i+n:min(end, i+n+64)]) >= p.turns {
				return append(dst, Span{i, end, "a provider's token"})
			}
		}
	}
	return dst
}

// guardJWT tells whether a JWT starts at b[i] and its first part ends at end.
func guardJWT(b []byte, i, end int) bool {
	if end+4 > len(b) || b[end] != '.' {
		return false
	}
	for _, start := range [...]string{"eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJlbmMi", "eyJ4NXQi", "eyJjdHki"} {
		if bytes.HasPrefix(b[i:], []byte(start)) {
			return guardToken[b[end+1]] || b[end+1] == '.'
		}
	}
	return bytes.HasPrefix(b[end+1:], []byte("eyJ"))
}

// guardMixed counts how often letters and digits, or cases, take turns in b.
func guardMixed(b []byte) int {
	n, last := 0, byte(0)
	for _, c := range b {
		kind := byte(0)
		switch {
		case c >= '0' && c <= '9':
			kind = 1
		case c >= 'A' && c <= 'Z':
			kind = 2
		case c >= 'a' && c <= 'z':
			kind = 3
		}
		if kind != 0 && kind != last {
			if last != 0 && !(last == 2 && kind == 3) {
				n++
			}
			last = kind
		}
	}
	return n
}

// guardScheme tells whether the run that starts at b[start] is what "Bearer " or "Basic " announces.
func guardScheme(b []byte, start int, dst []Span) []Span {
	i := start
	for i > 0 && b[i-1] > ' ' && start-i < 24 && (guardToken[b[i-1]] || b[i-1] == '.' || b[i-1] == '+' || b[i-1] == '/') {
		i--
	}
	if i < 6 || b[i-1] != ' ' {
		return dst
	}
	switch {
	case bytes.HasSuffix(b[:i], []byte("earer ")):
		to := guardWord(b, i)
		if guardMixed(b[i:to]) >= 3 && !guardPlaceholder(b[i:to]) {
			return append(dst, Span{i, to, "a bearer token"})
		}
	case bytes.HasSuffix(b[:i], []byte("asic ")):
		to := guardWord(b, i)
		if guardIsBasic(b[i:to]) {
			return append(dst, Span{i, to, "Basic credentials"})
		}
	}
	return dst
}

// guardIsBasic tells whether b is base64 of text with a colon in it.
func guardIsBasic(b []byte) bool {
	b = bytes.TrimRight(b, "=")
	if len(b) < 8 {
		return false
	}
	var acc uint32
	bits, colon := 0, false
	for _, c := range b {
		k := bytes.IndexByte([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"), c)
		if k < 0 {
			return false
		}
		acc = acc<<6 | uint32(k)
		if bits += 6; bits >= 8 {
			bits -= 8
			x := byte(acc >> bits)
			if x < ' ' {
				return false
			}
			colon = colon || x == ':'
		}
	}
	return colon
}

func guardWord(b []byte, i int) int {
	for i < len(b) && b[i] > ' ' && !guardEnd[b[i]] {
		i++
	}
	return i
}

// guardUserinfo looks for //user:password@.
func guardUserinfo(b []byte, dst []Span) []Span {
	if bytes.IndexByte(b, '@') < 0 {
		return dst
	}
	for i := 0; ; {
		k := bytes.Index(b[i:], []byte("://"))
		if k < 0 {
			return dst
		}
		i += k + 3
		end := i
		for end < len(b) && b[end] > ' ' && bytes.IndexByte([]byte("/?#\"'<>\\"), b[end]) < 0 {
			end++
		}
		at := bytes.LastIndexByte(b[i:end], '@')
		if at < 0 {
			continue
		}
		_, pass, ok := bytes.Cut(b[i:i+at], []byte{':'})
		if ok && len(pass) > 3 && !guardPlaceholder(pass) && guardAny(pass) {
			dst = append(dst, Span{i, i + at, "a password in a URL"})
		}
	}
}

// guardAny tells whether b is more than a mask or a word: it holds a digit among letters, or a sign.
func guardAny(b []byte) bool {
	letter, digit := false, false
	for _, c := range b {
		letter = letter || c|0x20 >= 'a' && c|0x20 <= 'z'
		digit = digit || c >= '0' && c <= '9'
	}
	return letter && digit
}

// guardPlaceholder tells whether b is, or starts with, what stands for a redacted credential.
func guardPlaceholder(b []byte) bool {
	b = bytes.TrimLeft(b, "[<*( ")
	for _, p := range [...]string{"REDACTED", "redacted", "Redacted", "FILTERED", "Filtered", "MASKED", "masked"} {
		if bytes.HasPrefix(b, []byte(p)) {
			return true
		}
	}
	return false
}

// guardEnd tells the signs that end a word.
var guardEnd = func() (t [256]bool) {
	for _, c := range []byte(`"',;<>()[]{}|\`) {
		t[c] = true
	}
	return t
}()
