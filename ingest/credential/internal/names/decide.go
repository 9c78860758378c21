package names

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// decide grades the words of a name.
func (l *Classifier) decide(ws *splitName) Name {
	n := ws.n
	if n >= 2 && string(ws.w[0]) == "pin" && bytes.HasPrefix(ws.w[1], []byte("sha")) { // HTTP Public Key Pinning (RFC 7469)
		return Name{}
	}
	for n > 1 && isSuffix(ws.w[n-1]) && string(ws.w[n-1]) != "string" && l.hasTerm(ws, n-1) {
		n--
	}
	if ws.n > 1 && string(ws.w[0]) == "var" { // a variable of a Grafana dashboard: var-secret
		ws.drop()
		t := l.decide(ws)
		t.Grade = min(t.Grade, Weak)
		return t
	}
	head := ws.w[n-1]
	if t, ok := table.alone[string(head)]; ok && ws.isWrapped(n-1) {
		return t
	}
	before := ws.before(n)
	if t, ok := l.decidePair(before, head); ok {
		return qualifyPair(t, ws, n)
	}
	if neutralWords[string(head)] {
		return Name{}
	}
	t, ok := l.keywords[string(head)]
	if !ok {
		t, ok = decideGlued(head)
	}
	switch {
	case string(head) == "key", string(head) == "keys": // of something that no row names
		return t
	case ok:
		return qualify(t, ws, n)
	case string(head) == "id", string(head) == "ids":
		return Name{}
	case string(head) != "code" && string(head) != "codes" && l.anyTerm(ws, n):
		return Name{Grade: Weak, Kind: "token"}
	}
	return decideStem(ws, n)
}

// decideStem grades a name that no other row knows by how its words begin and end: sysauth, verificationString, oinkcode.
func decideStem(ws *splitName, n int) Name {
	if ws.anyOf(publicWords) || ws.anyOf(pagingWords) {
		return Name{}
	}
	for _, w := range ws.w[:n] {
		if isOrdinaryStem(w) {
			continue
		}
		for i := range table.stems {
			s := &table.stems[i]
			if len(w) > len(s.stem) && (ascii.HasAt(w, 0, s.stem) || ascii.HasAt(w, len(w)-len(s.stem), s.stem)) {
				return s.name
			}
		}
	}
	return Name{}
}

func isOrdinaryStem(w []byte) bool {
	for _, s := range ordinaryStems {
		if ascii.HasAt(w, 0, s) {
			return true
		}
	}
	return false
}

// isWrapped reports whether the first n words are wrapperWords.
func (ws *splitName) isWrapped(n int) bool {
	for _, w := range ws.w[:n] {
		if !wrapperWords[string(w)] {
			return false
		}
	}
	return true
}

// before returns the word before the head of n words, without a version between: oauth2_code.
func (ws *splitName) before(n int) []byte {
	if n < 2 {
		return nil
	}
	b := ws.w[n-2]
	if n > 2 && ascii.IsDigit(b[0]) && ascii.IsDigit(b[len(b)-1]) {
		return ws.w[n-3]
	}
	return b
}

// decidePair grades the last two words of a name together.
func (l *Classifier) decidePair(before, head []byte) (n Name, ok bool) {
	if len(before) == 0 {
		return Name{}, false
	}
	if n, ok := table.pairs[wordPair{string(before), string(head)}]; ok {
		return n, true
	}
	if string(head) == "hint" { // password_hint holds no password, id_token_hint=TOKEN a token
		n := l.keywords[string(before)]
		return n, n.Grade == Strong
	}
	return Name{}, false
}

// qualifyPair is qualify for the token names of certainRows: my_public_access_token, csrf_auth_token.
func qualifyPair(t Name, ws *splitName, n int) Name {
	if t.Kind != "token" || t.Grade != Certain {
		return t
	}
	for _, w := range ws.w[:n-2] {
		switch s := string(w); {
		case csrfWords[s]:
			return Name{Grade: Weak, Kind: "csrf"}
		case publicWords[s] && s != "site":
			return Name{}
		}
	}
	return t
}

// decideGlued grades a word that ends, or begins, like a credential's name. The grade is lower than for the ending alone.
func decideGlued(head []byte) (n Name, ok bool) {
	if bytes.HasPrefix(head, []byte(aspSession)) {
		return Name{Grade: Strong, Kind: "session"}, true
	}
	for _, x := range table.glued {
		k := len(head) - len(x.end)
		if k < 2 || string(head[k:]) != x.end {
			continue
		}
		stem := string(head[:k])
		if publicWords[stem] || ordinaryEnds[string(head)] {
			return Name{}, false
		}
		if n, ok := table.pairs[wordPair{stem, x.end}]; ok {
			return n, n.Grade != None
		}
		return x.name, true
	}
	return Name{}, false
}

// qualify regrades the head t by the words before it: a page token is no credential, a CSRF token only if it looks like one.
func qualify(t Name, ws *splitName, n int) Name {
	for i, w := range ws.w[:n-1] {
		s := string(w)
		switch {
		case csrfWords[s]:
			return Name{Grade: Weak, Kind: "csrf"}
		case publicWords[s] && t.Kind != "secret" && (s != "site" || t.Kind != "token"):
			return Name{}
		case pagingWords[s] && t.Kind == "token" && i == n-2: // next-auth.session-token is none
			return Name{}
		}
		if n, ok := productQualifiers[wordAndKind{s, t.Kind}]; ok {
			return n
		}
	}
	return t
}

func (l *Classifier) anyTerm(ws *splitName, n int) bool {
	for _, w := range ws.w[:n] {
		if t, ok := l.keywords[string(w)]; ok && t.IsSensitive() || string(w) == "key" {
			return true
		}
	}
	return false
}

// hasTerm reports whether the first n words hold a keyword of any grade.
func (l *Classifier) hasTerm(ws *splitName, n int) bool {
	for _, w := range ws.w[:n] {
		if _, ok := l.keywords[string(w)]; ok || string(w) == "key" || string(w) == "code" {
			return true
		}
	}
	return false
}

// isSuffix reports whether w adds no meaning: an index, a version, "value", "confirmation", the digest in a cookie of one
// site.
func isSuffix(w []byte) bool {
	if len(w) >= 16 && shape.Of(w) == shape.Hex {
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

// flat returns raw in lower case with letters and digits only, in memory of ws.
func flat(raw []byte, ws *splitName) []byte {
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

// IsQualifier reports whether raw is a suffix alone: an operator ($eq), "value", "raw".
func (l *Classifier) IsQualifier(raw []byte) bool {
	if len(raw) > MaxWordSize {
		return false
	}
	l.split(raw, &l.words)
	return l.words.n == 1 && isSuffix(l.words.w[0])
}

// MaxWordSize bounds a word that is a whole name, in bytes.
const MaxWordSize = 16
