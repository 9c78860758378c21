package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/jwt"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// scanRuns finds self-evident tokens anywhere in v: a provider's format, a JWT. All of them hold 16 or more characters of
// letters, digits, - and _ in a row, so testing every 16th byte meets each of them.
func (f *finder) scanRuns(v offset.View, pl context) bool {
	return f.scanRunsBetween(v, 0, len(v.Text), pl)
}

// scanRunsBetween is scanRuns for the runs between from and limit. It sees the text around, by which some formats are known.
func (f *finder) scanRunsBetween(v offset.View, from, limit int, pl context) bool {
	found := false
	b := v.Text
	f.steps += limit - from
	if limit-from >= shape.MinRandom {
		if m, ok := provider.MatchFirst(b, from); ok {
			from, found = min(f.judgeMatch(v, pl, match{Match: m, limit: limit}), limit), true
		} else if ascii.HasAt(b, from, jwtStart) && f.jwtAtStart(v.From(from), pl) { // broken within its first 16 characters
			found = true
		}
	}
	for i := from + shape.MinRandom - 1; i < limit; {
		if ascii.Class[b[i]]&ascii.Run == 0 {
			i += shape.MinRandom
			continue
		}
		start, end := ascii.RunAround(b, i)
		if end-start >= shape.MinRandom {
			if m, ok := f.match(b, start, end); ok {
				found = true
				m.limit = limit
				end = max(end, f.judgeMatch(v, pl, m))
			}
		}
		i = end + shape.MinRandom
	}
	return found
}

const jwtStart = "eyJ" // base64 of {"

// jwtAtStart reports the JWT at the start of v.
func (f *finder) jwtAtStart(v offset.View, pl context) bool {
	p, end, ok := f.jwt.At(v.Text, 0)
	if ok {
		f.judgeMatch(v, pl, jwtMatch(p, 0, end))
	}
	return ok
}

// match is a token recognised in a text.
type match struct {
	provider.Match
	jwt   *jwt.Parts
	limit int // where the place of the token ends
}

// judgeMatch reports the token m of v with the rest of its run, unless it is a placeholder, and returns the end of both.
func (f *finder) judgeMatch(v offset.View, pl context, m match) int {
	if placeholder.Len(v.Text[m.Start:]) >= m.End-m.Start || isPlaceholder(v.Text[m.Start:m.End]) {
		return m.End
	}
	token := m.Match
	m.TakeRun(v.Text[:max(m.limit, m.End)], !pl.words || pl.depth > 0)
	f.steps += m.End - token.End
	if m.jwt == nil {
		f.reportMatch(v.Cut(m.Start, m.End), pl, m)
		return m.End
	}
	n := len(f.found) // what is behind a JWT (an SD-JWT's disclosures) goes, and its fingerprint stays
	f.reportMatch(v.Cut(token.Start, token.End), pl, match{Match: token, jwt: m.jwt})
	if len(f.found) > n {
		out := &f.found[len(f.found)-1]
		if _, end := v.Cut(m.Start, m.End).Span(); end > out.End {
			out.End = end
		}
	}
	return m.End
}

// match returns the token around the run from start to end of b.
func (f *finder) match(b []byte, start, end int) (m match, ok bool) {
	f.steps += end - start
	if !provider.MayMatch(b, start, end) {
		return match{}, false
	}
	if ascii.HasAt(b, start, jwtStart) {
		if p, end, ok := f.jwt.At(b, start); ok {
			return jwtMatch(p, start, end), true
		}
	}
	if m, ok := provider.MatchRun(b, start, end); ok {
		return match{Match: m}, true
	}
	if ascii.HasAt(b, start, jwtStart) {
		if m, ok := jwtWithoutHeader(b, start, end); ok {
			return match{Match: m}, true
		}
	}
	for i, tries := start+1, 0; i+provider.MinCut < end && tries < maxTries; i++ { // prefix_eyJ..., name-ghp_...
		if ascii.Class[b[i-1]]&ascii.Join == 0 || !provider.MayStartInside(b, i) {
			continue
		}
		tries++
		if ascii.HasAt(b, i, jwtStart) {
			if p, end, ok := f.jwt.At(b, i); ok {
				return jwtMatch(p, i, end), true
			}
		}
		if m, ok := provider.MatchInside(b, i); ok {
			return match{Match: m}, true
		}
	}
	m.Match, ok = provider.MatchIssued(b, start, end)
	return m, ok
}

// maxTries bounds the joints of one run that are tried for a format. A run with more is no token.
const maxTries = 32

// reportMatch reports the result of match.
func (f *finder) reportMatch(v offset.View, pl context, m match) {
	e := evidence{kind: m.Kind, confidence: tokenwarden.ConfidenceHigh, reason: m.Reason, public: m.Public, prefix: m.Prefix}
	if !m.Exact {
		e.confidence = tokenwarden.ConfidenceMedium
	}
	if m.jwt != nil {
		m.jwt.Rebase(m.Start)
		e.jwt = m.jwt
	}
	f.report(v, pl, e)
}

// jwtMatch returns the match of a JWT.
func jwtMatch(p *jwt.Parts, start, end int) match {
	m := match{jwt: p, Match: provider.Match{Start: start, End: end, Kind: "jwt", Exact: p.Whole(), Reason: "JSON Web Token"}}
	if p.Encrypted {
		m.Kind, m.Reason = "jwe", "JSON Web Encryption token"
	}
	if !m.Exact {
		m.Reason = "beginning of a JSON Web Token"
	}
	return m
}

// minSignature is the length of the shortest signature that marks a JWT without its header: 120 of the 256 bits of HS256.
const minSignature = 20

// minHeaderRest is the length of the shortest rest of a header, in bytes. The types in front of a token are shorter: sk.eyJ...
const minHeaderRest = 4

// jwtWithoutHeader returns the JWT whose claims are the run from start to end. Its header is cut or changed, and does not
// tell.
func jwtWithoutHeader(b []byte, start, end int) (m provider.Match, ok bool) {
	if start == 0 || b[start-1] != '.' || end >= len(b) || b[end] != '.' || end-start < ascii.MinBase64 || !ascii.StartsText(b[start:end]) {
		return m, false
	}
	from, to := start-1, end+1
	for from > 0 && ascii.Class[b[from-1]]&ascii.Run != 0 {
		from--
	}
	for to < len(b) && ascii.Class[b[to]]&ascii.Run != 0 {
		to++
	}
	from += max(bytes.Index(b[from:start-1], []byte(jwtStart)), 0) // Bearer%20eyJ...
	m = provider.Match{Start: from, End: to, Kind: "jwt", Reason: "claims and signature of a JSON Web Token"}
	return m, to-end > minSignature && start-1-from >= minHeaderRest
}

// wholeValue reports v if all of it is one self-evident token.
func (f *finder) wholeValue(v offset.View, pl context) bool {
	if len(v.Text) < shape.MinRandom || isPlaceholder(v.Text) {
		return false
	}
	m, ok := f.firstMatch(v.Text)
	if ok && m.Start == 0 && m.jwt == nil {
		m.TakeRun(v.Text, true)
	}
	if !ok || m.Start != 0 || m.End != len(v.Text) {
		return false
	}
	f.reportMatch(v, pl, m)
	return true
}

// firstMatch returns the token that b begins with: by its first run, by a prefix with short runs, or by its first long run.
func (f *finder) firstMatch(b []byte) (match, bool) {
	_, end := ascii.RunAround(b, 0)
	m, ok := f.match(b, 0, end)
	if !ok {
		m.Match, ok = provider.MatchFirst(b, 0)
	}
	for i := end; !ok && i < len(b) && i < maxShortRuns; {
		start, end := i, i
		for end < len(b) && ascii.Class[b[end]]&ascii.Run != 0 {
			end++
		}
		if i = end + 1; end-start >= shape.MinRandom {
			m, ok = f.match(b, start, end)
		}
	}
	return m, ok
}

// maxShortRuns bounds the short runs that a token begins with: the ids of users and bots.
const maxShortRuns = 40

// customPatterns finds the user's own patterns in a field, at each level of its percent-encoding.
func (f *finder) customPatterns(v offset.View, pl context) {
	for range maxDecodings + 1 {
		f.steps += len(v.Text)
		for i := range f.patterns {
			f.customPattern(v, pl, &f.patterns[i])
		}
		d, ok := f.arena.Percent(v)
		if !ok {
			return
		}
		v = d
	}
}

func (f *finder) customPattern(v offset.View, pl context, p *pattern) {
	for _, at := range p.re.FindAllSubmatchIndex(v.Text, -1) {
		start, end := at[0], at[1]
		if len(at) >= 4 && at[2] >= 0 {
			start, end = at[2], at[3]
		}
		f.report(v.Cut(start, end), pl, evidence{
			kind: p.kind, confidence: tokenwarden.ConfidenceHigh, reason: "pattern of the configuration",
		})
	}
}
