package ingest

import (
	"bytes"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// observe makes the events of the parsed line. It reports false when the line's time says nothing.
func (p *Processor) observe(src tokenwarden.Source, now, arrived time.Time) bool {
	at := p.rec.Time
	if at.IsZero() {
		at = arrived
	}
	if !plausible(at, now) {
		return false
	}
	base, made := tokenwarden.Event{}, false
	for i := range p.findings {
		f := &p.findings[i]
		if f.Public || p.repeated(f) {
			continue
		}
		if !made {
			p.describe(&base)
			base.Time, base.Source, made = at.UTC().Truncate(time.Microsecond), src, true
		}
		e := base
		e.FirstInRequest = !p.seen(f.Fingerprint)
		fill(&e, f)
		p.events = append(p.events, e)
	}
	return true
}

// fill sets what the finding says.
func fill(e *tokenwarden.Event, f *credential.Finding) {
	e.Fingerprint, e.KeyID, e.Family = f.Fingerprint, f.KeyID, f.Family
	e.TokenKind, e.Confidence, e.Location = f.Kind, f.Confidence, f.Location
	e.Param = record.String(f.Param)
	e.Claims, e.Scopes, e.Strength = f.Claims, f.Scopes, f.Strength
	if e.Owner == "" {
		e.Owner = f.Owner
	}
}

func (p *Processor) seen(fp tokenwarden.Fingerprint) bool {
	for i := range p.events {
		if p.events[i].Fingerprint == fp {
			return true
		}
	}
	return false
}

// repeated tells whether the same credential in the same place is an event already: some logs hold the request
// target three times.
func (p *Processor) repeated(f *credential.Finding) bool {
	for i := range p.events {
		e := &p.events[i]
		if e.Fingerprint == f.Fingerprint && e.Location == f.Location && e.Param == string(f.Param) {
			return true
		}
	}
	return false
}

// describe sets what the request says, redacted.
func (p *Processor) describe(e *tokenwarden.Event) {
	r := &p.rec
	e.ClientIP = r.ClientIP.Unmap().WithZone("")
	if p.geo != nil {
		e.Geo = p.geo.Place(e.ClientIP)
	}
	e.Status, e.Bytes = r.Status, max(r.Bytes, 0)
	e.Method = p.text(r.Method)
	e.UserAgent = p.text(r.UserAgent)
	e.Client = p.clients.family(e.UserAgent)
	e.Owner = p.text(r.User)
	e.TLSProtocol = tlsName(p.text(r.TLSVersion))
	e.Target = cut(p.target(), tokenwarden.MaxTarget)
	host, port := splitPort(p.text(r.Host))
	e.Host = p.lower(host)
	e.Scheme = p.scheme(port)
	path := r.Path
	if !path.Present() {
		path = r.Target
	}
	text := record.Bytes(pathOnly(p.text(path)))
	start := len(p.arena)
	p.arena = appendEndpoint(p.arena, text)
	e.Endpoint = record.String(p.arena[start:])
}

// tlsName spells a TLS version as OpenSSL does, where a log has the number alone: Caddy the protocol's, 771, Traefik and
// the Elastic Common Schema 1.2.
func tlsName(version string) string {
	switch version {
	case "768":
		return "SSLv3"
	case "769", "1.0":
		return "TLSv1"
	case "770", "1.1":
		return "TLSv1.1"
	case "771", "1.2":
		return "TLSv1.2"
	case "772", "1.3":
		return "TLSv1.3"
	}
	return version
}

// target is the request target, put together where the format logs path and query apart.
func (p *Processor) target() string {
	r := &p.rec
	if r.Target.Present() {
		return p.text(r.Target)
	}
	path := p.text(r.Path)
	if !r.Query.Present() || r.Query.Start == r.Query.End {
		return path
	}
	query := p.text(r.Query)
	start := len(p.arena)
	p.arena = append(append(append(p.arena, path...), '?'), query...)
	return record.String(p.arena[start:])
}

// scheme says how the request came, where the log knows: its own field, an absolute target, the port, or whether
// there is a TLS protocol.
func (p *Processor) scheme(port string) string {
	r := &p.rec
	s := p.text(r.Scheme)
	if s == "" && r.Target.Present() {
		if scheme, _, ok := bytes.Cut(r.Raw(r.Target), []byte("://")); ok && len(scheme) <= len("https") {
			s = record.String(scheme)
		}
	}
	switch {
	case equalFold(s, "https"), equalFold(s, "h2"), equalFold(s, "wss"), equalFold(s, "grpcs"):
		return "https"
	case equalFold(s, "http"), equalFold(s, "ws"):
		return "http"
	case port == "443":
		return "https"
	case port == "80":
		return "http"
	case r.TLSVersion.Present() && r.TLSVersion.Start < r.TLSVersion.End:
		return "https"
	case r.TLSVersion.Present():
		return "http"
	}
	return ""
}

// text is the redacted, unescaped text of a field. It points into the line or the arena.
func (p *Processor) text(f record.Field) string {
	if !f.Present() || f.Start == f.End || p.hidden {
		return ""
	}
	if len(p.caught) > 0 && p.overlapsCaught(f) {
		return p.withoutCaught(f)
	}
	inside := p.inside(f)
	raw := p.rec.Raw(f)
	if len(inside) == 0 && (f.Escape == record.EscapeNone || bytes.IndexByte(raw, '\\') < 0) {
		return record.String(raw)
	}
	start := len(p.arena)
	at := f.Start
	for i := range inside {
		at = p.appendPart(at, &inside[i], f.Escape)
	}
	p.arena = record.Unescape(p.arena, p.rec.Line[min(at, f.End):f.End], f.Escape)
	return record.String(p.arena[start:])
}

// inside returns the findings that lie in f.
func (p *Processor) inside(f record.Field) []credential.Finding {
	from := 0
	for from < len(p.findings) && p.findings[from].End <= f.Start {
		from++
	}
	to := from
	for to < len(p.findings) && p.findings[to].Start < f.End {
		to++
	}
	return p.findings[from:to]
}

func (p *Processor) lower(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			start := len(p.arena)
			p.arena = append(p.arena, bytes.ToLower(record.Bytes(s))...)
			return record.String(p.arena[start:])
		}
	}
	return s
}

// splitPort takes the port off a host; IPv6 addresses stand in brackets.
func splitPort(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.IndexByte(host[i:], ']') >= 0 || (host[0] != '[' && strings.IndexByte(host, ':') != i) {
		return host, ""
	}
	return host[:i], host[i+1:]
}

// pathOnly takes scheme and authority, query and fragment off a target.
func pathOnly(target string) string {
	if i := strings.Index(target, "://"); i >= 0 && i < len("https")+1 {
		target = target[i+3:]
		slash := strings.IndexByte(target, '/')
		if slash < 0 {
			return "/"
		}
		target = target[slash:]
	}
	if i := strings.IndexAny(target, "?#;"); i >= 0 {
		target = target[:i]
	}
	return target
}

func cut(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

func equalFold(a, b string) bool {
	return len(a) == len(b) && bytes.EqualFold(record.Bytes(a), record.Bytes(b))
}
