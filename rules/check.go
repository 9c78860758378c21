package rules

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// checker compares a YAML tree with the Go types it is decoded into. It refuses unknown and renamed keys, scalars that a
// type cannot read, and aliases, which no rule needs and which let a small file expand to a large one.
type checker struct{ file, rule, kind string }

func (c *checker) errorf(at *yaml.Node, path, format string, args ...any) error {
	return &Error{File: c.file, Line: at.Line, Rule: c.rule, Key: path, Problem: fmt.Sprintf(format, args...)}
}

// value checks a node against the type t. path is that of its key.
func (c *checker) value(n *yaml.Node, t reflect.Type, path string) error {
	if n.Kind == yaml.AliasNode {
		return c.errorf(n, path, "is a YAML alias, which rule files do not use")
	}
	if n.Kind == yaml.ScalarNode {
		if word, now := renamedIn(path, n.Value); now != "" {
			return c.errorf(n, path, "%q is called %q", word, now)
		}
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case isText(t):
		if err := reflect.New(t).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value)); err != nil {
			return c.errorf(n, path, "%v", err)
		}
	case t.Kind() == reflect.Map && n.Kind == yaml.MappingNode:
		return c.entries(n, t.Elem(), path)
	case t.Kind() == reflect.Struct:
		if n.Kind != yaml.MappingNode {
			return c.errorf(n, path, "want keys and values")
		}
		return c.mapping(n, fields(t), path)
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		return c.items(n, t.Elem(), path)
	case t.Kind() == reflect.Slice && n.Tag != "!!null":
		return c.errorf(n, path, "want a list")
	}
	return nil
}

func (c *checker) entries(n *yaml.Node, t reflect.Type, path string) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if err := c.value(n.Content[i+1], t, path+"."+n.Content[i].Value); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) items(n *yaml.Node, t reflect.Type, path string) error {
	for i, item := range n.Content {
		if err := c.value(item, t, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	return nil
}

// mapping checks a mapping that may have the keys given.
func (c *checker) mapping(n *yaml.Node, keys []yamlField, path string) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		t, ok := find(keys, key.Value)
		if !ok {
			return c.unknownKey(key, keys, path)
		}
		if err := c.value(n.Content[i+1], t, strings.TrimPrefix(path+"."+key.Value, ".")); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) unknownKey(key *yaml.Node, keys []yamlField, path string) error {
	if now := renamedKey(path, key.Value); now != "" {
		return c.errorf(key, path, "key %q is called %q", key.Value, now)
	}
	if _, other := find(specFields(""), key.Value); other && path == "" {
		return c.errorf(key, key.Value, "a rule of kind %s has no use for it", c.kind)
	}
	names := make([]string, len(keys))
	for i, f := range keys {
		names[i] = f.name
	}
	return c.errorf(key, path, "unknown key %q%s", key.Value, DidYouMean(key.Value, names))
}

// yamlField is a YAML key and the type of its value.
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

// fields returns the YAML keys of a struct, those of its inlined parts included.
func fields(t reflect.Type) []yamlField {
	var out []yamlField
	for i := range t.NumField() {
		f := t.Field(i)
		switch tag := f.Tag.Get("yaml"); tag {
		case ",inline":
			out = append(out, fields(f.Type)...)
		case "-":
		default:
			out = append(out, yamlField{tag, f.Type})
		}
	}
	return out
}

// isText reports whether values of t are written as one scalar.
func isText(t reflect.Type) bool {
	_, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	return ok
}
