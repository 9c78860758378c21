package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

const locCookie = tokenwarden.LocationCookie

// value looks into a value: at each level of encoding first for a structure in it (JSON, a URL, a scheme and its
// token, pairs), then for the value itself, then one level deeper. It reports whether a credential was there.
func (f *finder) value(v view, pl place) bool {
	v = v.trim().unquote()
	if len(v.b) == 0 || pl.depth > maxNesting || !f.spend(v) {
		return false
	}
	if n := placeholderLen(v.b); n > 0 { // what is left of it has been judged before
		f.value(v.from(n), pl.unnamed())
		return true
	}
	var flags uint8
	for _, c := range v.b {
		flags |= ascii.Class[c]
	}
	if flags&(ascii.Syntax|ascii.Base64) == 0 {
		return f.leaf(v, pl)
	}
	if f.structure(v, pl) {
		return true
	}
	if d, ok := f.arena.percent(v); ok {
		pl.depth++
		return f.value(d, pl)
	}
	return f.leaf(v, pl)
}

// structure looks for credentials in the parts of a value.
func (f *finder) structure(v view, pl place) bool {
	b := v.b
	if len(b) >= minRandom && bytes.IndexByte(b, '=') >= 0 && f.exactly(v, pl) {
		return true
	}
	switch {
	case b[0] == '{' || b[0] == '[':
		return f.jsonIn(v, pl) || !pl.name.known() && f.pairsIn(v, pl) || holdsPlaceholder(b)
	case pl.name.known() && b[0] != '~' && bytes.IndexByte(b, '~') > 0 && bytes.IndexByte(b, '=') > 0:
		if f.tilde(v, pl) {
			return true
		}
	case bytes.Contains(b, privateKey):
		return f.emit(v, pl, evidence{kind: "private_key", confidence: tokenwarden.ConfidenceHigh, reason: "PEM private key"})
	}
	if f.afterScheme(v, pl) {
		return true
	}
	if hasAuthority(b) || !pl.name.known() && (b[0] == '/' || bytes.IndexByte(b, '?') >= 0) {
		if f.url(v, pl.unnamed()) || pl.name.known() && holdsPlaceholder(b) {
			return true
		}
	}
	if pl.name.known() {
		return false
	}
	if bytes.IndexByte(b, '=') >= 0 && f.query(v, pl.unnamed()) {
		return true
	}
	if bytes.ContainsAny(b, "\"':( =>\\") {
		return f.pairsIn(v, pl)
	}
	return false
}

// tilde looks at the token of a content network (Akamai): exp=1~acl=/*~hmac=TOKEN. Only the proof is the credential.
func (f *finder) tilde(v view, pl place) bool {
	i := bytes.LastIndex(v.b, []byte("hmac="))
	if i < 0 || i > 0 && v.b[i-1] != '~' {
		return false
	}
	end := i + len("hmac=")
	for end < len(v.b) && v.b[end] != '~' {
		end++
	}
	return f.named(v.cut(i+len("hmac="), end), pl, tokenwarden.ConfidenceHigh)
}

var privateKey = []byte("PRIVATE KEY-----")

// hasAuthority tells whether b is an absolute URL of any scheme.
func hasAuthority(b []byte) bool {
	i := bytes.Index(b, []byte("://"))
	if i <= 0 || i > 24 {
		return false
	}
	for _, c := range b[:i] {
		if !ascii.IsAlnum(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// leaf judges a value that holds no structure.
func (f *finder) leaf(v view, pl place) bool {
	if d, ok := f.arena.base64Text(v); ok && pl.depth < maxNesting {
		if f.structure(d, pl.unnamed()) || f.runs(d, pl.unnamed()) {
			return true
		}
		if pl.name.known() && shapeOf(d.b) != shapeOrdinary {
			v = d
		}
		if pl.name.grade == gradeWeak && d.b[0] == '{' { // a state or a cursor: what is secret in it has been looked for
			return false
		}
	}
	if pl.name.known() {
		return f.named(v, pl, tokenwarden.ConfidenceMedium)
	}
	if len(v.b) >= minRandom && f.runs(v, pl) {
		return true
	}
	return pl.name.grade == gradeWeak && f.weak(v, pl)
}

// named judges the value of a name that calls for a secret.
func (f *finder) named(v view, pl place, least tokenwarden.Confidence) bool {
	if d, ok := f.arena.percent(v); ok && pl.depth < maxNesting {
		pl.depth++
		return f.named(d, pl, least)
	}
	v = bare(v.trim())
	if i := bytes.IndexByte(v.b, '&'); i >= minRandom && pairFollows(v.b[i+1:]) { // an encoded & of a URL that was pasted raw
		f.value(v.from(i), pl.unnamed())
		v = v.cut(0, i)
	}
	if holdsPlaceholder(v.b) {
		return true
	}
	if f.exactly(v, pl) {
		return true
	}
	if i := ownerEnd(v.b); i > 0 {
		pl.owner, v = v.b[:i], v.from(i+1)
	}
	s := shapeOf(v.b)
	if pl.name.grade == gradePassword {
		if notPassword(v.b) {
			return false
		}
	} else if !f.secretEnough(v.b, s, pl.name.grade) {
		return false
	}
	e := evidence{kind: pl.name.kind, confidence: least, reason: "value of a sensitive name"}
	if s >= shapeHex {
		e.confidence, e.reason = tokenwarden.ConfidenceHigh, "sensitive name and the shape of a token"
		e.random = true
	}
	return !f.exempt && f.emit(v, pl, e)
}

// bare takes off what a template, a command or a cut leaves around a token: {TOKEN}, <TOKEN>, =TOKEN, TOKEN...
func bare(v view) view {
	n := len(v.b)
	if n > minRandom && v.b[0] == '=' {
		return bare(v.from(1))
	}
	if n > minRandom && bytes.HasSuffix(v.b, []byte("...")) {
		return v.cut(0, n-3)
	}
	if n <= minRandom || closing[v.b[0]] == 0 || closing[v.b[0]] != v.b[n-1] || bytes.ContainsAny(v.b[1:n-1], "{}<>[]()\"':, ") {
		return v
	}
	return v.cut(1, n-1)
}

var closing = [256]byte{'{': '}', '<': '>', '[': ']', '(': ')'}

// ownerEnd is where the separator stands in NAME:TOKEN and NAME|TOKEN, 0 if b is not made so.
func ownerEnd(b []byte) int {
	i := 0
	for i < len(b) && i <= maxWordSize && ascii.IsAlpha(b[i]) {
		i++
	}
	if i < 2 || i >= len(b) || b[i] != ':' && b[i] != '|' || len(b)-i <= minRandom || shapeOf(b[i+1:]) < shapeHex {
		return 0
	}
	return i
}

// secretEnough tells whether b is more than an ordinary word or number.
func (f *finder) secretEnough(b []byte, s shape, g grade) bool {
	switch s {
	case shapeOrdinary:
		return isPassphrase(b) || isSerial(b) || isWordAndNumber(b) || g == gradeCode && isLetterCode(b)
	case shapeNumber:
		digits := 0
		for _, c := range b {
			if ascii.IsDigit(c) {
				digits++
			}
		}
		if g == gradeCode {
			return digits == len(b) && digits >= 4 && digits <= 12
		}
		return digits == len(b) && digits >= minRandom
	}
	if g == gradeCode || signed(b) {
		return len(b) >= 4
	}
	return len(b) >= 8 && !isAddress(b)
}

// isWordAndNumber tells whether b is a word and three digits or more: a weak token, or a password that somebody made up.
func isWordAndNumber(b []byte) bool {
	i := 0
	for i < len(b) && ascii.IsAlpha(b[i]) {
		i++
	}
	for _, c := range b[i:] {
		if !ascii.IsDigit(c) {
			return false
		}
	}
	return i >= 4 && len(b)-i >= 3 && string(b) != "sha256" && string(b) != "sha512"
}

// isLetterCode tells whether b is six capitals and no word that a code's parameter has in its place.
func isLetterCode(b []byte) bool {
	for _, c := range b {
		if !ascii.IsUpper(c) {
			return false
		}
	}
	return len(b) == 6 && !notPassword(b) && !wordy(b)
}

// weak judges the value of a name that may call for a secret.
func (f *finder) weak(v view, pl place) bool {
	if f.exempt {
		return false
	}
	if pl.name.kind == "signature" && bytes.IndexByte(v.b, '=') > 0 && f.signatureParts(v, pl) {
		return true
	}
	s := shapeOf(v.b)
	switch s {
	case shapeHex:
		if pl.name.kind == "certificate" || pl.name.kind == "key_id" && len(v.b) < 32 { // its digest; an id
			return false
		}
	case shapeUUID, shapeRandom, shapeID:
		if pl.name.kind == "app_id" { // OpenWeather's keys are 32 hexadecimal digits, others' ids are not
			return false
		}
	case shapeMixed:
		if i := bytes.LastIndexByte(v.b, ':'); i > 0 && shapeOf(v.b[i+1:]) >= shapeHex { // id:secret
			break
		}
		if pl.loc != locCookie || len(v.b) < 8 {
			return false
		}
	default:
		return false
	}
	return f.emit(v, pl, evidence{
		kind: pl.name.kind, confidence: tokenwarden.ConfidenceMedium, reason: "the name and the shape of a token",
		random: s >= shapeHex,
	})
}

// signatureParts looks at the parts of a signature that names its algorithm or version: sha256=..., t=1670000000,v1=...
func (f *finder) signatureParts(v view, pl place) bool {
	found := false
	for i := 0; i < len(v.b); {
		eq := i
		for eq < len(v.b) && ascii.IsAlnum(v.b[eq]) {
			eq++
		}
		end := eq
		for end < len(v.b) && v.b[end] != ',' && v.b[end] != ';' && v.b[end] != ' ' {
			end++
		}
		if eq < end && v.b[eq] == '=' && eq-i <= maxWordSize && end-eq > minRandom {
			found = f.weak(v.cut(eq+1, end), pl) || found
		}
		i = end + 1
	}
	return found
}

// afterScheme looks for "Bearer TOKEN" in the place of a value: only the token is the credential. Without a name that
// calls for one, what follows must look like a token: "token of thanks" is text.
func (f *finder) afterScheme(v view, pl place) bool {
	s, n := authscheme.At(v.b)
	if s == nil {
		return false
	}
	rest := v.from(n)
	if !pl.name.known() {
		if bytes.IndexByte(rest.b, ' ') >= 0 || shapeOf(rest.b) < shapeMixed || len(rest.b) < 8 {
			return false
		}
	}
	if bytes.ContainsAny(rest.b, " ") && s.Form == authscheme.Token {
		return false
	}
	return f.schemed(rest, s, pl)
}
