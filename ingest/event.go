package ingest

import (
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
)

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
	request, described := tokenwarden.Event{}, false
	for i := range p.findings {
		f := &p.findings[i]
		if f.Public || p.hasEvent(f) {
			continue
		}
		if !described {
			p.describeRequest(&request)
			request.Time, request.Source, described = at.UTC().Truncate(time.Microsecond), l.Source, true
		}
		e := request
		e.FirstInRequest = !p.hasFingerprint(f.Fingerprint)
		p.setCredential(&e, f)
		p.events = append(p.events, e)
	}
	return true
}

// setCredential sets the fields that describe the credential.
func (p *Processor) setCredential(e *tokenwarden.Event, f *credential.Finding) {
	e.Fingerprint, e.KeyID, e.Family = f.Fingerprint, f.KeyID, f.Family
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

// hasEvent reports whether the same credential at the same location has an event already: some logs hold the request
// target three times.
func (p *Processor) hasEvent(f *credential.Finding) bool {
	for i := range p.events {
		e := &p.events[i]
		if e.Fingerprint == f.Fingerprint && e.Location == f.Location && e.Param == string(f.Param) {
			return true
		}
	}
	return false
}

var oldestTime = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// maxAhead is how far a log's clock may be ahead of ours: a log without an offset is read as UTC.
const maxAhead = 24 * time.Hour

func isPlausible(t, now time.Time) bool { return t.After(oldestTime) && t.Before(now.Add(maxAhead)) }
