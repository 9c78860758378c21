package detect

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/tokenwarden/tokenwarden"
)

// errState means that a state is damaged or of a version that this one does not know.
var errState = errors.New("profile state cannot be read")

// Bounds on texts that are not values.
const (
	maxSaid      = 8 << 10 // a verdict in words: the scope kind quotes a policy
	maxRuleName  = 256
	maxWindows   = 1024
	maxAllValues = 1024
)

// decode fills an empty profile from its state. It allocates no more than a small multiple of the state's length. On
// error the profile must be begun anew.
func (p *Partition) decode(prof *profile, state []byte) error {
	r := reader{b: state, keeper: p.keeper}
	if r.version = r.byte(); r.version < 1 || r.version > stateVersion {
		return errState
	}
	r.raw(prof.keyID[:])
	r.raw(prof.family[:])
	prof.tokenKind, prof.owner = r.share(maxText), r.share(maxText)
	prof.first, prof.last = r.signed(), r.signed()
	prof.requests, prof.errors, prof.bytes, prof.version = r.number(), r.number(), r.number(), r.number()
	prof.applied.Partition = int32(r.upTo(math.MaxUint32))
	prof.applied.Epoch = uint32(r.upTo(math.MaxUint32))
	prof.applied.Offset = r.signed()
	if prof.version >= smallEvents {
		prof.enlarge()
	}
	r.values(&prof.values)
	prof.networks, prof.endpoints = r.hashes(prof.networks), r.hashes(prof.endpoints)
	prof.scopes = r.texts(maxScopes, maxText, r.shared)
	r.places(prof)
	prof.decodeMinutes(&r)
	for range r.length(maxWindows) {
		if w, ok := r.window(p.engine.state.rates); ok {
			prof.addWindow(w)
		}
	}
	for range r.length(maxIncidents) {
		if inc := r.incident(p.engine.byID); inc != nil {
			prof.incidents = append(prof.incidents, inc)
		}
	}
	if r.version >= 2 {
		prof.decodeMore(&r, p.engine)
	}
	if r.bad || len(r.b) != 0 || prof.version == 0 || prof.first > prof.last {
		return errState
	}
	return nil
}

func (r *reader) values(v *values) {
	for i := range r.length(int(math.MaxUint8)) {
		t := tally{events: uint32(r.upTo(math.MaxUint32)), since: uint32(r.upTo(math.MaxUint32)), open: r.byte() != 0}
		if i+1 < features {
			v.tally[i+1] = t
		}
	}
	n := r.length(maxAllValues)
	v.list, v.names = slices.Grow(v.list, n), slices.Grow(v.names, n)
	for range n {
		f, name := feature(r.upTo(math.MaxUint8)), r.share(maxText)
		got := value{key: r.keeper.key(f, *name), count: uint32(r.upTo(math.MaxUint32)), last: uint32(r.upTo(math.MaxUint32))}
		if f >= featureCountry && f < features && got.key != 0 {
			v.list, v.names = append(v.list, got), append(v.names, name)
		}
	}
}

func (r *reader) places(p *profile) {
	for range r.length(maxPlaces) {
		var pl place
		pl.first, pl.last = r.signed(), r.signed()
		pl.count, pl.asn = uint32(r.upTo(math.MaxUint32)), uint32(r.upTo(math.MaxUint32))
		pl.lat, pl.lon = r.degrees(90), r.degrees(180)
		pl.radius = uint16(r.upTo(math.MaxUint16))
		pl.country, pl.city = r.share(maxText), r.share(maxText)
		p.places = append(p.places, pl)
	}
}

func (p *profile) decodeMinutes(r *reader) {
	n := r.length(maxOpen)
	if n == 0 {
		return
	}
	p.open, p.openKeys, p.oldest = slices.Grow(p.open, n), slices.Grow(p.openKeys, n), math.MaxUint32
	for range n {
		var m minute
		m.at, m.class = uint32(r.upTo(math.MaxUint32)), uint8(r.upTo(9))
		m.route = r.route()
		m.segment, m.requests, m.errors = r.number(), uint32(r.upTo(math.MaxUint32)), uint32(r.upTo(math.MaxUint32))
		m.bytes = r.number()
		p.oldest = min(p.oldest, m.at)
		p.open = append(p.open, m)
		p.openKeys = append(p.openKeys, m.route.minuteKey(m.at, m.class))
	}
}

func (r *reader) route() *route {
	host, endpoint, country := r.shared(maxText), r.shared(maxText), r.shared(maxText)
	var keys [features]uint64
	keys[featureHost] = r.keeper.key(featureHost, host)
	keys[featureEndpoint] = r.keeper.key(featureEndpoint, endpoint)
	keys[featureCountry] = r.keeper.key(featureCountry, country)
	return r.keeper.routeOf(&keys, host, endpoint, country)
}

// window reads a window; ok is false if its rule is gone.
func (r *reader) window(rates map[string]*rate) (w window, ok bool) {
	w.of, ok = rates[r.text(maxRuleName)]
	n := r.length(windowSpan)
	if n == 0 {
		return w, ok && !r.bad
	}
	w.base = r.signed()
	w.list = make([]bucket, n)
	offset := uint64(0)
	for i := range w.list {
		step := r.upTo(windowSpan)
		if offset += step; (step == 0) != (i == 0) || offset >= windowSpan {
			r.bad = true
			return window{}, false
		}
		w.list[i] = bucket{uint32(offset), uint32(r.upTo(math.MaxUint32))}
	}
	if w.base > math.MaxInt64/2 || w.base < math.MinInt64/2 {
		r.bad = true
		return window{}, false
	}
	w.resume()
	return w, ok && !r.bad
}

// incident reads an incident; it is nil if its rule is gone or groups otherwise now.
func (r *reader) incident(byID map[string]*rule) *incident {
	inc := &incident{rule: byID[r.text(maxRuleName)]}
	r.raw(inc.id[:])
	inc.group = r.texts(math.MaxUint8, maxText, r.shared)
	inc.first, inc.last, inc.count = r.signed(), r.signed(), r.number()
	inc.severity = tokenwarden.Severity(r.upTo(uint64(tokenwarden.SeverityCritical)))
	inc.peak, inc.observed, inc.baseline = r.float(), r.text(maxSaid), r.text(maxSaid)
	s := &inc.sample
	if ip := r.text(64); ip != "" {
		if s.ip.UnmarshalBinary([]byte(ip)) != nil {
			r.bad = true
		}
	}
	s.asn, s.status = uint32(r.upTo(math.MaxUint32)), uint16(r.upTo(math.MaxUint16))
	s.location = tokenwarden.Location(r.upTo(math.MaxUint8))
	for _, to := range [...]*string{&s.country, &s.method, &s.host, &s.endpoint, &s.param, &inc.kind, &inc.owner} {
		*to = r.shared(maxText)
	}
	inc.evidence = r.texts(maxEvidence, maxLine, r.text)
	inc.before, inc.since = r.number(), r.signed()
	if r.version >= 2 {
		inc.raised, inc.allowed = r.text(maxSaid), r.text(maxSaid)
	}
	if r.bad || inc.rule == nil || len(inc.group) != len(inc.rule.group) {
		return nil
	}
	return inc
}

// reader takes a state apart. After the first fault it returns zeros and bad is set.
type reader struct {
	b       []byte
	keeper  *keeper
	version byte
	bad     bool
}

func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) raw(dst []byte) { copy(dst, r.take(len(dst))) }

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.take(len(r.b) + 1)
		return 0
	}
	r.take(n)
	return v
}

func (r *reader) signed() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.take(len(r.b) + 1)
		return 0
	}
	r.take(n)
	return v
}

func (r *reader) upTo(most uint64) uint64 {
	v := r.number()
	if v > most {
		r.bad = true
		return 0
	}
	return v
}

// length reads the number of things to follow, each of at least one byte.
func (r *reader) length(most int) int {
	n := r.upTo(uint64(most))
	if n > uint64(len(r.b)) {
		r.bad = true
		return 0
	}
	return int(n)
}

// text reads a text that is the profile's own.
func (r *reader) text(most int) string { return string(r.take(r.length(most))) }

// shared reads a text that many profiles have.
func (r *reader) shared(most int) string { return *r.share(most) }

func (r *reader) share(most int) *string {
	b := r.take(r.length(most))
	if got, ok := r.keeper.texts[string(b)]; ok {
		return got
	}
	return r.keeper.share(string(b))
}

func (r *reader) texts(most, length int, one func(most int) string) []string {
	n := r.length(most)
	if n == 0 {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i] = one(length)
	}
	return out
}

func (r *reader) float() float64 {
	b := r.take(8)
	if b == nil {
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(b))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		r.bad = true
	}
	return v
}

func (r *reader) degrees(most float32) float32 {
	b := r.take(4)
	if b == nil {
		return 0
	}
	v := math.Float32frombits(binary.LittleEndian.Uint32(b))
	if !(v >= -most && v <= most) {
		r.bad = true
	}
	return v
}

func (r *reader) hashes(s sketch) sketch {
	for range r.length(sketchSize) {
		if b := r.take(8); b != nil {
			s = append(s, binary.LittleEndian.Uint64(b))
		}
	}
	if !slices.IsSorted(s) {
		r.bad = true
	}
	return s
}
