package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// searchPath searches the segments of a path that may be tokens: with a digit or an escape among six bytes or more, or with
// 16 bytes. Most are judged by the segments before: the one behind /reset/ like the value of a name. UUIDs, digests, slugs
// and file names elsewhere stay.
func (f *finder) searchPath(v offset.View, pl context) bool {
	found := false
	b := v.Text
	pl.slashes = 0
	start, covered := 0, 0 // up to where in the line a token was found that reaches beyond its segment
	var flags uint8
	for i := 0; i <= len(b); i++ {
		if i < len(b) && b[i] != '/' {
			flags |= ascii.Class[b[i]]
			continue
		}
		n := i - start
		if (n >= 6 && (n >= shape.MinRandom || flags&(ascii.Digit|ascii.Syntax|ascii.Delim) != 0) ||
			flags&(ascii.Delim|ascii.Syntax) != 0) && int(v.At(start)) >= covered {
			s, before := v.Cut(start, i), len(f.found)
			outer := f.enterValue(n)
			if found = f.spend(n) && f.pathSegment(v, start, i, flags, pl) || found; f.isSpent() && outer < 0 {
				return found
			}
			if v.At(start) < v.At(i) {
				for k := before; k < len(f.found); k++ {
					covered = max(covered, f.found[k].End)
				}
			}
			f.leaveValue(outer, s)
		}
		pl.slashes++
		start, flags = i+1, 0
	}
	return found
}

// pathSegment searches the segment of v from start to end.
func (f *finder) pathSegment(v offset.View, start, end int, flags uint8, pl context) bool {
	s := v.Cut(start, end)
	if len(s.Text) >= shape.MinRandom && bytes.IndexByte(s.Text, '=') >= 0 && f.wholeValue(s, f.pathContext(v, start, pl)) {
		return true
	}
	if flags&ascii.Syntax != 0 && (f.embeddedUserinfo(v, start, s, pl) || f.aspNetCookieless(s, pl)) {
		return true
	}
	if flags&ascii.Syntax != 0 && f.entityKey(v, start, s, pl) {
		return true
	}
	if flags&ascii.Delim != 0 || bytes.IndexByte(s.Text, '=') >= 0 {
		return f.matrixParameters(v, start, end, pl)
	}
	d := s
	for {
		next, ok := f.arena.Percent(d)
		if !ok {
			break
		}
		if f.steps += len(d.Text); pl.depth >= maxDecodings {
			return f.reportUnsearched(s, "encoded too often to search")
		}
		d = next
		pl.depth++
	}
	if len(d.Text) != len(s.Text) && f.embeddedUserinfo(v, start, d, pl) {
		return true
	}
	if f.oraclePreauthenticated(v, start, end, d, pl) || f.productToken(v, start, end, d, pl) ||
		f.onlySegment(v, start, end, d, pl) || f.botToken(v, end, d, pl) || f.afterHint(v, start, withoutExtension(d), flags, pl) {
		return true
	}
	if flags&ascii.Syntax != 0 {
		if len(d.Text) != len(s.Text) && f.wholeValue(d, f.pathContext(v, start, pl)) { // an encoded slash within a token
			return true
		}
		if len(d.Text) != len(s.Text) && bytes.ContainsAny(d.Text, "/?=&") && f.searchURL(d, pl.withoutName()) {
			return true
		}
		if bytes.ContainsAny(d.Text, "{('\":=") && f.structured(d, pl.withoutName()) {
			return true
		}
	}
	if len(d.Text) < shape.MinRandom {
		return false
	}
	if f.segmentRuns(v, start, end, d, pl) {
		return true
	}
	if t, ok := f.arena.Base64Text(d); ok {
		return f.structured(t, pl.withoutName()) || f.scanRuns(t, pl.withoutName())
	}
	return false
}

// oraclePreauthenticated judges the token of an Oracle Cloud pre-authenticated request: /p/TOKEN/n/NAMESPACE/b/BUCKET/o/.
func (f *finder) oraclePreauthenticated(v offset.View, start, end int, d offset.View, pl context) bool {
	if len(d.Text) < shape.MinRandom || !bytes.HasSuffix(v.Text[:start], []byte("/p/")) ||
		!ascii.HasAt(v.Text, end, "/n/") || shape.Of(d.Text) < shape.Hex {
		return false
	}
	pl.param = v.Text[start-2 : start-1]
	return f.report(d, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceHigh, reason: "pre-authenticated request", random: true})
}

// hostName names the place of a credential that a host tells.
var hostName = []byte("path")

// productToken judges a segment that only the paths of one product explain (names.ProductPath).
func (f *finder) productToken(v offset.View, start, end int, d offset.View, pl context) bool {
	p, word := f.hints.Product(v.Text, start, end)
	if p == nil && len(f.host) > 0 {
		p, word = names.HostProduct(f.host, v.Text, start, end), hostName
	}
	if p == nil || f.excepted {
		return false
	}
	from, to := p.Credential(d.Text)
	if d = d.Cut(from, to); !p.Accepts(d.Text) {
		return false
	}
	pl.param = word
	return f.wholeValue(d, pl) || f.report(d, pl, evidence{
		kind: "token", confidence: tokenwarden.ConfidenceMedium, reason: "path segment of a product that takes a token there",
		random: shape.Of(d.Text) >= shape.Hex,
	})
}

// minOnlySegment and maxOnlySegment bound the only segment of a path that may be a token, in bytes: longer than short links,
// shorter than the data in the addresses of pictures.
const (
	minOnlySegment = 32
	maxOnlySegment = 64
)

// onlySegment judges a long random segment of letters and digits that is all of a path. Assets have an extension and pages
// words with joints, so it is the address of a hook that nobody is to guess.
func (f *finder) onlySegment(v offset.View, start, end int, d offset.View, pl context) bool {
	n := end - start
	if f.excepted || !pl.isOuter() || start != 1 || end != len(v.Text) || n < minOnlySegment || n > maxOnlySegment ||
		shape.Of(d.Text) != shape.Random || !shape.IsJumble(d.Text) || ascii.StartsText(d.Text) || isRevision(d.Text) {
		return false
	}
	pl.param = f.strings.KeepNumber(1)
	return f.wholeValue(d, pl) || f.report(d, pl, evidence{
		kind: "token", confidence: tokenwarden.ConfidenceMedium, reason: "long random text that is the whole path", random: true,
	})
}

// isRevision reports whether b is the name of a repository and a commit of it: rXYZ and 40 hexadecimal digits (Phabricator).
func isRevision(b []byte) bool {
	const size = 40
	return len(b) > size && b[0] == 'r' && len(b)-size <= names.MaxWordSize && ascii.IsHex(b[len(b)-size:])
}

// aspNetCookieless judges ASP.NET's session and ticket in the path: /(S(TOKEN)F(TOKEN))/page.aspx.
func (f *finder) aspNetCookieless(s offset.View, pl context) bool {
	if len(s.Text) < shape.MinRandom || s.Text[0] != '(' || s.Text[2] != '(' || !bytes.HasSuffix(s.Text, []byte("))")) {
		return false
	}
	found := false
	pl = pl.withName(names.Name{Grade: names.Strong, Kind: "session"}, s.Text[1:2])
	for i := 1; i+2 < len(s.Text) && s.Text[i+1] == '('; {
		n := bytes.IndexByte(s.Text[i:], ')')
		found = f.searchValue(s.Cut(i+2, i+n), pl) || found
		i += n + 1
	}
	return found
}

// matrixParameters searches the matrix parameters of a segment (RFC 3986 section 3.3): /path;jsessionid=1;v=2, and
// /name=value/ and /name=value&name=value/. The text before the first separator is a segment of its own.
func (f *finder) matrixParameters(v offset.View, start, end int, pl context) bool {
	found := false
	b := v.Text[:end]
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
			found = f.pathSegment(v, start, head, flags, pl)
		}
		start = head + 1
	}
	if start >= end {
		return found
	}
	return f.searchQuery(v.Cut(start, end), pl.at(tokenwarden.LocationQuery)) || found
}

// pathContext names a place in a path by the segment before the token if it is a short word, else by the segment's number.
func (f *finder) pathContext(v offset.View, start int, pl context) context {
	if len(pl.param) > 0 && pl.loc != tokenwarden.LocationPath {
		return pl
	}
	if start > 1 {
		from := bytes.LastIndexByte(v.Text[:start-1], '/') + 1
		if seg := v.Text[from : start-1]; len(seg) > 0 && len(seg) <= names.MaxSegment && isWordBytes(seg) {
			pl.param = seg
			return pl
		}
	}
	pl.param = f.strings.KeepNumber(max(int(pl.slashes), 1))
	return pl
}

func isWordBytes(b []byte) bool {
	for _, c := range b {
		if !ascii.IsAlpha(c) && ascii.Class[c]&ascii.Join == 0 {
			return false
		}
	}
	return true
}

// segmentRuns finds formats in the segment of v from start to end, with d as its decoded text. Without escapes it sees the
// whole path: some formats are known by the segments before, and base64 may hold an unencoded slash. In the request's own
// path a word behind the slash is a separate segment.
func (f *finder) segmentRuns(v offset.View, start, end int, d offset.View, pl context) bool {
	if len(d.Text) == end-start {
		next := bytes.TrimPrefix(v.Text[end:], []byte{'/'})
		if i := bytes.IndexByte(next, '/'); i >= 0 {
			next = next[:i]
		}
		if pl.isOuter() && shape.Of(next) == shape.Ordinary {
			v = v.Cut(0, end)
		}
		return f.scanRunsBetween(v, start, end, f.pathContext(v, start, pl))
	}
	return f.scanRuns(d, f.pathContext(v, start, pl))
}
