package detect

import (
	"encoding/hex"
	"strconv"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/kind"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
)

// Alert returns the alert of an incident as it stands.
func (t *incidentTracker) Alert(p *profile.Profile, inc *profile.Incident) tokenwarden.Alert {
	r := t.rule(inc)
	v := renderer{incident: inc, rule: r, subject: p.Subject}
	keyID := ""
	if p.KeyID != (tokenwarden.KeyID{}) {
		keyID = p.KeyID.String()
	}
	return tokenwarden.Alert{
		ID: hex.EncodeToString(inc.ID[:]), Rule: r.id, Severity: effectiveSeverity(inc), Title: r.def.Title,
		Summary: v.summary(), SubjectKind: p.Subject.Kind.String(), Subject: p.Subject.String(), TokenKind: inc.TokenKind, KeyID: keyID,
		Owner: inc.Owner, FirstSeen: text.UTC(inc.First), LastSeen: text.UTC(inc.Last), Count: inc.Count,
		Observed: v.render(r.observed), Baseline: v.render(r.baseline), Threshold: v.threshold(),
		Evidence: inc.Evidence, Attack: r.def.References.Attack, OWASP: r.def.References.OWASP, Status: r.status(inc), NextSteps: r.def.NextSteps,
		SQL: v.render(r.sql),
	}
}

// effectiveSeverity returns the incident's severity, one step up when other rules corroborate it.
func effectiveSeverity(inc *profile.Incident) tokenwarden.Severity {
	if inc.CorroboratedBy == "" {
		return inc.Severity
	}
	return min(inc.Severity+1, tokenwarden.SeverityCritical)
}

// status returns whether the alert is one to act on: "open", "shadow" or "allowed".
func (r *rule) status(inc *profile.Incident) string {
	switch {
	case inc.Exception != "":
		return "allowed"
	case r.shadow:
		return "shadow"
	}
	return "open"
}

func (v *renderer) summary() string {
	s := v.render(v.rule.summary)
	if v.incident.CorroboratedBy != "" {
		s += "; raised, because of the same subject speak also: " + v.incident.CorroboratedBy
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
		b = append(b, text.Cut(e.Method, 16)...)
	}
	if e.Target != "" {
		b = append(b, ' ')
		b = append(b, text.Cut(e.Target, maxTarget)...)
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
