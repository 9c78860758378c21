package lists

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readPolicy adds the calls of a file, policy: [{methods, host, endpoint, any_of, all_of, public}], and returns their number.
func readPolicy(file string, content []byte, to *routes[[][]string]) (count int, err error) {
	d := document{file}
	err = d.read(content, keys{"policy": d.each(func(n *yaml.Node, path string) error {
		count++
		return readCall(d, n, path, to)
	})})
	return count, err
}

func readCall(d document, n *yaml.Node, path string, to *routes[[][]string]) error {
	var p pattern
	var public string
	var anyOf, allOf []string
	err := d.mapping(n, path, keys{
		"methods": d.texts(&p.methods), "host": d.text(&p.host), "endpoint": d.text(&p.path),
		"any_of": d.texts(&anyOf), "all_of": d.texts(&allOf), "public": d.text(&public),
	})
	if err != nil {
		return err
	}
	for i, m := range p.methods {
		p.methods[i] = strings.ToUpper(m)
	}
	p.host = normalHost(p.host)
	if p.path == "" {
		return d.errorf(n, path, "has no endpoint: want a path such as /v1/orders/{id}")
	}
	if err := p.validate(); err != nil {
		return d.errorf(n, path+".endpoint", "%s", err)
	}
	needs, ok := scopeAlternatives(anyOf, allOf)
	if ok == (public == "true") || public != "" && public != "true" {
		return d.errorf(n, path, "want any_of or all_of with scopes, or public: true for a call that needs none")
	}
	twice := false
	to.add(p, needs, func(old, _ [][]string) [][]string { twice = true; return old })
	if twice {
		return d.errorf(n, path, "speaks of a call that a line before speaks of: want one each")
	}
	return nil
}

// scopeAlternatives returns the sets of scopes of which a call needs one: each has all of allOf, and one of anyOf.
func scopeAlternatives(anyOf, allOf []string) (ways [][]string, ok bool) {
	for _, s := range anyOf {
		ways = append(ways, append(slices.Clone(allOf), s))
	}
	if len(anyOf) == 0 && len(allOf) > 0 {
		ways = [][]string{allOf}
	}
	return ways, len(ways) > 0
}

// readSensitive adds the patterns of a file, one a line: [METHODS] [HOST]/path. A # after white space begins a comment.
func readSensitive(file string, content []byte, to *routes[struct{}]) (count int, err error) {
	for number, line := range contentLines(content) {
		text, _, _ := strings.Cut(string(line), " #")
		p, err := parsePattern(text)
		if err != nil {
			return count, errorAt(file, number, "%s", err)
		}
		count++
		to.add(p, struct{}{}, keepOld[struct{}])
	}
	return count, nil
}
