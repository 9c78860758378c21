package sigma

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readDetection translates the selections and the conditions over them.
func (d *document) readDetection() error {
	n := get(d.root, "detection")
	if n == nil || n.Kind != yaml.MappingNode {
		return d.errorf(d.root, "detection", "is missing: want selections and a condition")
	}
	if t := get(n, "timeframe"); t != nil {
		return d.errorf(t, "detection.timeframe", "is not supported: write a correlation with timespan")
	}
	sel := &selections{of: map[string]term{}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		if name.Value == "condition" {
			continue
		}
		t, err := d.selection(name, n.Content[i+1])
		if err != nil {
			return err
		}
		sel.of[name.Value] = t
		sel.names = append(sel.names, name.Value)
	}
	conditions := items(get(n, "condition"))
	if len(conditions) == 0 {
		return d.errorf(n, "detection.condition", "is missing")
	}
	var terms []term
	for _, c := range conditions {
		if c.Kind != yaml.ScalarNode {
			return d.errorf(c, "detection.condition", "want a text or a list of texts")
		}
		t, err := sel.condition(c.Value)
		if err != nil {
			return d.errorf(c, "detection.condition", "%v", err)
		}
		terms = append(terms, t)
	}
	d.term = oneOf(terms)
	d.def.Where, d.def.Needs = d.term.text, d.term.needTexts()
	return nil
}

// selection translates a map, whose lines must all hold, a list of maps, of which one must hold, or keywords.
func (d *document) selection(name, n *yaml.Node) (term, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return d.selectionMap(name, n)
	case yaml.SequenceNode:
		if !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return item.Kind == yaml.MappingNode }) {
			return d.matchField(&yaml.Node{Line: name.Line}, n)
		}
		var terms []term
		for _, item := range n.Content {
			if item.Kind != yaml.MappingNode {
				return term{}, d.errorf(item, name.Value, "mixes keywords with fields: want maps alone, or texts alone")
			}
			t, err := d.selectionMap(name, item)
			if err != nil {
				return term{}, err
			}
			terms = append(terms, t)
		}
		return oneOf(terms), nil
	}
	return d.matchField(&yaml.Node{Line: name.Line}, n)
}

func (d *document) selectionMap(name, n *yaml.Node) (term, error) {
	var terms []term
	for i := 0; i+1 < len(n.Content); i += 2 {
		t, err := d.matchField(n.Content[i], n.Content[i+1])
		if err != nil {
			return term{}, err
		}
		terms = append(terms, t)
	}
	if len(terms) == 0 {
		return term{}, d.errorf(n, strings.TrimSpace(name.Value), "is empty")
	}
	return allOf(terms), nil
}
