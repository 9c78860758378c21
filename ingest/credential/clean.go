package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// Nearly every line holds no credential. What follows tells so in one pass over the raw bytes of a URL or a user agent,
// by the same tests that the search starts with: where it says clean, the search would find nothing (a property that
// the tests hold it to). It may say of a clean text that it is not; that costs time and nothing else.

// cleanURL tells that no part of a URL can be a credential.
func (f *finder) cleanURL(b []byte) bool {
	i := 0
	if b[0] != '/' || len(b) > 1 && b[1] == '/' {
		if i = cleanAuthority(b); i < 0 {
			return false
		}
	}
	start := i
	var flags uint8
	for ; i < len(b); i++ {
		bits := ascii.Class[b[i]]
		if bits&(ascii.Syntax|ascii.Delim|ascii.Base64) == 0 {
			flags |= bits
			continue
		}
		switch b[i] {
		case '/':
			if !f.cleanSegment(b, start, i, flags) {
				return false
			}
			start, flags = i+1, 0
		case '?':
			return f.cleanSegment(b, start, i, flags) && f.cleanQuery(b, i+1)
		case '+':
		default:
			return false
		}
	}
	return f.cleanSegment(b, start, i, flags)
}

// cleanAuthority steps over scheme://host. It returns -1 where there is more, or something else.
func cleanAuthority(b []byte) int {
	i := 0
	for i < len(b) && ascii.IsAlpha(b[i]) && i < 8 {
		i++
	}
	if i == 0 || i+3 > len(b) || b[i] != ':' || b[i+1] != '/' || b[i+2] != '/' {
		return -1
	}
	i += 3
	n := bytes.IndexByte(b[i:], '/')
	if n < 0 {
		n = len(b) - i
	}
	host := b[i : i+n]
	if n >= minRandom && mayFirst(host, 0) {
		return -1
	}
	for k, c := range host {
		if bits := ascii.Class[c]; bits&(ascii.Syntax|ascii.Delim) != 0 || k%minRandom == minRandom-1 && bits&ascii.Run != 0 && longRun(host, k) {
			return -1
		}
	}
	return i + n
}

// longRun tells that b[k] stands in a run of 16 or more.
func longRun(b []byte, k int) bool {
	from, to := ascii.RunAround(b, k)
	return to-from >= minRandom
}

// cleanSegment tells that the segment from start to end, without syntax in it, is no credential.
func (f *finder) cleanSegment(b []byte, start, end int, flags uint8) bool {
	n := end - start
	if n < 6 || n < minRandom && flags&ascii.Digit == 0 {
		return true
	}
	if n >= minRandom && f.speaks(b, start, end) {
		return false
	}
	if flags&ascii.Alpha == 0 && n < minRandom {
		return true
	}
	if ascii.HasAt(b, start, "bot") || end-start > len(".ics") && ascii.HasAt(b, end-len(".ics"), ".ics") || start >= 3 && ascii.HasAt(b, start-3, "/p/") && ascii.HasAt(b, end, "/n/") {
		return false
	}
	return f.noMark(b, start)
}

// noMark tells that no segment before start calls for a token.
func (f *finder) noMark(b []byte, start int) bool {
	end := start - 1
	for range maxLookBack {
		if end <= 0 {
			break
		}
		from := end
		for from > 0 && b[from-1] != '/' {
			from--
		}
		if f.markOf(b[from:end]) != markNone {
			return false
		}
		end = from - 1
	}
	return true
}

// speaks tells that a stretch of 16 bytes or more may hold a token that speaks for itself, or base64 of text.
func (f *finder) speaks(b []byte, start, end int) bool {
	if ascii.StartsText(b[start:end]) || mayFirst(b, start) {
		return true
	}
	for i := start + minRandom - 1; i < end; {
		if ascii.Class[b[i]]&ascii.Run == 0 {
			i += minRandom
			continue
		}
		from, to := ascii.RunAround(b, i)
		if to-from >= minRandom && mayMatch(b, from, to) {
			return true
		}
		i = to + minRandom
	}
	return false
}

// mayMatch tells that match may recognise the run from start to end.
func mayMatch(b []byte, start, end int) bool {
	if start > 0 && (isPrefixJoin(b[start-1]) && b[start-1] != ' ' && (b[start-1] != '/' || start > 1 && b[start-2] == '/') || b[start-1] == '!') {
		return true // SG.xxx, 1//0xxx, 123:xxx, 00D1!xxx
	}
	if start >= 6 && ascii.HasAt(b, start-6, "FlyV1 ") {
		return true
	}
	if start > 1 && b[start-1] == '/' && (ascii.IsUpper(b[start-2]) || ascii.IsDigit(b[start-2])) {
		if _, ok := slackHook(b, start, end); ok {
			return true
		}
	}
	switch n := end - start; {
	case n == 17 && ascii.HasAt(b, start, "pat"), n >= 23 && n <= 28 && end+7 < len(b) && b[end] == '.' && b[end+7] == '.':
		return true // airtable, discord
	case n >= 20 && n <= 48 && start >= 12 && b[start-1] == '/' && slackSegment(b, start-1):
		return true
	}
	return mayAnchor(b, start, end) || mayStart(b, start, end)
}

// mayStart tells that a format's prefix may stand at the start of the run, or at a joint in it.
func mayStart(b []byte, start, end int) bool {
	if start+minCut >= end {
		return false
	}
	k := key3(b[start], b[start+1], b[start+2])
	if providers.bits.has(k) || k == keyJWT || b[start] == 's' && b[start+1] == '.' || b[start] == 'S' && b[start+1] == 'K' || ascii.HasAt(b, start, "private-") {
		return true
	}
	for i := start + 1; i+minCut < end; i++ {
		if ascii.Class[b[i-1]]&ascii.Join == 0 {
			continue
		}
		if k := key3(b[i], b[i+1], b[i+2]); providers.inner.has(k) || k == keyJWT {
			return true
		}
	}
	return false
}

const keyJWT = uint32('e') | uint32('y')<<8 | uint32('J')<<16

// slackSegment tells that the segment before end is in capitals and digits, as Slack's ids are.
func slackSegment(b []byte, end int) bool {
	from := end
	for from > 0 && b[from-1] != '/' {
		from--
	}
	return end-from >= 8 && ascii.IsUpperDigits(b[from:end])
}

// cleanQuery tells that no pair of the query that starts at b[from] can hold a credential.
func (f *finder) cleanQuery(b []byte, from int) bool {
	for i := from; i <= len(b); {
		eq, end := -1, i
		var flags uint8
		for ; end < len(b) && b[end] != '&'; end++ {
			bits := ascii.Class[b[end]]
			if bits&(ascii.Syntax|ascii.Delim) != 0 {
				if b[end] != '=' || eq >= 0 {
					return false
				}
				eq = end
			}
			flags |= bits
		}
		if eq < 0 {
			if end-i >= minRandom {
				return false
			}
		} else if !f.cleanPair(b, i, eq, end) || end-eq > minRandom && isShortName(b[i:eq]) && f.isAction(b[:from-1]) {
			return false
		}
		i = end + 1
	}
	return true
}

// cleanPair judges a pair without syntax in its name or value.
func (f *finder) cleanPair(b []byte, start, eq, end int) bool {
	if eq-start >= minRandom && f.speaks(b, start, eq) {
		return false
	}
	size := end - eq - 1
	if size == 0 {
		return true
	}
	switch n := f.lex.of(b[start:eq]); n.grade {
	case gradeNone:
		value := b[eq+1 : end]
		return value[0] != '/' && (size < minRandom ||
			!f.speaks(b, eq+1, end) && bytes.IndexByte(value, '/') < 0 && authscheme.Len(value) == 0)
	case gradeWeak:
		return b[eq+1] != '/' && size < minRandom && bytes.IndexByte(b[eq+1:end], '+') < 0
	}
	return false
}

// cleanProse tells that no word of a user agent can be a credential.
func (f *finder) cleanProse(b []byte) bool {
	if bytes.IndexByte(b, '=') >= 0 || bytes.IndexByte(b, '%') >= 0 || bytes.IndexByte(b, '@') >= 0 ||
		hasPairColon(b) || bearerAt(b, 0) >= 0 || len(b) >= minRandom && mayFirst(b, 0) {
		return false
	}
	for i := minRandom - 1; i < len(b); {
		if ascii.Class[b[i]]&ascii.Run == 0 {
			i += minRandom
			continue
		}
		from, to := ascii.RunAround(b, i)
		if to-from >= minRandom {
			return false
		}
		i = to + minRandom
	}
	return true
}
