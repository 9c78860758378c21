package lists

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden"
)

// document is a YAML file, for errors.
type document struct {
	file string
}

// reader reads the value of one key, whose path is given for errors.
type reader func(n *yaml.Node, path string) error

// keys holds the readers of the keys that a mapping may have.
type keys map[string]reader

func (d document) errorf(n *yaml.Node, path, format string, args ...any) error {
	return &Error{File: d.file, Line: n.Line, Key: path, Problem: fmt.Sprintf(format, args...)}
}

// root decodes the one YAML document of a file, nil if the file is empty.
func (d document) root(content []byte) (*yaml.Node, error) {
	var n yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(content))
	if err := dec.Decode(&n); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, errorAt(d.file, errorLine(err), "is not valid YAML: %s", plainYAML(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errorAt(d.file, 0, "holds more than one document: want one")
	}
	return n.Content[0], nil
}

// read reads a whole file with these top-level keys.
func (d document) read(content []byte, want keys) error {
	root, err := d.root(content)
	if err != nil || root == nil {
		return err
	}
	return d.mapping(root, "", want)
}

// errorLine returns the line that the library's error names, or 0.
func errorLine(err error) (line int) {
	if text := err.Error(); strings.Contains(text, "line ") {
		_, _ = fmt.Sscanf(text[strings.Index(text, "line "):], "line %d", &line)
	}
	return line
}

// plainYAML strips prefix and line from the library's error.
func plainYAML(err error) string {
	s := strings.TrimPrefix(err.Error(), "yaml: ")
	if _, rest, ok := strings.Cut(s, ": "); ok && strings.HasPrefix(s, "line ") {
		return rest
	}
	return s
}

// mapping reads each key of n with its reader. Unknown and repeated keys are errors.
func (d document) mapping(n *yaml.Node, path string, want keys) error {
	if n.Kind != yaml.MappingNode {
		return d.errorf(n, path, "want keys: %s", want)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, known := want[key.Value]
		at := strings.TrimPrefix(path+"."+key.Value, ".")
		switch {
		case !known && path == "":
			return d.errorf(key, "", "has an unknown key: want %s", want)
		case !known:
			return d.errorf(key, path, "has an unknown key: want %s", want)
		case seen[key.Value]:
			return d.errorf(key, at, "stands there twice")
		}
		seen[key.Value] = true
		if err := read(value, at); err != nil {
			return err
		}
	}
	return nil
}

// String returns the names of the keys, sorted.
func (k keys) String() string { return strings.Join(slices.Sorted(maps.Keys(k)), ", ") }

// each returns a reader of lists that reads each item.
func (d document) each(read reader) reader {
	return func(n *yaml.Node, path string) error {
		if n.Kind != yaml.SequenceNode {
			return d.errorf(n, path, "want a list")
		}
		for i, item := range n.Content {
			if err := read(item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	}
}

// parsed returns a reader of scalars. The error of parse must not quote the text.
func (d document) parsed(parse func(string) error) reader {
	return func(n *yaml.Node, path string) error {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			return d.errorf(n, path, "want a text")
		}
		if err := parse(n.Value); err != nil {
			return d.errorf(n, path, "%s", err)
		}
		return nil
	}
}

func (d document) text(to *string) reader {
	return d.parsed(func(s string) error { *to = s; return nil })
}

func (d document) texts(to *[]string) reader {
	*to = nil
	return d.each(d.parsed(func(s string) error { *to = append(*to, s); return nil }))
}

func (d document) fingerprint(to *tokenwarden.Fingerprint) reader {
	return d.parsed(func(s string) (err error) {
		*to, err = tokenwarden.ParseFingerprint(s)
		if err == nil && to.IsZero() {
			err = errors.New("fingerprint: want 32 hexadecimal characters that are not all 0")
		}
		return err
	})
}

// day returns a reader of times; a day means its end, in UTC.
func (d document) day(to *time.Time) reader {
	return d.parsed(func(s string) error {
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			*to = t.AddDate(0, 0, 1)
			return nil
		}
		t, err := time.Parse(time.RFC3339, s)
		*to = t.UTC()
		if err != nil {
			return errors.New("want a day (2027-01-31, to its end in UTC) or a time (2027-01-31T18:00:00Z)")
		}
		return nil
	})
}

// parseSubject parses the fingerprint or the network that is the subject of an exception.
func parseSubject(s string) (tokenwarden.Fingerprint, netip.Prefix, error) {
	if fp, err := tokenwarden.ParseFingerprint(s); err == nil {
		return fp, netip.Prefix{}, nil
	}
	if p, ok := ParsePrefix(s); ok {
		return tokenwarden.Fingerprint{}, p, nil
	}
	return tokenwarden.Fingerprint{}, netip.Prefix{},
		errors.New(`want a fingerprint (32 hexadecimal characters), a client network (192.0.2.0/24) or "*"`)
}
