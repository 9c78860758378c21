package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// decide grades the words.
func (l *lexicon) decide(ws *words) name {
	n := ws.n
	if n >= 2 && string(ws.w[0]) == "pin" && bytes.HasPrefix(ws.w[1], []byte("sha")) { // HTTP Public Key Pinning (RFC 7469)
		return name{}
	}
	for n > 1 && isSuffix(ws.w[n-1]) && string(ws.w[n-1]) != "string" && l.hasTerm(ws, n-1) {
		n--
	}
	head := ws.w[n-1]
	var before []byte
	if n > 1 {
		before = ws.w[n-2]
	}
	if n == 1 && aloneWords[string(head)] {
		return name{gradeWeak, "token"}
	}
	if n, ok := l.decidePair(string(before), string(head)); ok {
		return n
	}
	if neutralWords[string(head)] {
		return name{}
	}
	switch string(head) {
	case "key", "keys":
		return decideKey(before)
	case "code", "codes":
		if n > 2 && ascii.IsDigit(before[0]) && ascii.IsDigit(before[len(before)-1]) { // oauth2_code
			before = ws.w[n-3]
		}
		return decideCode(before)
	case "id", "ids":
		return decideID(ws, n)
	}
	t, ok := l.terms[string(head)]
	if !ok {
		t, ok = decideGlued(head)
	}
	if !ok {
		if l.anyTerm(ws, n) {
			return name{gradeWeak, "token"}
		}
		return name{}
	}
	return qualify(t, ws, n)
}

// decidePair knows pairs of words that mean something together.
func (l *lexicon) decidePair(before, head string) (name, bool) {
	switch head {
	case "response", "art":
		return name{gradeHard, "token"}, before == "saml"
	case "data":
		return name{gradeHard, "jwt"}, before == "oidc"
	case "api":
		return name{gradeHard, "api_key"}, before == "art"
	case "aaac":
		return name{gradeHard, "session"}, before == "nsc"
	case "string":
		return name{gradeHard, "secret"}, before == "connection"
	case "bypass":
		return name{gradeHard, "token"}, before == "protection"
	case "verify":
		return name{gradeHard, "secret"}, before == "origin"
	case "hash":
		return name{gradeWeak, "token"}, oneTimeWords[before]
	case "request":
		return name{gradeWeak, "signature"}, before == "signed" || before == "sig"
	case "canary":
		return name{gradeWeak, "csrf"}, before == "owa"
	case "hint": // password_hint is none, id_token_hint=TOKEN is one
		return l.terms[before], l.terms[before].grade == gradeHard
	case "pass":
		return name{}, boardingWords[before]
	}
	return name{}, false
}

// decideGlued grades a word that nothing cuts and that ends, or begins, as names of credentials do: sendkey, dwsid,
// vncticket. It says less than the word alone would.
func decideGlued(head []byte) (name, bool) {
	if bytes.HasPrefix(head, []byte("aspsessionid")) {
		return name{gradeHard, "session"}, true
	}
	for _, x := range [...]struct{ end, kind string }{
		{"key", "api_key"}, {"sid", "session"}, {"soid", "session"}, {"ticket", "token"}, {"tkn", "token"}, {"sso", "token"}, {"pw", "password"},
	} {
		k := len(head) - len(x.end)
		if k < 2 || string(head[k:]) != x.end {
			continue
		}
		switch stem := string(head[:k]); {
		case x.end == "key" && secretKeyWords[stem]:
			return name{gradeHard, x.kind}, true
		case x.end == "key" && plainKeyWords[stem] || publicWords[stem] || ordinaryEnds[string(head)]:
			return name{}, false
		}
		return name{gradeWeak, x.kind}, true
	}
	return name{}, false
}

// qualify changes what the head says where the words before it do: a page token is no credential, a CSRF token is
// one only if it looks like one.
func qualify(t name, ws *words, n int) name {
	for i, w := range ws.w[:n-1] {
		s := string(w)
		switch {
		case csrfWords[s]:
			return name{gradeWeak, "csrf"}
		case publicWords[s] && t.kind != "secret" && (s != "site" || t.kind != "token"):
			return name{}
		case pagingWords[s] && t.kind == "token" && i == n-2: // next-auth.session-token is none
			return name{}
		case (s == "amz" || s == "goog") && t.kind == "credential": // the id of a key, a date and a region
			return name{gradeWeak, "key_id"}
		case s == "connect" && t.kind == "session":
			return name{gradeHard, "session"}
		}
	}
	return t
}

func decideKey(before []byte) name {
	switch {
	case len(before) == 0:
		return name{gradeWeak, "api_key"}
	case secretKeyWords[string(before)]:
		return name{gradeHard, "api_key"}
	case plainKeyWords[string(before)]:
		return name{}
	}
	return name{gradeWeak, "api_key"}
}

func decideCode(before []byte) name {
	switch {
	case len(before) == 0:
		return name{gradeWeak, "code"}
	case oneTimeWords[string(before)]:
		return name{gradeCode, "code"}
	}
	return name{}
}

func decideID(ws *words, n int) name {
	if n < 2 {
		return name{}
	}
	switch string(ws.w[n-2]) {
	case "session", "sess":
		return name{gradeHard, "session"}
	case "secret":
		return name{gradeHard, "secret"}
	case "pgt":
		return name{gradeHard, "session"}
	case "key", "token", "consumer":
		return name{gradeWeak, "key_id"}
	}
	return name{}
}

func (l *lexicon) anyTerm(ws *words, n int) bool {
	for _, w := range ws.w[:n] {
		if t, ok := l.terms[string(w)]; ok && t.known() || string(w) == "key" {
			return true
		}
	}
	return false
}

// hasTerm tells whether one of the first n words is a term of any grade.
func (l *lexicon) hasTerm(ws *words, n int) bool {
	for _, w := range ws.w[:n] {
		if _, ok := l.terms[string(w)]; ok || string(w) == "key" || string(w) == "code" {
			return true
		}
	}
	return false
}

// isSuffix tells whether w says nothing by itself: an index, a version, "value", "confirmation", the digest that tells
// the cookies of two sites apart.
func isSuffix(w []byte) bool {
	if len(w) >= 16 && shapeOf(w) == shapeHex {
		return true
	}
	if ascii.IsDigit(w[0]) {
		return len(bytes.Trim(w, "0123456789")) == 0
	}
	if w[0] == 'v' && len(w) > 1 && len(bytes.Trim(w[1:], "0123456789")) == 0 {
		return true
	}
	return suffixWords[string(w)]
}

// flat is raw in lower case with letters and digits only.
func flat(raw []byte, ws *words) []byte {
	out := ws.lower(raw)
	n := 0
	for _, c := range out {
		if ascii.IsAlnum(c) {
			out[n] = c
			n++
		}
	}
	return out[:n]
}

// isQualifier tells whether raw says nothing by itself: an operator ($eq), "value", "raw".
func (l *lexicon) isQualifier(raw []byte) bool {
	if len(raw) > maxWordSize {
		return false
	}
	l.split(raw, &l.words)
	return l.words.n == 1 && isSuffix(l.words.w[0])
}

const maxWordSize = 16
