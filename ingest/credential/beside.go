package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// A client can write placeholders into a line, so a value is done only if all of it is a placeholder. This file judges the
// text beside placeholders, under the name of the whole value.

// isPlaceholder reports whether all of b is a placeholder, perhaps behind a type prefix kept by Policy.KeepPrefix.
func isPlaceholder(b []byte) bool {
	i := bytes.Index(b, placeholder.Start)
	if i < 0 || placeholder.Len(b[i:]) != len(b)-i {
		return false
	}
	return i == 0 || provider.IsPrefix(b[:i])
}

// cutPlaceholder returns the text before the first placeholder of v, without the joint, and the text behind. The first is
// empty for a type prefix alone.
func cutPlaceholder(v offset.View) (before, after offset.View) {
	i, n := placeholder.Find(v.Text)
	if n == 0 {
		i = len(v.Text)
	}
	before = v.Cut(0, i)
	if n > 0 && provider.IsPrefix(before.Text) {
		before = v.Cut(0, 0)
	}
	return trimJoints(before), v.From(i + n)
}

// trimJoints removes separators from both ends.
func trimJoints(v offset.View) offset.View {
	i, j := 0, len(v.Text)
	for i < j && isJoint[v.Text[i]] {
		i++
	}
	for j > i && isJoint[v.Text[j-1]] {
		j--
	}
	return v.Cut(i, j)
}

var isJoint = ascii.Set(" \t\r\n\"'`,;.:|=&?/#@{}[]<>()-_\\")

// namedBeside judges the stretches beside the placeholders of v, the value of a sensitive name.
func (f *finder) namedBeside(v offset.View, pl context, least tokenwarden.Confidence) {
	for rest := v; len(rest.Text) > 0; {
		var s offset.View
		if rest.Text[0] == ' ' && pl.name.Grade >= names.Chosen && pl.name.Kind != "password" { // the next words of a text
			pl.name.Grade = names.Strong
		}
		if s, rest = cutPlaceholder(rest); len(s.Text) > 0 && !(isOwner(s.Text) && isOwnerSeparated(v, s)) {
			f.namedValue(s, pl, least)
		}
	}
}

// isOwner reports whether b may be NAME in NAME:TOKEN and NAME|TOKEN.
func isOwner(b []byte) bool {
	for _, c := range b {
		if !ascii.IsAlpha(c) {
			return false
		}
	}
	return len(b) >= 2 && len(b) <= names.MaxWordSize
}

// isOwnerSeparated reports whether v is s, a separator of NAME:TOKEN and a placeholder.
func isOwnerSeparated(v, s offset.View) bool {
	n := len(s.Text)
	return bytes.HasPrefix(v.Text, s.Text) && n < len(v.Text) && (v.Text[n] == ':' || v.Text[n] == '|') && placeholder.Len(v.Text[n+1:]) > 0
}

// looksSecret reports whether b, a part of the value of a sensitive name, is no ordinary part of a URL.
func looksSecret(b []byte) bool {
	switch s := shape.Of(b); {
	case s >= shape.Hex:
		return true
	case s == shape.Mixed:
		return len(b) >= 8 && (shape.HasPasswordSign(b) || shape.IsScrambled(b))
	}
	return false
}

// maxFoundBeside bounds the findings of one value compared with its rest. The work is their number times the length of the
// value.
const maxFoundBeside = 32

// judgeRest judges, under the name of pl, the parts of a URL or another structure v outside of placeholders and of the
// findings since the n-th. With more findings than maxFoundBeside all of v is reported.
func (f *finder) judgeRest(v offset.View, pl context, n int) {
	found := f.found[n:]
	e := evidence{kind: pl.name.Kind, confidence: tokenwarden.ConfidenceMedium, reason: "beside a credential under a sensitive name"}
	if len(found) > maxFoundBeside {
		f.report(v, pl, e)
		return
	}
	b := v.Text
	for i := 0; i < len(b); {
		if k := placeholder.Len(b[i:]); k > 0 {
			i += k
			continue
		}
		end := i
		for end < len(b) && !endsPart[b[end]] && placeholder.Len(b[end:]) == 0 && !isFound(found, v.At(end)) {
			end++
		}
		if s := v.Cut(i, end); looksSecret(s.Text) && !provider.IsPrefix(s.Text) {
			f.report(s, pl, e)
			found = f.found[n : n+len(found)]
		}
		i = max(end, i+1)
	}
}

var endsPart = ascii.Set(" \t\r\n\"'/?&=#:@;,{}[]<>()|\\")

// isFound reports whether one of fs covers the byte of the line at offset i.
func isFound(fs []Finding, i int32) bool {
	for k := range fs {
		if fs[k].Start <= int(i) && int(i) < fs[k].End {
			return true
		}
	}
	return false
}
