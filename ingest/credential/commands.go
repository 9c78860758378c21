package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Protocols and files of settings write a word and a value, with a space between: AUTH PLAIN X, PASS X, ENV DB_PASSWORD X,
// machine h login j password X. searchPairs calls command at each space.

// verb is what stands behind a word of a command.
type verb uint8

const (
	noVerb     verb = iota
	verbAuth        // AUTH MECHANISM BASE64 (RFC 4954, RFC 9051), AUTH X and AUTH user X (Redis)
	verbPass        // PASS X (RFC 959, RFC 1939, RFC 2812)
	verbLogin       // TAG LOGIN user X (RFC 9051)
	verbAssign      // ENV NAME X
	verbSet         // SET NAME X, which is also prose
	verbNamed       // password X behind login USER (netrc), requirepass X
)

// endsLikeVerb reports whether c and d are the last two letters of a word that verbOf knows.
func endsLikeVerb(c, d byte) bool {
	switch uint16(c|0x20)<<8 | uint16(d|0x20) {
	case 't'<<8 | 'h', 's'<<8 | 's', 'i'<<8 | 'n', 'n'<<8 | 'v', 'r'<<8 | 'g', 'e'<<8 | 't', 't'<<8 | 'x', 'r'<<8 | 't', 'r'<<8 | 'd',
		'w'<<8 | 'd', 't'<<8 | 'e':
		return true
	}
	return false
}

// verbOf returns the verb of a word.
func verbOf(w []byte) verb {
	switch string(w) {
	case "AUTH", "auth", "AUTHENTICATE", "authenticate":
		return verbAuth
	case "PASS":
		return verbPass
	case "LOGIN":
		return verbLogin
	case "ENV", "ARG", "setenv", "SetEnv", "setx", "export":
		return verbAssign
	case "SET", "set":
		return verbSet
	case "password", "passwd", "requirepass", "masterauth":
		return verbNamed
	}
	return noVerb
}

// verbAt returns the verb of the word before the space at b[i], and where the word starts.
func verbAt(b []byte, i int) (v verb, start int) {
	if i > 0 && b[i-1] == '"' { // "AUTH" "x"
		i--
	}
	if i < 3 || i+2 >= len(b) || !endsLikeVerb(b[i-2], b[i-1]) {
		return noVerb, 0
	}
	for start = i; start > 0 && i-start <= len("AUTHENTICATE") && ascii.IsAlpha(b[start-1]); {
		start--
	}
	return verbOf(b[start:i]), start
}

// hasCommand reports whether b holds a quote, or a word of verbOf before a space.
func hasCommand(b []byte) bool {
	if bytes.IndexByte(b, '"') >= 0 {
		return true
	}
	for i := 0; ; i++ {
		k := bytes.IndexByte(b[i:], ' ')
		if k < 0 {
			return false
		}
		i += k
		if v, _ := verbAt(b, i); v != noVerb {
			return true
		}
	}
}

// spaceOrQuote judges the value that the byte at v.Text[i] introduces. It returns the offset to go on at, 0 without a finding.
func (f *finder) spaceOrQuote(v offset.View, i int, pl context) int {
	switch v.Text[i] {
	case ' ':
		return f.command(v, i, pl)
	case '"', '\'':
		return f.quotedBehind(v, i, pl)
	}
	return 0
}

// command judges the value behind a word and the space at v.Text[i]. It returns the offset to go on at, 0 without a finding.
func (f *finder) command(v offset.View, i int, pl context) int {
	b := v.Text
	word, start := verbAt(b, i)
	switch word {
	case verbAuth:
		return f.authCommand(v, start, i+1, pl)
	case verbPass:
		from, to := commandWord(b, i+1)
		if beginsCommand(b, start) && endsCommand(b, to) && !bytes.ContainsAny(b[from:to], "/.(") {
			return f.chosenWord(v, from, to, pl)
		}
	case verbLogin:
		_, user := commandWord(b, i+1)
		from, to := commandWord(b, user+1)
		if start > 1 && b[start-1] == ' ' && from < to && endsCommand(b, to) && isToldApart(b, from, to) {
			return f.chosenWord(v, from, to, pl)
		}
	case verbAssign, verbSet:
		from, to := commandWord(b, i+1)
		valueFrom, valueTo := commandWord(b, to+1)
		if from == to || valueFrom >= valueTo || bytes.IndexByte(b[from:to], '=') >= 0 ||
			word == verbSet && !(endsCommand(b, valueTo) && isToldApart(b, valueFrom, valueTo)) {
			return 0
		}
		return f.searchStructure(v, pl, from, to, valueFrom, valueTo)
	case verbNamed:
		from, to := commandWord(b, i+1)
		isSetting := b[start] != 'p' && (beginsCommand(b, start) || hasFoldSuffix(b[:start], "set ")) && endsCommand(b, to)
		if isSetting || isBehindLogin(b[:start]) {
			return f.chosenWord(v, from, to, pl)
		}
	}
	return 0
}

// chosenWord judges v.Text[from:to] as a password. It returns to, 0 if it is none.
func (f *finder) chosenWord(v offset.View, from, to int, pl context) int {
	if from >= to {
		return 0
	}
	f.steps += to - from
	if f.searchValue(v.Cut(from, to), pl.withName(names.Name{Grade: names.Certain, Kind: "password"}, passwordName)) {
		return to
	}
	return 0
}

// authCommand judges the arguments at v.Text[i] of AUTH, which starts at start.
func (f *finder) authCommand(v offset.View, start, i int, pl context) int {
	b := v.Text
	from, to := commandWord(b, i)
	f.steps += to - i
	next, end := commandWord(b, to+1)
	if isMechanism(b[from:to]) {
		if d, ok := f.arena.Base64Bytes(v.Cut(next, end)); ok && end-next >= 4 && isSASL(d.Text) {
			return f.chosenWord(v, next, end, pl)
		}
		return 0
	}
	if from == to || !ascii.IsUpper(b[start]) && b[from-1] != '"' {
		return 0
	}
	if next < end && (endsCommand(b, end) || string(b[from:to]) == "default") && isToldApart(b, next, end) {
		return f.chosenWord(v, next, end, pl)
	}
	if beginsCommand(b, start) && endsCommand(b, to) && isToldApart(b, from, to) {
		return f.chosenWord(v, from, to, pl)
	}
	return 0
}

// isMechanism reports whether b is a mechanism whose first message holds a credential (IANA, "SASL Mechanisms"; 2026-12-01).
func isMechanism(b []byte) bool {
	switch string(bytes.ToUpper(b[:min(len(b), names.MaxWordSize)])) {
	case "PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "NTLM", "GSSAPI":
		return true
	}
	return false
}

// isSASL reports whether b is text, perhaps with the NUL between user and password of PLAIN (RFC 4616).
func isSASL(b []byte) bool {
	for _, c := range b {
		if c > 1 && !ascii.IsText(c) {
			return false
		}
	}
	return true
}

// commandWord returns the bounds of the word at b[i], within quotes or up to the next space or quote.
func commandWord(b []byte, i int) (from, to int) {
	if i >= len(b) {
		return len(b), len(b)
	}
	if i+1 < len(b) && b[i] == ' ' { // behind the quote of the word before
		i++
	}
	if i < len(b) && (b[i] == '"' || b[i] == '\'') {
		return valueAfter(b, i)
	}
	for from = i; i < len(b) && b[i] > ' ' && b[i] != '"' && b[i] != '\'' && b[i] != '\\'; {
		i++
	}
	return from, i
}

// beginsCommand reports whether a command may begin at b[i]: at the start of a text or line, behind a quote or a prompt.
func beginsCommand(b []byte, i int) bool {
	return i == 0 || b[i-1] == '\n' || b[i-1] == '"' || b[i-1] == '\'' || i > 1 && b[i-1] == ' ' && (b[i-2] == '>' || b[i-2] == ':')
}

// endsCommand reports whether a command may end at b[i].
func endsCommand(b []byte, i int) bool {
	return i >= len(b) || b[i] == '\n' || b[i] == '\r' || b[i] == '"' || b[i] == '\'' || b[i] == '\\'
}

// isToldApart reports whether b[from:to] is in quotes, as a value of its own, or no word of a sentence.
func isToldApart(b []byte, from, to int) bool {
	if from > 0 && to < len(b) && (b[from-1] == '"' || b[from-1] == '\'') && b[from-1] == b[to] && bytes.IndexByte(b[from:to], ' ') < 0 {
		return true
	}
	return shape.HasLetterAndDigit(b[from:to]) || shape.HasPasswordSign(b[from:to])
}

// isBehindLogin reports whether b ends with a user and the machine before, as netrc has them before a password: machine HOST
// login NAME.
func isBehindLogin(b []byte) bool {
	if near := b[max(0, len(b)-maxJoint):]; !bytes.Contains(near, []byte("machine ")) && !bytes.Contains(near, []byte("default ")) {
		return false
	}
	b = bytes.TrimRight(b, " \t\r\n")
	i := bytes.LastIndexAny(b[max(0, len(b)-names.MaxNameSize):], " \t\n") + max(0, len(b)-names.MaxNameSize)
	if i <= 0 || i >= len(b) {
		return false
	}
	b = bytes.TrimRight(b[:i], " \t\r\n")
	return bytes.HasSuffix(b, []byte("login")) || bytes.HasSuffix(b, []byte("machine")) || bytes.HasSuffix(b, []byte("account"))
}

// quotedBehind judges the quoted value whose first quote stands at v.Text[i], behind a name and a space: proxy_set_header
// X-Api-Key "x", :password "x". It returns the offset to go on at, 0 without a finding.
func (f *finder) quotedBehind(v offset.View, i int, pl context) int {
	b := v.Text
	if i < len("key ") || b[i-1] != ' ' || !ascii.IsAlnum(b[i-2]) && b[i-2] != '"' && b[i-2] != '\'' {
		return 0
	}
	start, end := nameBefore(b, i-1)
	f.steps += i - start
	n := f.names.Classify(b[start:end])
	if !n.IsSensitive() {
		return 0
	}
	from, to := valueAfter(b, i)
	f.steps += to - from
	value := b[from:to]
	mayBeChosen := shape.HasLetterAndDigit(value) || shape.HasPasswordSign(value)
	if bytes.IndexByte(value, ' ') >= 0 || !mayBeChosen || n.Kind == "token" && !looksSecret(value) {
		return 0
	}
	return f.searchStructure(v, pl, start, end, from, to)
}

// argumentOfCall judges the last argument of a call behind a name and the comma at v.Text[i]: put("password", "x"). It returns
// the offset to go on at, 0 without a finding.
func (f *finder) argumentOfCall(v offset.View, i int, pl context) int {
	b := v.Text
	if i < len("'k'") || b[i-1] != '"' && b[i-1] != '\'' {
		return 0
	}
	k := i + 1
	for k < len(b) && b[k] == ' ' {
		k++
	}
	if k >= len(b) || b[k] != b[i-1] {
		return 0
	}
	from, to := valueAfter(b, k)
	f.steps += to - i
	if to+1 >= len(b) || b[to+1] != ')' && !ascii.HasAt(b, to+1, " )") {
		return 0
	}
	start, end := nameBefore(b, i)
	if start < 2 || b[start-1] != b[i-1] || b[start-2] != '(' && b[start-2] != ' ' && b[start-2] != ',' ||
		!shape.HasLetterAndDigit(b[from:to]) && !shape.HasPasswordSign(b[from:to]) || f.names.Classify(b[from:to]).IsSensitive() {
		return 0
	}
	return f.searchStructure(v, pl, start, end, from, to)
}
