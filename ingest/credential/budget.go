package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
)

// Every line is written by an attacker, so every search has a budget. It is counted in steps: bytes looked at. A field has
// one of its own, and so has each value at the top level of a query, a cookie list, a form, a path, JSON or a text: what one
// value costs is not taken from another. A value that costs more, or nests deeper than the bounds below, is masked as
// unsearched, and nothing else is.
const (
	// stepsPerByte and stepsAtLeast make up the budget. A byte of an ordinary value takes about five steps, one in a chain
	// of ten redirects nested in each other about forty.
	stepsPerByte = 64
	stepsAtLeast = 2 << 10

	// stepsOfShape is how many steps a byte takes whose shape, name and encodings are judged.
	stepsOfShape = 4

	// maxDecodings bounds the levels of encoding: percent, JSON or backslash escapes, base64.
	maxDecodings = 10
	// maxNesting bounds the levels of structure: a URL in a value of a query in a URL takes two.
	maxNesting = 40
)

// budget counts the steps of a search.
type budget struct {
	steps   int  // taken for this line
	limit   int  // as many may have been taken when the field or value at hand is done
	perByte int  // stepsPerByte; a test searches without a bound
	isValue bool // the limit is that of a value: what it holds shares it
}

// resetBudget sets the budget for a text of size bytes.
func (b *budget) resetBudget(size int) {
	b.limit, b.isValue = b.steps+b.perByte*size+stepsAtLeast, false
}

// spend takes n steps and reports whether the budget held that many.
func (b *budget) spend(n int) bool {
	b.steps += n
	return b.steps <= b.limit
}

// count takes n steps that the budget does not pay for: those for a token that was found, which may be longer than the
// value at hand and is searched no second time.
func (b *budget) count(n int) {
	b.steps += n
	b.limit += n
}

// isSpent reports whether the budget is used up.
func (b *budget) isSpent() bool { return b.steps > b.limit }

// enterValue gives a value of size bytes a budget of its own, unless it stands in one that has it. leaveValue wants what it
// returns.
func (b *budget) enterValue(size int) (outer int) {
	if b.isValue {
		return -1
	}
	outer = max(b.limit-b.steps, 0)
	b.resetBudget(size)
	b.isValue = true
	return outer
}

// leaveValue ends the budget of v and masks v if it was too small.
func (f *finder) leaveValue(outer int, v offset.View) {
	if outer < 0 {
		return
	}
	if f.isSpent() {
		f.reportUnsearched(v, "too costly to search")
	}
	f.limit, f.isValue = f.steps+outer, false
}

// reportUnsearched reports that v is not known to hold no credential. It returns true.
func (f *finder) reportUnsearched(v offset.View, reason string) bool {
	if v = v.Trim(); len(v.Text) == 0 || isPlaceholder(v.Text) {
		return true
	}
	start, end := v.Span()
	f.found = append(f.found, Finding{
		Start: start, End: end, Kind: KindUnsearched, Reason: reason, Unsearched: true,
		Confidence: tokenwarden.ConfidenceLow, Location: f.location,
	})
	return true
}

// visits remember the values that were searched within the value at hand: decoding a structure whole leads to parts that
// were decoded before.
type visits struct{ entries [visitsSize]visit }

const visitsSize = 64 // power of two

type visit struct {
	line          int // f.steps when the line began: entries of other lines do not count
	hash          uint64
	start, end    int
	depth, nested int8
	name          names.Name
	found         bool
}

// visitsFrom is the level of structure from which on values are remembered: above it nothing is searched often.
const visitsFrom = 2

// visit returns the entry of v under pl, and whether it holds the result of a search that saw as much.
func (f *finder) visit(v offset.View, pl context) (e *visit, known bool) {
	start, end := v.Span()
	f.spend(len(v.Text))
	hash := hashBytes(uint64(start), v.Text)
	e = &f.visits.entries[hash&(visitsSize-1)]
	if e.line == f.lineSteps && e.hash == hash && e.start == start && e.end == end && e.name == pl.name && e.depth <= pl.depth && e.nested <= pl.nested {
		return e, true
	}
	*e = visit{f.lineSteps, hash, start, end, pl.depth, pl.nested, pl.name, false}
	return e, false
}
