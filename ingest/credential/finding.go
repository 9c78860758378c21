package credential

import (
	"slices"

	"github.com/tokenwarden/tokenwarden"
)

// Finding is one credential in one line, as its position, without its bytes. Its slices and strings are in memory of the
// Finder and hold until the Finder's next call.
type Finding struct {
	Start, End int // the credential's bytes as they stand in the line: Line[Start:End]

	Bare       uint8  // record.Field.Bare: the placeholder needs quotes
	Kind       string // what it is: "github_pat", "jwt", "password", ...; made of a-z, 0-9 and _
	Confidence tokenwarden.Confidence
	Location   tokenwarden.Location
	Param      []byte // name that carries it, lower case; for a path the segment before it, or #N: the N-th segment
	Reason     string // why it was taken for a credential; a constant

	// Public marks a credential meant to be public: a publishable key, a plain identifier.
	Public bool
	// Keep marks a finding that the policy leaves in the line.
	Keep bool

	// Unsearched marks bytes beyond the bounds of the search: the budget, the levels of encoding, or no text. They are
	// always masked and never an event: Kind is KindUnsearched, Fingerprint is zero, Keep is false.
	Unsearched bool

	Fingerprint tokenwarden.Fingerprint
	KeyID       tokenwarden.KeyID
	Older       []tokenwarden.Fingerprint // under the other keys, in their order: what joins history during a rotation
	Family      tokenwarden.Fingerprint   // of (iss, sub, client); zero if the token does not say
	Owner       string                    // JWT sub, or the user of a password; "" if none
	Claims      tokenwarden.Claims
	Scopes      []string
	Strength    tokenwarden.Strength
}

// KindUnsearched is the Kind of Unsearched findings.
const KindUnsearched = "unsearched"

// byStart sorts findings by where they start, the longer first where two start together.
func byStart(a, b Finding) int {
	if a.Start != b.Start {
		return a.Start - b.Start
	}
	return b.End - a.End
}

// merge sorts findings and joins overlapping ones. The union stays covered, the surest finding describes it.
func merge(fs []Finding) []Finding {
	if len(fs) < 2 {
		return fs
	}
	slices.SortStableFunc(fs, byStart)
	if i := slices.IndexFunc(fs, func(f Finding) bool { return f.Unsearched }); i >= 0 {
		return mergeUnsearched(fs)
	}
	out := fs[:1]
	for i := 1; i < len(fs); i++ {
		last := &out[len(out)-1]
		if fs[i].Start >= last.End {
			out = append(out, fs[i])
			continue
		}
		start, end := last.Start, max(last.End, fs[i].End)
		if fs[i].isBetterThan(last) {
			*last = fs[i]
		}
		last.Start, last.End = start, end
	}
	return out
}

// mergeUnsearched is merge for sorted findings with unsearched ones. A finding in an unsearched stretch stays separate,
// under no policy, and the rest of the stretch is masked around it: an expensive text hides no token.
func mergeUnsearched(fs []Finding) []Finding {
	var found, stretches []Finding
	for _, f := range fs {
		if !f.Unsearched {
			found = append(found, f)
		} else if n := len(stretches); n > 0 && f.Start < stretches[n-1].End {
			stretches[n-1].End = max(stretches[n-1].End, f.End)
		} else {
			stretches = append(stretches, f)
		}
	}
	found = merge(found)
	var out []Finding
	i, covered := 0, 0
	for _, s := range stretches {
		for ; i < len(found) && found[i].End <= s.Start; i++ {
			out = append(out, found[i])
		}
		s.Start = max(s.Start, covered)
		for ; i < len(found) && found[i].Start < s.End; i++ {
			if found[i].Start > s.Start {
				before := s
				before.End = found[i].Start
				out = append(out, before)
			}
			found[i].Keep = false
			out = append(out, found[i])
			covered = found[i].End
			s.Start = max(s.Start, covered)
		}
		if s.Start < s.End {
			out = append(out, s)
		}
	}
	return append(out, found[i:]...)
}

// isBetterThan reports whether f describes the bytes in both better than g: a secret before a public value, then the surer,
// then the shorter, which is the credential itself.
func (f *Finding) isBetterThan(g *Finding) bool {
	switch {
	case f.Keep != g.Keep:
		return g.Keep
	case f.Confidence != g.Confidence:
		return f.Confidence > g.Confidence
	}
	return f.End-f.Start < g.End-g.Start
}

// Parameter returns Param as a string of its own.
func (f *Finding) Parameter() string { return string(f.Param) }
