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

// cleanURL reports whether no part of a URL can be a credential.
func (f *prefilter) cleanURL(b []byte) bool {
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

// cleanAuthority returns the end of scheme://host, -1 for anything more or else.
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
	if n >= shape.MinRandom && provider.MayStartFirst(host, 0) {
		return -1
	}
	for k, c := range host {
		if bits := ascii.Class[c]; bits&(ascii.Syntax|ascii.Delim) != 0 ||
			k%shape.MinRandom == shape.MinRandom-1 && bits&ascii.Run != 0 && provider.LongRun(host, k) {
			return -1
		}
	}
	return i + n
}

// cleanSegment reports whether the segment from start to end, without syntax in it, is no credential.
func (f *prefilter) cleanSegment(b []byte, start, end int, flags uint8) bool {
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
	if p, _ := f.hints.Product(b, start, end); p != nil {
		return false
	}
	return f.hints.NoneBefore(b, start)
}

// cleanQuery reports whether no pair of the query at b[from] can hold a credential.
func (f *prefilter) cleanQuery(b []byte, from int) bool {
	action, asked := false, false
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
			if end-i >= shape.MinRandom {
				return false
			}
		} else if !f.cleanPair(b, i, eq, end) {
			return false
		} else if names.MayHaveCompanion(b[i:eq], b[eq+1:end]) && names.HasCompanion(b[from:], b[i:eq]) {
			return false
		} else if names.MayBeOfAction(b[i:eq], b[eq+1:end]) {
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
			!provider.LooksLikeToken(b, eq+1, end) && bytes.IndexByte(value, '/') < 0 &&
				!bytes.Contains(value, []byte(plusOptionStart)) && authscheme.Len(value) == 0)
	case names.Weak:
		return b[eq+1] != '/' && size < shape.MinRandom && bytes.IndexByte(b[eq+1:end], '+') < 0
	}
	return false
}

// cleanProse reports whether no word of a user agent can be a credential.
func (f *prefilter) cleanProse(b []byte) bool {
	if bytes.IndexByte(b, '=') >= 0 || bytes.IndexByte(b, '%') >= 0 || bytes.IndexByte(b, '@') >= 0 || bytes.IndexByte(b, '&') >= 0 ||
		hasEmbedded(b) || hasPairColon(b) || bearerAt(b, 0) >= 0 || hasJoint(b) ||
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
