package guard

import "bytes"

// tokenByte marks the bytes of a run: letters, digits, - and _.
var tokenByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_'
	}
	return t
}()

// minRun is the length of the shortest checked run: every self-evident token is at least as long.
const minRun = 16

// jwtStart is base64 of {" and begins a JSON Web Token.
const jwtStart = "eyJ"

// nextRun returns the next run of minRun bytes or more that does not end before b[i]; start is -1 without one. It tests
// every 16th byte, because no such run fits between two of them.
func nextRun(b []byte, i int) (start, end int) {
	for ; i < len(b); i = end + minRun {
		if end = i; !tokenByte[b[i]] {
			continue
		}
		for start = i; start > 0 && tokenByte[b[start-1]]; {
			start--
		}
		for end++; end < len(b) && tokenByte[b[end]]; {
			end++
		}
		if end-start >= minRun {
			return start, end
		}
	}
	return -1, 0
}

// scanRuns checks the runs of b for tokens that need no name, and with encoded set also their base64 content.
func (g *Guard) scanRuns(b []byte, encoded bool, dst []Span) []Span {
	var seen base64Seen
	for start, end := nextRun(b, minRun-1); start >= 0; start, end = nextRun(b, end+minRun) {
		g.steps += end - start
		n := len(dst)
		dst = providerToken(b, start, end, dst)
		dst = joinedToken(b, start, end, dst)
		dst = schemeToken(b, start, dst)
		if encoded && len(dst) == n {
			dst = g.scanBase64(b, start, &seen, dst)
		}
	}
	return dst
}

// providerToken appends the token that starts with a known prefix in the run b[start:end].
func providerToken(b []byte, start, end int, dst []Span) []Span {
	for i := start; i+minRun <= end; i++ {
		if i > start && b[i-1] != '-' && b[i-1] != '_' || !mayStart(b[i], b[i+1]) {
			continue
		}
		for _, p := range prefixesByFirst[b[i]] {
			if p.text == jwtStart {
				if b[i+2] == 'J' && (startsJWT(b, i, end) || i == start && areClaims(b, i, end)) {
					return append(dst, Span{i, end, "a JSON Web Token"})
				}
				continue
			}
			if n := len(p.text); end-i-n >= 16 && string(b[i:i+n]) == p.text && countTurns(b[i+n:min(end, i+n+64)]) >= p.turns {
				return append(dst, Span{i, end, "a provider's token"})
			}
		}
	}
	return dst
}

// joseStarts lists base64 of how JOSE headers start: {"alg", {"typ", {"kid", {"enc", {"x5t" and {"cty" (RFC 7515 section 4.1).
var joseStarts = [...]string{"eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJlbmMi", "eyJ4NXQi", "eyJjdHki"}

// startsJWT reports whether a JSON Web Token starts at b[i] with a header that ends before b[end].
func startsJWT(b []byte, i, end int) bool {
	if end+4 > len(b) || b[end] != '.' {
		return false
	}
	for _, start := range joseStarts {
		if bytes.HasPrefix(b[i:], []byte(start)) {
			return tokenByte[b[end+1]] || b[end+1] == '.'
		}
	}
	return bytes.HasPrefix(b[end+1:], []byte(jwtStart))
}

// areClaims reports whether b[i:end] stands where the claims of a JSON Web Token stand: behind a part of which nothing is
// known and before a signature of 20 characters or more.
func areClaims(b []byte, i, end int) bool {
	if i < 5 || b[i-1] != '.' || !tokenByte[b[i-2]] || !tokenByte[b[i-3]] || !tokenByte[b[i-4]] || !tokenByte[b[i-5]] ||
		end+20 >= len(b) || b[end] != '.' {
		return false
	}
	for _, c := range b[end+1 : end+21] {
		if !tokenByte[c] {
			return false
		}
	}
	return true
}

// countTurns counts how often b changes between digits, capitals and small letters. A capital before small letters does
// not count: words start so.
func countTurns(b []byte) int {
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

// schemeToken appends the credentials behind "Bearer " or "Basic " around the run at b[start].
func schemeToken(b []byte, start int, dst []Span) []Span {
	i := start
	for i > 0 && b[i-1] > ' ' && start-i < 24 && (tokenByte[b[i-1]] || b[i-1] == '.' || b[i-1] == '+' || b[i-1] == '/') {
		i--
	}
	if i < 6 || b[i-1] != ' ' {
		return dst
	}
	switch {
	case bytes.HasSuffix(b[:i], []byte("earer ")):
		to := wordEnd(b, i)
		if countTurns(besidePlaceholders(b[i:to])) >= 3 {
			return append(dst, Span{i, to, "a bearer token"})
		}
	case bytes.HasSuffix(b[:i], []byte("asic ")):
		to := wordEnd(b, i)
		if isBasic(b[i:to]) {
			return append(dst, Span{i, to, "Basic credentials"})
		}
	}
	return dst
}

// wordEnd returns the end of the word at b[i].
func wordEnd(b []byte, i int) int {
	for i < len(b) && b[i] > ' ' && !endsValue[b[i]] {
		i++
	}
	return i
}

// scanUserinfo appends the user and password of each URL: ://user:password@.
func scanUserinfo(b []byte, dst []Span) []Span {
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
		if pass = besidePlaceholders(pass); ok && len(pass) > 3 && hasLetterAndDigit(pass) {
			dst = append(dst, Span{i, i + at, "a password in a URL"})
		}
	}
}

// hasLetterAndDigit reports whether b holds a letter and a digit, unlike a mask or a word.
func hasLetterAndDigit(b []byte) bool {
	letter, digit := false, false
	for _, c := range b {
		letter = letter || c|0x20 >= 'a' && c|0x20 <= 'z'
		digit = digit || c >= '0' && c <= '9'
	}
	return letter && digit
}
