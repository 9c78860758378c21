package lists

import (
	"errors"
	"slices"
	"strings"
)

// pattern is what calls a line of a list speaks of. Its path is cut at slashes; a part is literal, or {name} or * for
// any one part, or has a {name} within (report-{year}.csv), and ** at the end stands for whatever follows, nothing included.
type pattern struct {
	methods []string // upper case; none means all
	host    string   // lower case; "" means all, "*." in front all below
	path    string
}

// parsePattern reads "[METHOD[,METHOD...]] [HOST]/path".
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

const maxDepth = 32

// normalHost is host as events have it: lower case, without a port.
func normalHost(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	return strings.ToLower(host)
}

// routes finds the most particular pattern for a call: literal parts before variables, a host before any, named
// methods before all.
type routes[T any] struct {
	literal  map[string]*routes[T]
	affixes  []affix[T] // {name} inside a part
	wildcard *routes[T]
	exact    []*route[T] // patterns that end here
	subtree  []*route[T] // patterns whose ** begins here
}

type affix[T any] struct {
	prefix, suffix string
	next           *routes[T]
}

type route[T any] struct {
	pattern
	value T
}

// add takes a pattern in. If the same one is there already its value becomes merge(old, new).
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

// find returns the pattern that fits, or nil. It may be called on nil.
func (r *routes[T]) find(method, host, endpoint string) *route[T] {
	if r == nil || endpoint == "" || endpoint[0] != '/' {
		return nil
	}
	budget := maxSteps
	return r.walk(method, host, endpoint[1:], true, &budget)
}

// maxSteps bounds a search through patterns that are alike in many ways; a usual one takes a dozen steps.
const maxSteps = 1000

// walk goes on with the rest of a path. more is false when the path ended with the part before.
func (r *routes[T]) walk(method, host, path string, more bool, budget *int) *route[T] {
	if *budget--; *budget < 0 {
		return nil
	}
	if !more {
		if found := firstMatch(r.exact, method, host); found != nil {
			return found
		}
		return firstMatch(r.subtree, method, host)
	}
	part, rest, more := strings.Cut(path, "/")
	if more && rest == "" {
		more = false // a slash at the end changes nothing
	}
	if next := r.literal[part]; next != nil {
		if found := next.walk(method, host, rest, more, budget); found != nil {
			return found
		}
	}
	for i := range r.affixes {
		if w := &r.affixes[i]; w.matches(part) {
			if found := w.next.walk(method, host, rest, more, budget); found != nil {
				return found
			}
		}
	}
	if r.wildcard != nil && part != "" {
		if found := r.wildcard.walk(method, host, rest, more, budget); found != nil {
			return found
		}
	}
	return firstMatch(r.subtree, method, host)
}

// fits tells whether a part may stand for prefix{name}suffix. Events write {id} where the whole part looks like an id.
func (w *affix[T]) matches(part string) bool {
	return part == "{id}" || part == "{token}" ||
		len(part) > len(w.prefix)+len(w.suffix) && strings.HasPrefix(part, w.prefix) && strings.HasSuffix(part, w.suffix)
}

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
