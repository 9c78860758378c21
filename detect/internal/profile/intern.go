package profile

import (
	"hash/maphash"
	"strconv"
	"strings"

	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// maxInterned is the number of texts after which an Interner starts again: at most 16 MB, in practice 2 to 4.
const maxInterned = 1 << 16

// Interner holds the shared texts of one partition's profiles.
type Interner struct {
	texts  map[string]*string
	asns   [512]asn           // direct-mapped: those seen lately
	usages [1 << 13]*usageKey // direct-mapped, by key
	seed   maphash.Seed
	hours  [window.WeekHours]uint64 // keys of hourNames
}

// NewInterner returns an empty interner.
func NewInterner() *Interner {
	in := &Interner{texts: make(map[string]*string), seed: maphash.MakeSeed()}
	for i, name := range hourNames {
		in.hours[i] = in.Key(FeatureHour, name)
	}
	return in
}

// Key returns the identity of a value in profiles: 60 bits of a keyed hash, and the feature in the lowest four. An attacker who
// chooses texts cannot make collisions, and by chance two of a hundred thousand texts collide with a probability of 1 in 200
// million. It is 0 for no text.
func (in *Interner) Key(f Feature, s string) uint64 {
	if s == "" {
		return 0
	}
	return maphash.String(in.seed, s)<<4 | uint64(f)
}

// InternString returns a copy of s, cut to text.MaxStored bytes, that outlives the event it came with. Equal texts share one copy.
func (in *Interner) InternString(s string) string { return *in.Intern(s) }

var empty string

// Intern returns the interned string as a pointer: 8 bytes instead of a header of 16. It is never nil.
func (in *Interner) Intern(s string) *string {
	if s = text.Clip(s); s == "" { // also a text of bytes that begin no character
		return &empty
	}
	if got, ok := in.texts[s]; ok {
		return got
	}
	if len(in.texts) >= maxInterned {
		clear(in.texts)
	}
	s = strings.Clone(s)
	in.texts[s] = &s
	return &s
}

// asn is the number of an autonomous system, its name "AS64500" and the key of the name; number 0 has neither.
type asn struct {
	number uint32
	name   string
	key    uint64
}

var noASN asn

// asn returns a cached entry. It holds until the next call.
func (in *Interner) asn(n uint32) *asn {
	if n == 0 {
		return &noASN
	}
	slot := &in.asns[n%uint32(len(in.asns))]
	if slot.number != n {
		name := "AS" + strconv.FormatUint(uint64(n), 10)
		*slot = asn{n, name, in.Key(FeatureASN, name)}
	}
	return slot
}
