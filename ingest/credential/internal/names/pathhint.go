package names

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// PathHint grades a path segment by the secrecy of the segments behind it.
type PathHint uint8

// The hints, from the weakest.
const (
	NoHint     PathHint = iota
	WeakHint            // a collection or a shared thing: only what looks random is a token
	IntakeHint          // a place where machines report to: what looks random and long digests
	GroupHint           // tokens, sessions: digests are tokens too, UUIDs are ids
	FirmHint            // unsubscribe, private: so are UUIDs
	StrongHint          // reset, verify, session: anything that is not a word, a number or a file
	HookHint            // webhook: the same, also further on
)

// The words of each hint. Source: addresses in mails of products and in the documentation of APIs, 2026-11-23, and what blind
// corpora showed missing, 2026-11-25.
var (
	strongWords = ascii.Words(`reset resets resetpassword verify verification verifyemail confirm confirmemail activate activation invite
		invitation magic magiclink token apikey session login signin auth authenticate password passwd passwordreset
		accesskey unlock recover recovery otp passwordless impersonate jwt signed presigned sso accept accesstoken
		authtoken forgot forgotpassword apitoken onetime autologin deviceauth phpsessid changeemail validateemail
		sid sessionid bearer credential pwd`)
	firmWords  = ascii.Words(`unsubscribe optout optin private secret join key managesubscription doubleoptin`)
	groupWords = ascii.Words(`feed feeds rss ical calendar clientportal secure sessions tokens invites
		invitations apikeys trigger ping push zapier calendars trusted webcal deploy interactions
		ws websocket signup register`)
	weakWords = ascii.Words(`keys tickets share shared sharing download
		downloads dl s public  preferences     link links view guest embed
		attachment attachments export secrets credentials bot confirmation ticket claim
		callback`)
	hookWords = ascii.Words(`webhook webhooks hook hooks buildhook wpush`)
	// companionWords stand beside a hint word in one segment: verify-email, reset-my-password. Any other word makes the
	// segment a title.
	companionWords = ascii.Words(`email mail e account accounts user users member my your the by with via new do link code address phone
		device registration subscription request api access complete finish number incoming auto build github gitlab gitea
		bitbucket test`)
)

// PathHints reads the segments of paths and caches the short ones.
type PathHints struct {
	lex     *Classifier
	hints   memo[PathHint]
	actions memo[bool]
	recent  recentHints
	segment [3 * MaxSegment]byte // a decoded segment
}

// NewPathHints returns a PathHints that splits segments with lex.
func NewPathHints(lex *Classifier) *PathHints {
	return &PathHints{lex: lex, hints: newMemo[PathHint](), actions: newMemo[bool]()}
}

// productSegments are whole path segments of single products; 2026-11-25.
var productSegments = map[string]PathHint{
	"tokenpluginfile.php": StrongHint, // Moodle: a file with the user's token, tokenpluginfile.php in its source
}

// actionStems begin words of other languages with the meaning of strongWords, with and without accents. Source: a blind
// corpus of addresses from mails, 2026-11-25.
var actionStems = words([]languageWords{
	{"German", "einladung bestaetig bestätig registrier aktivier passwort"},
	{"Spanish", "restablec recuper contrasen contraseñ"},
	{"Portuguese", "senha"},
	{"Italian", "conferm reimpost"},
	{"French", "motdepasse reinitial invit"},
	{"Dutch", "wachtwoord"},
	{"Polish", "resetow hasl"},
	{"Swedish", "losenord lösenord"},
	{"Turkish", "sifre"},
	{"several", "confirm"},
})

// languageWords are words of one language, separated by spaces.
type languageWords struct{ language, words string }

func words(rows []languageWords) (out []string) {
	for _, r := range rows {
		out = append(out, strings.Fields(r.words)...)
	}
	return out
}

func isActionStem(w []byte) bool {
	for _, s := range actionStems {
		if ascii.HasAt(w, 0, s) {
			return true
		}
	}
	return false
}

// hintWords joins the words of all hints.
var hintWords = func() map[string]PathHint {
	out := map[string]PathHint{}
	for m, words := range map[PathHint]map[string]bool{
		WeakHint: weakWords, IntakeHint: intakeWords, GroupHint: groupWords, FirmHint: firmWords, StrongHint: strongWords, HookHint: hookWords,
	} {
		for w := range words {
			out[w] = m
		}
	}
	return out
}()

// MaxSegment bounds a segment with a hint, in bytes. Longer ones are slugs.
const MaxSegment = 32

// of returns the hint of a segment, whose words must all belong together ("reset-password", "verifyEmail").
func (h *PathHints) of(seg []byte) PathHint {
	if len(seg) < 3 || len(seg) > MaxSegment || ascii.IsDigit(seg[0]) {
		if string(seg) != "s" && string(seg) != "ws" {
			return NoHint
		}
	}
	return h.hints.of(seg, h.readUnlessRecent)
}

func (h *PathHints) readUnlessRecent(seg []byte) PathHint {
	if &seg[0] == &h.segment[0] { // its memory is overwritten within a line
		return h.readHint(seg)
	}
	return h.recent.of(seg, h.readHint)
}

// readHint is of without the caches.
func (h *PathHints) readHint(seg []byte) PathHint {
	if placeholder.IsIn(seg) { // what its kind is called says nothing of the next
		return NoHint
	}
	if hint, ok := productSegments[string(seg)]; ok {
		return hint
	}
	ws := &h.lex.words
	h.lex.split(seg, ws)
	if ws.n == 0 || ws.n > 4 {
		return NoHint
	}
	if ws.n > 1 && aboutWords[string(ws.w[ws.n-1])] {
		return NoHint
	}
	best, others := NoHint, 0
	for _, w := range ws.w[:ws.n] {
		if m := hintWords[string(w)]; m != NoHint {
			best = max(best, m)
		} else if isActionStem(w) {
			best = max(best, StrongHint)
		} else if !companionWords[string(w)] {
			others++
		}
	}
	switch {
	case others > 0 && hintWords[string(flat(seg, ws))] != NoHint: // one-time
		return hintWords[string(flat(seg, ws))]
	case others == 0:
		return best
	case others <= 2 && best > IntakeHint: // update-password, ci-trigger
		if bytes.Contains(seg, []byte("password")) || bytes.Contains(seg, []byte("invit")) {
			return FirmHint
		}
		return GroupHint
	}
	return NoHint
}

// reach returns the greatest number of segments between a hint and its token: /reset/MQ/TOKEN, /webhooks/123/TOKEN.
func (m PathHint) reach() int {
	switch m {
	case HookHint:
		return 4
	case StrongHint, FirmHint:
		return 2
	case IntakeHint:
		return 3
	}
	return 1
}

// maxLookBack bounds the segments searched for a hint before a token.
const maxLookBack = 6

// Before returns the strongest hint before the segment at start, its distance in segments and its text.
func (h *PathHints) Before(b []byte, start int) (m PathHint, hop int, name []byte) {
	i := 0
	back := segmentsBefore{b: b, end: start - 1}
	for range maxLookBack {
		seg, ok := back.next()
		if !ok {
			break
		}
		if bytes.IndexByte(seg, '%') >= 0 {
			seg = h.decode(seg)
		}
		if !isNumberSegment(seg) {
			i++
		}
		if m == NoHint && sourceWords[string(seg)] {
			return NoHint, i, nil
		}
		if x := h.of(seg); x > m && i <= x.reach() {
			m, hop, name = x, i, seg
		} else if x != NoHint && m == NoHint {
			return NoHint, i, nil
		}
	}
	return m, max(hop, 1), name
}

// decode returns seg percent-decoded until nothing decodes. The result holds until the next call. A segment too long for a
// hint is returned unchanged.
func (h *PathHints) decode(seg []byte) []byte {
	if len(seg) > len(h.segment) {
		return seg
	}
	out := h.segment[:copy(h.segment[:], seg)]
	for changed := true; changed; {
		changed = false
		n := 0
		for i := 0; i < len(out); n++ {
			c, size := out[i], 1
			if d, ok := ascii.PercentAt(out, i); ok {
				c, size, changed = d, 3, true
			}
			out[n] = c
			i += size
		}
		out = out[:n]
	}
	return out
}

// NoneBefore reports whether the segments of trail, in a path without escapes, hold no hint for the segment at start.
func (h *PathHints) NoneBefore(path []byte, start int, trail *Trail) bool {
	for back := range trail.Len() {
		seg := trail.Segment(path, back)
		if len(seg) == 0 && trail.IsFirst(back) { // before the first slash
			break
		}
		if len(seg) == 0 || seg[0] == '.' { // no segment to a server: Before knows
			m, _, _ := h.Before(path, start)
			return m == NoHint
		}
		if h.of(seg) != NoHint {
			return false
		}
	}
	return true
}

// segmentsBefore walks back over the segments of a path as a server resolves it, without empty segments and dot segments
// (RFC 3986 section 5.2.4).
type segmentsBefore struct {
	b       []byte
	end     int // where the next segment ends
	skipped int // segments that were passed over
	up      int // segments that ".." takes away
}

// maxSkipped bounds the skipped segments: a path of dots costs no more than another path.
const maxSkipped = 32

// next returns the segment before the last one, false at the start of the path.
func (s *segmentsBefore) next() ([]byte, bool) {
	for s.end > 0 && s.skipped < maxSkipped {
		from := s.end
		for from > 0 && s.b[from-1] != '/' {
			from--
		}
		seg := s.b[from:s.end]
		s.end = from - 1
		switch {
		case len(seg) == 0 || isDots(seg, 1):
		case isDots(seg, 2):
			s.up++
		case s.up > 0:
			s.up--
		default:
			return seg, true
		}
		s.skipped++
	}
	return nil, false
}

// isDots reports whether seg is n dots, percent-encoded or not.
func isDots(seg []byte, n int) bool {
	for ; n > 0; n-- {
		switch {
		case len(seg) > 0 && seg[0] == '.':
			seg = seg[1:]
		case len(seg) > 2 && seg[0] == '%' && seg[1] == '2' && seg[2]|0x20 == 'e':
			seg = seg[3:]
		default:
			return false
		}
	}
	return len(seg) == 0
}

// isNumberSegment reports whether seg does not count as a step: /reset/1/1767603598/TOKEN, and the empty ones of //.
func isNumberSegment(seg []byte) bool {
	for _, c := range seg {
		if !ascii.IsDigit(c) {
			return false
		}
	}
	return len(seg) <= 20
}

// Accepts reports whether a segment of shape s, hop segments behind m, is a token.
func (m PathHint) Accepts(s shape.Shape, b []byte, hop int) bool {
	switch m {
	case WeakHint:
		return s == shape.Random && len(b) >= 20 && !shape.IsPrefixedID(b) && !shape.HasExtension(b)
	case IntakeHint:
		return (s == shape.Random || s == shape.Hex && len(b) >= minOpaqueHex) && !shape.IsPrefixedID(b) && !shape.HasExtension(b)
	case GroupHint, FirmHint:
		return (s == shape.Hex || s == shape.Random || s == shape.UUID && m == FirmHint) && len(b) >= shape.MinRandom && !shape.IsPrefixedID(b)
	case StrongHint, HookHint:
		if s == shape.Mixed {
			return shape.HasPasswordSign(b) || shape.IsJumble(b) ||
				(hop == 1 || m == HookHint) && (shape.IsScrambled(b) && !shape.HasExtension(b) && shape.WordLetters(b)*2 < len(b))
		}
		return s >= shape.Hex
	}
	return false
}
