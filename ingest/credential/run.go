package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// runs looks for tokens that speak for themselves anywhere in v: a provider's format, a JWT. All of them hold 16 or
// more characters of letters, digits, - and _ in a row, so that it is enough to look at every 16th byte: a run that
// long cannot step over it.
func (f *finder) runs(v view, pl place) bool { return f.runsBetween(v, 0, len(v.b), pl) }

// runsBetween is runs for the runs of v that lie between from and limit. What stands around them is seen: some formats
// are known by it.
func (f *finder) runsBetween(v view, from, limit int, pl place) bool {
	found := false
	b := v.b
	if limit-from >= minRandom {
		if m, ok := providers.first(b, from); ok {
			f.judge(v, pl, m, nil)
			from, found = min(m.end, limit), true
		}
	}
	for i := from + minRandom - 1; i < limit; {
		if ascii.Class[b[i]]&ascii.Run == 0 {
			i += minRandom
			continue
		}
		start, end := ascii.RunAround(b, i)
		if end-start >= minRandom {
			if next := f.run(v, start, end, pl); next > 0 {
				found = true
				end = max(end, next)
			}
		}
		i = end + minRandom
	}
	return found
}

// run judges the run from start to end and returns where the token that it belongs to ends, 0 if it belongs to none.
func (f *finder) run(v view, start, end int, pl place) int {
	m, p, ok := f.match(v.b, start, end)
	if !ok {
		return 0
	}
	f.judge(v, pl, m, p)
	return m.end
}

// judge reports what match found, unless it is what was redacted before.
func (f *finder) judge(v view, pl place, m match, p *jwtParts) {
	if placeholderLen(v.b[m.start:]) > 0 || isPlaceholder(v.b[m.start:m.end]) {
		return
	}
	f.report(v.cut(m.start, m.end), pl, m, p)
}

// match finds the token that the run from start to end of b belongs to.
func (f *finder) match(b []byte, start, end int) (m match, p *jwtParts, ok bool) {
	if !mayMatch(b, start, end) {
		return match{}, nil, false
	}
	if ascii.HasAt(b, start, "eyJ") {
		if m, ok := f.jwtAt(b, start); ok {
			return m, &f.parts, true
		}
	}
	if m, ok := providers.around(b, start, end); ok {
		return m, nil, true
	}
	if m, ok := structured(b, start, end); ok {
		return m, nil, true
	}
	for i, tries := start+1, 0; i+minCut < end && tries < maxTries; i++ { // prefix_eyJ..., name-ghp_...
		if ascii.Class[b[i-1]]&ascii.Join == 0 {
			continue
		}
		if k := key3(b[i], b[i+1], b[i+2]); k != keyJWT && !providers.inner.has(k) {
			continue
		}
		tries++
		if ascii.HasAt(b, i, "eyJ") {
			if m, ok := f.jwtAt(b, i); ok {
				return m, &f.parts, true
			}
		}
		if m, ok := providers.inside(b, i); ok {
			return m, nil, true
		}
	}
	return match{}, nil, false
}

// maxTries is at how many joints of one run a format is tried: a run that has more of them is no token.
const maxTries = 32

// report emits what match found.
func (f *finder) report(v view, pl place, m match, p *jwtParts) {
	e := evidence{kind: m.kind, confidence: tokenwarden.ConfidenceHigh, reason: m.reason, public: m.public, prefix: m.prefix}
	if !m.sure {
		e.confidence = tokenwarden.ConfidenceMedium
	}
	if p != nil {
		rebase(p, m.start)
		e.jwt = p
	}
	f.emit(v, pl, e)
}

// rebase makes the parts count from the token's own start.
func rebase(p *jwtParts, start int) {
	for i := range p.n {
		p.part[i][0] -= start
		p.part[i][1] -= start
	}
}

// exactly reports v if all of it is one token that speaks for itself.
func (f *finder) exactly(v view, pl place) bool {
	if len(v.b) < minRandom || isPlaceholder(v.b) {
		return false
	}
	end := 0
	for end < len(v.b) && ascii.Class[v.b[end]]&ascii.Run != 0 {
		end++
	}
	m, p, ok := f.match(v.b, 0, max(end, 1))
	if !ok {
		m, ok = providers.first(v.b, 0)
	}
	if !ok || m.start != 0 || m.end != len(v.b) {
		return false
	}
	f.report(v, pl, m, p)
	return true
}

// custom looks for the user's own patterns in a field, at each level of its percent-encoding.
func (f *finder) custom(v view, pl place) {
	for range secret.MaxDecode {
		for i := range f.patterns {
			f.pattern(v, pl, &f.patterns[i])
		}
		d, ok := f.arena.percent(v)
		if !ok {
			return
		}
		v = d
	}
}

func (f *finder) pattern(v view, pl place, p *pattern) {
	for _, at := range p.re.FindAllSubmatchIndex(v.b, -1) {
		start, end := at[0], at[1]
		if len(at) >= 4 && at[2] >= 0 {
			start, end = at[2], at[3]
		}
		f.emit(v.cut(start, end), pl, evidence{
			kind: p.kind, confidence: tokenwarden.ConfidenceHigh, reason: "pattern of the configuration",
		})
	}
}
