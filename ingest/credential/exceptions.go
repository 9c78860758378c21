package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// exceptedURL is the request's URL in the line under an excepted path: the target, or the path and the query. The rest of
// the line (headers, cookies, other URLs) is searched as ever.
type exceptedURL struct{ target, query record.Field }

// exceptedURL returns the request's URL if its path is excepted, else nil. It holds until the next line.
func (f *finder) exceptedURL(rec *record.Record) *exceptedURL {
	if len(f.options.Exceptions.Paths) == 0 {
		return nil
	}
	path := rec.Target
	if !path.Present() {
		path = rec.Path
	}
	if !path.Present() || !f.isExceptedPath(f.fieldText(rec.Line, &path)) {
		return nil
	}
	f.url = exceptedURL{path, rec.Query}
	return &f.url
}

// exceptedURLs gives the excepted URL of each field of a record, by their order.
type exceptedURLs struct {
	url      *exceptedURL
	requests []record.Request // of a message that holds several, which are still to come
}

// exceptedURLs returns the excepted URLs of rec.
func (f *finder) exceptedURLs(rec *record.Record) exceptedURLs {
	return exceptedURLs{f.exceptedURL(rec), rec.Requests}
}

// holds reports whether fld, which is behind all fields that holds was called for, is part of an excepted URL.
func (u *exceptedURLs) holds(f *finder, fld *record.Field) bool {
	for len(u.requests) > 0 && u.requests[0].Start <= fld.Start {
		u.url = f.exceptedURL(&u.requests[0].Record)
		u.requests = u.requests[1:]
	}
	return u.url.holds(fld)
}

// holds reports whether fld is part of the URL; nil has none.
func (u *exceptedURL) holds(fld *record.Field) bool {
	return u != nil && (isWithin(fld, u.target) || isWithin(fld, u.query))
}

// isWithin reports whether the field a lies within the field b.
func isWithin(a *record.Field, b record.Field) bool { return b.Start <= a.Start && a.End <= b.End }

// isExceptedPath reports whether the normalised path of a request target is excepted.
func (f *finder) isExceptedPath(target offset.View) bool {
	f.path = appendNormalPath(f.path[:0], target.Text)
	for _, p := range f.options.Exceptions.Paths {
		if ascii.HasAt(f.path, 0, p) {
			return true
		}
	}
	return false
}

// appendNormalPath appends the path of target, an origin-form or absolute-form (RFC 9112 section 3.2), as a server resolves
// it: percent-decoded until nothing decodes, with slashes for backslashes, without empty segments, dot segments and matrix
// parameters (RFC 3986 sections 5.2.4 and 6.2.2).
func appendNormalPath(dst, target []byte) []byte {
	if len(target) == 0 {
		return dst
	}
	if target[0] != '/' {
		if i := authorityStart(target); i >= 0 {
			target = target[i:]
			target = target[max(bytes.IndexByte(target, '/'), 0):]
		}
	}
	if i := bytes.IndexAny(target, "?#"); i >= 0 {
		target = target[:i]
	}
	from := len(dst)
	dst = append(dst, target...)
	for changed := true; changed; {
		var n int
		n, changed = decodeInPlace(dst[from:])
		dst = dst[:from+n]
	}
	return dst[:from+resolveInPlace(dst[from:])]
}

// decodeInPlace percent-decodes b once within its own memory and returns its new length.
func decodeInPlace(b []byte) (n int, changed bool) {
	for i := 0; i < len(b); n++ {
		c, size := b[i], 1
		if d, ok := ascii.PercentAt(b, i); ok {
			c, size, changed = d, 3, true
		}
		if c == '\\' {
			c = '/'
		}
		b[n] = c
		i += size
	}
	return n, changed
}

// resolveInPlace takes empty and dot segments out of the path b within its own memory and returns its new length.
func resolveInPlace(b []byte) int {
	n := 0
	for i := 0; i < len(b); {
		end := i
		for end < len(b) && b[end] != '/' {
			end++
		}
		name := b[i:end]
		if k := bytes.IndexByte(name, ';'); k >= 0 {
			name = name[:k]
		}
		switch last := end == len(b); {
		case len(name) == 0 && !last, string(name) == ".":
			if n == 0 {
				b[0], n = '/', 1
			}
		case string(name) == "..":
			n = max(bytes.LastIndexByte(b[:max(n-1, 0)], '/'), 0)
			b[0] = '/'
			n++
		default:
			n += copy(b[n:], name)
			if !last {
				b[n] = '/'
				n++
			}
		}
		i = end + 1
	}
	return n
}
