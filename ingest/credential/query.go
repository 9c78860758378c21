package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// searchQuery searches name=value pairs separated by & or ;. A semicolon separates only before another name=value: passwords
// hold semicolons too.
func (f *finder) searchQuery(v offset.View, pl context) bool {
	if !f.isValue { // each pair has a budget of its own
		return f.searchPairsOfQuery(v, pl, allPairs)
	}
	found := f.searchPairsOfQuery(v, pl, sensitivePairs)
	return f.searchPairsOfQuery(v, pl, otherPairs) || found
}

// pairSelection selects the searched pairs of a level: within a budget, sensitive names come first.
type pairSelection uint8

const (
	allPairs pairSelection = iota
	sensitivePairs
	otherPairs
)

// holds reports whether pairs of the name n are searched.
func (s pairSelection) holds(n names.Name) bool {
	return s == allPairs || n.IsSensitive() == (s == sensitivePairs)
}

func (f *finder) searchPairsOfQuery(v offset.View, pl context, which pairSelection) bool {
	found := false
	b := v.Text
	var args arguments
	for i := 0; i <= len(b) && f.spend(1); {
		eq, end, flags := scanPair(b, i)
		f.steps += end - i
		if end > i {
			found = f.queryPair(v, pl, pairAt{i, eq, end, flags}, which) || found
			args.add(b, pairAt{i, eq, end, flags})
		}
		i = end + 1
	}
	if args.options && which != sensitivePairs {
		found = f.searchArguments(v, pl, args.name) || found
	}
	return found
}

// pairAt is the position of a pair: its name from start to eq, its value from eq+1 to end; eq is -1 without an equals sign.
type pairAt struct {
	start, eq, end int
	flags          uint8 // classes of the value's bytes
}

// scanPair returns the pair at b[i].
func scanPair(b []byte, i int) (eq, end int, flags uint8) {
	eq = -1
	for end = i; end < len(b); end++ {
		c := b[end]
		if bits := ascii.Class[c]; bits&(ascii.Delim|ascii.Syntax) != 0 {
			if c == '=' && eq < 0 {
				eq = end
				flags = 0
				continue
			}
			if c == '&' || c == ';' && (eq < 0 || pairFollows(b[end+1:])) {
				break
			}
			flags |= bits
		}
	}
	return eq, end, flags
}

// pairFollows reports whether b starts with a name and an equals sign.
func pairFollows(b []byte) bool {
	for i, c := range b {
		switch {
		case c == '=': // the padding of base64 follows no name
			return i > 0 && (i < shape.MinRandom || i+1 < len(b) && b[i+1] != '=')
		case c == '&' || c == ';' || c == ',':
			return false
		}
	}
	return false
}

// queryPair searches one pair.
func (f *finder) queryPair(v offset.View, pl context, p pairAt, which pairSelection) bool {
	if p.eq < 0 {
		if which == sensitivePairs || p.end-p.start < shape.MinRandom && p.flags == 0 {
			return false
		}
		return f.searchValue(v.Cut(p.start, p.end), pl.withoutName())
	}
	raw := v.Text[p.start:p.eq]
	n, param := f.paramName(raw)
	if !which.holds(n) {
		return false
	}
	size := p.end - p.eq - 1
	found := false
	if len(raw) >= shape.MinRandom {
		if end := f.tokenAsName(v, p, pl); end > p.eq {
			return true // the token holds the equals sign
		} else if end > 0 {
			found = true
		}
	}
	if n.Grade == names.None && pl.loc != locCookie {
		n = f.gradeBeside(v.Text, param, pl, p)
	}
	switch {
	case size == 0 || isProse(v.Text[:p.end], p.eq+1) && !isPlusValue(v.Text, n, p):
		return found
	case n.Grade <= names.Weak && p.flags&ascii.Syntax == 0 && size < shape.MinRandom:
		if value := v.Text[p.eq+1 : p.end]; names.IsShortKey(param, value) && !f.excepted {
			return f.report(v.Cut(p.eq+1, p.end), pl.withName(n, param), evidence{
				kind: n.Kind, confidence: tokenwarden.ConfidenceLow, reason: "short key under the name of one"}) || found
		}
		if n.Grade == names.None || pl.loc != locCookie {
			return found
		}
	case n.Grade == names.Strong && size < 6:
		return found
	}
	if eq := cookieName(param, v.Text[p.eq+1:p.end]); eq > 0 {
		return f.headerCookie(v.Cut(p.eq+1, p.end), eq, pl.withName(n, param)) || found
	}
	return f.searchValue(v.From(p.eq+1).Cut(0, size), pl.withName(n, param)) || found
}

// gradeBeside grades param, the name of p, which no row knows, by what stands beside it in the query b and in the path.
func (f *finder) gradeBeside(b, param []byte, pl context, p pairAt) (n names.Name) {
	if f.isOfAction(b, pl, p) {
		n = f.hints.OfAction(param, b[p.eq+1:p.end])
	}
	if n.Grade == names.None && f.hasCompanion(b, param, p) {
		n = names.Name{Grade: names.Weak, Kind: "token"}
	}
	if n.Grade != names.None && f.names.IsExcepted(param) {
		return names.Name{}
	}
	return n
}

// isOfAction reports whether the value of p may be the token of an action that the path or the query b names.
func (f *finder) isOfAction(b []byte, pl context, p pairAt) bool {
	if !names.MayBeOfAction(b[p.start:p.eq], b[p.eq+1:p.end]) {
		return false
	}
	if pl.action {
		return true
	}
	f.steps += min(len(b), names.MaxActionQuery)
	return f.hints.IsActionQuery(b)
}

// hasCompanion reports whether p, named param, is a credential because of another parameter of the query b.
func (f *finder) hasCompanion(b, param []byte, p pairAt) bool {
	if !names.MayHaveCompanion(param, b[p.eq+1:p.end]) {
		return false
	}
	f.steps += min(len(b), names.MaxCompanionQuery)
	return names.HasCompanion(b, param)
}

// isPlusValue reports whether the value of p, a plus sign and one word, is a password, unlike the end of a search such as
// "secret+=+santa".
func isPlusValue(b []byte, n names.Name, p pairAt) bool {
	return n.Grade >= names.Code && p.eq > 0 && ascii.IsAlnum(b[p.eq-1]) && bytes.IndexByte(b[p.eq+2:p.end], '+') < 0
}

// paramName grades a raw name and returns it decoded.
func (f *finder) paramName(raw []byte) (names.Name, []byte) {
	if bytes.IndexByte(raw, '%') < 0 {
		return f.names.Classify(raw), raw
	}
	param := f.arena.PercentBytes(raw)
	return f.classifyName(param), param
}

// maxFlag is how long the value of a flag is: 1, on, yes.
const maxFlag = 3

// tokenAsName finds a token in the place of a name, ?TOKEN=1, and returns its end, 0 without one. A token may hold the
// equals sign, except before a value as short as a flag's.
func (f *finder) tokenAsName(v offset.View, p pairAt, pl context) int {
	n := len(f.found)
	pair, name, value := v.Cut(p.start, p.end), v.Cut(p.start, p.eq), v.Text[p.eq+1:p.end]
	d, ok := f.arena.Percent(pair)
	if len(value) > maxFlag && (ok && f.wholeValue(d, pl.withoutName()) || f.wholeValue(pair, pl.withoutName())) {
		return p.end
	}
	if d, ok := f.arena.Percent(name); ok {
		f.scanRuns(d, pl.withoutName())
	} else if len(value) == 0 || len(value) > maxFlag || value[0] == '=' || !f.wholeValue(name, pl.withoutName()) {
		f.scanRunsBetween(pair, 0, p.eq-p.start, pl.withoutName())
	}
	if len(f.found) == n {
		return 0
	}
	end := 1
	for ; n < len(f.found); n++ {
		if f.found[n].End > int(v.At(p.eq)) {
			end = p.end
		}
	}
	return end
}
