package detect

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/kind"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
)

// otherGroups is the shared group of a rule with too many groups.
const otherGroups = "(others)"

// incidentTracker folds matches into the open incidents of their profile.
type incidentTracker struct {
	rules    []*rule // by slot
	interner *profile.Interner
	outbox   *outbox
}

func (t *incidentTracker) rule(inc *profile.Incident) *rule { return t.rules[inc.Rule] }

// Match adds the match of a rule, whose result is in x, to its incident. It reports whether it opened one.
func (t *incidentTracker) Match(x *condition.Env, r *rule) (opened bool) {
	inc, res := t.Find(x, r), x.Result
	if inc == nil {
		inc, opened = t.open(x, r), true
	}
	if d, ok := r.evaluator.(kind.Describer); ok && (opened || res.Measure > inc.Peak) {
		d.Describe(res)
	}
	inc.Dirty = true
	inc.Count++
	inc.First, inc.Last = min(inc.First, x.Event.Now), max(inc.Last, x.Event.Now)
	if res.Measure > inc.Peak || inc.Count == 1 {
		inc.Peak = res.Measure
	}
	if res.Observed != "" {
		inc.Observed = res.Observed
	}
	if res.Baseline != "" {
		inc.Baseline = res.Baseline
	}
	if s := r.severityOf(x); s > inc.Severity || inc.Count == 1 {
		inc.Severity, inc.Sample = s, t.sample(x.Event.Event)
	}
	inc.Exception = t.exception(x, r)
	if inc.CorroboratedBy == "" {
		inc.CorroboratedBy = t.corroboration(x.Profile, inc, x.Event.Now)
	}
	t.identify(inc, x.Event.Event)
	return opened
}

// identify keeps owner, token kind and evidence of a match.
func (t *incidentTracker) identify(inc *profile.Incident, e *tokenwarden.Event) {
	if inc.Owner != e.Owner && e.Owner != "" {
		inc.Owner = t.interner.InternString(e.Owner)
	}
	inc.Identity = e.Identity
	if inc.Service != e.Service && e.Service != "" {
		inc.Service = t.interner.InternString(e.Service)
	}
	if inc.TokenKind == "" {
		inc.TokenKind = t.interner.InternString(e.TokenKind)
	}
	if len(inc.Evidence) < profile.MaxEvidence {
		inc.Evidence = append(inc.Evidence, evidence(e))
	}
}

// exception returns the exception that the rule's match falls under, "" if none does.
func (t *incidentTracker) exception(x *condition.Env, r *rule) string {
	a := x.Lists.Exception(r.id, x.Profile.Subject, x.Event.Time)
	if a == nil {
		return ""
	}
	return t.interner.InternString("until " + a.Until.UTC().Format(time.DateOnly) + ": " + a.Reason)
}

// Matches from so many categories of signal within this time corroborate each other: where place, client and use of a token are all odd,
// the whole is more than its parts.
const (
	corroborationCategories = 3
	corroborationTime       = 24 * 3600e6 // microseconds
)

// corroboration returns the ids of the corroborating rules, "" if their categories are too few.
func (t *incidentTracker) corroboration(p *profile.Profile, inc *profile.Incident, now int64) string {
	if len(p.Incidents) < corroborationCategories || !t.corroborates(inc) {
		return ""
	}
	categories, ids := []string{t.rule(inc).spec.Category}, []string{}
	for _, o := range p.Incidents {
		r := t.rule(o)
		if !t.corroborates(o) || o.Exception != "" || o.Last < now-corroborationTime || slices.Contains(categories, r.spec.Category) {
			continue
		}
		categories, ids = append(categories, r.spec.Category), append(ids, r.id)
	}
	if len(categories) < corroborationCategories {
		return ""
	}
	return strings.Join(ids, ", ")
}

// corroborates reports whether the incident counts for corroboration.
func (t *incidentTracker) corroborates(inc *profile.Incident) bool {
	r := t.rule(inc)
	return r.spec.Category != "" && !r.shadow && inc.Severity >= tokenwarden.SeverityLow
}

// Find returns the rule's open incident that the event belongs to, or nil.
func (t *incidentTracker) Find(x *condition.Env, r *rule) *profile.Incident {
	groups := 0
	var others *profile.Incident
	for _, inc := range x.Profile.Incidents {
		if inc.Rule != r.slot || x.Event.Now > inc.Last+r.suppress {
			continue
		}
		if r.inGroup(x, inc) {
			return inc
		}
		if len(inc.Group) > 0 && inc.Group[0] == otherGroups {
			others = inc
		}
		groups++
	}
	if groups >= profile.MaxGroups {
		return others
	}
	return nil
}

// inGroup reports whether the event has the values of the incident's group.
func (r *rule) inGroup(x *condition.Env, inc *profile.Incident) bool {
	for i, value := range r.group {
		if text.Clip(value(x)) != inc.Group[i] {
			return false
		}
	}
	return true
}

// open opens an incident, and first ends expired ones.
func (t *incidentTracker) open(x *condition.Env, r *rule) *profile.Incident {
	p := x.Profile
	t.expire(p, x.Event.Now)
	inc := &profile.Incident{Rule: r.slot, First: x.Event.Now, Last: x.Event.Now, Owner: *p.Owner, TokenKind: *p.TokenKind,
		Before: p.Requests, Since: p.First}
	groups := 0
	for _, o := range p.Incidents {
		if o.Rule == r.slot {
			groups++
		}
	}
	for _, value := range r.group {
		if groups < profile.MaxGroups {
			inc.Group = append(inc.Group, t.interner.InternString(value(x)))
		} else {
			inc.Group = append(inc.Group, otherGroups)
		}
	}
	inc.ID = incidentID(r.id, p.Subject, inc.Group, x.Event)
	p.Incidents = append(p.Incidents, inc)
	return inc
}

// expire ends incidents past their suppression time and, if too many remain, the one that matched least lately.
func (t *incidentTracker) expire(p *profile.Profile, now int64) {
	kept := p.Incidents[:0]
	for _, inc := range p.Incidents {
		if now <= inc.Last+t.rule(inc).suppress {
			kept = append(kept, inc)
		} else {
			t.end(p, inc)
		}
	}
	if len(kept) >= profile.MaxIncidents {
		least := 0
		for i, inc := range kept {
			if inc.Last < kept[least].Last {
				least = i
			}
		}
		t.end(p, kept[least])
		kept = append(kept[:least], kept[least+1:]...)
	}
	clear(p.Incidents[len(kept):])
	p.Incidents = kept
}

// end keeps the alert of a dirty incident for the next checkpoint.
func (t *incidentTracker) end(p *profile.Profile, inc *profile.Incident) {
	if inc.Dirty {
		t.outbox.ended = append(t.outbox.ended, t.Alert(p, inc))
	}
}

// AppendDirty appends the alerts of dirty incidents.
func (t *incidentTracker) AppendDirty(alerts []tokenwarden.Alert, p *profile.Profile) []tokenwarden.Alert {
	for _, inc := range p.Incidents {
		if inc.Dirty {
			alerts = append(alerts, t.Alert(p, inc))
		}
	}
	return alerts
}

// incidentID returns the key of the alert in every output. It is the same for the same input and must never change.
func incidentID(rule string, s tokenwarden.Subject, group []string, ev *profile.Event) [16]byte {
	h := sha256.New()
	for _, part := range []string{rule, s.Kind.String(), s.String(), strings.Join(group, "\x1f"),
		strconv.FormatInt(ev.Now, 10), ev.Source.String()} {
		_ = binary.Write(h, binary.BigEndian, uint32(len(part)))
		_, _ = h.Write([]byte(part))
	}
	return [16]byte(h.Sum(nil)[:16])
}

func (t *incidentTracker) sample(e *tokenwarden.Event) profile.Sample {
	in := t.interner
	return profile.Sample{
		IP: e.ClientIP.WithZone(""), ASN: e.Geo.ASN, Status: uint16(e.Status), Location: e.Location,
		Country: in.InternString(e.Geo.Country), Method: in.InternString(e.Method), Host: in.InternString(e.Host),
		Endpoint: in.InternString(e.Endpoint), Param: in.InternString(e.Param),
	}
}
