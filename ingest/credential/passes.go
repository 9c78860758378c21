package credential

import "github.com/tokenwarden/tokenwarden"

// maxPasses is the most passes of a search over one text: those of unparsedText, for the text and for its decoded form.
const maxPasses = 12

// passes are the earlier passes of a search over one text. A credential that several of them find is fingerprinted and graded once.
// Within a pass findings come in rising order, nearly always, so each pass is followed with one index.
type passes struct {
	done [maxPasses]pass
	n    int
	from int // the first finding of the pass at hand
}

// pass is the findings found[from:to] of a pass. Those before next start before the text at hand.
type pass struct{ from, next, to int }

// nextPass begins a pass over the text of the passes before.
func (f *finder) nextPass() {
	p := &f.passes
	if len(f.found) > p.from && p.n < maxPasses {
		p.done[p.n] = pass{from: p.from, to: len(f.found)}
		p.n++
	}
	p.from = len(f.found)
	for i := range p.done[:p.n] {
		p.done[i].next = p.done[i].from
	}
}

// repeat adds the finding of an earlier pass again, if it has the bytes from start to end and is at least as sure as c.
func (f *finder) repeat(start, end int, c tokenwarden.Confidence) bool {
	for i := range f.passes.done[:f.passes.n] {
		p := &f.passes.done[i]
		for p.next < p.to && f.found[p.next].Start < start {
			p.next++
		}
		if p.next < p.to {
			if x := &f.found[p.next]; x.Start == start && x.End == end && x.Confidence >= c && !x.Keep && !x.Unsearched {
				f.add(*x)
				return true
			}
		}
	}
	return false
}
