package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// TakeRun extends m to the end of the run of token characters that its format begins: half a token left is a token left. Letters,
// digits, - and _ go on at once; behind one of . ~ + / = and their percent-encoding, what does not consist of words and numbers:
// a file name extension, the scope of a signature and the next word of a sentence stay. A slash counts if slashes is set: in a
// path it ends the segment. What stands before the prefix is no part of the token.
func (m *Match) TakeRun(b []byte, slashes bool) {
	end := runEnd(b, m.End)
	for i := end; i < len(b); {
		from := jointEnd(b, i, slashes)
		to := runEnd(b, from)
		if from == i || startsOther(b, from, to) {
			break
		}
		switch {
		case from == to:
			if b[i] == '=' { // padding
				end = from
			}
		case !isPlain(b[from:to]):
			end = to
		}
		i = to
	}
	if end > m.End && b[m.End] != '=' {
		m.Exact, m.Reason = false, "provider format at the start of a longer run"
	}
	m.End = max(m.End, end)
}

// isPlain reports whether b consists of words and numbers. A capital behind a small letter or a digit is in no word.
func isPlain(b []byte) bool {
	for i := 1; i < len(b); i++ {
		if ascii.IsUpper(b[i]) && (ascii.IsLower(b[i-1]) || ascii.IsDigit(b[i-1])) {
			return false
		}
	}
	return shape.Of(b) <= shape.Number
}

// maxJoint bounds the signs between two runs of a token.
const maxJoint = 3

// jointEnd returns the end of the signs at b[i] that may stand between two runs of a token, i without one.
func jointEnd(b []byte, i int, slashes bool) int {
	for range maxJoint {
		if i >= len(b) {
			return i
		}
		c, size := b[i], 1
		if d, ok := ascii.PercentAt(b, i); ok {
			c, size = d, 3
		}
		if !isJoint[c] && (size == 1 || ascii.Class[c]&ascii.Run == 0) || c == '/' && size == 1 && !slashes {
			return i
		}
		i += size
	}
	return i
}

var isJoint = ascii.Set(".~+/=")

// startsOther reports whether another token or a placeholder stands at b[from].
func startsOther(b []byte, from, to int) bool {
	if ascii.HasAt(b, from, placeholder.Word) {
		return true
	}
	if to-from < MinCut {
		return false
	}
	_, ok := index.at(b, from)
	return ok
}
