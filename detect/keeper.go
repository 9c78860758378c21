package detect

import (
	"hash/maphash"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden"
)

// maxKept is how many texts a keeper shares before it forgets them and starts again: at 256 bytes each at most 16 MB,
// in practice 2 to 4.
const maxKept = 1 << 16

// keeper is what profiles need of their partition while they learn: shared copies of texts, and a place for the minutes
// that close.
type keeper struct {
	texts    map[string]*string
	asns     [512]asn        // direct-mapped: those seen lately
	routes   [1 << 13]*route // direct-mapped, by key
	seed     maphash.Seed
	hours    [168]uint64            // keys of hourNames
	lateness int64                  // microseconds
	closed   []tokenwarden.UsageRow // minutes that closed since the last Committed
	ended    []tokenwarden.Alert    // incidents that ended since then and that no checkpoint has told
}

func newKeeper(lateness int64) *keeper {
	k := &keeper{texts: make(map[string]*string), lateness: lateness, seed: maphash.MakeSeed()}
	for i, name := range hourNames {
		k.hours[i] = k.key(featureHour, name)
	}
	return k
}

// key is by what values and minutes tell texts apart: 60 bits of a keyed hash, and the feature in the lowest four. Whoever
// chooses texts cannot make two of one key, and by chance two of a hundred thousand texts have one with a probability of
// 1 in 200 million. 0 stands for no text.
func (k *keeper) key(f feature, text string) uint64 {
	if text == "" {
		return 0
	}
	return maphash.String(k.seed, text)<<4 | uint64(f)
}

// keep returns a copy of s, cut to maxText bytes, that outlives the event it came with. Equal texts share one copy.
func (k *keeper) keep(s string) string { return *k.share(s) }

var empty string

// share returns what keep does by its address, which takes half the room.
func (k *keeper) share(s string) *string {
	if s = clip(s); s == "" { // or a text of bytes that begin no character
		return &empty
	}
	if got, ok := k.texts[s]; ok {
		return got
	}
	if len(k.texts) >= maxKept {
		clear(k.texts)
	}
	s = strings.Clone(s)
	k.texts[s] = &s
	return &s
}

// asn is the number of an autonomous system with its name, "AS64500", and the key of that; 0 has neither.
type asn struct {
	number uint32
	name   string
	key    uint64
}

var noASN asn

func (k *keeper) asn(n uint32) *asn {
	if n == 0 {
		return &noASN
	}
	slot := &k.asns[n%uint32(len(k.asns))]
	if slot.number != n {
		name := "AS" + strconv.FormatUint(uint64(n), 10)
		*slot = asn{n, name, k.key(featureASN, name)}
	}
	return slot
}

// clip cuts s to maxText bytes at the boundary of a character.
func clip(s string) string { return cut(s, maxText) }

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
