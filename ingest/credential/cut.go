package credential

import (
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Some servers cut long values: Varnish a record of its shared memory at 255 bytes (varnishd, vsl_reclen), HAProxy a captured header
// at the length of its declaration (capture request header ... len N). What is left of a token is no token: it is redacted and
// makes no event.

// varnishRecord is the greatest length of a record of Varnish, in bytes: a target, or a header with its name. Some versions end it
// one byte earlier.
const varnishRecord = 255

// captureLengths are the lengths at which captures are usually declared, in bytes. 50 is left out: it is that of "Bearer " and 32
// bytes in base64.
var captureLengths = []int{32, 40, 48, 64, 80, 96, 100, 128, 160, 200, 255, 256, 400, 500, 512, 1000, 1024}

// wholeSignatures are the lengths of the signatures of whole JWTs, in base64: of HS256, HS384 and HS512, ES256 and EdDSA, ES384,
// RS256, RS384 and RS512 (RFC 7518 section 3.1).
var wholeSignatures = []int{43, 64, 86, 128, 342, 512, 683}

// markCut marks the finding of f.found[from:] that ends a field which its server has cut.
func (f *finder) markCut(line []byte, fld *record.Field, from int) {
	for i := from; i < len(f.found); i++ {
		x := &f.found[i]
		if x.End != fld.End || x.Unsearched || !f.isCut(line, fld) || isWholeJWT(line[x.Start:x.End], x) {
			continue
		}
		x.Cut, x.Reason = true, "the rest of a token that the server has cut"
	}
}

// isCut reports whether the value of fld has the greatest length that its server writes.
func (f *finder) isCut(line []byte, fld *record.Field) bool {
	n := fld.End - fld.Start
	if n < captureLengths[0] || n > captureLengths[len(captureLengths)-1]*len("#HH") {
		return false
	}
	if fld.Escape != record.EscapeNone {
		n = len(f.fieldText(line, fld).Text)
	}
	text := line[fld.Start:fld.End]
	hasScheme := authscheme.Len(text) > 0
	switch {
	case fld.Unnamed && fld.Escape%record.EscapeJSON == record.EscapeHash:
		return hasScheme && slices.Contains(captureLengths, n)
	case fld.Kind == record.KindTarget:
		return isVarnishRecord(n)
	case fld.Kind == record.KindHeader && hasScheme:
		return isVarnishRecord(n + len("Authorization: "))
	case fld.Kind == record.KindHeader:
		return isVarnishRecord(n + len(fld.Name) + len(": "))
	}
	return false
}

func isVarnishRecord(n int) bool { return n == varnishRecord || n == varnishRecord-1 }

// isWholeJWT reports whether b, the credential x, is a JWT with the signature of an algorithm.
func isWholeJWT(b []byte, x *Finding) bool {
	if x.JWT == nil {
		return false
	}
	dots, last := 0, -1
	for i, c := range b {
		if c == '.' {
			dots, last = dots+1, i
		}
	}
	return dots == 4 || dots == 2 && slices.Contains(wholeSignatures, len(b)-last-1)
}
