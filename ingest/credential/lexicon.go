package credential

import (
	"maps"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// lexicon grades names. It remembers the short ones that it has seen: a log has few names, each a million times.
type lexicon struct {
	terms  map[string]name
	extra  map[string]bool // names that the configuration adds, flattened
	except map[string]bool // names that it takes away
	memo   memo[name]
	logins memo[bool] // names of cookies
	words  words
}

func newLexicon(o *Options) *lexicon {
	l := &lexicon{terms: terms, extra: map[string]bool{}, except: map[string]bool{}, memo: newMemo[name](), logins: newMemo[bool]()}
	for _, n := range o.Names {
		l.extra[flatten(n)] = true
	}
	for _, n := range o.Exceptions.Names {
		l.except[flatten(n)] = true
	}
	return l
}

// of grades a name that has no escapes.
func (l *lexicon) of(raw []byte) name {
	if len(raw) == 0 {
		return name{}
	}
	return l.memo.of(raw, l.classifyHere)
}

func (l *lexicon) classifyHere(raw []byte) name { return l.classify(raw, &l.words) }

// flatten is s in lower case with letters and digits only.
func flatten(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && ascii.IsAlnum(byte(r)) {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// set is the words of a text.
func set(text string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		out[w] = true
	}
	return out
}

// Names returns the words that make the value of a name a credential, for `tokenwarden explain` and the
// documentation: by kind of credential.
func Names() map[string][]string {
	out := map[string][]string{}
	for w, n := range terms {
		out[n.kind] = append(out[n.kind], w)
	}
	return maps.Clone(out)
}
