package ingest

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// describeRequest sets the fields of e that describe the request, from redacted text.
func (p *Processor) describeRequest(e *tokenwarden.Event) {
	r := &p.rec
	e.ClientIP = r.ClientIP.Unmap().WithZone("")
	if p.geo != nil {
		e.Geo = p.geo.Find(e.ClientIP)
	}
	e.Status, e.Bytes = r.Status, max(r.Bytes, 0)
	e.Method = p.eventText(p.fieldText(r.Method), maxMethod)
	if !p.isCredential(r.UserAgent) {
		e.UserAgent = p.eventText(p.fieldText(r.UserAgent), maxUserAgent)
		e.Client = p.clients.family(e.UserAgent)
	}
	if !p.isCredential(r.User) {
		e.Owner = p.eventText(p.fieldText(r.User), maxOwner)
	}
	e.TLSProtocol = p.eventText(tlsName(p.fieldText(r.TLSVersion)), maxTLSName)
	host, port := splitPort(p.fieldText(r.Host))
	e.Host = p.lower(p.eventText(host, maxHost))
	e.Scheme = p.scheme(port)
	target := p.target()
	e.Target = p.eventText(target, tokenwarden.MaxTarget)
	switch {
	case r.Path.Present():
		target = p.fieldText(r.Path)
	case target == "" && r.Action.Present():
		e.Endpoint = p.eventText(p.fieldText(r.Action), maxEndpoint)
		return
	}
	start := len(p.arena)
	p.arena = appendEndpoint(p.arena, record.Bytes(pathOnly(target)))
	e.Endpoint = p.eventText(record.String(p.arena[start:]), maxEndpoint+len(endpointRest))
}

// isCredential reports whether f is nothing but a credential, perhaps behind its scheme. A column without a name, or a key such as
// "auth", holds one log's user or user agent and another log's key.
func (p *Processor) isCredential(f record.Field) bool {
	if !f.Present() {
		return false
	}
	found := overlapping(p.findings, f.Start, f.End)
	if len(found) == 0 || found[0].Keep || found[len(found)-1].End < f.End {
		return false
	}
	before := p.rec.Line[f.Start:max(f.Start, found[0].Start)]
	return len(before) == 0 || authscheme.Len(before) == len(before)
}

// tlsName returns OpenSSL's name of a TLS version. Some logs have the number alone: Caddy the protocol's, 771, Traefik and
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

// target returns the request target, joined from path and query where the format logs them apart.
func (p *Processor) target() string {
	r := &p.rec
	if r.Target.Present() {
		return p.fieldText(r.Target)
	}
	path := p.fieldText(r.Path)
	if !r.Query.Present() || r.Query.Start == r.Query.End {
		return path
	}
	query := p.fieldText(r.Query)
	start := len(p.arena)
	p.arena = append(append(append(p.arena, path...), '?'), query...)
	return record.String(p.arena[start:])
}

// scheme returns "http", "https", or "" if the log does not say. It looks at the scheme field, an absolute target, the
// port, and whether there is a TLS protocol, in this order.
func (p *Processor) scheme(port string) string {
	r := &p.rec
	s := p.fieldText(r.Scheme)
	if s == "" && r.Target.Present() {
		if scheme, _, ok := bytes.Cut(r.Raw(r.Target), []byte("://")); ok && len(scheme) <= len("https") {
			s = record.String(scheme)
		}
	}
	switch p.lower(s) {
	case "https", "h2", "wss", "grpcs":
		return "https"
	case "http", "ws":
		return "http"
	}
	switch {
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

// lower returns s in lower case: s itself if it is, else a text in the arena.
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

// splitPort splits host:port. IPv6 addresses with a port are in brackets.
func splitPort(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.IndexByte(host[i:], ']') >= 0 || (host[0] != '[' && strings.IndexByte(host, ':') != i) {
		return host, ""
	}
	return host[:i], host[i+1:]
}

// pathOnly returns the path of a target, without scheme, authority, matrix parameters, query and fragment.
func pathOnly(target string) string {
	if i := strings.Index(target, "://"); i >= 0 && i < len("https")+1 {
		target = target[i+3:]
		slash := strings.IndexByte(target, '/')
		if slash < 0 {
			return "/"
		}
		target = target[slash:]
	}
	for i := range len(target) {
		if c := target[i]; c == '?' || c == '#' || c == ';' {
			return target[:i]
		}
	}
	return target
}
