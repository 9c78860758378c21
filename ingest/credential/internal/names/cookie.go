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

// Cookie raises the grade n of a name that is a cookie's, after cookieRows.
func (l *Classifier) Cookie(n Name, raw []byte) Name {
	switch {
	case n.Kind == "session" && n.Grade >= Strong && !l.isPublic(raw), n.Kind == "session" && isSessionCookie(raw):
		return Name{Grade: Certain, Kind: n.Kind}
	case n.Grade == Weak && n.Kind == "session":
		return Name{Grade: Strong, Kind: n.Kind}
	case (n.Grade == None || n.Grade == Weak && n.IsResource) && l.logins.of(raw, l.isLogin):
		return Name{Grade: Weak, Kind: "session"}
	}
	return n
}

// isPublic reports whether a name says that its value is meant to be seen: analytics_session_id.
func (l *Classifier) isPublic(raw []byte) bool {
	l.split(raw[:min(len(raw), MaxNameSize)], &l.words)
	return l.words.anyOf(publicWords)
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
	if n, ok := table.cookieWhole[string(low)]; ok {
		return n.Grade == Weak
	}
	if ws.n > 0 && neutralWords[string(ws.w[ws.n-1])] && string(ws.w[ws.n-1]) != "at" { // session-id-time
		return false
	}
	if ws.anyOf(table.cookieWords) || hasLoginEnding(low) {
		return true
	}
	if isShort, ok := loginFamily(low); ok {
		return isShort
	}
	return hasLoginPiece(low)
}

func hasLoginEnding(low []byte) bool {
	for _, s := range table.cookieEndings {
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
	for _, s := range table.cookieParts {
		if i := bytes.Index(low, []byte(s)); i >= 0 && !bytes.HasPrefix(low[i:], []byte(notLoginPiece)) {
			return true
		}
	}
	return false
}

// isSessionCookie reports whether raw is one of the cookies that hold a session whatever it looks like.
func isSessionCookie(raw []byte) bool {
	var buf [20]byte
	if len(raw) > len(buf) {
		return false
	}
	for i, c := range raw {
		buf[i] = ascii.ToLower(c)
	}
	return table.cookieWhole[string(buf[:len(raw)])].Grade == Certain
}
