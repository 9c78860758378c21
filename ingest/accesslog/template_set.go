package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// templateSet is a format with several templates, of which the first that fits is taken. The one that fitted last is
// tried first.
type templateSet struct {
	templates []*template
	last      int
}

// newTemplateSet compiles format strings of this package. It panics on an invalid one.
func newTemplateSet(name string, split func(string) ([]part, error), formats ...string) *templateSet {
	s := &templateSet{}
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
		s.templates = append(s.templates, t)
	}
	return s
}

func (s *templateSet) parse(r *record.Record) error {
	line := r.Line
	if err := s.templates[s.last].parse(r); err != ErrFormat {
		return err
	}
	for i, t := range s.templates {
		if i == s.last {
			continue
		}
		r.Reset(line)
		if err := t.parse(r); err != ErrFormat {
			s.last = i
			return err
		}
	}
	return ErrFormat
}
