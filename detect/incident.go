package detect

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

const (
	maxEvidence = 5   // requests quoted by an incident
	maxTarget   = 200 // bytes of a request target quoted
	maxLine     = 512 // bytes of one quoted request: more than its parts can take
	otherGroups = "(others)"
)

// incident is all that one rule said of one subject, and of one group if the rule has groups, until it fell silent.
type incident struct {
	rule     *rule
	group    []string // values of the rule's group, "(others)" in all of them when there were too many
	first    int64    // event time, Unix microseconds
	last     int64
	count    uint64
	peak     float64 // the greatest measure of any hit
	severity tokenwarden.Severity
	dirty    bool   // it was hit since the last Committed; see profile.settle
	allowed  string // the allowance that the last hit fell under, for a person to read; "" if none
	raised   string // the other rules that raised the severity by one; "" if none did
	kind     string // token kind and owner as of the last hit
	owner    string
	evidence []string
	observed string // what the last hit said; empty for kinds that say the same of every hit
	baseline string
	sample   sample // the first hit of the greatest severity
	id       [16]byte
	before   uint64 // requests of the subject before the incident, and
	since    int64  // the first of its events; noTime if there was none
}

// verdict is what a kind says of a hit.
type verdict struct {
	measure  float64 // a rate's count, or the value of the rule's measure
	ratio    float64 // how many times what was learned
	reached  float64 // of several fields, how many reached their count
	counts   [rules.MaxFields]uint64
	usual    usual
	observed string // only of hits that are rare: a text per event is too dear
	baseline string
}

// sayer is a judge that puts a verdict into words only when the incident needs them: when it opens, or reaches further
// than before.
type sayer interface{ say(v *verdict) }

// sample is what summaries quote of one hit.
type sample struct {
	ip       netip.Addr
	asn      uint32
	status   uint16
	location tokenwarden.Location
	country  string
	method   string
	host     string
	endpoint string
	param    string
}

// hit adds an event that satisfied the rule to its incident and tells whether it opened one.
func (k *keeper) hit(x *scene, r *rule, v *verdict) (opened bool) {
	p := x.prof
	inc := p.incident(x, r)
	if inc == nil {
		inc, opened = k.open(x, r), true
	}
	if j, ok := r.judge.(sayer); ok && (opened || v.measure > inc.peak) {
		j.say(v)
	}
	inc.dirty = true
	inc.count++
	inc.first, inc.last = min(inc.first, x.now), max(inc.last, x.now)
	if v.measure > inc.peak || inc.count == 1 {
		inc.peak = v.measure
	}
	if v.observed != "" {
		inc.observed = v.observed
	}
	if v.baseline != "" {
		inc.baseline = v.baseline
	}
	if s := r.severityOf(x); s > inc.severity || inc.count == 1 {
		inc.severity, inc.sample = s, k.sample(x.event)
	}
	inc.allowed = k.allowance(x, r)
	if inc.raised == "" {
		inc.raised = p.chorus(inc, x.now)
	}
	if inc.owner != x.event.Owner && x.event.Owner != "" {
		inc.owner = k.keep(x.event.Owner)
	}
	if inc.kind == "" {
		inc.kind = k.keep(x.event.TokenKind)
	}
	if len(inc.evidence) < maxEvidence {
		inc.evidence = append(inc.evidence, evidence(x.event))
	}
	return opened
}

// allowance returns what holds the rule's word about the subject back, "" if nothing does.
func (k *keeper) allowance(x *scene, r *rule) string {
	a := x.lists.Exception(r.id, x.prof.subject, x.event.Time)
	if a == nil {
		return ""
	}
	return k.keep("until " + a.Until.UTC().Format(time.DateOnly) + ": " + a.Reason)
}

// A chorus are rules of at least so many categories that spoke of a subject within this time: where its place, its client and
// its use are all odd, it is more than the sum.
const (
	chorusVoices = 3
	chorusTime   = 24 * 3600e6 // microseconds
)

// chorus returns the ids of the rules that speak of the subject with the incident, if they have categories enough.
func (p *profile) chorus(inc *incident, now int64) string {
	if len(p.incidents) < chorusVoices || !inc.speaks() {
		return ""
	}
	heard, ids := []string{inc.rule.category}, []string{}
	for _, o := range p.incidents {
		r := o.rule
		if !o.speaks() || o.allowed != "" || o.last < now-chorusTime || slices.Contains(heard, r.category) {
			continue
		}
		heard, ids = append(heard, r.category), append(ids, r.id)
	}
	if len(heard) < chorusVoices {
		return ""
	}
	return strings.Join(ids, ", ")
}

// speaks tells whether the incident's rule has a category in a chorus.
func (inc *incident) speaks() bool {
	return inc.rule.category != "" && !inc.rule.shadow && inc.severity >= tokenwarden.SeverityLow
}

// grade is the incident's severity, one step up when other rules speak of the subject too.
func (inc *incident) grade() tokenwarden.Severity {
	if inc.raised == "" {
		return inc.severity
	}
	return min(inc.severity+1, tokenwarden.SeverityCritical)
}

// status says whether the alert is one to act on.
func (inc *incident) status() string {
	switch {
	case inc.allowed != "":
		return "allowed"
	case inc.rule.shadow:
		return "shadow"
	}
	return "open"
}

// incident returns the rule's open incident that the event belongs to, or nil.
func (p *profile) incident(x *scene, r *rule) *incident {
	groups := 0
	var others *incident
	for _, inc := range p.incidents {
		if inc.rule != r || x.now > inc.last+r.suppress {
			continue
		}
		if inc.holds(x) {
			return inc
		}
		if len(inc.group) > 0 && inc.group[0] == otherGroups {
			others = inc
		}
		groups++
	}
	if groups >= maxGroups {
		return others
	}
	return nil
}

func (inc *incident) holds(x *scene) bool {
	for i := range inc.rule.group {
		if clip(inc.rule.group[i](x)) != inc.group[i] {
			return false
		}
	}
	return true
}

// open begins an incident, and forgets those that are over.
func (k *keeper) open(x *scene, r *rule) *incident {
	p := x.prof
	k.forget(p, x.now)
	inc := &incident{rule: r, first: x.now, last: x.now, owner: *p.owner, kind: *p.tokenKind, before: p.requests, since: p.first}
	groups := 0
	for _, o := range p.incidents {
		if o.rule == r {
			groups++
		}
	}
	for _, of := range r.group {
		if groups < maxGroups {
			inc.group = append(inc.group, k.keep(of(x)))
		} else {
			inc.group = append(inc.group, otherGroups)
		}
	}
	inc.id = incidentID(r.id, p.subject, inc.group, x)
	p.incidents = append(p.incidents, inc)
	return inc
}

// forget takes out incidents that no event can add to any more, and the one hit least lately when there are too many.
// What a checkpoint has not yet told of them is kept until it has.
func (k *keeper) forget(p *profile, now int64) {
	kept := p.incidents[:0]
	for _, inc := range p.incidents {
		if now <= inc.last+inc.rule.suppress {
			kept = append(kept, inc)
		} else {
			k.end(p, inc)
		}
	}
	if len(kept) >= maxIncidents {
		least := 0
		for i, inc := range kept {
			if inc.last < kept[least].last {
				least = i
			}
		}
		k.end(p, kept[least])
		kept = append(kept[:least], kept[least+1:]...)
	}
	clear(p.incidents[len(kept):])
	p.incidents = kept
}

func (k *keeper) end(p *profile, inc *incident) {
	if inc.dirty {
		k.ended = append(k.ended, inc.alert(p.subject, p.keyID))
	}
}

// incidentID is the same for the same input: the alert's place in every output.
func incidentID(rule string, s tokenwarden.Subject, group []string, x *scene) [16]byte {
	h := sha256.New()
	for _, part := range []string{rule, s.Kind.String(), s.String(), strings.Join(group, "\x1f"),
		strconv.FormatInt(x.now, 10), x.event.Source.String()} {
		_ = binary.Write(h, binary.BigEndian, uint32(len(part)))
		_, _ = h.Write([]byte(part))
	}
	return [16]byte(h.Sum(nil)[:16])
}

func (k *keeper) sample(e *tokenwarden.Event) sample {
	return sample{
		ip: e.ClientIP.WithZone(""), asn: e.Geo.ASN, status: uint16(e.Status), location: e.Location, country: k.keep(e.Geo.Country),
		method: k.keep(e.Method), host: k.keep(e.Host), endpoint: k.keep(e.Endpoint), param: k.keep(e.Param),
	}
}

// evidence is one request as alerts quote it:
// "2026-11-23T15:04:05Z GET /v1/x?token=REDACTED.jwt.0123456789abcdef 200 from 192.0.2.1 (DE, AS64500)".
func evidence(e *tokenwarden.Event) string {
	b := make([]byte, 0, 160)
	b = e.Time.UTC().AppendFormat(b, time.RFC3339)
	if e.Method != "" {
		b = append(b, ' ')
		b = append(b, cut(e.Method, 16)...)
	}
	if e.Target != "" {
		b = append(b, ' ')
		b = append(b, cut(e.Target, maxTarget)...)
	}
	if len(e.Target) > maxTarget {
		b = append(b, "..."...)
	}
	if e.Status != 0 {
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(e.Status), 10)
	}
	if e.ClientIP.IsValid() {
		b = append(b, " from "...)
		b = e.ClientIP.WithZone("").AppendTo(b)
	}
	b = append(b, origin(e.Geo.Country, e.Geo.ASN)...)
	return string(b)
}

// origin returns " (DE, AS64500)", or less of it.
func origin(country string, asn uint32) string {
	country = cut(country, 32)
	as := ""
	if asn != 0 {
		as = "AS" + strconv.FormatUint(uint64(asn), 10)
	}
	switch {
	case country == "" && as == "":
		return ""
	case country == "" || as == "":
		return " (" + country + as + ")"
	}
	return " (" + country + ", " + as + ")"
}

// alert tells the incident as it stands.
func (inc *incident) alert(s tokenwarden.Subject, key tokenwarden.KeyID) tokenwarden.Alert {
	r := inc.rule
	t := teller{inc: inc, subject: s}
	summary, threshold := t.tell(r.summary), t.tell(r.threshold)
	if inc.raised != "" {
		summary += "; raised, because of the same subject speak also: " + inc.raised
	}
	if inc.allowed != "" {
		summary += "; allowed " + inc.allowed
	}
	if j, ok := r.judge.(interface{ silent(peak float64) string }); ok {
		if s := j.silent(inc.peak); s != "" {
			threshold += "; silent with " + s
		}
	}
	keyID := ""
	if key != (tokenwarden.KeyID{}) {
		keyID = key.String()
	}
	return tokenwarden.Alert{
		ID: hex.EncodeToString(inc.id[:]), Rule: r.id, Severity: inc.grade(), Title: r.def.Title,
		Summary: summary, SubjectKind: s.Kind.String(), Subject: s.String(), TokenKind: inc.kind, KeyID: keyID,
		Owner: inc.owner, FirstSeen: utc(inc.first), LastSeen: utc(inc.last), Count: inc.count,
		Observed: t.tell(r.observed), Baseline: t.tell(r.baseline), Threshold: threshold,
		Evidence: inc.evidence, Attack: r.def.References.Attack, OWASP: r.def.References.OWASP, Status: inc.status(), NextSteps: r.def.NextSteps,
		SQL: t.tell(r.sql),
	}
}
