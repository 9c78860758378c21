package ingest

import (
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
)

// The most that an event holds of each text, in bytes. They bound what a line costs downstream: a line of a few kilobytes
// must not become megabytes of events. Names and addresses are shorter by their standards; the rest is enough to
// recognise what it is.
const (
	maxMethod    = 32
	maxHost      = 255 // a domain name (RFC 1035 section 3.1)
	maxUserAgent = 512 // browsers send 100 to 250
	maxTLSName   = 32
	maxParam     = 64
	maxOwner     = 256 // JWT sub has 255 (OpenID Connect Core section 2)
	maxClaim     = 256 // iss, azp, acr, alg, and each of amr
	maxAMR       = 16
	maxScopes    = 64
	maxScope     = 128
)

// maxEvents bounds the events of a line. An honest request holds a handful of credentials. More are masked in the line
// like any other and have no event.
const maxEvents = 64

// makeEvents makes an event for each credential and location of the parsed line. If the line's time is impossible it makes
// none and reports false.
func (p *Processor) makeEvents(l *Line) bool {
	at := p.rec.Time
	if len(p.findings) == 0 {
		return at.IsZero() || isPlausible(at, l.Now)
	}
	if at.IsZero() {
		at = l.Arrived
	}
	if !isPlausible(at, l.Now) {
		return false
	}
	p.chooseFindings()
	if len(p.candidates) == 0 {
		return true
	}
	request := tokenwarden.Event{Time: at.UTC().Truncate(time.Microsecond), Source: l.Source}
	p.describeRequest(&request)
	p.setSource(&request, l)
	for _, i := range p.candidates {
		f := &p.findings[i]
		e := request
		e.FirstInRequest = !p.hasFingerprint(f.Fingerprint)
		p.setCredential(&e, f)
		p.events = append(p.events, e)
	}
	pairIdentities(p.events)
	return true
}

// setCredential sets the fields that describe the credential.
func (p *Processor) setCredential(e *tokenwarden.Event, f *credential.Finding) {
	e.Fingerprint, e.KeyID, e.Identity = f.Fingerprint, f.KeyID, f.Identity
	e.TokenKind, e.Confidence, e.Location = f.Kind, f.Confidence, f.Location
	e.Strength = f.Strength
	p.setDecoded(e, f)
}

func (p *Processor) hasFingerprint(fp tokenwarden.Fingerprint) bool {
	for i := range p.events {
		if p.events[i].Fingerprint == fp {
			return true
		}
	}
	return false
}

var oldestTime = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// maxAhead is how far a log's clock may be ahead of ours: a log without an offset is read as UTC.
const maxAhead = 24 * time.Hour

func isPlausible(t, now time.Time) bool { return t.After(oldestTime) && t.Before(now.Add(maxAhead)) }
