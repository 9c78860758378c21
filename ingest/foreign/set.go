package foreign

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ID names a field of a Set. The zero value is no field.
type ID uint8

// Field is a field of a log in which a system names a credential.
type Field struct {
	System string // what it names there; the token kind of its events: a-z, 0-9 and _
	Path   string // name of the field, or the names from the root to it with dots between; case, - and _ make no difference
	Form   string // RE2 that the whole value matches; "" for a short name that does not look like a credential
}

// Options select the fields of a Set.
type Options struct {
	Fields  []Field  // in addition to Table. An entry without a path is that of an optional row of Table
	Disable []string // systems of Table that are not looked for
	Edge    []string // paths of fields in which a proxy writes hashes of tokens, and nobody else anything
}

// Bounds of the options.
const (
	maxFields = 100
	maxPath   = 256
	maxForm   = 512
	maxSystem = 32
	maxValue  = 256 // bytes of an identity
)

// Set holds the fields to look for. It does not change, so all goroutines may share it. A nil Set has none.
type Set struct {
	fields []field // by ID-1
	byPath map[string]ID
}

type field struct {
	system string
	name   string         // last part of the path
	form   *regexp.Regexp // nil: any name
	edge   bool           // holds the hash of a token
}

// anyName is the form of values without one.
var anyName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@/+=|-]{0,127}$`)

var validSystem = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// New returns the fields of Table and those of the options. The error names the wrong entry.
func New(o Options) (*Set, error) {
	s := &Set{byPath: map[string]ID{}}
	for _, name := range o.Disable {
		if !IsKnown(name) {
			return nil, fmt.Errorf("disable: unknown system %q: want one of %s", name, strings.Join(systems(), ", "))
		}
	}
	for _, row := range Table {
		if row.Optional || slices.Contains(o.Disable, row.System) {
			continue
		}
		for path := range strings.FieldsSeq(row.Paths) {
			if err := s.add(Field{row.System, path, row.Form}); err != nil {
				return nil, fmt.Errorf("%s: %w", row.System, err)
			}
		}
	}
	if len(o.Fields) > maxFields {
		return nil, fmt.Errorf("foreign: %d fields are more than %d", len(o.Fields), maxFields)
	}
	for i, f := range o.Fields {
		if err := s.addConfigured(f); err != nil {
			return nil, fmt.Errorf("foreign[%d]: %w", i, err)
		}
	}
	if len(o.Edge) > maxFields {
		return nil, fmt.Errorf("edge.fields: %d fields are more than %d", len(o.Edge), maxFields)
	}
	for i, path := range o.Edge {
		if err := s.add(Field{"edge", path, ""}); err != nil {
			return nil, fmt.Errorf("edge.fields[%d]: %w", i, err)
		}
		s.fields[s.byPath[Key(path)]-1].edge = true
	}
	return s, nil
}

// addConfigured adds a field of the configuration.
func (s *Set) addConfigured(f Field) error {
	if f.Path != "" {
		return s.add(f)
	}
	for _, row := range Table {
		if row.System != f.System || !row.Optional || row.Paths == "" {
			continue
		}
		for path := range strings.FieldsSeq(row.Paths) {
			if err := s.add(Field{row.System, path, or(f.Form, row.Form)}); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("field: must not be empty: say in which field of the log the identity stands")
}

func (s *Set) add(f Field) error {
	switch {
	case len(f.System) > maxSystem || !validSystem.MatchString(f.System):
		return fmt.Errorf("system: %q: want a name of 1 to %d of a-z, 0-9 and _, a letter first", f.System, maxSystem)
	case len(f.Path) > maxPath || strings.Trim(f.Path, ". ") != f.Path || Key(f.Path) == "":
		return fmt.Errorf("field: %q: want a name, or names with dots between, of at most %d bytes", f.Path, maxPath)
	case len(f.Form) > maxForm:
		return fmt.Errorf("form: longer than %d bytes", maxForm)
	}
	name := f.Path[strings.LastIndexAny(f.Path, "./")+1:]
	compiled := field{system: f.System, name: strings.ToLower(name)}
	if f.Form != "" {
		re, err := regexp.Compile(`^(?:` + f.Form + `)$`)
		if err != nil {
			return fmt.Errorf("form: %w", err)
		}
		if re.MatchString("") {
			return errors.New("form: matches the empty text")
		}
		compiled.form = re
	}
	if id, taken := s.byPath[Key(f.Path)]; taken {
		s.fields[id-1] = compiled // the configuration says it better
		return nil
	}
	s.fields = append(s.fields, compiled)
	s.byPath[Key(f.Path)] = ID(len(s.fields))
	return nil
}

// Find returns the field at a path, 0 if there is none.
func (s *Set) Find(path string) ID {
	if s == nil || len(path) > maxPath {
		return 0
	}
	return s.byPath[Key(path)]
}

// Has reports whether id is a field of the set.
func (s *Set) Has(id ID) bool { return s != nil && id > 0 && int(id) <= len(s.fields) }

// Len returns the greatest ID.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.fields)
}

// System returns the system of a field.
func (s *Set) System(id ID) string { return s.fields[id-1].system }

// Name returns the field's own name, in lower case, without those of the objects around it.
func (s *Set) Name(id ID) string { return s.fields[id-1].name }

// IsEdge reports whether the field holds the hash of a token that a proxy made.
func (s *Set) IsEdge(id ID) bool { return s.Has(id) && s.fields[id-1].edge }

// HasForm reports whether the field has a form: what has it is an identity, whatever it looks like.
func (s *Set) HasForm(id ID) bool { return s.fields[id-1].form != nil }

// Match reports whether value has the form of the field. It does not allocate.
func (s *Set) Match(id ID, value []byte) bool {
	form := s.fields[id-1].form
	if form == nil {
		form = anyName
	}
	return len(value) <= maxValue && form.Match(value)
}

// Key returns a path in the spelling in which paths compare: lower case, without dashes and underscores.
func Key(path string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return r
	}, strings.ToLower(path))
}

// IsKnown reports whether the system is one that Table looks for by itself.
func IsKnown(system string) bool {
	return slices.ContainsFunc(Table, func(r Row) bool { return r.System == system && !r.Optional })
}

func systems() []string {
	names := make([]string, 0, len(Table))
	for _, row := range Table {
		if !row.Optional {
			names = append(names, row.System)
		}
	}
	return names
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
