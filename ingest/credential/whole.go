package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// whole looks into a line of which nothing is known.
func (f *finder) whole(v view) {
	pl := place{loc: tokenwarden.LocationHeader, fixed: true}
	if len(f.patterns) > 0 {
		f.custom(v, pl)
	}
	f.wholeText(v, pl)
	if d, ok := f.arena.unescapeC(v); ok {
		f.wholeText(d, pl)
	}
}

func (f *finder) wholeText(v view, pl place) {
	f.pairsIn(v, pl)
	f.bearers(v, pl)
	f.basics(v, pl)
	f.runs(v, pl)
	f.jsonIn(v, pl)
	f.words(v, pl, true)
}

// words looks at the words of a text one by one; loose also takes what looks random for a token.
func (f *finder) words(v view, pl place, loose bool) bool {
	found := false
	b := v.b
	for i := 0; i < len(b); {
		for i < len(b) && isWordEnd(b[i]) {
			i++
		}
		end := i
		for end < len(b) && !isWordEnd(b[end]) {
			end++
		}
		if end > i {
			found = f.word(v.cut(i, end), pl, loose) || found
		}
		i = end
	}
	return found
}

func isWordEnd(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`'
}

var wordEdge = ascii.Set(",;.()[]{}|")

// word looks at one word: a URL, pairs, or something random.
func (f *finder) word(v view, pl place, loose bool) bool {
	i, j := 0, len(v.b)
	for i < j && wordEdge[v.b[i]] {
		i++
	}
	for j > i && wordEdge[v.b[j-1]] {
		j--
	}
	if v = v.cut(i, j); len(v.b) < 8 {
		return false
	}
	if bytes.Contains(v.b, k8sBearer) {
		f.subprotocols(v, pl)
	}
	if bytes.ContainsAny(v.b, "/?=%@:") && (f.url(v, pl) || f.value(v, pl.unnamed())) {
		return true
	}
	if !loose {
		return false
	}
	n := len(f.found)
	b := v.b
	for i := 0; i < len(b); {
		end := i
		for end < len(b) && (ascii.Class[b[end]]&ascii.Run != 0 || b[end] == '.' || b[end] == '~' || b[end] == '+') {
			end++
		}
		f.randomPiece(v.cut(i, end), pl)
		i = end + 1
	}
	return len(f.found) > n
}

// randomPiece judges a piece of a word by its looks alone.
func (f *finder) randomPiece(v view, pl place) {
	if len(v.b) < 20 || shapeOf(v.b) != shapeRandom || isPrefixedID(v.b) {
		return
	}
	c := count(v.b)
	if c.hex+c.join == len(v.b) { // digests, trace ids
		return
	}
	f.emit(v, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceLow, reason: "random word in a line of no known format"})
}

// basics looks for "Basic BASE64" in a text.
func (f *finder) basics(v view, pl place) {
	b := v.b
	for i := 0; ; {
		k := bytes.Index(b[i:], []byte("asic "))
		if k < 0 {
			return
		}
		from := i + k + len("asic ")
		to := textValueEnd(b, from)
		if to-from >= 8 && looksB64(b[from:to]) && shapeOf(b[from:to]) != shapeOrdinary {
			f.basic(v.cut(from, to), pl)
		}
		i = from
	}
}
