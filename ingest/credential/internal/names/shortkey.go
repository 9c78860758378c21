package names

import (
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
)

// Bounds of a short key, in bytes: TimeZoneDB, eBird and what3words give out 8 to 12 characters; ids and words have fewer.
const (
	minShortKey = 10
	maxShortKey = shape.MinRandom - 1
)

// IsShortKey reports whether value, shorter than a random one of any place, is a key under the name key: letters and digits that are
// no word, no number and no hexadecimal number.
func IsShortKey(name, value []byte) bool {
	if len(name) != 3 || len(value) < minShortKey || len(value) > maxShortKey || name[0] != 'k' || name[1] != 'e' || name[2] != 'y' {
		return false
	}
	c := shape.Count(value)
	if c.Lower+c.Upper+c.Digit != len(value) || c.Digit == 0 || c.Hex == len(value) || shape.WordLetters(value)*2 >= len(value) {
		return false
	}
	return shape.IsScrambled(value) || c.Lower > 1 && c.Upper > 1
}
