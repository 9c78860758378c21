package credential

import (
	"slices"

	"github.com/tokenwarden/tokenwarden"
)

// Finding is one credential in one line. It holds no byte of the credential, only where it stands. Its slices and
// strings point into memory of the Finder and hold until the Finder's next call.
type Finding struct {
	Start, End int // the credential's bytes as they stand in the line: Line[Start:End]

	Bare       uint8  // record.Field.Bare: the placeholder needs quotes
	Kind       string // what it is: "github_pat", "jwt", "password", ...; made of a-z, 0-9 and _
	Confidence tokenwarden.Confidence
	Location   tokenwarden.Location
	Param      []byte // name that carries it, lower case; for a path the segment before it, or #N: the N-th segment
	Reason     string // why it was taken for a credential; a constant

	// Public marks what its issuer meant to be seen: a publishable key, a plain identifier.
	Public bool
	// Keep says that the policy leaves the bytes in the line: AppendRedacted does.
	Keep bool

	// Unsearched marks bytes that could not be searched: the budget was used up, too many levels of encoding, not text.
	// They are always masked and never an event: Kind is KindUnsearched, Fingerprint is zero, Keep is false.
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

// KindUnsearched is the Kind of a finding that is Unsearched.
const KindUnsearched = "unsearched"

// byStart sorts findings by where they start, the longer first where two start together.
func byStart(a, b Finding) int {
	if a.Start != b.Start {
		return a.Start - b.Start
	}
	return b.End - a.End
}

// merge sorts findings and joins those that overlap: what any of them covers stays covered, and the surest says
// what it is.
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

// mergeUnsearched is merge for sorted findings of which some are unsearched. What was found in an unsearched stretch stays a
// finding of its own, which no policy keeps, and the rest of the stretch is masked around it: so one token cannot hide
// another by making the search costly.
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

// isBetterThan reports whether f says better than g what the bytes that both claim are: a secret before what may stay, then the
// surer, then the one that claims less and so names the credential itself.
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
