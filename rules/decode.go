package rules

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxFile is how many bytes a rule file may have.
const MaxFile = 256 << 10

// Decode reads and validates one rule file. file is what errors call it.
func Decode(file string, content []byte) (Definition, error) {
	d := Definition{File: file}
	if len(content) > MaxFile {
		return d, d.errorf("", "is larger than %d bytes", MaxFile)
	}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(content))
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return d, d.errorf("", "is empty")
		}
		return d, d.errorf("", "%s", plain(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return d, d.errorf("", "holds more than one document: want one rule per file")
	}
	root := doc.Content[0]
	d.ID = scalar(root, "id")
	if err := checkKeys(&d, root, reflect.TypeFor[Definition](), ""); err != nil {
		return d, err
	}
	if err := root.Decode(&d); err != nil {
		return d, d.errorf("", "%s", plain(err))
	}
	return d, d.Validate()
}

// plain takes the library's prefix off an error: ours already names the file.
func plain(err error) string {
	s := strings.TrimPrefix(err.Error(), "yaml: ")
	return strings.Join(strings.Fields(strings.TrimPrefix(s, "unmarshal errors:")), " ")
}

func scalar(n *yaml.Node, key string) string {
	if v := lookup(n, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

func lookup(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// checkKeys refuses keys that t has no field for, texts that t cannot read, and aliases, which a rule has no use for and which can make a small
// file large.
func checkKeys(d *Definition, n *yaml.Node, t reflect.Type, path string) error {
	fail := func(at *yaml.Node, format string, args ...any) error {
		return &Error{File: d.File, Line: at.Line, Rule: d.ID, Key: path, Problem: fmt.Sprintf(format, args...)}
	}
	if n.Kind == yaml.AliasNode {
		return fail(n, "is a YAML alias, which rule files do not use")
	}
	if n.Kind == yaml.ScalarNode {
		if word, now := renamedIn(path, n); now != "" {
			return fail(n, "%q is called %q", word, now)
		}
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case isText(t):
		if err := reflect.New(t).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value)); err != nil {
			return fail(n, "%v", err)
		}
	case t.Kind() == reflect.Map && n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if err := checkKeys(d, n.Content[i+1], t.Elem(), path+"."+n.Content[i].Value); err != nil {
				return err
			}
		}
	case t.Kind() == reflect.Struct:
		if n.Kind != yaml.MappingNode {
			return fail(n, "want keys and values")
		}
		return checkStruct(d, n, t, path)
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			if err := checkKeys(d, item, t.Elem(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case t.Kind() == reflect.Slice && n.Tag != "!!null":
		return fail(n, "want a list")
	}
	return nil
}

func checkStruct(d *Definition, n *yaml.Node, t reflect.Type, path string) error {
	known := fields(t)
	names := make([]string, 0, len(known))
	for _, f := range known {
		names = append(names, f.name)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		ft, ok := find(known, key.Value)
		if now := renamedKey(path, key.Value); !ok && now != "" {
			return &Error{File: d.File, Line: key.Line, Rule: d.ID, Key: path, Problem: fmt.Sprintf("key %q is called %q", key.Value, now)}
		}
		if !ok {
			return &Error{File: d.File, Line: key.Line, Rule: d.ID, Key: path,
				Problem: fmt.Sprintf("unknown key %q%s", key.Value, DidYouMean(key.Value, names))}
		}
		if err := checkKeys(d, n.Content[i+1], ft, strings.TrimPrefix(path+"."+key.Value, ".")); err != nil {
			return err
		}
	}
	return nil
}

type yamlField struct {
	name string
	typ  reflect.Type
}

func find(fs []yamlField, name string) (reflect.Type, bool) {
	for _, f := range fs {
		if f.name == name {
			return f.typ, true
		}
	}
	return nil, false
}

// fields lists the YAML keys of a struct, those of its inlined parts included.
func fields(t reflect.Type) []yamlField {
	var out []yamlField
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("yaml")
		switch {
		case tag == ",inline":
			out = append(out, fields(f.Type)...)
		case tag != "-":
			out = append(out, yamlField{tag, f.Type})
		}
	}
	return out
}

// isText tells whether values of t are written as one scalar.
func isText(t reflect.Type) bool {
	_, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	return ok
}
