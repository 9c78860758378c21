package ingest

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
)

// chooseFindings sets candidates to the findings of which events are made, in the order of the line: one for each
// credential, location and parameter, since some logs hold the request target three times. It takes maxEvents at most.
func (p *Processor) chooseFindings() {
	p.candidates = p.candidates[:0]
	for i := range p.findings {
		if f := &p.findings[i]; !f.Public && !f.Unsearched && !f.Cut && f.Kind != credential.KindUnknown {
			p.candidates = append(p.candidates, i)
		}
	}
	if len(p.candidates) < 2 {
		return
	}
	p.dropRepeats()
	if len(p.candidates) > maxEvents {
		p.counts.addCut(cutEvents, len(p.candidates)-maxEvents)
		p.candidates = p.keepSurest(maxEvents)
	}
}

// dropRepeats leaves the first of the candidates that describe the same.
func (p *Processor) dropRepeats() {
	if len(p.candidates) > maxEvents {
		slices.SortStableFunc(p.candidates, func(i, k int) int { return compareUse(&p.findings[i], &p.findings[k]) })
		p.candidates = slices.CompactFunc(p.candidates, func(i, k int) bool { return compareUse(&p.findings[i], &p.findings[k]) == 0 })
		slices.Sort(p.candidates)
		return
	}
	out := p.candidates[:1]
	for _, i := range p.candidates[1:] {
		if !slices.ContainsFunc(out, func(k int) bool { return compareUse(&p.findings[i], &p.findings[k]) == 0 }) {
			out = append(out, i)
		}
	}
	p.candidates = out
}

// compareUse orders findings by credential, location and parameter.
func compareUse(f, g *credential.Finding) int {
	if c := bytes.Compare(f.Fingerprint[:], g.Fingerprint[:]); c != 0 {
		return c
	}
	if c := cmp.Compare(f.Location, g.Location); c != 0 {
		return c
	}
	return bytes.Compare(f.Param, g.Param)
}

// keepSurest returns n of the candidates, in the order of the line. Each location has its share, so that a query full of
// made-up tokens does not hide a cookie; within a location the surer are taken, and among those the choice follows the
// fingerprints, which a client cannot foresee.
func (p *Processor) keepSurest(n int) []int {
	byLocation := [tokenwarden.LocationFragment + 1][]int{}
	for _, i := range p.candidates {
		l := p.findings[i].Location
		byLocation[l] = append(byLocation[l], i)
	}
	for _, of := range byLocation {
		slices.SortFunc(of, func(i, k int) int {
			f, g := &p.findings[i], &p.findings[k]
			if c := cmp.Compare(g.Confidence, f.Confidence); c != 0 {
				return c
			}
			return bytes.Compare(f.Fingerprint[:], g.Fingerprint[:])
		})
	}
	out := p.candidates[:0]
	for round := 0; len(out) < n; round++ {
		for _, of := range byLocation {
			if round < len(of) && len(out) < n {
				out = append(out, of[round])
			}
		}
	}
	slices.Sort(out)
	return out
}
