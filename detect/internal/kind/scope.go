package kind

import (
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// scope matches a call that needs a scope the token was not granted. It matches only where both sides are known:
// the token or a list names its scopes, and a policy names the scopes the call needs.
type scope struct {
	exact    map[string][]rules.ScopeRule // by endpoint
	prefixes []rules.ScopeRule            // those whose endpoint ends in *, without it, the longest first
}

func newScope(_ *rules.Definition, s *rules.Scope, o Options) (Evaluator, Spec, error) {
	if s.Of == "binding" {
		return binding{}, bindingSpec(), nil
	}
	e := &scope{exact: map[string][]rules.ScopeRule{}}
	for _, line := range slices.Concat(s.Policy, o.ScopePolicy) {
		if prefix, ok := strings.CutSuffix(line.Endpoint, "*"); ok {
			line.Endpoint = prefix
			e.prefixes = append(e.prefixes, line)
		} else {
			e.exact[line.Endpoint] = append(e.exact[line.Endpoint], line)
		}
	}
	slices.SortStableFunc(e.prefixes, func(a, b rules.ScopeRule) int { return len(b.Endpoint) - len(a.Endpoint) })
	spec := Spec{
		Category: "use",
		Texts: Texts{
			Summary:   "{observed}; {uses} from {from}, first answered {status}",
			Observed:  "{observed}",
			Baseline:  "{baseline}",
			Threshold: "a scope that the call needs was not granted",
		},
	}
	spec.require(profile.IsFirst, profile.HasEndpoint, profile.HasScopes|profile.IsBound)
	return e, spec, nil
}

// MissingInput implements InputChecker.
func (e *scope) MissingInput(set *lists.Set) string {
	if c := set.Counts(); len(e.exact) == 0 && len(e.prefixes) == 0 && c.Policy+c.OpenAPI == 0 {
		return "no scope policy configured"
	}
	return ""
}

// grantedTo returns the scopes that the token has by a list, or else by its own claims; known is false if neither says.
func grantedTo(x *condition.Env) (scopes []string, known bool) {
	if declared, ok := x.Lists.Granted(x.Event.Fingerprint); ok {
		return declared, true
	}
	return x.Event.Scopes, x.Event.Claims.HasScopes
}

// Evaluate implements Evaluator.
func (e *scope) Evaluate(x *condition.Env, r *condition.Result) bool {
	ev := x.Event.Event
	granted, known := grantedTo(x)
	if !known {
		return false
	}
	needs := ""
	if line := e.find(ev); line != nil {
		if slices.ContainsFunc(line.AnyOf, func(s string) bool { return slices.Contains(granted, s) }) {
			return false
		}
		needs = strings.Join(line.AnyOf, " or ")
	} else if needs = missingByLists(x.Lists, ev, granted); needs == "" {
		return false
	}
	r.Observed = text.Cut(ev.Method, 16) + " " + text.Clip(ev.Endpoint) + " needs " + text.Cut(needs, 4*text.MaxStored)
	r.Baseline = "granted: " + text.Some(granted)
	return true
}

// missingByLists returns the scopes the call needs by the lists' policy, "" if granted suffices or nothing is known.
func missingByLists(set *lists.Set, e *tokenwarden.Event, granted []string) string {
	alternatives, known := set.Required(e.Method, e.Host, e.Endpoint)
	if !known || len(alternatives) == 0 {
		return ""
	}
	var texts []string
	for _, all := range alternatives {
		if !slices.ContainsFunc(all, func(s string) bool { return !slices.Contains(granted, s) }) {
			return ""
		}
		texts = append(texts, strings.Join(all, " and "))
	}
	return strings.Join(texts, " or ")
}

// find returns the policy's line for the call: an exact endpoint before a prefix, a longer prefix before a shorter one.
func (e *scope) find(ev *tokenwarden.Event) *rules.ScopeRule {
	for _, lines := range [2][]rules.ScopeRule{e.exact[ev.Endpoint], e.prefixes} {
		for i := range lines {
			l := &lines[i]
			if (len(l.Methods) == 0 || slices.Contains(l.Methods, ev.Method)) && (l.Host == "" || l.Host == ev.Host) &&
				strings.HasPrefix(ev.Endpoint, l.Endpoint) {
				return l
			}
		}
	}
	return nil
}

// Explain implements Explainer.
func (e *scope) Explain(x *condition.Env, _ *condition.Result) Distance {
	ev := x.Event.Event
	granted, known := grantedTo(x)
	if !known {
		return Distance{0, "neither the token nor a list says which scopes it has"}
	}
	if _, inLists := x.Lists.Required(ev.Method, ev.Host, ev.Endpoint); e.find(ev) == nil && !inLists {
		return Distance{0, "no line of the scope policy speaks of " + text.Cut(ev.Method, 16) + " " + text.Clip(ev.Endpoint)}
	}
	return Distance{0, "the scopes granted are enough: " + text.Some(granted)}
}

// binding is the kind scope with of: binding. It matches a use outside the networks, clients, endpoints and hours that a list declares
// for the token or its family.
type binding struct{}

func bindingSpec() Spec {
	spec := Spec{
		Category: "use",
		Texts: Texts{
			Summary:   "{observed}; {uses} from {from}, first {method} {endpoint} answered {status}",
			Observed:  "{observed}",
			Baseline:  "{baseline}",
			Threshold: "what was declared for the token",
		},
	}
	spec.require(profile.IsFirst, profile.IsBound)
	return spec
}

// Evaluate implements Evaluator.
func (binding) Evaluate(x *condition.Env, r *condition.Result) bool {
	what, breached := x.Lists.Breach(x.Event.Event)
	if breached {
		r.Observed, r.Baseline = "outside the "+what+" declared for the token", "a binding of the token or its family"
	}
	return breached
}

// Explain implements Explainer.
func (binding) Explain(*condition.Env, *condition.Result) Distance {
	return Distance{0, "within what was declared for the token"}
}
