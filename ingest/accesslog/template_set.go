package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// formatSet is a format with several layouts, of which the first that fits is taken. The one that fitted last is tried
// first.
type formatSet struct {
	formats []format
	last    int
}

// newTemplateSet compiles format strings of this package. It panics on an invalid one.
func newTemplateSet(name string, split func(string) ([]part, error), formats ...string) *formatSet {
	s := &formatSet{}
	for _, f := range formats {
		parts, err := split(f)
		if err != nil {
			panic("BUG: " + name + ": " + err.Error())
		}
		t, err := newTemplate(name, parts, record.EscapeNone)
		if err != nil {
			panic("BUG: " + name + ": " + err.Error())
		}
		t.strict = true
		s.formats = append(s.formats, t)
	}
	return s
}

func (s *formatSet) parse(r *record.Record) error {
	line := r.Line
	if err := s.formats[s.last].parse(r); err != ErrFormat {
		return err
	}
	for i, f := range s.formats {
		if i == s.last {
			continue
		}
		r.Reset(line)
		if err := f.parse(r); err != ErrFormat {
			s.last = i
			return err
		}
	}
	return ErrFormat
}
