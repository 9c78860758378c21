package names

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// IsAction reports whether one of the last three segments of a path names an action of a mailed link or a login:
// /lost-password/, /account/confirm. An opaque value under a name without another meaning is the token of that action.
func (h *PathHints) IsAction(path []byte) bool {
	for range 3 {
		i := bytes.LastIndexByte(path, '/')
		if i < 0 {
			return false
		}
		if h.isAction(path[i+1:]) {
			return true
		}
		path = path[:i]
	}
	return false
}

func (h *PathHints) isAction(seg []byte) bool {
	return len(seg) >= 3 && len(seg) <= MaxSegment && h.actions.of(seg, h.readAction)
}

// actionWords are actions of mailed links, and pages where a login begins or ends. Source: blind corpora of addresses from mails,
// 2026-11-25, and of the addresses of products, 2026-12-01.
var actionWords = ascii.Words(`password passwort reset forgot forgotpassword lost lostpassword recover recovery confirm confirmation verify
	verification activate activation validate unsubscribe invite invitation magic passwordless passwordsetup signup_user_complete
	login logon signin sso auth launch ics ical survey surveys meet export guest
	signing dynamicurl`)

func (h *PathHints) readAction(seg []byte) bool {
	if placeholder.IsIn(seg) {
		return false
	}
	ws := &h.lex.words
	h.lex.split(seg, ws)
	for _, w := range ws.w[:ws.n] {
		if actionWords[string(w)] || isActionStem(w) {
			return ws.n <= 4
		}
	}
	return false
}

// Bounds of a query that names an action.
const (
	MaxActionQuery = 256 // bytes of a query in which an action is looked for
	maxActionName  = 6
)

// actionNames are parameters whose value says what a page does. Source: phpBB (mode), vBulletin (a), Invision (do), phpList (p),
// WordPress (action); 2026-12-01.
var actionNames = ascii.Words(`action do mode a p page act task`)

// IsActionQuery reports whether a parameter near the start of a query names such an action: ?do=validate&vid=TOKEN.
func (h *PathHints) IsActionQuery(q []byte) bool {
	q = q[:min(len(q), MaxActionQuery)]
	for len(q) > 0 {
		pair := q
		if i := bytes.IndexByte(q, '&'); i >= 0 {
			pair, q = q[:i], q[i+1:]
		} else {
			q = nil
		}
		if eq := bytes.IndexByte(pair, '='); eq > 0 && eq <= maxActionName && actionNames[string(pair[:eq])] && h.isAction(pair[eq+1:]) {
			return true
		}
	}
	return false
}

// MayBeOfAction is a fast test for values that OfAction grades.
func MayBeOfAction(name, value []byte) bool {
	return len(value) >= shape.MinRandom && (isShortName(name) || isOpaque(value))
}

// OfAction grades a name that no row knows, of value, in the URL of an action.
func (h *PathHints) OfAction(name, value []byte) Name {
	switch {
	case isShortName(name):
		return Name{Grade: Weak, Kind: "token"}
	case isOpaque(value) && h.lex.isUnknown(name):
		return Name{Grade: Weak, Kind: "token", IsResource: true}
	}
	return Name{}
}

// isShortName reports whether a name has no meaning: c, t, k, hash.
func isShortName(raw []byte) bool { return len(raw) == 1 || string(raw) == "hash" }

const minOpaque = 20 // characters

// isOpaque reports whether a value is long, with a digit, and of characters of tokens alone.
func isOpaque(b []byte) bool {
	if len(b) < minOpaque {
		return false
	}
	digit := false
	for _, c := range b {
		if ascii.Class[c]&ascii.Run == 0 && c != '%' && c != '=' && c != '.' && c != '~' {
			return false
		}
		digit = digit || ascii.IsDigit(c)
	}
	return digit
}

// otherWords name a value that is no token of a link: a digest, a resource, a party of a login. Chosen by hand, 2026-12-01.
var otherWords = ascii.Words(`id ids hash md sha checksum digest etag rev revision commit ver build client tenant realm
	device fingerprint visitor challenge thumbprint kid ref referrer source campaign`)

// isUnknown reports whether a name says nothing of its value.
func (l *Classifier) isUnknown(raw []byte) bool {
	ws := &l.words
	l.split(raw[:min(len(raw), MaxNameSize)], ws)
	return ws.n > 0 && !trackers[string(ws.w[0])] && !neutralWords[string(ws.w[ws.n-1])] &&
		!ws.anyOf(otherWords) && !ws.anyOf(publicWords) && !ws.anyOf(pagingWords)
}
