package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// unparsed searches a line without a format.
func (f *finder) unparsed(v offset.View) {
	pl := context{loc: tokenwarden.LocationHeader, fixed: true}
	if len(f.patterns) > 0 {
		f.customPatterns(v, pl)
	}
	f.unparsedText(v, pl)
	if d, ok := f.arena.UnescapeC(v); ok {
		f.unparsedText(d, pl)
	}
}

func (f *finder) unparsedText(v offset.View, pl context) {
	f.searchPairs(v, pl)
	f.bearersIn(v, pl)
	f.basicsIn(v, pl)
	f.scanRuns(v, pl)
	f.searchJSON(v, pl)
	f.scanWords(v, pl, true)
}

// scanWords judges the words of a text one by one; with loose set, random words count as tokens.
func (f *finder) scanWords(v offset.View, pl context, loose bool) {
	b := v.Text
	for i := 0; i < len(b); {
		for i < len(b) && isWordEnd(b[i]) {
			i++
		}
		end := i
		for end < len(b) && !isWordEnd(b[end]) {
			end++
		}
		if end > i {
			f.scanWord(v.Cut(i, end), pl, loose)
		}
		i = end
	}
}

func isWordEnd(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`'
}

var wordEdge = ascii.Set(",;.()[]{}|")

// scanWord judges one word: a URL, pairs, or a random word.
func (f *finder) scanWord(v offset.View, pl context, loose bool) {
	i, j := 0, len(v.Text)
	for i < j && wordEdge[v.Text[i]] {
		i++
	}
	for j > i && wordEdge[v.Text[j-1]] {
		j--
	}
	if v = v.Cut(i, j); len(v.Text) < 8 {
		return
	}
	if bytes.Contains(v.Text, k8sBearer) {
		f.subprotocols(v, pl)
	}
	if bytes.ContainsAny(v.Text, "/?=%@:") && (f.searchURL(v, pl) || f.searchValue(v, pl.withoutName())) {
		return
	}
	if !loose {
		return
	}
	b := v.Text
	for i := 0; i < len(b); {
		end := i
		for end < len(b) && (ascii.Class[b[end]]&ascii.Run != 0 || b[end] == '.' || b[end] == '~' || b[end] == '+') {
			end++
		}
		f.randomPiece(v.Cut(i, end), pl)
		i = end + 1
	}
}

// randomPiece judges a piece of a word by its looks alone.
func (f *finder) randomPiece(v offset.View, pl context) {
	if len(v.Text) < 20 || shape.Of(v.Text) != shape.Random || shape.IsPrefixedID(v.Text) {
		return
	}
	c := shape.Count(v.Text)
	if c.Hex+c.Join == len(v.Text) { // digests, trace ids
		return
	}
	f.report(v, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceLow, reason: "random word in a line of no known format"})
}

// basicsIn finds "Basic BASE64" in a text.
func (f *finder) basicsIn(v offset.View, pl context) {
	b := v.Text
	for i := 0; ; {
		k := bytes.Index(b[i:], []byte("asic "))
		if k < 0 {
			return
		}
		from := i + k + len("asic ")
		to := textValueEnd(b, from)
		if to-from >= 8 && looksB64(b[from:to]) && shape.Of(b[from:to]) != shape.Ordinary {
			f.basic(v.Cut(from, to), pl)
		}
		i = from
	}
}
