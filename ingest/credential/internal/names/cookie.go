package names

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// IsTracker tells the names of trackers' cookies.
func IsTracker(raw []byte) bool {
	var buf [16]byte
	low := buf[:min(len(raw), len(buf))]
	for i := range low {
		low[i] = ascii.ToLower(raw[i])
	}
	for _, s := range trackerCookies {
		if ascii.HasAt(low, 0, s) {
			monitors := s == "nrba_" || s == "_splunk_rum" // New Relic and Splunk call the visit of a browser a session
			return !bytes.Contains(low, []byte("auth")) && (monitors || !endsInSession(raw))
		}
	}
	return false
}

// endsInSession reports whether the last word of a cookie's name, behind a separator, is that of a session: mp_session. The
// prefix of a tracker does not make that one of its cookies.
func endsInSession(raw []byte) bool {
	i := bytes.LastIndexAny(raw, "_-.") + 1
	if i == 0 || len(raw)-i > MaxWordSize {
		return false
	}
	var buf [MaxWordSize]byte
	low := buf[:copy(buf[:], raw[i:])]
	for k, c := range low {
		low[k] = ascii.ToLower(c)
	}
	switch string(low) {
	case "session", "sess", "sid", "sessid", "sessionid", "token", "jwt", "login":
		return true
	}
	return false
}

// Cookie grades what a name says of a cookie: a session's name there is meant, and words that say little elsewhere
// (remember_me, keycloak_identity) speak of a login.
func (l *Classifier) Cookie(n Name, raw []byte) Name {
	switch {
	case n.Grade == Weak && n.Kind == "session":
		return Name{Strong, n.Kind}
	case n.Grade == None && l.logins.of(raw, l.isLogin):
		return Name{Weak, "session"}
	}
	return n
}

// isLogin reports whether a cookie's name has a word of logins in it, or is one that a framework makes of a fixed word
// and letters of chance: SESS and a digest (Drupal), ASPSESSIONID and eight letters (ASP).
func (l *Classifier) isLogin(raw []byte) bool {
	if len(raw) > MaxNameSize {
		return false
	}
	ws := &l.words
	l.split(raw, ws)
	var buf [MaxNameSize]byte
	low := buf[:copy(buf[:], raw)]
	for i, c := range low {
		low[i] = ascii.ToLower(c)
	}
	if loginCookies[string(low)] {
		return true
	}
	if ws.n > 0 && neutralWords[string(ws.w[ws.n-1])] && string(ws.w[ws.n-1]) != "at" { // session-id-time
		return false
	}
	for _, w := range ws.w[:ws.n] {
		if loginWords[string(w)] {
			return true
		}
	}
	for _, s := range [...]string{"sid", "soid", "sso", "tkn", "ticket"} {
		if bytes.HasSuffix(low, []byte(s)) {
			return true
		}
	}
	if bytes.HasPrefix(low, []byte("at-")) || bytes.HasPrefix(low, []byte("sst-")) { // Amazon's, by country
		return len(low) <= len("sst-acbde")
	}
	for _, s := range loginPieces {
		if i := bytes.Index(low, []byte(s)); i >= 0 && !bytes.HasPrefix(low[i:], []byte("author")) {
			return true
		}
	}
	i := bytes.Index(low, []byte("sess"))
	return (i == 0 || i == 1 && low[0] == 's') && len(low) == i+4+32
}
