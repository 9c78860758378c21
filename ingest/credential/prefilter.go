package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// Nearly every line holds no credential. The prefilter finds most of these in one pass over the raw bytes of a URL or a user
// agent, with the first tests of the search. A text it calls clean has no finding, as a property test holds; the reverse
// need not be true.

// prefilter recognises clean texts.
type prefilter struct {
	names *names.Classifier
	hints *names.PathHints
}

// cleanHead returns the length of the head of a URL in which no part can be a credential: all of it, what stands before its
// query, or nothing.
func (f *prefilter) cleanHead(b []byte) int {
	i := 0
	if b[0] != '/' || len(b) > 1 && b[1] == '/' {
		if i = cleanAuthority(b); i < 0 || names.IsProductHost(b[:i]) {
			return 0
		}
	}
	start := i
	var flags uint8
	var trail names.Trail
	trail.Start(start)
	for k, c := range b[i:] {
		bits := ascii.Class[c]
		if bits&(ascii.Syntax|ascii.Delim|ascii.Base64) == 0 {
			flags |= bits
			continue
		}
		end := i + k
		switch {
		case c == '+':
		case c != '/' && c != '?' || !f.cleanSegment(b, start, end, flags, &trail):
			return 0
		case c == '/':
			start, flags = end+1, 0
			trail.Start(start)
		case f.cleanQuery(b, end+1):
			return len(b)
		default:
			return end
		}
	}
	if !f.cleanSegment(b, start, len(b), flags, &trail) {
		return 0
	}
	return len(b)
}

// cleanAuthority returns the end of scheme://host, -1 for anything more or else.
func cleanAuthority(b []byte) int {
	from := schemeEnd(b)
	if from < 0 {
		return -1
	}
	var flags uint8
	i, run := from, from // the run of bytes of the class Run that ends at i starts at run
	for ; i < len(b) && b[i] != '/'; i++ {
		bits := ascii.Class[b[i]]
		flags |= bits
		if bits&ascii.Run == 0 {
			run = i + 1
		} else if i-run >= shape.MinRandom-1 {
			return -1
		}
	}
	if flags&(ascii.Syntax|ascii.Delim) != 0 || i-from >= shape.MinRandom && provider.MayStartFirst(b[from:i], 0) {
		return -1
	}
	return i
}

// schemeEnd returns where the authority of an absolute URL starts, -1 without a scheme of up to 8 letters.
func schemeEnd(b []byte) int {
	if ascii.HasAt(b, 0, "https://") {
		return len("https://")
	}
	i := 0
	for i < len(b) && ascii.IsAlpha(b[i]) && i < 8 {
		i++
	}
	if i == 0 || !ascii.HasAt(b, i, "://") {
		return -1
	}
	return i + len("://")
}

// cleanSegment reports whether the segment from start to end, without syntax in it and behind trail, is no credential.
func (f *prefilter) cleanSegment(b []byte, start, end int, flags uint8, trail *names.Trail) bool {
	n := end - start
	if n < 6 || n < shape.MinRandom && flags&ascii.Digit == 0 {
		return true
	}
	if n >= shape.MinRandom && provider.LooksLikeToken(b, start, end) {
		return false
	}
	if flags&ascii.Alpha == 0 && n < shape.MinRandom {
		return true
	}
	if ascii.HasAt(b, start, "bot") || end-start > len(".ics") && ascii.HasAt(b, end-len(".ics"), ".ics") ||
		start >= 3 && ascii.HasAt(b, start-3, "/p/") && ascii.HasAt(b, end, "/n/") {
		return false
	}
	if start == 1 && n >= minOnlySegment && flags&(ascii.Digit|ascii.Upper|ascii.Join) == ascii.Digit|ascii.Upper {
		return false
	}
	return !f.hints.MayBeOfProduct(b, start, end, trail) && f.hints.NoneBefore(b, start, trail)
}

// cleanQuery reports whether no pair of the query at b[from] can hold a credential.
func (f *prefilter) cleanQuery(b []byte, from int) bool {
	action, asked := false, false
	for i := from; i <= len(b); {
		eq, end := pairEnd(b, i)
		if end < 0 {
			return false
		}
		switch {
		case eq < 0:
			if end-i >= shape.MinRandom {
				return false
			}
		case !f.cleanPair(b, i, eq, end):
			return false
		case end-eq <= shape.MinRandom: // too short for a value that another pair or the path explains
		case names.MayHaveCompanion(b[i:eq], b[eq+1:end]) && names.HasCompanion(b[from:], b[i:eq]):
			return false
		case names.MayBeOfAction(b[i:eq], b[eq+1:end]):
			if !asked {
				asked, action = true, f.hints.IsAction(b[:from-1]) || f.hints.IsActionQuery(b[from:])
			}
			if action {
				return false
			}
		}
		i = end + 1
	}
	return true
}

// pairEnd returns where the equals sign of the pair at b[from] stands, -1 without one, and where the pair ends, -1 if there is
// other syntax in it.
func pairEnd(b []byte, from int) (eq, end int) {
	eq = -1
	for i, c := range b[from:] {
		switch {
		case ascii.Class[c]&(ascii.Syntax|ascii.Delim) == 0:
		case c == '=' && eq < 0:
			eq = from + i
		case c == '&':
			return eq, from + i
		default:
			return eq, -1
		}
	}
	return eq, len(b)
}

// cleanPair judges a pair without syntax in its name or value.
func (f *prefilter) cleanPair(b []byte, start, eq, end int) bool {
	if eq-start >= shape.MinRandom && provider.LooksLikeToken(b, start, eq) {
		return false
	}
	size := end - eq - 1
	if size == 0 {
		return true
	}
	switch n := f.names.Classify(b[start:eq]); n.Grade {
	case names.None:
		value := b[eq+1 : end]
		return value[0] != '/' && !startsOption(value) && (size < shape.MinRandom ||
			!mayBeEncoded(value) && !provider.LooksLikeToken(b, eq+1, end) && bytes.IndexByte(value, '/') < 0 &&
				!bytes.Contains(value, []byte(plusOptionStart)) && authscheme.Len(value) == 0)
	case names.Weak:
		return b[eq+1] != '/' && size < shape.MinRandom && bytes.IndexByte(b[eq+1:end], '+') < 0 && !names.IsShortKey(b[start:eq], b[eq+1:end])
	}
	return false
}

// cleanProse reports whether no word of a user agent can be a credential.
func (f *prefilter) cleanProse(b []byte) bool {
	if bytes.IndexByte(b, '=') >= 0 || bytes.IndexByte(b, '%') >= 0 || bytes.IndexByte(b, '@') >= 0 || bytes.IndexByte(b, '&') >= 0 ||
		hasEmbedded(b) || hasPairColon(b) || bearerAt(b, 0) >= 0 || hasJoint(b) || hasCommand(b) ||
		len(b) >= shape.MinRandom && provider.MayStartFirst(b, 0) {
		return false
	}
	for i := shape.MinRandom - 1; i < len(b); {
		if ascii.Class[b[i]]&ascii.Run == 0 {
			i += shape.MinRandom
			continue
		}
		from, to := ascii.RunAround(b, i)
		if to-from >= shape.MinRandom {
			return false
		}
		i = to + shape.MinRandom
	}
	return true
}
