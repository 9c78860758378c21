package names

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// IsTracker reports whether a cookie's name is one of trackerCookies.
func IsTracker(raw []byte) bool {
	var buf [16]byte
	low := buf[:min(len(raw), len(buf))]
	for i := range low {
		low[i] = ascii.ToLower(raw[i])
	}
	for _, c := range trackerCookies {
		if ascii.HasAt(low, 0, c.prefix) {
			return !bytes.Contains(low, []byte("auth")) && (c.sessions || !endsInSession(raw))
		}
	}
	return false
}

// endsInSession reports whether the last word of a cookie's name, behind a separator, is one of sessionEndings.
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
	return sessionEndings[string(low)]
}

// Cookie raises the grade n of a name that is a cookie's: session names are meant, and names with a login word
// (remember_me, keycloak_identity) become weak session names.
func (l *Classifier) Cookie(n Name, raw []byte) Name {
	switch {
	case n.Kind == "session" && isSessionCookie(raw):
		return Name{Chosen, n.Kind}
	case n.Grade == Weak && n.Kind == "session":
		return Name{Strong, n.Kind}
	case n.Grade == None && l.logins.of(raw, l.isLogin):
		return Name{Weak, "session"}
	}
	return n
}

// isLogin reports whether a cookie's name, at most MaxNameSize bytes long, stands in one of the tables of cookie_words.go.
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
	if ws.anyOf(loginWords) || hasLoginEnding(low) {
		return true
	}
	if isShort, ok := loginFamily(low); ok {
		return isShort
	}
	return hasLoginPiece(low)
}

func hasLoginEnding(low []byte) bool {
	for _, s := range loginEndings {
		if bytes.HasSuffix(low, []byte(s)) {
			return true
		}
	}
	return false
}

// loginFamily reports whether a name starts like one of loginFamilies, and whether it is short enough for one of them.
func loginFamily(low []byte) (isShort, ok bool) {
	for _, x := range loginFamilies {
		if ascii.HasAt(low, 0, x.prefix) {
			return len(low) <= x.max, true
		}
	}
	return false, false
}

func hasLoginPiece(low []byte) bool {
	for _, s := range loginPieces {
		if i := bytes.Index(low, []byte(s)); i >= 0 && !bytes.HasPrefix(low[i:], []byte(notLoginPiece)) {
			return true
		}
	}
	return false
}

// sessionCookies are the names of cookies whose value is a session whatever it looks like.
var sessionCookies = ascii.Words(`sid session sessionid session_id sessid sess connect.sid
	phpsessid jsessionid asp.net_sessionid _session _session_id`)

// isSessionCookie reports whether raw is one of sessionCookies.
func isSessionCookie(raw []byte) bool {
	var buf [20]byte
	if len(raw) > len(buf) {
		return false
	}
	for i, c := range raw {
		buf[i] = ascii.ToLower(c)
	}
	return sessionCookies[string(buf[:len(raw)])]
}
