package ingest

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// setDecoded sets the texts of an event that the finder decoded: the parameter's name, the claims of a JWT, its owner or
// the user of a password. The user that the log names takes precedence as owner.
func (p *Processor) setDecoded(e *tokenwarden.Event, f *credential.Finding) {
	e.Param = p.decoded(record.String(f.Param), maxParam)
	if e.Owner == "" && f.Owner != "" {
		e.Owner = p.decodedOwner(f)
	}
	if f.JWT == nil {
		return
	}
	e.Family, e.Claims = f.JWT.Family, f.JWT.Claims
	c := &e.Claims
	for _, s := range [...]*string{&c.Alg, &c.Issuer, &c.ClientID, &c.ACR} {
		*s = p.decoded(*s, maxClaim)
	}
	c.AMR = p.decodedAll(f.JWT.Claims.AMR, maxAMR, maxClaim)
	e.Scopes = p.decodedAll(f.JWT.Scopes, maxScopes, maxScope)
}

// decoded returns at most n bytes of decoded text, redacted.
func (p *Processor) decoded(s string, n int) string {
	s, _ = p.decodedText(s, record.KindText)
	return p.eventText(s, n)
}

// decodedAll returns at most n of texts, each of at most size bytes and redacted.
func (p *Processor) decodedAll(texts []string, n, size int) []string {
	if len(texts) > n {
		p.counts.addCut(cutText, 1)
		texts = texts[:n]
	}
	if len(texts) == 0 {
		return texts
	}
	start := len(p.texts)
	for _, s := range texts {
		p.texts = append(p.texts, p.decoded(s, size))
	}
	return p.texts[start:len(p.texts):len(p.texts)]
}

// decodedOwner returns the owner that a token names, "" if that is a credential itself: an API key may be the user of HTTP
// Basic. The subject of a JWT is random at some issuers; a user who is random is a key.
func (p *Processor) decodedOwner(f *credential.Finding) string {
	kind := record.KindUser
	if f.JWT != nil {
		kind = record.KindText
	}
	owner, clean := p.decodedText(f.Owner, kind)
	if !clean {
		return ""
	}
	return p.eventText(owner, maxOwner)
}
