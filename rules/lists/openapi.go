package lists

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// api is the part of an OpenAPI 3 document about calls and the scopes they need (OpenAPI Specification 3.1.1: Paths Object,
// Security Requirement Object, Server Object). A JSON document is YAML.
type api struct {
	OpenAPI    string              `yaml:"openapi"`
	Servers    []server            `yaml:"servers"`
	Paths      map[string]pathItem `yaml:"paths"`
	Security   yaml.Node           `yaml:"security"`
	Components struct {
		Schemes   map[string]scheme   `yaml:"securitySchemes"`
		PathItems map[string]pathItem `yaml:"pathItems"`
	} `yaml:"components"`

	document `yaml:"-"`
}

type server struct {
	URL       string `yaml:"url"`
	Variables map[string]struct {
		Enum []string `yaml:"enum"`
	} `yaml:"variables"`
}

type scheme struct {
	Type string `yaml:"type"`
}

type pathItem struct {
	Ref     string    `yaml:"$ref"`
	Servers []server  `yaml:"servers"`
	Get     operation `yaml:"get"`
	Put     operation `yaml:"put"`
	Post    operation `yaml:"post"`
	Delete  operation `yaml:"delete"`
	Options operation `yaml:"options"`
	Head    operation `yaml:"head"`
	Patch   operation `yaml:"patch"`
	Trace   operation `yaml:"trace"`
}

type operation struct {
	Servers  []server  `yaml:"servers"`
	Security yaml.Node `yaml:"security"`
	set      bool
}

// UnmarshalYAML sets o.set, also for an operation without keys.
func (o *operation) UnmarshalYAML(n *yaml.Node) error {
	type plain operation
	o.set = true
	return n.Decode((*plain)(o))
}

// readOpenAPI adds the operations of a document that have security requirements, and returns their number.
func readOpenAPI(file string, content []byte, to *routes[[][]string]) (count int, err error) {
	a := api{document: document{file}}
	root, err := a.root(content)
	if err != nil {
		if content = rawUTF8(content); content == nil {
			return 0, err
		}
		if root, err = a.root(content); err != nil {
			return 0, err
		}
	}
	if root == nil || root.Kind != yaml.MappingNode {
		return 0, errorAt(file, 0, "want an OpenAPI 3 document")
	}
	if err := root.Decode(&a); err != nil {
		return 0, errorAt(file, errorLine(err),
			"does not have the shape of an OpenAPI 3 document: want paths with operations, as in the specification")
	}
	if !strings.HasPrefix(a.OpenAPI, "3.") {
		return 0, errorAt(file, root.Line, `want an OpenAPI 3 document with openapi: "3.x.y"`)
	}
	for _, path := range slices.Sorted(maps.Keys(a.Paths)) {
		item := a.Paths[path]
		if item.Ref != "" {
			name, ok := strings.CutPrefix(item.Ref, "#/components/pathItems/")
			if item = a.Components.PathItems[name]; !ok || item.Ref != "" {
				return 0, &Error{File: file, Key: "paths." + path,
					Problem: "has a $ref out of the document: bundle it into one file first"}
			}
		}
		n, err := a.addPath(path, &item, to)
		if err != nil {
			return 0, err
		}
		count += n
	}
	return count, nil
}

// rawUTF8 returns JSON without escapes, because YAML has no surrogate pairs, or nil if content is not JSON.
func rawUTF8(content []byte) []byte {
	var v any
	if json.Unmarshal(content, &v) != nil {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return nil
	}
	return b.Bytes()
}

// addPath adds the operations of one path, and returns their number.
func (a *api) addPath(path string, item *pathItem, to *routes[[][]string]) (count int, err error) {
	for _, m := range []struct {
		method string
		op     *operation
	}{
		{"GET", &item.Get}, {"PUT", &item.Put}, {"POST", &item.Post}, {"DELETE", &item.Delete},
		{"OPTIONS", &item.Options}, {"HEAD", &item.Head}, {"PATCH", &item.Patch}, {"TRACE", &item.Trace},
	} {
		if !m.op.set {
			continue
		}
		at := "paths." + path + "." + strings.ToLower(m.method)
		security := &m.op.Security
		if security.Kind == 0 {
			security, at = &a.Security, "security"
		}
		if security.Kind == 0 {
			continue // the document has no requirement for the call
		}
		needs, err := a.alternatives(security, at)
		if err != nil {
			return 0, err
		}
		for _, base := range a.bases(m.op.Servers, item.Servers) {
			p := pattern{methods: []string{m.method}, host: base.host, path: base.path + path}
			if p.validate() != nil {
				return 0, &Error{File: a.file, Key: "paths." + path, Problem: "is not a path: want /v1/orders/{id}"}
			}
			to.add(p, needs, mergeAlternatives)
			count++
		}
	}
	return count, nil
}

// mergeAlternatives joins the requirements of two documents for one call: to meet one is enough.
func mergeAlternatives(old, value [][]string) [][]string {
	if len(old) == 0 || len(value) == 0 {
		return nil
	}
	return append(slices.Clone(old), value...)
}

// alternatives returns the scopes that a list of security requirements asks for. One requirement must be met, with all scopes
// of its schemes. Only OAuth 2 and OpenID Connect have scopes. An empty result needs none.
func (a *api) alternatives(n *yaml.Node, at string) ([][]string, error) {
	var list []map[string][]string
	if n.Decode(&list) != nil {
		return nil, a.errorf(n, at, "want a list of security requirements: [{scheme: [scope, ...]}]")
	}
	ways := make([][]string, 0, len(list))
	for _, requirement := range list {
		way := []string{}
		for _, name := range slices.Sorted(maps.Keys(requirement)) {
			s, known := a.Components.Schemes[name]
			if !known {
				return nil, a.errorf(n, at, "names the scheme %q, which components.securitySchemes does not have", name)
			}
			if s.Type == "oauth2" || s.Type == "openIdConnect" {
				way = append(way, requirement[name]...)
			}
		}
		if len(way) == 0 {
			return nil, nil // this way needs no scope, so the call needs none
		}
		slices.Sort(way)
		ways = append(ways, slices.Compact(way))
	}
	return ways, nil
}

// bases returns the hosts and base paths of an operation: those of its own servers, else of its path's, else of the document's.
func (a *api) bases(op, path []server) []pattern {
	servers := a.Servers
	if len(op) > 0 {
		servers = op
	} else if len(path) > 0 {
		servers = path
	}
	var out []pattern
	for i := range servers {
		for _, u := range servers[i].expand() {
			b := parseBase(u)
			same := func(o pattern) bool { return o.host == b.host && o.path == b.path }
			if !slices.ContainsFunc(out, same) {
				out = append(out, b)
			}
		}
	}
	if len(out) == 0 {
		return []pattern{{}}
	}
	return out
}

// parseBase splits a server's URL into host and path. A variable left in the host stands for any text.
func parseBase(u string) pattern {
	var p pattern
	if _, rest, ok := strings.Cut(u, "://"); ok {
		host, path, _ := strings.Cut(rest, "/")
		p.host, u = normalHost(host), "/"+path
	}
	p.path = strings.TrimSuffix(u, "/")
	if i := strings.LastIndexByte(p.host, '}'); i >= 0 {
		if p.host = p.host[i+1:]; strings.HasPrefix(p.host, ".") {
			p.host = "*" + p.host
		} else {
			p.host = ""
		}
	}
	return p
}

// maxURLs bounds the URLs that the variables of one server expand to.
const maxURLs = 64

// expand returns the server's URL for each value of the variables that have an enum. Other variables stay in it.
func (s *server) expand() []string {
	urls := []string{s.URL}
	for _, name := range slices.Sorted(maps.Keys(s.Variables)) {
		var next []string
		for _, u := range urls {
			for _, value := range s.Variables[name].Enum {
				if len(next) < maxURLs {
					next = append(next, strings.ReplaceAll(u, "{"+name+"}", value))
				}
			}
		}
		if len(next) > 0 {
			urls = next
		}
	}
	return urls
}
