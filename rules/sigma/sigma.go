// Package sigma translates rules in Sigma's format (github.com/SigmaHQ/sigma-specification 2.1.0, 2025-08-02) into definitions
// of package rules. Rules of the log sources webserver and proxy become rules of kind match, correlations over them rules of
// kind rate, distinct and temporal. It holds no state.
//
// A rule that cannot be translated whole is refused: half of it would be quiet where its author trusts it.
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

// Format makes rules.Load read Sigma rules.
var Format = rules.Format{Is: Is, Read: Read}

// mainKeys finds a top-level key that only Sigma rules have.
var mainKeys = regexp.MustCompile(`(?m)^(logsource|detection|correlation|action|filter)\s*:`)

// Is reports whether a file holds Sigma rules.
func Is(content []byte) bool { return mainKeys.Match(content) }

// Read translates the rules of one folder. A correlation may refer to the rules of all its files by name or id; such a rule
// gives no alerts of its own unless the correlation says "generate: true". Read returns all errors joined; each names file,
// line and rule.
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

// assemble returns the definitions of all documents, in the order of the files.
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
	term           term       // condition of a rule
	correlation    *yaml.Node // nil: a rule
	used, generate bool       // by a correlation; and gives alerts nevertheless
}

// documents reads every YAML document of a file.
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

// errorf returns an error about a key at the line of a node.
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

// maxDepth bounds the nesting of a rule: Sigma's own structure has five levels.
const maxDepth = 16

// checkNodes refuses aliases, which let a small file expand to a large one, and repeated keys.
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

// text returns the value of a key, "" if it is no scalar.
func text(n *yaml.Node, key string) string {
	if v := get(n, key); v != nil && v.Kind == yaml.ScalarNode && v.Tag != "!!null" {
		return strings.TrimSpace(v.Value)
	}
	return ""
}

// items returns the items of a list, or any other node as the only one.
func items(n *yaml.Node) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	}
	return []*yaml.Node{n}
}
