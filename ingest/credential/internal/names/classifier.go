package names

import (
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Classifier grades names. It caches short names, because a log has few, each a million times.
type Classifier struct {
	keywords map[string]Name
	added    map[string]bool // names that the configuration adds, flattened
	except   map[string]bool // names that it takes away
	memo     memo[Name]
	logins   memo[bool] // names of cookies
	words    splitName
}

// NewClassifier returns a Classifier. extra are further sensitive names, except are insensitive names, both in any spelling.
func NewClassifier(extra, except []string) *Classifier {
	l := &Classifier{keywords: table.last, added: map[string]bool{}, except: map[string]bool{}, memo: newMemo[Name](), logins: newMemo[bool]()}
	for _, n := range extra {
		l.added[Flatten(n)] = true
	}
	for _, n := range except {
		l.except[Flatten(n)] = true
	}
	return l
}

// Classify grades a name without escapes.
func (l *Classifier) Classify(raw []byte) Name {
	if len(raw) == 0 {
		return Name{}
	}
	return l.memo.of(raw, l.classifyHere)
}

// IsExcepted reports whether the configuration excepts the name raw.
func (l *Classifier) IsExcepted(raw []byte) bool {
	return len(l.except) > 0 && l.except[Flatten(string(raw))]
}

func (l *Classifier) classifyHere(raw []byte) Name { return l.classify(raw, &l.words) }

// Flatten returns s in lower case with letters and digits only.
func Flatten(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && ascii.IsAlnum(byte(r)) {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
