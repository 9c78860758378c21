package accesslog

import (
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// A source has changed its format after maxMismatches mismatching lines in a row, or after more than half of matchWindow
// lines.
const (
	maxMismatches = 64
	matchWindow   = 256
)

// Auto detects the format of its source. New returns one for "auto".
//
// It tries all formats on the first line, in the order of formatRow.auto, and keeps the first match. A mismatching line is
// tried with all formats again; when such lines become the rule, the choice is made anew.
type Auto struct {
	parser
	choice formatSelector
}

func newAuto(o Options) *Auto {
	a := &Auto{choice: formatSelector{formats: autoFormats(o), pinned: -1}}
	a.parser = *newParser("auto", &a.choice, o)
	for i := range formats {
		if formats[i].auto == autoLastResort {
			a.lastResort = formats[i].build(formats[i].name, o)
		}
	}
	return a
}

// autoFormats returns the candidates in the order of trial.
func autoFormats(o Options) []format {
	var rows []*formatRow
	for i := range formats {
		if f := &formats[i]; f.auto > 0 && f.auto != autoLastResort {
			rows = append(rows, f)
		}
	}
	slices.SortFunc(rows, func(a, b *formatRow) int { return a.auto - b.auto })
	var all []format
	for _, f := range rows {
		all = append(all, f.build("", o))
	}
	return all
}

// Pinned returns the name of the source's format, "" while unknown.
func (a *Auto) Pinned() string { return a.choice.name }

// Changes returns how often the format was given up because lines stopped fitting.
func (a *Auto) Changes() int { return a.choice.changes }

// formatSelector tries several formats and pins the first match.
type formatSelector struct {
	formats []format
	pinned  int    // index, -1 for none
	name    string // Record.Format of the last line that fitted the pinned format

	mismatchesInRow   int
	lines, mismatches int // of the current window
	changes           int // times that the pinned format was given up
}

func (s *formatSelector) parse(r *record.Record) error {
	if s.pinned >= 0 {
		err := s.formats[s.pinned].parse(r)
		if s.count(err); err != ErrFormat {
			s.name = r.Format
			return err
		}
	}
	line := r.Line
	for i, f := range s.formats {
		if i == s.pinned {
			continue
		}
		r.Reset(line)
		err := f.parse(r)
		if err == ErrFormat {
			continue
		}
		if s.pinned < 0 && (err == nil || err == ErrRequest) {
			s.pinned, s.name = i, r.Format
		}
		return err
	}
	return ErrFormat
}

// count adds one line parsed with the pinned format, and unpins the format if it no longer fits the source.
func (s *formatSelector) count(err error) {
	s.lines++
	s.mismatchesInRow++
	if err != ErrFormat {
		s.mismatchesInRow = 0
	} else {
		s.mismatches++
	}
	if s.mismatchesInRow >= maxMismatches || s.mismatches > matchWindow/2 {
		s.pinned, s.name = -1, ""
		s.changes++
		s.mismatchesInRow, s.lines, s.mismatches = 0, 0, 0
	}
	if s.lines >= matchWindow {
		s.lines, s.mismatches = 0, 0
	}
}
