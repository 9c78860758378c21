package credential

import (
	"bytes"
	"strconv"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// path looks into the segments of a path. Only segments that could be a token are looked at: a digit or an escape
// among six bytes or more, or 16 bytes. Most are told from their neighbours: what follows /reset/ is judged as the
// value of a name would be. UUIDs, digests, slugs and file names elsewhere stay.
func (f *finder) path(v view, pl place) bool {
	found := false
	b := v.b
	start := 0
	var flags uint8
	for i := 0; i <= len(b); i++ {
		if i < len(b) && b[i] != '/' {
			flags |= ascii.Class[b[i]]
			continue
		}
		if n := i - start; n >= 6 && (n >= minRandom || flags&(ascii.Digit|ascii.Syntax|ascii.Delim) != 0) || flags&(ascii.Delim|ascii.Syntax) != 0 {
			found = f.segment(v, start, i, flags, pl) || found
		}
		start, flags = i+1, 0
	}
	return found
}

// segment looks into the segment of v from start to end.
func (f *finder) segment(v view, start, end int, flags uint8, pl place) bool {
	s := v.cut(start, end)
	if len(s.b) >= minRandom && bytes.IndexByte(s.b, '=') >= 0 && f.exactly(s, f.inPath(v, start, pl)) {
		return true
	}
	if flags&ascii.Syntax != 0 && (f.embedded(v, start, s, pl) || f.cookieless(s, pl)) {
		return true
	}
	if flags&ascii.Delim != 0 || bytes.IndexByte(s.b, '=') >= 0 {
		return f.parameters(v, start, end, pl)
	}
	d := s
	for range secret.MaxDecode {
		next, ok := f.arena.percent(d)
		if !ok {
			break
		}
		d = next
	}
	if f.preauthenticated(v, start, end, d, pl) || f.bot(v, end, d, pl) || f.marked(v, start, withoutExtension(d), flags, pl) {
		return true
	}
	if flags&ascii.Syntax != 0 && pl.depth < maxNesting {
		if len(d.b) != len(s.b) && bytes.ContainsAny(d.b, "/?=&") && f.url(d, pl.unnamed()) {
			return true
		}
		if bytes.ContainsAny(d.b, "{('\":=") && f.structure(d, pl.unnamed()) {
			return true
		}
	}
	if len(d.b) < minRandom {
		return false
	}
	if f.segmentRuns(v, start, end, d, pl) {
		return true
	}
	if t, ok := f.arena.base64Text(d); ok {
		return f.structure(t, pl.unnamed()) || f.runs(t, pl.unnamed())
	}
	return false
}

// preauthenticated looks at the token of an Oracle Cloud pre-authenticated request: /p/TOKEN/n/NAMESPACE/b/BUCKET/o/.
func (f *finder) preauthenticated(v view, start, end int, d view, pl place) bool {
	if len(d.b) < minRandom || !bytes.HasSuffix(v.b[:start], []byte("/p/")) || !ascii.HasAt(v.b, end, "/n/") || shapeOf(d.b) < shapeHex {
		return false
	}
	pl.param = v.b[start-2 : start-1]
	return f.emit(d, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceHigh, reason: "pre-authenticated request", random: true})
}

// embedded looks into the userinfo of a URL that stands in a path: /proxy/http://user:password@host/.
func (f *finder) embedded(v view, start int, s view, pl place) bool {
	return bytes.HasSuffix(v.b[:start], []byte("://")) && bytes.IndexByte(s.b, '@') > 0 && f.userinfo(s, pl)
}

// cookieless looks at ASP.NET's session and ticket in the path: /(S(TOKEN)F(TOKEN))/page.aspx.
func (f *finder) cookieless(s view, pl place) bool {
	if len(s.b) < minRandom || s.b[0] != '(' || s.b[2] != '(' || !bytes.HasSuffix(s.b, []byte("))")) {
		return false
	}
	found := false
	pl = pl.under(name{gradeHard, "session"}, s.b[1:2])
	for i := 1; i+2 < len(s.b) && s.b[i+1] == '('; {
		n := bytes.IndexByte(s.b[i:], ')')
		found = f.value(s.cut(i+2, i+n), pl) || found
		i += n + 1
	}
	return found
}

// parameters looks into the matrix parameters of a segment (RFC 3986 section 3.3): /path;jsessionid=1;v=2, and into
// /name=value/ and /name=value&name=value/. What stands before the first separator is a segment of its own.
func (f *finder) parameters(v view, start, end int, pl place) bool {
	found := false
	b := v.b[:end]
	head := start
	for head < end && b[head] != ';' && b[head] != '&' && b[head] != '=' {
		head++
	}
	if head < end && b[head] != '=' {
		if head > start {
			var flags uint8
			for _, c := range b[start:head] {
				flags |= ascii.Class[c]
			}
			found = f.segment(v, start, head, flags, pl)
		}
		start = head + 1
	}
	if start >= end {
		return found
	}
	return f.query(v.cut(start, end), pl.at(tokenwarden.LocationQuery)) || found
}

// inPath names a place in a path: the segment before the token if it is short and a word, else its number.
func (f *finder) inPath(v view, start int, pl place) place {
	if len(pl.param) > 0 && pl.loc != tokenwarden.LocationPath {
		return pl
	}
	if start > 1 {
		from := bytes.LastIndexByte(v.b[:start-1], '/') + 1
		if seg := v.b[from : start-1]; len(seg) > 0 && len(seg) <= maxMark && allWord(seg) {
			pl.param = seg
			return pl
		}
	}
	n := bytes.Count(v.b[:start], []byte{'/'})
	d := len(f.text.b)
	f.text.b = strconv.AppendInt(append(f.text.b, '#'), int64(max(n, 1)), 10)
	pl.param = f.text.b[d:]
	return pl
}

func allWord(b []byte) bool {
	for _, c := range b {
		if !ascii.IsAlpha(c) && ascii.Class[c]&ascii.Join == 0 {
			return false
		}
	}
	return true
}

// segmentRuns looks for formats in the segment of v from start to end, which decodes to d. Where nothing had to be
// decoded the whole path is in sight: some formats are known by the segments before them, and base64 may hold a slash
// that nobody encoded. In the path of the request itself a word behind the slash is a segment of its own.
func (f *finder) segmentRuns(v view, start, end int, d view, pl place) bool {
	if len(d.b) == end-start {
		next := bytes.TrimPrefix(v.b[end:], []byte{'/'})
		if i := bytes.IndexByte(next, '/'); i >= 0 {
			next = next[:i]
		}
		if pl.depth == 0 && shapeOf(next) == shapeOrdinary {
			v = v.cut(0, end)
		}
		return f.runsBetween(v, start, end, f.inPath(v, start, pl))
	}
	return f.runs(d, f.inPath(v, start, pl))
}
