package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

const locCookie = tokenwarden.LocationCookie

// searchValue searches a value. At each level of encoding it looks for a structure (JSON, a URL, a scheme and its token,
// pairs), then judges the value itself, then goes one level deeper. It reports whether it found a credential.
func (f *finder) searchValue(v offset.View, pl context) bool {
	v = v.Trim().Unquote()
	if len(v.Text) == 0 {
		return false
	}
	outer := f.enterValue(len(v.Text))
	found := f.spend(len(v.Text)) && f.searchLevel(v, pl)
	f.leaveValue(outer, v)
	return found
}

// searchLevel is searchValue for one level of encoding within a budget.
func (f *finder) searchLevel(v offset.View, pl context) bool {
	if n := placeholder.Len(v.Text); n > 0 {
		if pl.name.IsSensitive() {
			return f.namedValue(v, pl, tokenwarden.ConfidenceMedium)
		}
		for ; n > 0; n = placeholder.Len(v.Text) {
			v = v.From(n).Trim()
		}
		f.searchValue(v, pl.withName(pl.name, pl.param))
		return true
	}
	if isAuthorization(pl.name) {
		n := len(f.found)
		f.searchAuthorization(v, pl)
		return len(f.found) > n
	}
	if isCompressed(v.Text) && !pl.name.IsSensitive() {
		return f.reportUnsearched(v, "compressed")
	}
	var flags uint8
	for _, c := range v.Text {
		flags |= ascii.Class[c]
	}
	switch {
	case flags&(ascii.Syntax|ascii.Base64) == 0:
		return f.plainValue(v, pl)
	case pl.nested > maxNesting:
		return f.reportUnsearched(v, "too deeply nested to search")
	case pl.nested < visitsFrom:
		return f.searchSyntax(v, pl)
	}
	e, known := f.visit(v, pl)
	if known {
		return e.found
	}
	key := *e
	found := f.searchSyntax(v, pl)
	if *e == key { // no value within v took its place
		e.found = found
	}
	return found
}

// searchSyntax is searchLevel for a value with a possible structure or encoding.
func (f *finder) searchSyntax(v offset.View, pl context) bool {
	if f.structured(v, pl) {
		return true
	}
	if pl.name.Grade == names.None && isURLWithQuery(v.Text) { // each part of it was decoded
		return f.plainValue(v, pl)
	}
	if d, ok := f.arena.Percent(v); ok {
		if pl.depth >= maxDecodings {
			return f.reportUnsearched(v, "encoded too often to search")
		}
		pl.depth++
		return f.searchValue(d, pl)
	}
	return f.plainValue(v, pl)
}

// structured finds credentials in the parts of a value.
func (f *finder) structured(v offset.View, pl context) bool {
	b := v.Text
	if !f.spend(len(b)) {
		return false
	}
	if len(b) >= shape.MinRandom && bytes.IndexByte(b, '=') >= 0 && f.wholeValue(v, pl) {
		return true
	}
	if d, ok := f.decodedText(v); ok && !pl.name.IsSensitive() && pl.depth < maxDecodings {
		inner := pl.withoutName()
		inner.depth++
		if f.searchValue(d, inner) {
			return true
		}
	}
	switch {
	case b[0] == '[' && pl.name.IsSensitive() && bytes.Contains(b, []byte("], [")) && isJoined(b):
		return f.joinedValues(v, pl, tokenwarden.ConfidenceMedium)
	case b[0] == '{' || b[0] == '[':
		if pl.name.IsSensitive() {
			return f.jsonUnderName(v, pl)
		}
		return f.searchJSON(v, pl) || f.searchPairs(v, pl)
	case pl.name.IsSensitive() && b[0] != '~' && bytes.IndexByte(b, '~') > 0 && bytes.IndexByte(b, '=') > 0:
		if f.akamaiToken(v, pl) {
			return true
		}
	case bytes.Contains(b, privateKey):
		return f.report(v, pl, evidence{kind: "private_key", confidence: tokenwarden.ConfidenceHigh, reason: "PEM private key"})
	}
	if f.afterScheme(v, pl) {
		return true
	}
	if !pl.name.IsSensitive() && startsWithEncodedPair(b) { // a query that was encoded once more
		return false
	}
	if hasAuthority(b) || !pl.name.IsSensitive() && (b[0] == '/' || bytes.IndexByte(b, '?') >= 0 && !startsWithPair(b)) {
		n := len(f.found)
		if found := f.searchURL(v, pl.withoutName()); found && !pl.name.IsSensitive() {
			return true
		} else if found || pl.name.IsSensitive() && placeholder.IsIn(b) {
			f.judgeRest(v, pl, n)
			return true
		}
	}
	if pl.name.IsSensitive() || isURLWithQuery(b) {
		return false
	}
	if bytes.IndexByte(b, '=') >= 0 && f.searchQuery(v, pl.withoutName()) {
		return true
	}
	if isEncodedText(b) { // its values end where it is decoded
		return false
	}
	if bytes.ContainsAny(b, "\"':( =>\\") || bytes.Contains(b, []byte(plusOptionStart)) {
		return f.searchPairs(v, pl)
	}
	return false
}

// akamaiToken judges the token of a content network (Akamai): exp=1~acl=/*~hmac=TOKEN. Only the proof is the credential.
func (f *finder) akamaiToken(v offset.View, pl context) bool {
	i := bytes.LastIndex(v.Text, []byte("hmac="))
	if i < 0 || i > 0 && v.Text[i-1] != '~' {
		return false
	}
	end := i + len("hmac=")
	for end < len(v.Text) && v.Text[end] != '~' {
		end++
	}
	return f.namedValue(v.Cut(i+len("hmac="), end), pl, tokenwarden.ConfidenceHigh)
}

var privateKey = []byte("PRIVATE KEY-----")

// hasAuthority reports whether b is an absolute URL of any scheme.
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

// isURLWithQuery reports whether searchURL has seen every pair of b.
func isURLWithQuery(b []byte) bool {
	return (b[0] == '/' || hasAuthority(b)) && bytes.IndexByte(b, '?') >= 0
}

// plainValue judges a value without structure.
func (f *finder) plainValue(v offset.View, pl context) bool {
	d, ok := f.hexText(v)
	if !ok {
		d, ok = f.utf16Text(v)
	}
	if ok && !pl.name.IsSensitive() && pl.depth < maxDecodings {
		inner := pl.withoutName()
		inner.depth++
		if f.structured(d, inner) || f.plainValue(d, inner) {
			return true
		}
	}
	if d, ok := f.arena.Base64Text(v); ok {
		if pl.depth >= maxDecodings {
			return f.reportUnsearched(v, "encoded too often to search")
		}
		pl.depth++
		if f.structured(d, pl.withoutName()) || f.plainValue(d, pl.withoutName()) { // perhaps base64 once more
			return true
		}
		if pl.name.IsSensitive() && ascii.StartsText(v.Text) && shape.Of(d.Text) != shape.Ordinary {
			v = d
		}
		if pl.name.Grade == names.Weak && d.Text[0] == '{' { // a state or a cursor: what is secret in it has been looked for
			return false
		}
	}
	if pl.name.IsSensitive() {
		return f.namedValue(v, pl, tokenwarden.ConfidenceMedium)
	}
	if len(v.Text) >= shape.MinRandom && f.scanRuns(v, pl) {
		return true
	}
	return pl.name.Grade == names.Weak && f.weakValue(v, pl)
}

// namedValue judges the value of a strong name.
func (f *finder) namedValue(v offset.View, pl context, least tokenwarden.Confidence) bool {
	f.steps += stepsOfShape * len(v.Text)
	if d, ok := f.arena.Percent(v); ok {
		if pl.depth >= maxDecodings {
			return f.reportUnsearched(v, "encoded too often to search")
		}
		pl.depth++
		return f.namedValue(d, pl, least)
	}
	if bytes.IndexByte(v.Text, ',') > 0 && isJoined(v.Text) {
		return f.joinedValues(v, pl, least)
	}
	v = stripWrapping(v.Trim())
	if pl.name.Kind != "password" && pl.name.Kind != "secret" && pl.name.Grade != names.Always {
		v = v.Cut(0, columnEnd(v.Text))
	}
	// an encoded & of a URL that was pasted raw
	if i := bytes.IndexByte(v.Text, '&'); i >= shape.MinRandom && pl.name.Kind != "password" && pairFollows(v.Text[i+1:]) {
		f.searchValue(v.From(i), pl.withoutName())
		v = v.Cut(0, i)
	}
	if placeholder.IsIn(v.Text) {
		f.namedBeside(v, pl, least)
		return true
	}
	if f.wholeValue(v, pl) {
		return true
	}
	if shape.IsKeyedDigest(v.Text) && pl.name.Kind != "signature" {
		return false
	}
	if i := ownerEnd(v.Text); i > 0 {
		pl.owner, v = v.Text[:i], v.From(i+1)
	}
	s := shape.Of(v.Text)
	if isSentence(v.Text, pl) {
		pl.name.Grade = names.Strong
	}
	if pl.loc == locCookie && shape.IsVisitor(v.Text) || pl.loc != locCookie && s == shape.UUID && pl.name.IsResource {
		return false
	}
	if !isSecretEnough(v.Text, s, pl.name) {
		return false
	}
	e := evidence{kind: pl.name.Kind, confidence: least, reason: "value of a sensitive name"}
	if s >= shape.Hex {
		e.confidence, e.reason = tokenwarden.ConfidenceHigh, "sensitive name and the shape of a token"
		e.random = true
	}
	return !f.excepted && f.report(v, pl, e)
}

// isSentence reports whether b, a value within another one, is rather a part of a text: a search for "api_key=? what is it".
func isSentence(b []byte, pl context) bool {
	return pl.nested > 1 && pl.name.Grade >= names.Chosen && pl.name.Kind != "password" &&
		(bytes.IndexByte(b, ' ') >= 0 || bytes.HasPrefix(b, []byte("?+")))
}

// stripWrapping removes the remains of a template, a command or a cut around a token: {TOKEN}, <TOKEN>, =TOKEN, TOKEN...
func stripWrapping(v offset.View) offset.View {
	signs := 0
	for len(v.Text)-signs > shape.MinRandom && v.Text[signs] == '=' {
		signs++
	}
	v = v.From(signs)
	n := len(v.Text)
	if n > shape.MinRandom && bytes.HasSuffix(v.Text, []byte("...")) {
		return v.Cut(0, n-3)
	}
	if n <= shape.MinRandom || closing[v.Text[0]] == 0 || closing[v.Text[0]] != v.Text[n-1] ||
		bytes.ContainsAny(v.Text[1:n-1], "{}<>[]()\"':, ") {
		return v
	}
	return v.Cut(1, n-1)
}

var closing = [256]byte{'{': '}', '<': '>', '[': ']', '(': ')'}

// ownerEnd returns where the separator stands in NAME:TOKEN and NAME|TOKEN, 0 if b is not made so.
func ownerEnd(b []byte) int {
	i := 0
	for i < len(b) && i <= names.MaxWordSize && ascii.IsAlpha(b[i]) {
		i++
	}
	if i < 2 || i >= len(b) || b[i] != ':' && b[i] != '|' || len(b)-i <= shape.MinRandom || shape.Of(b[i+1:]) < shape.Hex {
		return 0
	}
	return i
}

// isSecretEnough reports whether b, a value of shape s, is a credential under the name n.
func isSecretEnough(b []byte, s shape.Shape, n names.Name) bool {
	switch n.Grade {
	case names.Always:
		return !shape.IsNoCredential(b)
	case names.Certain:
		return !shape.IsNoCredential(b) && !shape.IsState(b) && (n.Kind == "password" || !authscheme.IsName(b)) &&
			(n.Kind != "token" || !shape.IsAddress(b))
	case names.Chosen:
		return isChosen(b, n.Kind)
	}
	switch s {
	case shape.Ordinary:
		return shape.IsPassphrase(b) || shape.IsSerial(b) || shape.IsWordAndNumber(b) || n.Grade == names.Code && shape.IsLetterCode(b)
	case shape.Number:
		if n.Grade == names.Code {
			return isDigits(b) && len(b) >= 4 && len(b) <= 12
		}
		return isDigits(b) && len(b) >= shape.MinRandom
	}
	if n.Grade == names.Code || shape.HasPasswordSign(b) {
		return len(b) >= 4
	}
	return len(b) >= 8 && !shape.IsAddress(b)
}

// isChosen reports whether somebody may have chosen b as a password, or have been given it as a session of the kind session.
func isChosen(b []byte, kind string) bool {
	switch {
	case shape.IsNoPassword(b) || shape.IsNoCredential(b) || shape.IsState(b):
		return false
	case kind != "session":
		return true
	case isDigits(b): // a counter or a moment
		return len(b) > 3 && len(b) < 10 && !isDay(b) || len(b) >= shape.MinRandom
	}
	return shape.Of(b) != shape.Number
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if !ascii.IsDigit(c) {
			return false
		}
	}
	return true
}

// isDay reports whether b is a day of these decades without separators: 20260105.
func isDay(b []byte) bool {
	return len(b) == 8 && (bytes.HasPrefix(b, []byte("19")) || bytes.HasPrefix(b, []byte("20")) && b[2] < '4') &&
		(b[4] == '0' || b[4] == '1') && b[6] < '4'
}

// weakValue judges the value of a weak name.
func (f *finder) weakValue(v offset.View, pl context) bool {
	if f.excepted || shape.IsKeyedDigest(v.Text) && pl.name.Kind != "signature" {
		return false
	}
	if pl.name.Kind == "signature" && bytes.IndexByte(v.Text, '=') > 0 && f.signatureParts(v, pl) {
		return true
	}
	return f.weakToken(v, pl)
}

// weakToken is weakValue for a value without parts.
func (f *finder) weakToken(v offset.View, pl context) bool {
	f.steps += stepsOfShape * len(v.Text)
	s := shape.Of(v.Text)
	if shape.IsWordAndMoment(v.Text) {
		return false
	}
	switch s {
	case shape.Hex:
		isID := pl.name.Kind == "app_id" || pl.name.Kind == "key_id"
		if isID && len(v.Text) < 32 || pl.name.Kind == "certificate" { // its digest
			return false
		}
	case shape.UUID, shape.Random, shape.ID:
		if s == shape.UUID && pl.name.IsResource {
			return false
		}
		if pl.name.Kind == "app_id" && (s != shape.Random || shape.IsApplicationID(v.Text)) {
			return false
		}
	case shape.Mixed:
		if i := bytes.LastIndexByte(v.Text, ':'); i > 0 && shape.Of(v.Text[i+1:]) >= shape.Hex { // id:secret
			break
		}
		if pl.loc != locCookie || len(v.Text) < 8 {
			return false
		}
	default:
		return false
	}
	return f.report(v, pl, evidence{
		kind: pl.name.Kind, confidence: tokenwarden.ConfidenceMedium, reason: "the name and the shape of a token",
		random: s >= shape.Hex,
	})
}

// signatureParts judges the parts of a signature with an algorithm or version: sha256=..., t=1670000000,v1=...
func (f *finder) signatureParts(v offset.View, pl context) bool {
	found := false
	for i := 0; i < len(v.Text); {
		eq := i
		for eq < len(v.Text) && ascii.IsAlnum(v.Text[eq]) {
			eq++
		}
		end := eq
		for end < len(v.Text) && v.Text[end] != ',' && v.Text[end] != ';' && v.Text[end] != ' ' {
			end++
		}
		if eq < end && v.Text[eq] == '=' && eq-i <= names.MaxWordSize && end-eq > shape.MinRandom {
			found = f.weakToken(v.Cut(eq+1, end), pl) || found
		}
		i = end + 1
	}
	return found
}

// afterScheme finds "Bearer TOKEN" as a value: only the token is the credential. Under an insensitive name the rest must
// look like a token: "token of thanks" is text.
func (f *finder) afterScheme(v offset.View, pl context) bool {
	s, n := authscheme.At(v.Text)
	if s == nil {
		return false
	}
	rest := v.From(n)
	if !pl.name.IsSensitive() {
		if bytes.IndexByte(rest.Text, ' ') >= 0 || shape.Of(rest.Text) < shape.Mixed || len(rest.Text) < 8 {
			return false
		}
	}
	if bytes.ContainsAny(rest.Text, " ") && s.Form == authscheme.Token {
		return false
	}
	return f.schemeCredentials(rest, s, pl)
}
