package names

import (
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// row grades names. A name is split into words (split.go) and read from its end; a row of two words goes before a row of one.
// Suffix words ("value", "_v2", "[0]") do not count, and neutral, public, paging and csrf words (words.go) lower a grade.
type row struct {
	grade      Grade
	kind       string // of the value
	match      match
	isResource bool   // a UUID under the name is the id of a resource
	before     string // for pair: the word before the last one
	words      string // the last word, or what match says. Alternatives are separated by spaces
	source     string
}

// match is how the words of a row are compared with a name.
type match uint8

const (
	last  match = iota // the last word of the name is one of words
	alone              // so is its only word, apart from wrapperWords
	pair               // the last word is one of words, the one before is one of before
	glued              // the last word ends in one of words, behind two letters or more, without a cut
	whole              // the name is one of words, byte for byte
	stem               // a word of the name begins or ends in one of words, and no other row matches

	// Names of cookies only, in lower case.
	cookieWhole  // the name is one of words
	cookieWord   // a word of the name is one of words
	cookiePart   // one of words stands anywhere in the name
	cookieEnding // the name ends in one of words
)

// wordPair is the last two words of a name.
type wordPair struct{ before, head string }

// gluedEnding is a word of a row with the match glued.
type gluedEnding struct {
	end  string
	name Name
}

// stemOfName is a word of a row with the match stem.
type stemOfName struct {
	stem string
	name Name
}

// grades are the rows by match.
type grades struct {
	last, alone, whole, cookieWhole map[string]Name
	pairs                           map[wordPair]Name
	glued                           []gluedEnding
	stems                           []stemOfName
	cookieWords                     map[string]bool
	cookieParts, cookieEndings      []string
}

var table = compile(rows)

func compile(rows []row) *grades {
	t := &grades{
		last: map[string]Name{}, alone: map[string]Name{}, whole: map[string]Name{}, cookieWhole: map[string]Name{},
		pairs: map[wordPair]Name{}, cookieWords: map[string]bool{},
	}
	for i := range rows {
		for w := range strings.FieldsSeq(rows[i].words) {
			t.add(&rows[i], w)
		}
	}
	return t
}

// add adds one of the words of r.
func (t *grades) add(r *row, w string) {
	n := Name{r.grade, r.kind, r.isResource}
	switch r.match {
	case last:
		t.last[w] = n
	case alone:
		t.alone[w] = n
	case whole:
		t.whole[w] = n
	case cookieWhole:
		t.cookieWhole[w] = n
	case pair:
		for b := range strings.FieldsSeq(r.before) {
			t.pairs[wordPair{b, w}] = n
		}
	case glued:
		t.glued = append(t.glued, gluedEnding{w, n})
	case stem:
		t.stems = append(t.stems, stemOfName{w, n})
	case cookieWord:
		t.cookieWords[w] = true
	case cookiePart:
		t.cookieParts = append(t.cookieParts, w)
	case cookieEnding:
		t.cookieEndings = append(t.cookieEndings, w)
	}
}

// wrapperWords before a word say where it stands: X-Token, http_token, _token, headers.token. Chosen by hand, 2026-12-01.
var wrapperWords = ascii.Words(`x http req request header headers arg args query param params form body data cookie cookies`)
