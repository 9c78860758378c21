package detect

import (
	"encoding/hex"
	"strconv"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/kind"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/rules"
)

// NewAlert returns an alert with all that follows from the rule alone: its id, title, severity, references and next steps, and the
// status of a match under no exception. It shares the rule's slices.
func NewAlert(d *rules.Definition) tokenwarden.Alert {
	a := tokenwarden.Alert{
		Rule: d.ID, Severity: d.Severity, Title: d.Title, Status: tokenwarden.StatusOpen,
		Attack: d.References.Attack, OWASP: d.References.OWASP, NextSteps: d.NextSteps,
	}
	if d.InShadow() {
		a.Status = tokenwarden.StatusShadow
	}
	return a
}

// Alert returns the alert of an incident as it stands.
func (t *incidentTracker) Alert(p *profile.Profile, inc *profile.Incident) tokenwarden.Alert {
	r := t.rule(inc)
	v := renderer{incident: inc, rule: r, subject: p.Subject}
	a := NewAlert(r.def)
	a.ID, a.Severity, a.Status, a.Count = hex.EncodeToString(inc.ID[:]), effectiveSeverity(inc), r.status(inc), inc.Count
	a.SubjectKind, a.Subject, a.TokenKind, a.Owner = p.Subject.Kind.String(), p.Subject.String(), inc.TokenKind, inc.Owner
	a.Identity, a.Service = inc.Identity, inc.Service
	if p.KeyID != (tokenwarden.KeyID{}) {
		a.KeyID = p.KeyID.String()
	}
	a.FirstSeen, a.LastSeen = text.UTC(inc.First), text.UTC(inc.Last)
	a.Summary, a.Observed, a.Baseline, a.Threshold = v.summary(), v.render(r.observed), v.render(r.baseline), v.threshold()
	a.Evidence, a.SQL = inc.Evidence, v.render(r.sql)
	return a
}

// effectiveSeverity returns the incident's severity, one step up when other rules corroborate it.
func effectiveSeverity(inc *profile.Incident) tokenwarden.Severity {
	if inc.CorroboratedBy == "" {
		return inc.Severity
	}
	return min(inc.Severity+1, tokenwarden.SeverityCritical)
}

// status returns the status of the incident's alert. An exception counts before a shadow.
func (r *rule) status(inc *profile.Incident) string {
	switch {
	case inc.Exception != "":
		return tokenwarden.StatusAllowed
	case r.shadow:
		return tokenwarden.StatusShadow
	}
	return tokenwarden.StatusOpen
}

func (v *renderer) summary() string {
	s := v.render(v.rule.summary)
	if v.incident.CorroboratedBy != "" {
		s += "; raised one step: rules of other categories also matched this subject (" + v.incident.CorroboratedBy + ")"
	}
	if v.incident.Exception != "" {
		s += "; allowed " + v.incident.Exception
	}
	return s
}

func (v *renderer) threshold() string {
	s := v.render(v.rule.threshold)
	if q, ok := v.rule.evaluator.(kind.QuietSetter); ok {
		if setting := q.QuietSetting(v.incident.Peak); setting != "" {
			s += "; silent with " + setting
		}
	}
	return s
}

// maxTarget bounds the quoted bytes of a request target.
const maxTarget = 200

// evidence returns one request as alerts quote it:
// "2026-11-23T15:04:05Z GET /v1/x?token=REDACTED.jwt.0123456789abcdef 200 from 192.0.2.1 (DE, AS64500)".
func evidence(e *tokenwarden.Event) string {
	b := make([]byte, 0, 160)
	b = e.Time.UTC().AppendFormat(b, time.RFC3339)
	if e.Method != "" {
		b = append(b, ' ')
		b = append(b, tokenwarden.Truncate(e.Method, 16)...)
	}
	if e.Target != "" {
		b = append(b, ' ')
		b = append(b, tokenwarden.Truncate(e.Target, maxTarget)...)
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

// origin returns " (DE, AS64500)", or as much of it as is known.
func origin(country string, asn uint32) string {
	country = text.Cut(country, 32)
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
