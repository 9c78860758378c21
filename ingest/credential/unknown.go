package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// KindUnknown is the Kind of opaque values that nothing but Policy.Unknown takes. They make no events: most are ids.
const KindUnknown = "unknown"

// minUnknown is the length of the shortest of these values, in bytes.
const minUnknown = 20

// searchUnknown reports every opaque value of a field: random characters, digests, UUIDs and other ids, once all
// percent-encoding is undone. Words, slugs, numbers, moments and file names of words stay.
func (f *finder) searchUnknown(line []byte, fld *record.Field) {
	if f.excepted {
		return
	}
	isURL := false
	switch fld.Kind {
	case record.KindTarget, record.KindPath, record.KindURL, record.KindReferer:
		isURL = true
	}
	f.unknownIn(f.fieldText(line, fld), context{loc: locationOf(fld.Kind), fixed: true, param: fld.Name}, isURL)
}

// unknownIn reports the opaque values of a text. In the path of a URL a slash ends a value, elsewhere it may be one of base64.
func (f *finder) unknownIn(v offset.View, pl context, isURL bool) {
	for range maxDecodings {
		d, ok := f.arena.Percent(v)
		if !ok {
			break
		}
		v = d
	}
	path := 0
	if isURL {
		if path = bytes.IndexByte(v.Text, '?'); path < 0 {
			path = len(v.Text)
		}
	}
	for i := 0; i < len(v.Text); {
		end := i
		for end < len(v.Text) && isUnknown[v.Text[end]] && (end >= path || v.Text[end] != '/') {
			end++
		}
		f.unknownPiece(v.Cut(i, end), pl, unknownJoints)
		i = end + 1
	}
}

// isUnknown marks the bytes of which opaque values are made: those of tokens, of base64 and the dots between.
var isUnknown = func() (set [256]bool) {
	for c := range set {
		set[c] = ascii.Class[c]&ascii.Run != 0 || c == '.' || c == '+' || c == '/'
	}
	return set
}()

// unknownJoints separate the parts of a value that is not opaque as a whole, the outer ones first.
var unknownJoints = [...]string{"/", ".+", "-_"}

// unknownPiece reports v if it is opaque, else its parts between the first of joints that are.
func (f *finder) unknownPiece(v offset.View, pl context, joints [len(unknownJoints)]string) {
	if len(v.Text) < minUnknown {
		return
	}
	if isOpaque(v.Text) {
		f.report(v, pl, evidence{
			kind: KindUnknown, confidence: tokenwarden.ConfidenceLow, reason: "opaque value, which the policy redacts", random: true,
		})
		return
	}
	for k, separators := range joints {
		if separators == "" || !bytes.ContainsAny(v.Text, separators) {
			continue
		}
		joints[k] = ""
		for len(v.Text) > 0 {
			n := bytes.IndexAny(v.Text, separators)
			if n < 0 {
				n = len(v.Text)
			}
			f.unknownPiece(v.Cut(0, n), pl, joints)
			v = v.From(min(n+1, len(v.Text)))
		}
		return
	}
}

const (
	minMoment = 8  // digits of a day
	minRest   = 12 // characters of an opaque value outside of its words and moments
)

// digitsOfMoments counts the digits of b in runs of minMoment or more: 20260105090001-report.
func digitsOfMoments(b []byte) (sum int) {
	n := 0
	for i := 0; i <= len(b); i++ {
		if i < len(b) && ascii.IsDigit(b[i]) {
			n++
			continue
		}
		if n >= minMoment {
			sum += n
		}
		n = 0
	}
	return sum
}

// isOpaque reports whether b, minUnknown bytes or more, says nothing to a reader.
func isOpaque(b []byte) bool {
	if b[0] == '/' {
		return false
	}
	switch shape.Of(b) {
	case shape.Hex, shape.UUID, shape.ID:
		return true
	case shape.Random:
		return len(b)-shape.WordLetters(b)-digitsOfMoments(b) >= minRest
	case shape.Number: // longer than a moment to the nanosecond
		return isDigits(b)
	}
	return false
}
