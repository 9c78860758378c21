package simulate

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// service is one web server with its own access log.
type service struct {
	name, host string
	format     Format // what FormatMix makes of it
	weight     int    // share of ordinary lines without a credential
	crowds     []crowd
	referers   []string
	plain      []*endpoint // each as often as its weight
	guarded    map[string][]*endpoint
}

// endpoint is one way to call a service.
type endpoint struct {
	svc      *service
	method   string
	parts    []part
	template string
	scope    string // what a call needs; "" if nothing
	profile  profile
	query    bool // the target has a query already
	visited  bool // browsers come here from a page, with a Referer
	write    bool
}

// part is literal text, or a placeholder.
type part struct {
	text string
	pool poolID
}

// profile is the usual outcome of a call.
type profile struct {
	statuses []int
	min      int // response bytes
	span     int // more than min, at most
}

func repeat(n, status int, more ...int) []int {
	out := make([]int, 0, n+len(more))
	for range n {
		out = append(out, status)
	}
	return append(out, more...)
}

var profiles = map[string]profile{
	"page":   {repeat(88, 200, 304, 304, 304, 304, 404, 404, 301, 302, 500, 503), 4_200, 58_000},
	"asset":  {repeat(70, 200, append(repeat(27, 304), 404, 206, 200)...), 900, 240_000},
	"api":    {repeat(94, 200, 404, 404, 429, 500, 502, 204), 80, 5_800},
	"post":   {repeat(60, 200, append(repeat(30, 201), 204, 204, 400, 400, 422, 409, 500)...), 20, 880},
	"redir":  {repeat(45, 302, 302, 301, 303, 200, 404), 0, 310},
	"media":  {repeat(55, 206, append(repeat(40, 200), 304, 416, 404)...), 180_000, 1_600_000},
	"probe":  {repeat(30, 404, 403, 403, 301, 400, 405), 140, 420},
	"ok":     {[]int{200}, 2, 14},
	"empty":  {[]int{204}, 0, 1},
	"hook":   {repeat(80, 200, append(repeat(17, 202), 204, 500, 503)...), 2, 60},
	"denied": {repeat(9, 400, 401), 60, 90}, // a login form that was filled in wrongly
}

// definition is a service in words: "weight method target profile", and for guarded calls the scope they need. A group of guarded calls
// belongs to one kind of token holder.
type definition struct {
	service
	plain   []string
	guarded map[string][]string
}

// catalogue returns the services, compiled once.
var catalogue = sync.OnceValue(func() []*service {
	var out []*service
	for i := range definitions {
		d := &definitions[i]
		s := d.service
		s.guarded = map[string][]*endpoint{}
		s.plain = compileAll(&s, d.plain)
		for group, lines := range d.guarded {
			s.guarded[group] = compileAll(&s, lines)
		}
		out = append(out, &s)
	}
	return out
})

func compileAll(s *service, lines []string) (out []*endpoint) {
	for _, line := range lines {
		f := strings.Fields(line)
		weight, err := strconv.Atoi(f[0])
		p, ok := profiles[f[3]]
		if err != nil || !ok {
			panic(fmt.Sprintf("BUG: endpoint %q", line))
		}
		e := compile(f[2])
		e.svc, e.method, e.profile = s, f[1], p
		e.visited = f[3] == "page" || f[3] == "asset" || f[3] == "media"
		e.write = e.method != "GET" && e.method != "HEAD" && e.method != "OPTIONS"
		if len(f) > 4 {
			e.scope = f[4]
		}
		for range weight {
			out = append(out, e)
		}
	}
	return out
}

// compile splits a target at its placeholders and derives the path template.
func compile(target string) *endpoint {
	e := &endpoint{query: strings.Contains(target, "?")}
	path := true
	for target != "" {
		lit, rest, found := strings.Cut(target, "{")
		e.parts = append(e.parts, part{text: lit})
		if path {
			head, _, cut := strings.Cut(lit, "?")
			e.template += head
			path = !cut
		}
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		pool, ok := poolNames[name]
		if !ok {
			panic("BUG: placeholder " + name)
		}
		e.parts = append(e.parts, part{pool: pool})
		if path {
			e.template += placeholder(pool, name)
		}
		target = after
	}
	return e
}

func placeholder(pool poolID, name string) string {
	if pool.identifier() {
		name = "id"
	}
	return "{" + name + "}"
}

// Services returns the names of the services, in order.
func Services() []string {
	var names []string
	for _, s := range catalogue() {
		names = append(names, s.name)
	}
	return names
}

func serviceNamed(name string) *service {
	for _, s := range catalogue() {
		if s.name == name {
			return s
		}
	}
	panic("BUG: no service " + name)
}

// find returns the first guarded endpoint of s that ok accepts.
func (s *service) find(group string, ok func(*endpoint) bool) *endpoint {
	for _, e := range s.guarded[group] {
		if ok(e) {
			return e
		}
	}
	panic("BUG: service " + s.name + " has no such endpoint in " + group)
}

// ScopeRule names the scope that a call needs at the service that answers it. Template is a path with {id} for
// identifiers.
type ScopeRule struct{ Host, Method, Template, Scope string }

// ScopePolicy returns the scopes that the simulated services ask for: what the attack scope-violation violates.
func ScopePolicy() []ScopeRule {
	var out []ScopeRule
	for _, s := range catalogue() {
		for _, group := range sortedKeys(s.guarded) {
			for i, e := range s.guarded[group] {
				if e.scope != "" && (i == 0 || s.guarded[group][i-1] != e) {
					out = append(out, ScopeRule{s.host, e.method, e.template, e.scope})
				}
			}
		}
	}
	return out
}
