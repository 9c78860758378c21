package names

import (
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Grade is the strength of a name as evidence for a credential: which values under it are one.
type Grade uint8

// The grades, from the weakest. isSecretEnough of package credential holds their tests of values.
const (
	None    Grade = iota // nothing: only what speaks for itself is a credential there
	Weak                 // a value that looks like a token
	Strong               // any value but ordinary words, numbers and dates
	Code                 // the same, and numbers of four to twelve digits: one-time codes, PINs
	Chosen               // any value that somebody may have chosen: no state, flag, small count or moment
	Certain              // any value but those of shape.IsNoCredential and shape.IsState
	Always               // any value but those of shape.IsNoCredential: what stands in an Authorization header
)

// Name is the grade of a name and the kind of its value.
type Name struct {
	Grade Grade
	Kind  string
	// IsResource means that a UUID under the name is the id of a resource.
	IsResource bool
}

// IsSensitive reports whether the name alone announces a secret.
func (n Name) IsSensitive() bool { return n.Grade >= Strong }

// Names are compared as words. A name is split at every byte that is no letter or digit, and at the humps of camelCase. A
// piece that is a keyword as a whole is not cut ("aPi_kEy" has humps within words), and a piece with a strong keyword at its
// end is cut before the keyword ("irissessionid", "accesstoken"). The last word that is no suffix ("_v2", "[0]",
// "Confirmation") is the head and decides together with the words before it.
const (
	maxWords    = 12
	MaxNameSize = 96
)

// splitName is a name cut into words, in memory of its own.
type splitName struct {
	n    int
	w    [maxWords][]byte
	buf  [MaxNameSize]byte
	used int
}

// classify grades a decoded name.
func (l *Classifier) classify(raw []byte, ws *splitName) Name {
	for i, n := placeholder.Find(raw); n > 0; i, n = placeholder.Find(raw) { // a token stood there
		raw = raw[i+n:]
	}
	if len(raw) > MaxNameSize {
		raw = raw[len(raw)-MaxNameSize:]
	}
	if n, ok := table.whole[string(raw)]; ok {
		return n
	}
	l.split(raw, ws)
	if ws.n == 0 {
		return Name{}
	}
	if len(l.added) > 0 || len(l.except) > 0 {
		flat := flat(raw, ws)
		if l.except[string(flat)] {
			return Name{}
		}
		if l.added[string(flat)] {
			return Name{Grade: Strong, Kind: "custom"}
		}
	}
	return l.decide(ws)
}

// split cuts raw into words.
func (l *Classifier) split(raw []byte, ws *splitName) {
	ws.n, ws.used = 0, 0
	for i := 0; i < len(raw); {
		if !ascii.IsAlnum(raw[i]) {
			i++
			continue
		}
		j := i + 1
		for j < len(raw) && ascii.IsAlnum(raw[j]) {
			j++
		}
		l.splitPiece(raw[i:j], ws)
		i = j
	}
}

// splitPiece splits a piece between two separators.
func (l *Classifier) splitPiece(piece []byte, ws *splitName) {
	low := ws.lower(piece)
	if _, ok := l.keywords[string(low)]; ok {
		ws.add(low)
		return
	}
	if hasHumps(piece) {
		from := 0
		for i := 1; i <= len(piece); i++ {
			if i == len(piece) || hump(piece, i) {
				l.glued(low[from:i], ws)
				from = i
			}
		}
		return
	}
	l.glued(low, ws)
}

// glued adds a lower-case piece, cut before a strong keyword at its end, or behind one at its start.
func (l *Classifier) glued(low []byte, ws *splitName) {
	if _, ok := l.keywords[string(low)]; ok {
		ws.add(low)
		return
	}
	digits := len(low)
	for digits > 1 && ascii.IsDigit(low[digits-1]) {
		digits--
	}
	if digits < len(low) && !(digits == 1 && low[0] == 'v') {
		l.glued(low[:digits], ws)
		ws.add(low[digits:])
		return
	}
	if len(low) == 0 {
		return
	}
	for _, s := range gluedByEnd[low[len(low)-1]] {
		if k := len(low) - len(s); k > 0 && string(low[k:]) == s {
			ws.add(low[:k])
			ws.add(low[k:])
			return
		}
	}
	for _, s := range gluedByStart[low[0]] {
		if len(low) > len(s) && string(low[:len(s)]) == s {
			if rest := low[len(s):]; suffixWords[string(rest)] || neutralWords[string(rest)] {
				ws.add(low[:len(s)])
				ws.add(rest)
				return
			}
		}
	}
	if k := len(low) - len("hash"); k > 2 && string(low[k:]) == "hash" { // passhash, tokenhash
		l.glued(low[:k], ws)
		ws.add(low[k:])
		return
	}
	ws.add(low)
}

func (ws *splitName) lower(b []byte) []byte {
	n := copy(ws.buf[ws.used:], b)
	out := ws.buf[ws.used : ws.used+n]
	ws.used += n
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}

func (ws *splitName) add(w []byte) {
	if len(w) == 0 {
		return
	}
	if ws.n == maxWords { // keep the last words: the head is among them
		copy(ws.w[:], ws.w[1:])
		ws.n--
	}
	ws.w[ws.n] = w
	ws.n++
}

// drop removes the first word.
func (ws *splitName) drop() {
	copy(ws.w[:], ws.w[1:ws.n])
	ws.n--
}

// hump reports whether a word of camelCase starts at b[i]: "idToken", "IDToken".
func hump(b []byte, i int) bool {
	if !ascii.IsUpper(b[i]) {
		return false
	}
	return !ascii.IsUpper(b[i-1]) || i+1 < len(b) && ascii.IsLower(b[i+1])
}

// hasHumps reports whether b is camelCase with words of two letters or more, unlike "aPi" and "pRiVaTe".
func hasHumps(b []byte) bool {
	from, humps := 0, 0
	for i := 1; i < len(b); i++ {
		if hump(b, i) {
			if i-from < 2 {
				return false
			}
			from = i
			humps++
		}
	}
	return humps > 0 && len(b)-from >= 2
}
