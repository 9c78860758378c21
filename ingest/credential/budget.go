package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
)

// An attacker may write any line, so every search has a budget, counted in steps: bytes examined. A field has a budget, and
// so has each value at the top level of a query, a cookie list, a form, a path, JSON or a text: an expensive value takes
// nothing from another. A value over its budget, or nested beyond the bounds below, is masked as unsearched, and nothing
// else is.
const (
	// stepsPerByte and stepsAtLeast make up the budget. A byte of an ordinary value takes about five steps, in a chain of
	// ten nested redirects about forty.
	stepsPerByte = 64
	stepsAtLeast = 2 << 10

	// stepsOfShape is the steps per byte of judging a value's shape, name and encodings.
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

// spend takes n steps and reports whether the budget held as many.
func (b *budget) spend(n int) bool {
	b.steps += n
	return b.steps <= b.limit
}

// count takes n steps outside of the budget, for a found token. A token may be longer than the current value and is not
// searched again.
func (b *budget) count(n int) {
	b.steps += n
	b.limit += n
}

// isSpent reports whether the budget is used up.
func (b *budget) isSpent() bool { return b.steps > b.limit }

// enterValue gives a value of size bytes a budget, unless it is part of a value with a budget. Its result is for leaveValue.
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

// reportUnsearched reports v as unsearched and returns true.
func (f *finder) reportUnsearched(v offset.View, reason string) bool {
	if v = v.Trim(); len(v.Text) == 0 || isPlaceholder(v.Text) {
		return true
	}
	start, end := v.Span()
	f.add(Finding{
		Start: start, End: end, Kind: KindUnsearched, Reason: reason, Unsearched: true,
		Confidence: tokenwarden.ConfidenceLow, Location: f.location,
	})
	return true
}

// visits cache the searched parts of the current value: decoding a structure as a whole repeats the decoding of its parts.
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

// visitsFrom is the lowest cached level of structure: parts above are rarely searched twice.
const visitsFrom = 2

// visit returns the entry of v under pl. known means a result from a search of equal depth.
func (f *finder) visit(v offset.View, pl context) (e *visit, known bool) {
	start, end := v.Span()
	f.spend(len(v.Text))
	hash := hashBytes(uint64(start), v.Text)
	e = &f.visits.entries[hash&(visitsSize-1)]
	if e.line == f.lineSteps && e.hash == hash && e.start == start && e.end == end &&
		e.name == pl.name && e.depth <= pl.depth && e.nested <= pl.nested {
		return e, true
	}
	*e = visit{f.lineSteps, hash, start, end, pl.depth, pl.nested, pl.name, false}
	return e, false
}
