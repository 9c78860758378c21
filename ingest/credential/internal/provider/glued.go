package provider

import (
	"encoding/binary"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Letters and digits may stand right before a token: the rest of an escape that was decoded wrongly (\nghp_..., x3Dghp_...). A
// distinct prefix that ends in a joint is found behind them, with the length that its provider issues; what stands before it is
// no part of the token. A prefix without a joint (AKIA) could be a part of any random text.

// endKey returns the last four bytes of a prefix that is found behind letters and digits.
func (f *Format) endKey() (uint32, bool) {
	n := len(f.Prefix)
	if f.Flags&FDistinct == 0 || n < 4 || ascii.Class[f.Prefix[n-1]]&ascii.Join == 0 {
		return 0, false
	}
	return binary.LittleEndian.Uint32([]byte(f.Prefix[n-4:])), true
}

// mayEnd reports whether a prefix may end before b[i], with a byte in front.
func (x *formatIndex) mayEnd(b []byte, i int) bool {
	return i > 4 && x.ends.has(binary.LittleEndian.Uint32(b[i-4:]))
}

// glued returns the token with a prefix that ends before b[i] and stands behind a letter or a digit.
func (x *formatIndex) glued(b []byte, i int) (Match, bool) {
	if !x.mayEnd(b, i) {
		return Match{}, false
	}
	for _, f := range x.ending[binary.LittleEndian.Uint32(b[i-4:])] {
		from := i - len(f.Prefix)
		if from <= 0 || !ascii.IsAlnum(b[from-1]) {
			continue
		}
		if m, ok := f.at(b, from); ok && m.Exact {
			return m, true
		}
	}
	return Match{}, false
}
