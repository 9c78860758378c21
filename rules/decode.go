package rules

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxFile bounds a rule file, in bytes.
const MaxFile = 256 << 10

// Decode reads and validates one rule file. Errors call it file and are of type *Error.
func Decode(file string, content []byte) (Definition, error) {
	d := Definition{File: file}
	root, err := d.parse(content)
	if err != nil {
		return d, err
	}
	d.ID = scalar(root, "id")
	if err := d.decode(root); err != nil {
		return d, err
	}
	err = d.Validate()
	if e := (*Error)(nil); errors.As(err, &e) {
		e.locate(root)
	}
	return d, err
}

// parse returns the mapping that a file of one YAML document holds.
func (d *Definition) parse(content []byte) (*yaml.Node, error) {
	if len(content) > MaxFile {
		return nil, d.errorf("", "is larger than %d bytes", MaxFile)
	}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(content))
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, d.errorf("", "is empty")
		}
		return nil, d.errorf("", "%s", plain(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, d.errorf("", "holds more than one document: want one rule per file")
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, &Error{File: d.File, Line: root.Line, Problem: "want keys and values"}
	}
	return root, nil
}

// decode fills the common part and the spec of the kind, whose keys stand side by side.
func (d *Definition) decode(root *yaml.Node) error {
	c := checker{file: d.File, rule: d.ID, kind: scalar(root, "kind")}
	if err := c.mapping(root, slices.Concat(fields(reflect.TypeFor[Definition]()), specFields(c.kind)), ""); err != nil {
		return err
	}
	if err := root.Decode(d); err != nil {
		return d.errorf("", "%s", plain(err))
	}
	newSpec := kinds[c.kind]
	if newSpec == nil {
		return nil // Validate reports it
	}
	d.Spec = newSpec()
	if err := root.Decode(d.Spec); err != nil {
		return d.errorf("", "%s", plain(err))
	}
	return nil
}

// plain strips the library's prefix from an error: ours already names the file.
func plain(err error) string {
	s := strings.TrimPrefix(err.Error(), "yaml: ")
	return strings.Join(strings.Fields(strings.TrimPrefix(s, "unmarshal errors:")), " ")
}

// lookup returns key and value of a mapping, nil if it has no such key.
func lookup(n *yaml.Node, key string) (k, v *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

func scalar(n *yaml.Node, key string) string {
	if _, v := lookup(n, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}
