package detect

import (
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// scope is the kind that fires when a call needs a scope that the token was not granted. It speaks only where both
// sides are known: the token says which scopes it has, and the policy says what the call needs.
type scope struct {
	exact    map[string][]rules.ScopeRule // by endpoint
	prefixes []rules.ScopeRule            // those whose endpoint ends in *, without it, the longest first
}

func newScope(r *rule, o *Options) (judge, error) {
	r.category = "use"
	spec := r.def.Spec.(*rules.Scope)
	if spec.Of == "binding" {
		return newBinding(r), nil
	}
	j := &scope{exact: map[string][]rules.ScopeRule{}}
	for _, g := range append(slices.Clone(spec.Policy), o.ScopePolicy...) {
		if prefix, ok := strings.CutSuffix(g.Endpoint, "*"); ok {
			g.Endpoint = prefix
			j.prefixes = append(j.prefixes, g)
		} else {
			j.exact[g.Endpoint] = append(j.exact[g.Endpoint], g)
		}
	}
	slices.SortStableFunc(j.prefixes, func(a, b rules.ScopeRule) int { return len(b.Endpoint) - len(a.Endpoint) })
	r.demand(isFirst, hasEndpoint)
	r.demand(hasScopes | isBound)
	r.own(texts{
		summary:   "{observed}; {uses} from {from}, first answered {status}",
		observed:  "{observed}",
		baseline:  "{baseline}",
		threshold: "a scope that the call needs was not granted",
	})
	return j, nil
}

// unconfigured says why the rule can see nothing, whatever the logs carry.
func (j *scope) unconfigured(set *lists.Set) string {
	if c := set.Counts(); len(j.exact) == 0 && len(j.prefixes) == 0 && c.Policy+c.OpenAPI == 0 {
		return "no scope policy configured"
	}
	return ""
}

// granted are the scopes that the token has by a list, or else by its own claims; known is false if neither says.
func (x *scene) granted() (has []string, known bool) {
	if declared, ok := x.lists.Granted(x.event.Fingerprint); ok {
		return declared, true
	}
	return x.event.Scopes, x.event.Claims.HasScopes
}

func (j *scope) eval(x *scene, v *verdict) bool {
	e := x.event
	has, known := x.granted()
	if !known {
		return false
	}
	needs := ""
	if g := j.grant(e); g != nil {
		if slices.ContainsFunc(g.AnyOf, func(s string) bool { return slices.Contains(has, s) }) {
			return false
		}
		needs = strings.Join(g.AnyOf, " or ")
	} else if needs = unmet(x.lists, e, has); needs == "" {
		return false
	}
	v.observed = cut(e.Method, 16) + " " + clip(e.Endpoint) + " needs " + cut(needs, 4*maxText)
	v.baseline = "granted: " + granted(has)
	return true
}

// unmet says what the call needs by the lists' policy, "" if has is enough or nothing is known.
func unmet(set *lists.Set, e *tokenwarden.Event, has []string) string {
	ways, known := set.Required(e.Method, e.Host, e.Endpoint)
	if !known || len(ways) == 0 {
		return ""
	}
	var texts []string
	for _, way := range ways {
		if !slices.ContainsFunc(way, func(s string) bool { return !slices.Contains(has, s) }) {
			return ""
		}
		texts = append(texts, strings.Join(way, " and "))
	}
	return strings.Join(texts, " or ")
}

// binding is the kind scope of what was declared for a token: networks, clients, endpoints and hours.
type binding struct{}

func newBinding(r *rule) judge {
	r.demand(isFirst, isBound)
	r.own(texts{
		summary:   "{observed}; {uses} from {from}, first {method} {endpoint} answered {status}",
		observed:  "{observed}",
		baseline:  "{baseline}",
		threshold: "what was declared for the token",
	})
	return binding{}
}

func (binding) eval(x *scene, v *verdict) bool {
	what, breached := x.lists.Breach(x.event)
	if breached {
		v.observed, v.baseline = "outside the "+what+" declared for the token", "a binding of the token or its family"
	}
	return breached
}

// grant returns the policy's line for the call: an exact endpoint before a prefix, a longer prefix before a shorter.
func (j *scope) grant(e *tokenwarden.Event) *rules.ScopeRule {
	for _, lines := range [2][]rules.ScopeRule{j.exact[e.Endpoint], j.prefixes} {
		for i := range lines {
			g := &lines[i]
			if (len(g.Methods) == 0 || slices.Contains(g.Methods, e.Method)) && (g.Host == "" || g.Host == e.Host) &&
				strings.HasPrefix(e.Endpoint, g.Endpoint) {
				return g
			}
		}
	}
	return nil
}

// granted lists the first ten scopes.
func granted(scopes []string) string {
	if len(scopes) == 0 {
		return "none"
	}
	var b strings.Builder
	for i, s := range scopes[:min(10, len(scopes))] {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(cut(s, 64))
	}
	if len(scopes) > 10 {
		b.WriteString(" ...")
	}
	return b.String()
}
