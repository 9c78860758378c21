package detect

import (
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

// scope is the kind that fires when a call needs a scope that the token was not granted. It speaks only where both
// sides are known: the token says which scopes it has, and the policy says what the call needs.
type scope struct {
	exact    map[string][]rules.Grant // by endpoint
	prefixes []rules.Grant            // those whose endpoint ends in *, without it, the longest first
}

func newScope(r *rule, o *Options) (judge, error) {
	j := &scope{exact: map[string][]rules.Grant{}}
	for _, g := range append(slices.Clone(r.def.Policy), o.ScopePolicy...) {
		if prefix, ok := strings.CutSuffix(g.Endpoint, "*"); ok {
			g.Endpoint = prefix
			j.prefixes = append(j.prefixes, g)
		} else {
			j.exact[g.Endpoint] = append(j.exact[g.Endpoint], g)
		}
	}
	slices.SortStableFunc(j.prefixes, func(a, b rules.Grant) int { return len(b.Endpoint) - len(a.Endpoint) })
	r.demand(isFirst, hasScopes, hasEndpoint)
	if j.unconfigured() != "" {
		r.demand(0) // no event can be judged
	}
	r.own(texts{
		summary:   "{said}; {uses} from {from}, first answered {status}",
		observed:  "{said}",
		baseline:  "{known}",
		threshold: "a scope that the call needs was not granted",
	})
	return j, nil
}

// unconfigured says why the rule can see nothing, whatever the logs carry.
func (j *scope) unconfigured() string {
	if len(j.exact) == 0 && len(j.prefixes) == 0 {
		return "no scope policy configured"
	}
	return ""
}

func (j *scope) eval(x *scene, v *verdict) bool {
	e := x.event
	g := j.grant(e)
	if g == nil || slices.ContainsFunc(g.AnyOf, func(s string) bool { return slices.Contains(e.Scopes, s) }) {
		return false
	}
	v.observed = cut(e.Method, 16) + " " + clip(e.Endpoint) + " needs " + cut(strings.Join(g.AnyOf, " or "), 4*maxText)
	v.baseline = "granted: " + granted(e.Scopes)
	return true
}

// grant returns the policy's line for the call: an exact endpoint before a prefix, a longer prefix before a shorter.
func (j *scope) grant(e *tokenwarden.Event) *rules.Grant {
	for _, lines := range [2][]rules.Grant{j.exact[e.Endpoint], j.prefixes} {
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
