// Package sigma reads rules in Sigma's format (github.com/SigmaHQ/sigma-specification, version 2) as definitions of package
// rules: rules of the log sources webserver and proxy become rules of kind match, correlations over them rules of kind rate,
// distinct and temporal. It holds no state. What it does not understand it refuses: a rule that says less than it did would
// be silent where its author trusts it.
package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden/rules"
)

// Format is Sigma's, for rules.Load.
var Format = rules.Format{Is: Is, Read: Read}

var ours = regexp.MustCompile(`(?m)^(logsource|detection|correlation|action|filter)\s*:`)

// Is tells whether a file holds Sigma rules: no other rule file has one of their main keys.
func Is(content []byte) bool { return ours.Match(content) }

// Read reads the rules of one folder, of which correlations may name each other's files' rules by name or id. Every error
// names file, line and rule; all of them are returned together. A rule that a correlation builds on is left out unless the
// correlation says "generate: true".
func Read(files []rules.File) ([]rules.Definition, error) {
	var docs []*document
	var errs []error
	for _, f := range files {
		of, err := documents(f)
		docs = append(docs, of...)
		errs = append(errs, err)
	}
	return assemble(docs, errs)
}

// assemble turns what was read into definitions, in the order of the files.
func assemble(docs []*document, errs []error) ([]rules.Definition, error) {
	var defs []rules.Definition
	for _, d := range docs {
		if d.correlation != nil {
			errs = append(errs, d.correlate(docs))
		}
	}
	for _, d := range docs {
		if d.used && !d.generate {
			continue
		}
		d.def.Where = strings.TrimSpace(d.def.Where)
		if err := d.def.Validate(); err != nil {
			errs = append(errs, err)
			continue
		}
		defs = append(defs, d.def)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return defs, nil
}

// document is one YAML document: a rule or a correlation.
type document struct {
	file           string
	root           *yaml.Node
	name, id       string
	def            rules.Definition
	term           term       // of a rule: its condition
	correlation    *yaml.Node // nil: a rule
	used, generate bool       // by a correlation; and shown nevertheless
}

func documents(f rules.File) (docs []*document, err error) {
	if len(f.Content) > rules.MaxFile {
		return nil, &rules.Error{File: f.Name, Problem: fmt.Sprintf("is larger than %d bytes", rules.MaxFile)}
	}
	var errs []error
	dec := yaml.NewDecoder(bytes.NewReader(f.Content))
	for {
		var n yaml.Node
		err := dec.Decode(&n)
		if errors.Is(err, io.EOF) {
			return docs, errors.Join(errs...)
		}
		if err != nil {
			return docs, errors.Join(append(errs, &rules.Error{File: f.Name, Problem: strings.TrimPrefix(err.Error(), "yaml: ")})...)
		}
		if len(n.Content) == 0 || n.Content[0].Tag == "!!null" {
			continue
		}
		d := &document{file: f.Name, root: n.Content[0]}
		if err := d.read(); err != nil {
			errs = append(errs, err)
			continue
		}
		docs = append(docs, d)
	}
}

// errorf says what is wrong at a node, under a key.
func (d *document) errorf(n *yaml.Node, key, format string, args ...any) error {
	return &rules.Error{File: d.file, Line: n.Line, Rule: d.def.ID, Key: key, Problem: fmt.Sprintf(format, args...)}
}

func (d *document) read() error {
	if d.root.Kind != yaml.MappingNode {
		return d.errorf(d.root, "", "want keys and values")
	}
	if err := d.checkNodes(d.root, 0); err != nil {
		return err
	}
	if n := get(d.root, "action"); n != nil {
		return d.errorf(n, "action", "collections of rules are not supported: write each rule out")
	}
	if n := get(d.root, "filter"); n != nil {
		return d.errorf(n, "filter", "filters are not supported: put the condition into the rule, or use the lists' allowances")
	}
	if err := d.readHead(); err != nil {
		return err
	}
	if d.correlation = get(d.root, "correlation"); d.correlation != nil {
		return nil
	}
	if err := d.checkLogsource(); err != nil {
		return err
	}
	return d.readDetection()
}

// maxDepth is how deep a rule may nest: Sigma's own structure has five levels.
const maxDepth = 16

// checkNodes refuses what can make a small file mean something large or something else: aliases, keys that stand twice.
func (d *document) checkNodes(n *yaml.Node, depth int) error {
	if n.Kind == yaml.AliasNode {
		return d.errorf(n, "", "is a YAML alias, which rule files do not use")
	}
	if depth > maxDepth {
		return d.errorf(n, "", "nests deeper than %d levels", maxDepth)
	}
	seen := map[string]bool{}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if child.Kind != yaml.ScalarNode {
				return d.errorf(child, "", "want a text as key")
			}
			if seen[child.Value] {
				return d.errorf(child, child.Value, "stands twice")
			}
			seen[child.Value] = true
		}
		if err := d.checkNodes(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// get returns the value of a key, nil if there is none.
func get(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// text returns the value of a key as it stands, "" if it is no scalar.
func text(n *yaml.Node, key string) string {
	if v := get(n, key); v != nil && v.Kind == yaml.ScalarNode && v.Tag != "!!null" {
		return strings.TrimSpace(v.Value)
	}
	return ""
}

// items returns a list's items, or a scalar as the only one.
func items(n *yaml.Node) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	}
	return []*yaml.Node{n}
}
