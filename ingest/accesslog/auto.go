package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// When a source is said to have changed its format: so many lines in a row that do not fit, or more than half of so
// many lines.
const (
	maxMismatches = 64
	matchWindow   = 256
)

// Auto finds the format of its source by itself. New returns one for "auto".
//
// It tries all formats on the first line and keeps to the one that fits. A line that does not fit is tried with all
// again; when such lines become the rule the choice is made anew. Formats that look alike are told apart by the order
// in which they are tried: the strictest first.
type Auto struct {
	parser
	choice formatSelector
}

func newAuto(o Options) *Auto {
	a := &Auto{choice: formatSelector{formats: candidates(o), pinned: -1}}
	a.parser = *newParser("auto", &a.choice, o)
	a.loose = &generic{}
	return a
}

// Pinned returns the name of the format that the source's lines have, "" while that is not known.
func (a *Auto) Pinned() string { return a.choice.name }

// Changes returns how often the format was given up because it had stopped fitting.
func (a *Auto) Changes() int { return a.choice.changes }

// candidates are the formats to choose from.
func candidates(o Options) []format {
	return []format{
		&clf{},
		newJSON("", o),
		newALB(),
		&haproxy{},
		newEnvoy("envoy"),
		newProxyManager(),
		&w3c{},
		newLogfmt(),
	}
}

// formatSelector is the format that fits.
type formatSelector struct {
	formats []format
	pinned  int    // index, -1 for none
	name    string // what the pinned format said of the last line that fitted

	run           int // lines in a row that did not fit
	lines, misfit int // of the current window
	changes       int // how often the choice was given up
}

func (c *formatSelector) parse(r *record.Record) error {
	if c.pinned >= 0 {
		err := c.formats[c.pinned].parse(r)
		if c.note(err); err != ErrFormat {
			c.name = r.Format
			return err
		}
	}
	line := r.Line
	for i, f := range c.formats {
		if i == c.pinned {
			continue
		}
		r.Reset(line)
		err := f.parse(r)
		if err == ErrFormat {
			continue
		}
		if c.pinned < 0 && (err == nil || err == ErrRequest) {
			c.pinned, c.name = i, r.Format
		}
		return err
	}
	return ErrFormat
}

// note counts whether a line fitted the pinned format, and gives that up if it is no longer the one.
func (c *formatSelector) note(err error) {
	c.lines++
	c.run++
	if err != ErrFormat {
		c.run = 0
	} else {
		c.misfit++
	}
	if c.run >= maxMismatches || c.misfit > matchWindow/2 {
		c.pinned, c.name = -1, ""
		c.changes++
		c.run, c.lines, c.misfit = 0, 0, 0
	}
	if c.lines >= matchWindow {
		c.lines, c.misfit = 0, 0
	}
}
