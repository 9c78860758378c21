package credential

import (
	"cmp"
	"slices"
)

// merger sorts the findings of a line and joins overlapping ones. It keeps its memory.
type merger struct {
	places    []place
	stretches []Finding // unsearched
}

// place is where a finding stands in the line.
type place struct{ start, end, index int32 }

// before orders places by where they start, the longer first where two start together, then by the order of finding.
func (p place) before(q place) int {
	switch {
	case p.start != q.start:
		return cmp.Compare(p.start, q.start)
	case p.end != q.end:
		return cmp.Compare(q.end, p.end)
	}
	return cmp.Compare(p.index, q.index)
}

// merge appends to dst the findings found, in rising order and without overlap, and overwrites found. The union stays
// covered, the surest finding describes it.
func (m *merger) merge(dst, found []Finding) []Finding {
	if len(found) < 2 {
		return append(dst, found...)
	}
	from := len(dst)
	dst = slices.Grow(dst, len(found))
	m.stretches = m.stretches[:0]
	for _, p := range m.sorted(found) {
		if f := &found[p.index]; f.Unsearched {
			m.addStretch(f)
		} else {
			dst = joinLast(dst, from, f)
		}
	}
	if len(m.stretches) == 0 {
		return dst
	}
	return m.maskAround(dst[:from], append(found[:0], dst[from:]...))
}

// sorted returns the places of found in their order.
func (m *merger) sorted(found []Finding) []place {
	m.places = slices.Grow(m.places[:0], len(found))
	inOrder := true
	for i := range found {
		p := place{int32(found[i].Start), int32(found[i].End), int32(i)}
		inOrder = inOrder && (i == 0 || m.places[i-1].before(p) < 0)
		m.places = append(m.places, p)
	}
	if !inOrder {
		slices.SortFunc(m.places, place.before)
	}
	return m.places
}

// joinLast appends f to fs, or joins it with the last of fs[from:] if the two overlap.
func joinLast(fs []Finding, from int, f *Finding) []Finding {
	if len(fs) == from || f.Start >= fs[len(fs)-1].End {
		return append(fs, *f)
	}
	last := &fs[len(fs)-1]
	start, end := last.Start, max(last.End, f.End)
	if f.isBetterThan(last) {
		*last = *f
	}
	last.Start, last.End = start, end
	return fs
}

// addStretch adds the unsearched f, which starts behind the other stretches or overlaps the last.
func (m *merger) addStretch(f *Finding) {
	if n := len(m.stretches); n > 0 && f.Start < m.stretches[n-1].End {
		m.stretches[n-1].End = max(m.stretches[n-1].End, f.End)
		return
	}
	m.stretches = append(m.stretches, *f)
}

// maskAround appends to dst the sorted findings found and the unsearched stretches. A finding in a stretch stays separate,
// under no policy, and the rest of the stretch is masked around it: an expensive text hides no token.
func (m *merger) maskAround(dst, found []Finding) []Finding {
	i, covered := 0, 0
	for _, s := range m.stretches {
		for ; i < len(found) && found[i].End <= s.Start; i++ {
			dst = append(dst, found[i])
		}
		s.Start = max(s.Start, covered)
		for ; i < len(found) && found[i].Start < s.End; i++ {
			if found[i].Start > s.Start {
				before := s
				before.End = found[i].Start
				dst = append(dst, before)
			}
			found[i].Keep = false
			dst = append(dst, found[i])
			covered = found[i].End
			s.Start = max(s.Start, covered)
		}
		if s.Start < s.End {
			dst = append(dst, s)
		}
	}
	return append(dst, found[i:]...)
}
