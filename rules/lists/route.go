package lists

import (
	"errors"
	"slices"
	"strings"
)

// pattern matches calls.
type pattern struct {
	methods []string // upper case; none: all
	host    string   // lower case; "": all, "*.example.com": all below
	// path has parts between slashes. A part is literal, {name} or * for any one part, or has a {name} inside
	// (report-{year}.csv). A final ** matches whatever follows, nothing included.
	path string
}

// parsePattern parses "[METHOD[,METHOD...]] [HOST]/path".
func parsePattern(s string) (pattern, error) {
	var p pattern
	words := strings.Fields(s)
	if len(words) == 2 {
		p.methods = strings.Split(strings.ToUpper(words[0]), ",")
		words = words[1:]
	}
	if len(words) != 1 {
		return p, errPattern
	}
	slash := strings.IndexByte(words[0], '/')
	if slash < 0 {
		return p, errPattern
	}
	p.host, p.path = normalHost(words[0][:slash]), words[0][slash:]
	return p, p.validate()
}

var errPattern = errors.New("want [METHODS] [HOST]/path, such as POST,PUT api.example.com/v1/orders/{id} or /admin/**")

func (p *pattern) validate() error {
	if !strings.HasPrefix(p.path, "/") || strings.ContainsAny(p.path, "?# \t") {
		return errPattern
	}
	if i := strings.Index(p.path, "**"); i >= 0 && (i != len(p.path)-2 || p.path[i-1] != '/') {
		return errors.New("want ** only at the end of a path, behind a slash")
	}
	for _, m := range p.methods {
		if m == "" || strings.Trim(m, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") != "" {
			return errors.New("want methods such as GET or GET,POST")
		}
	}
	if strings.Count(p.path, "/") > maxDepth {
		return errors.New("want at most 32 parts of a path")
	}
	return nil
}

// maxDepth bounds the parts of a path.
const maxDepth = 32

// normalHost returns the host in lower case and without a port, as events have it.
func normalHost(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	return strings.ToLower(host)
}

// routes is a tree of patterns, by the parts of their paths. It finds the most specific pattern for a call: literal parts
// before variables, a host before any host, named methods before all.
type routes[T any] struct {
	literal  map[string]*routes[T]
	affixes  []affix[T] // parts with a {name} inside
	wildcard *routes[T]
	exact    []*route[T] // patterns that end at this node
	subtree  []*route[T] // patterns whose ** begins at this node
}

// affix is a part with a {name} between a prefix and a suffix.
type affix[T any] struct {
	prefix, suffix string
	next           *routes[T]
}

// route is a pattern with its value.
type route[T any] struct {
	pattern
	value T
}

// add inserts a pattern. If the tree has the same one, its value becomes merge(old, new).
func (r *routes[T]) add(p pattern, value T, merge func(old, value T) T) {
	at := r
	path := p.path[1:]
	for path != "" || at == r {
		var part string
		part, path, _ = strings.Cut(path, "/")
		if part == "**" {
			at.subtree = insert(at.subtree, p, value, merge)
			return
		}
		at = at.child(part)
	}
	at.exact = insert(at.exact, p, value, merge)
}

// insert adds a pattern to those of one node, the most specific first.
func insert[T any](at []*route[T], p pattern, value T, merge func(old, value T) T) []*route[T] {
	for _, r := range at {
		if r.host == p.host && slices.Equal(r.methods, p.methods) {
			r.value = merge(r.value, value)
			return at
		}
	}
	at = append(at, &route[T]{p, value})
	slices.SortStableFunc(at, func(a, b *route[T]) int { return b.specificity() - a.specificity() })
	return at
}

func (r *route[T]) specificity() int {
	rank := 0
	switch {
	case strings.HasPrefix(r.host, "*."):
		rank = 2
	case r.host != "":
		rank = 4
	}
	if len(r.methods) > 0 {
		rank++
	}
	return rank
}

// child returns the node of a part below r, a new one if there is none.
func (r *routes[T]) child(part string) *routes[T] {
	open, end := strings.IndexByte(part, '{'), strings.LastIndexByte(part, '}')
	switch {
	case part == "*" || open == 0 && end == len(part)-1:
		if r.wildcard == nil {
			r.wildcard = new(routes[T])
		}
		return r.wildcard
	case open >= 0 && end > open:
		w := affix[T]{part[:open], part[end+1:], nil}
		for _, other := range r.affixes {
			if other.prefix == w.prefix && other.suffix == w.suffix {
				return other.next
			}
		}
		w.next = new(routes[T])
		r.affixes = append(r.affixes, w)
		return w.next
	}
	if r.literal == nil {
		r.literal = map[string]*routes[T]{}
	}
	next := r.literal[part]
	if next == nil {
		next = new(routes[T])
		r.literal[part] = next
	}
	return next
}

// find returns the most specific pattern that matches, or nil. r may be nil.
func (r *routes[T]) find(method, host, endpoint string) *route[T] {
	if r == nil || endpoint == "" || endpoint[0] != '/' {
		return nil
	}
	return r.walk(&routeSearch{method, host, maxSteps}, endpoint[1:], true)
}

// maxSteps bounds the nodes of one search, of which similar patterns may make many; usual are a dozen.
const maxSteps = 1000

// routeSearch is what a search looks for, and the nodes that it may still visit.
type routeSearch struct {
	method, host string
	steps        int
}

// walk searches below r for the rest of a path. more is false at the end of the path.
func (r *routes[T]) walk(s *routeSearch, path string, more bool) *route[T] {
	if s.steps--; s.steps < 0 {
		return nil
	}
	if !more {
		if found := firstMatch(r.exact, s.method, s.host); found != nil {
			return found
		}
		return firstMatch(r.subtree, s.method, s.host)
	}
	part, rest, more := strings.Cut(path, "/")
	if more && rest == "" {
		more = false // a slash at the end is ignored
	}
	if next := r.literal[part]; next != nil {
		if found := next.walk(s, rest, more); found != nil {
			return found
		}
	}
	for i := range r.affixes {
		if w := &r.affixes[i]; w.matches(part) {
			if found := w.next.walk(s, rest, more); found != nil {
				return found
			}
		}
	}
	if r.wildcard != nil && part != "" {
		if found := r.wildcard.walk(s, rest, more); found != nil {
			return found
		}
	}
	return firstMatch(r.subtree, s.method, s.host)
}

// matches reports whether a part of an endpoint may be prefix{name}suffix. Endpoints have {id} for a part that looks like one.
func (w *affix[T]) matches(part string) bool {
	return part == "{id}" || part == "{token}" ||
		len(part) > len(w.prefix)+len(w.suffix) && strings.HasPrefix(part, w.prefix) && strings.HasSuffix(part, w.suffix)
}

// firstMatch returns the first pattern of a node with this method and host, or nil.
func firstMatch[T any](from []*route[T], method, host string) *route[T] {
	for _, r := range from {
		if (len(r.methods) == 0 || slices.Contains(r.methods, method)) && r.matchesHost(host) {
			return r
		}
	}
	return nil
}

func (p *pattern) matchesHost(host string) bool {
	if below, ok := strings.CutPrefix(p.host, "*"); ok {
		return strings.HasSuffix(host, below)
	}
	return p.host == "" || p.host == host
}
