package ingest

import "github.com/tokenwarden/tokenwarden"

// pairIdentities gives each event of a request whose identity is no token the token that the request shows. Of several it takes
// the one in the place that servers authenticate by first, which a client changes only together with its own identity: header,
// cookie, then the others in the order of the line.
func pairIdentities(events []tokenwarden.Event) {
	token := -1
	for i := range events {
		if events[i].Identity == tokenwarden.IdentityToken && (token < 0 || placeRank(&events[i]) > placeRank(&events[token])) {
			token = i
		}
	}
	if token < 0 {
		return
	}
	for i := range events {
		if e := &events[i]; e.Identity != tokenwarden.IdentityToken && e.Fingerprint != events[token].Fingerprint {
			e.PairedWith = events[token].Fingerprint
		}
	}
}

func placeRank(e *tokenwarden.Event) int {
	switch e.Location {
	case tokenwarden.LocationHeader:
		return 2
	case tokenwarden.LocationCookie:
		return 1
	}
	return 0
}

// mark is accesslog.Options.Mark: the fields of Sources by their exact names, and those with identities of other systems.
func (o *Options) mark(name string, isExact bool) (mark uint8, use bool) {
	if label := o.Sources.label(name); label != 0 && isExact {
		return uint8(o.Credential.Identities.Len()) + label, false
	}
	id := o.Credential.Identities.Find(name)
	if !isExact && o.Credential.Identities.IsEdge(id) { // a key of the same name in an object that a client wrote
		return 0, false
	}
	return uint8(id), id != 0
}
