package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// mark is what a segment of a path says of those that follow it.
type mark uint8

const (
	markNone   mark = iota
	markWeak        // a collection or a shared thing: only what looks random is a token
	markGroup       // tokens, sessions: digests are tokens too, UUIDs are ids
	markFirm        // unsubscribe, private: so are UUIDs
	markStrong      // reset, verify, session: anything that is not a word, a number or a file
	markHook        // webhook: the same, also further on
)

var (
	strongMarks = set(`reset resets resetpassword verify verification verifyemail confirm confirmemail activate activation invite
		invitation magic magiclink token apikey session login signin auth authenticate password passwd passwordreset
		accesskey unlock recover recovery otp passwordless impersonate jwt signed presigned sso accept accesstoken
		authtoken forgot forgotpassword apitoken onetime autologin deviceauth phpsessid changeemail validateemail sid sessionid bearer credential pwd`)
	firmMarks  = set(`unsubscribe optout optin private secret join key managesubscription doubleoptin`)
	groupMarks = set(`feed feeds rss ical calendar clientportal secure sessions tokens invites invitations apikeys trigger ping push zapier calendars trusted webcal deploy interactions`)
	weakMarks  = set(`keys tickets share shared sharing download
		downloads dl s public  preferences     link links view guest embed
		signup register attachment attachments export secrets credentials bot confirmation ticket claim
		callback`)
	hookMarks = set(`webhook webhooks hook hooks buildhook wpush`)
	// markCompany are the words that stand beside a mark in one segment: verify-email, reset-my-password. Any other word
	// makes the segment a title.
	markCompany = set(`email mail e account accounts user users member my your the by with via new do link code address phone
		device registration subscription request api access complete finish number incoming auto build github gitlab gitea
		bitbucket test`)
)

// actionStems begin words of other languages for what the strong marks say.
var actionStems = [...]string{"einladung", "bestaetig", "bestätig", "registrier", "aktivier", "passwort", "restablec", "recuper", "contrasen", "contraseñ", "senha",
	"confirm", "conferm", "reimpost", "wachtwoord", "resetow", "hasl", "losenord", "lösenord", "sifre", "motdepasse", "reinitial", "invit"}

func isActionStem(w []byte) bool {
	for _, s := range actionStems {
		if ascii.HasAt(w, 0, s) {
			return true
		}
	}
	return false
}

// isAction tells whether a path names what mails with links ask for: /lost-password/, /account/confirm. A value with a
// short name behind it is then the link's token.
func (f *finder) isAction(path []byte) bool {
	for range 3 {
		i := bytes.LastIndexByte(path, '/')
		if i < 0 {
			return false
		}
		if seg := path[i+1:]; len(seg) >= 5 && len(seg) <= maxMark && f.actions.of(seg, f.readAction) {
			return true
		}
		path = path[:i]
	}
	return false
}

var actionWords = set(`password passwort reset forgot lost recover recovery confirm confirmation verify verification activate activation
	unsubscribe invite invitation magic passwordless passwordsetup signup_user_complete`)

func (f *finder) readAction(seg []byte) bool {
	if bytes.Contains(seg, placeholderMark) {
		return false
	}
	ws := &f.lex.words
	f.lex.split(seg, ws)
	for _, w := range ws.w[:ws.n] {
		if actionWords[string(w)] || isActionStem(w) {
			return ws.n <= 4
		}
	}
	return false
}

// isShortName tells names that say nothing: c, t, k, hash.
func isShortName(raw []byte) bool { return len(raw) == 1 || string(raw) == "hash" }

// marks are all of them.
var marks = func() map[string]mark {
	out := map[string]mark{}
	for m, words := range map[mark]map[string]bool{markWeak: weakMarks, markGroup: groupMarks, markFirm: firmMarks, markStrong: strongMarks, markHook: hookMarks} {
		for w := range words {
			out[w] = m
		}
	}
	return out
}()

// maxMark is how long a segment may be to say something of the next: a slug says nothing.
const maxMark = 32

// markOf says what a segment means for the next one: its words must all belong together ("reset-password",
// "verifyEmail").
func (f *finder) markOf(seg []byte) mark {
	if len(seg) < 3 || len(seg) > maxMark || ascii.IsDigit(seg[0]) {
		if len(seg) != 1 || seg[0] != 's' {
			return markNone
		}
	}
	return f.marks.of(seg, f.readMark)
}

// readMark is markOf for a segment not seen before.
func (f *finder) readMark(seg []byte) mark {
	if bytes.Contains(seg, placeholderMark) { // what its kind is called says nothing of the next
		return markNone
	}
	if string(seg) == "tokenpluginfile.php" { // Moodle
		return markStrong
	}
	ws := &f.lex.words
	f.lex.split(seg, ws)
	if ws.n == 0 || ws.n > 4 {
		return markNone
	}
	best, others := markNone, 0
	for _, w := range ws.w[:ws.n] {
		if m := marks[string(w)]; m != markNone {
			best = max(best, m)
		} else if isActionStem(w) {
			best = max(best, markStrong)
		} else if !markCompany[string(w)] {
			others++
		}
	}
	switch {
	case others > 0 && marks[string(flat(seg, ws))] != markNone: // one-time
		return marks[string(flat(seg, ws))]
	case others == 0:
		return best
	case others <= 2 && best > markWeak: // update-password, ci-trigger
		if bytes.Contains(seg, []byte("password")) || bytes.Contains(seg, []byte("invit")) {
			return markFirm
		}
		return markGroup
	}
	return markNone
}

// reach is how many segments may stand between a mark and its token: /reset/MQ/TOKEN, /webhooks/123/TOKEN.
func (m mark) reach() int {
	switch m {
	case markHook:
		return 4
	case markStrong, markFirm:
		return 2
	}
	return 1
}

// marked judges d, the decoded segment of v that starts at start, by the segments before it.
func (f *finder) marked(v view, start int, d view, flags uint8, pl place) bool {
	if f.exempt || flags&^(ascii.Digit|ascii.Join|ascii.Hex) == 0 && len(d.b) < minRandom { // a number, a date
		return false
	}
	if placeholderLen(d.b) > 0 {
		return true
	}
	s := shapeOf(d.b)
	if s <= shapeNumber || isAddress(d.b) {
		return false
	}
	m, hop, name := f.markBefore(v.b, start)
	if m < markGroup && ascii.HasAt(v.b, start+len(d.b), ".ics") { // a calendar's address is its secret
		m, hop, name = markGroup, 1, calendarName
	}
	if !m.accepts(s, d.b, hop) {
		return false
	}
	e := evidence{kind: "token", confidence: tokenwarden.ConfidenceMedium, reason: "path segment after one that calls for a token", random: s >= shapeHex}
	switch {
	case m == markHook:
		e.kind = "webhook"
	case bytes.HasPrefix(name, []byte("session")):
		e.kind = "session"
	case bytes.Contains(name, []byte("key")):
		e.kind = "api_key"
	case m <= markFirm:
		e.confidence = tokenwarden.ConfidenceLow
	}
	pl.param = name
	return f.exactly(d, pl) || f.emit(d, pl, e)
}

// maxLookBack is how many segments before a token are looked at.
const maxLookBack = 6

var calendarName = []byte("calendar")

// markBefore looks back from the segment that starts at start.
func (f *finder) markBefore(b []byte, start int) (m mark, hop int, name []byte) {
	end, i := start-1, 0
	for range maxLookBack {
		if end <= 0 {
			break
		}
		from := bytes.LastIndexByte(b[:end], '/') + 1
		seg := b[from:end]
		if !isNumberSegment(seg) {
			i++
		}
		if x := f.markOf(seg); x > m && i <= x.reach() {
			m, hop, name = x, i, seg
		} else if x != markNone && m == markNone {
			return markNone, i, nil
		}
		end = from - 1
	}
	return m, max(hop, 1), name
}

// isNumberSegment tells whether seg does not count as a step: /reset/1/1767603598/TOKEN, and the empty ones of //.
func isNumberSegment(seg []byte) bool {
	for _, c := range seg {
		if !ascii.IsDigit(c) {
			return false
		}
	}
	return len(seg) <= 20
}

// accepts tells whether a segment of shape s is a token after m.
func (m mark) accepts(s shape, b []byte, hop int) bool {
	switch m {
	case markWeak:
		return s == shapeRandom && len(b) >= 20 && !isPrefixedID(b) && !hasExtension(b)
	case markGroup, markFirm:
		return (s == shapeHex || s == shapeRandom || s == shapeUUID && m == markFirm) && len(b) >= minRandom && !isPrefixedID(b)
	case markStrong, markHook:
		if s == shapeMixed {
			return signed(b) || isJumble(b) || (hop == 1 || m == markHook) && (scrambled(b) && !hasExtension(b) && wordLetters(b)*2 < len(b))
		}
		return s >= shapeHex
	}
	return false
}

// isJumble tells whether b is long, without a joint, and of letters and digits in turns: no slug, whatever words chance
// has put into it.
func isJumble(b []byte) bool {
	for _, c := range b {
		if !ascii.IsAlnum(c) {
			return false
		}
	}
	return len(b) >= 24 && scrambled(b)
}

// scrambled tells whether letters and digits of b take turns as no word's do: "man2html" has one digit.
func scrambled(b []byte) bool {
	turns, digits := 0, 0
	for i, c := range b {
		if ascii.IsDigit(c) {
			digits++
		}
		if i > 0 && ascii.IsAlnum(c) && ascii.IsAlnum(b[i-1]) && ascii.IsDigit(c) != ascii.IsDigit(b[i-1]) {
			turns++
		}
	}
	return len(b) >= 8 && digits >= 2 && turns >= 3
}

func hasLetterAndDigit(b []byte) bool {
	c := count(b)
	return c.digit > 0 && c.lower+c.upper > 0
}

// isPrefixedID tells whether b is an id with a type in front, as APIs make them: cus_Jp72RLvxXWBxF6. What is longer than
// any of those is none.
func isPrefixedID(b []byte) bool {
	i := 0
	for i < len(b) && ascii.IsLower(b[i]) {
		i++
	}
	return i >= 2 && i <= 10 && i < len(b) && ascii.Class[b[i]]&ascii.Join != 0 && len(b)-i < 28
}

// isAddress tells whether b is an address on a ledger: 0x and 40 or 64 hexadecimal digits (EIP-55). Everybody sees
// those.
func isAddress(b []byte) bool {
	if len(b) != 42 && len(b) != 66 || b[0] != '0' || b[1] != 'x' {
		return false
	}
	return ascii.IsHex(b[2:])
}

// withoutExtension takes off the file name extensions that addresses of feeds and calendars put behind their token.
func withoutExtension(v view) view {
	for _, ext := range [...]string{".ics", ".xml", ".rss", ".atom", ".json", ".ical", ".html", ".htm"} {
		if n := len(v.b) - len(ext); n >= minRandom && string(v.b[n:]) == ext {
			return v.cut(0, n)
		}
	}
	return v
}

// bot judges /botTOKEN/method, the way of Telegram's Bot API and of those who copied it.
func (f *finder) bot(v view, end int, d view, pl place) bool {
	if f.exempt || !ascii.HasAt(d.b, 0, "bot") || len(d.b) < 10 || !isBotMethod(v.b[end:]) {
		return false
	}
	t := d.from(3)
	pl.param = d.b[:3]
	if f.exactly(t, pl) {
		return true
	}
	if s := shapeOf(t.b); s < shapeMixed || s == shapeMixed && !hasLetterAndDigit(t.b) {
		return false
	}
	return f.emit(t, pl, evidence{kind: "bot_token", confidence: tokenwarden.ConfidenceMedium, reason: "path segment of a bot's API"})
}

// isBotMethod tells whether rest is /sendMessage or another method of Telegram's Bot API.
func isBotMethod(rest []byte) bool {
	for _, verb := range [...]string{"send", "get", "set", "edit", "delete", "answer", "forward", "pin", "unpin", "ban", "copy"} {
		if n := len(verb) + 1; ascii.HasAt(rest, 0, "/"+verb) && len(rest) > n && ascii.IsUpper(rest[n]) {
			return true
		}
	}
	return false
}
