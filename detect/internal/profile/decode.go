package profile

import (
	"errors"
	"math"
	"slices"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
)

// errState means a damaged state or an unknown version.
var errState = errors.New("profile state cannot be read")

// Bounds of a stored state.
const (
	MaxEvidence     = 5       // requests quoted by an incident
	MaxEvidenceLine = 512     // bytes of one quoted request: more than its parts can take
	maxDescription  = 8 << 10 // bytes of a described result: the scope kind quotes a policy
	maxStateName    = 256
	maxStates       = 1024 // of one type
	maxAllValues    = 1024
)

// Decode fills an empty profile from its state. It allocates no more than a small multiple of the state's length. After an error the
// profile must be begun anew; see Restart.
func (p *Profile) Decode(state []byte, reg *Registry, in *Interner) error {
	d := decoder{Reader: codec.Reader{Rest: state}, interner: in}
	if d.version = d.Byte(); d.version < 1 || d.version > stateVersion {
		return errState
	}
	d.Raw(p.KeyID[:])
	d.Raw(p.Family[:])
	p.TokenKind, p.Owner = d.intern(), d.intern()
	p.First, p.Last = d.Int(), d.Int()
	p.Requests, p.Errors, p.Bytes, p.Version = d.Uint(), d.Uint(), d.Uint(), d.Uint()
	p.Applied = tokenwarden.Position{Partition: int32(d.Uint32()), Epoch: d.Uint32(), Offset: d.Int()}
	p.GrowInline()
	d.values(&p.Values)
	p.Networks.Decode(&d.Reader)
	p.Endpoints.Decode(&d.Reader)
	p.scopes = d.texts(maxScopes, d.interned)
	d.places(p)
	d.cells(p)
	d.sliding(p, &reg.Sliding)
	d.incidents(p, &reg.Rules)
	if d.version >= 2 {
		d.distinct(p, &reg.Distinct)
		d.baselines(p, &reg.Baselines)
		d.sparse(p, reg)
	}
	if d.version >= 4 {
		p.Identity = tokenwarden.Identity(d.UpTo(uint64(tokenwarden.IdentityForeign)))
	}
	if d.Failed || len(d.Rest) != 0 || p.Version == 0 || p.First > p.Last {
		return errState
	}
	return nil
}

// decoder reads the parts of a profile.
type decoder struct {
	codec.Reader
	interner *Interner
	version  byte
}

// intern reads a text shared between profiles.
func (d *decoder) intern() *string {
	b := d.Take(d.Len(text.MaxStored))
	if got, ok := d.interner.texts[string(b)]; ok {
		return got
	}
	return d.interner.Intern(string(b))
}

func (d *decoder) interned() string { return *d.intern() }

func (d *decoder) line() string { return d.Text(MaxEvidenceLine) }

func (d *decoder) texts(limit int, one func() string) []string {
	n := d.Len(limit)
	if n == 0 {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i] = one()
	}
	return out
}

func (d *decoder) values(v *FeatureValues) {
	for i := range d.Len(int(math.MaxUint8)) {
		t := FeatureStats{Events: d.Uint32(), since: d.Uint32(), Saturated: d.Bool()}
		if i+1 < Features {
			v.stats[i+1] = t
		}
	}
	n := d.Len(maxAllValues)
	v.list, v.names = slices.Grow(v.list, n), slices.Grow(v.names, n)
	for range n {
		f, name := Feature(d.UpTo(math.MaxUint8)), d.intern()
		got := value{key: d.interner.Key(f, *name), count: d.Uint32(), last: d.Uint32()}
		if f >= FeatureCountry && f < Features && got.key != 0 {
			v.list, v.names = append(v.list, got), append(v.names, name)
		}
	}
}

func (d *decoder) places(p *Profile) {
	for range d.Len(maxPlaces) {
		var x Place
		x.First, x.Last = d.Int(), d.Int()
		x.Count, x.ASN = d.Uint32(), d.Uint32()
		x.lat, x.lon = d.Float32(90), d.Float32(180)
		x.radius = uint16(d.UpTo(math.MaxUint16))
		x.Country, x.City = d.intern(), d.intern()
		p.Places = append(p.Places, x)
	}
}

func (d *decoder) cells(p *Profile) {
	n := d.Len(MaxCells)
	if n == 0 {
		return
	}
	p.cells, p.cellKeys, p.oldestCell = slices.Grow(p.cells, n), slices.Grow(p.cellKeys, n), math.MaxUint32
	for range n {
		var c usageCell
		c.minute, c.class = d.Uint32(), uint8(d.UpTo(9))
		c.where = d.usageKey()
		c.segment, c.requests, c.errors = d.Uint(), d.Uint32(), d.Uint32()
		c.bytes = d.Uint()
		p.oldestCell = min(p.oldestCell, c.minute)
		p.cells = append(p.cells, c)
		p.cellKeys = append(p.cellKeys, c.where.cellKey(c.minute, c.class))
	}
}

func (d *decoder) usageKey() *usageKey {
	host, endpoint, country := d.interned(), d.interned(), d.interned()
	var keys [Features]uint64
	keys[FeatureHost] = d.interner.Key(FeatureHost, host)
	keys[FeatureEndpoint] = d.interner.Key(FeatureEndpoint, endpoint)
	keys[FeatureCountry] = d.interner.Key(FeatureCountry, country)
	return d.interner.usageKey(&keys, host, endpoint, country)
}

func (d *decoder) sliding(p *Profile, known *Family[window.SlidingParams]) {
	for range d.Len(maxStates) {
		slot, params := known.find(d.Text(maxStateName))
		w := window.DecodeSliding(&d.Reader)
		if params != nil && !d.Failed {
			w.Slot = slot
			p.addSliding(w)
		}
	}
}

func (d *decoder) distinct(p *Profile, known *Family[window.DistinctParams]) {
	for range d.Len(maxStates) {
		slot, params := known.find(d.Text(maxStateName))
		w := window.DecodeDistinct(&d.Reader, 4*rules.MaxCount)
		if params != nil && w.Len() > params.Max {
			d.Failed = true
		}
		if params != nil && !d.Failed {
			w.Slot = slot
			p.addDistinct(w)
		}
	}
}

func (d *decoder) baselines(p *Profile, known *Family[struct{}]) {
	for range d.Len(maxStates) {
		slot, params := known.find(d.Text(maxStateName))
		b := window.DecodeBaseline(&d.Reader)
		if params != nil && !d.Failed {
			b.Slot = slot
			p.baselines = append(p.baselines, b)
		}
	}
}

func (d *decoder) sparse(p *Profile, reg *Registry) {
	var x sparse
	for range d.Len(maxStates) {
		slot, params := reg.TokenBuckets.find(d.Text(maxStateName))
		if b := window.DecodeTokenBucket(&d.Reader); params != nil && b.Fits(params) {
			b.Slot = slot
			x.buckets = append(x.buckets, b)
		}
	}
	for range d.Len(maxFamily) {
		var t FamilyToken
		d.Raw(t.token[:])
		t.issued, t.First, t.last = d.Int(), d.Int(), d.Int()
		x.family = append(x.family, t)
	}
	for range d.Len(maxStates) {
		slot, params := reg.Remembered.find(d.Text(maxStateName))
		if at := d.Int(); params != nil {
			x.remembered = append(x.remembered, remembered{at, slot})
		}
	}
	for range d.Len(maxStates) {
		slot, params := reg.Transitions.find(d.Text(maxStateName))
		if t := window.DecodeTransitions(&d.Reader, rules.MaxTransitions); params != nil {
			t.Slot = slot
			x.transitions = append(x.transitions, t)
		}
	}
	if d.version >= 3 {
		d.sequences(&x, &reg.Sequences)
	}
	if len(x.buckets)+len(x.family)+len(x.remembered)+len(x.transitions)+len(x.sequences) > 0 {
		p.sparse = &x
	}
}

// sequences drops sequences of rules with other stages now.
func (d *decoder) sequences(x *sparse, known *Family[window.SequenceParams]) {
	for range d.Len(maxStates) {
		slot, params := known.find(d.Text(maxStateName))
		if q := window.DecodeSequence(&d.Reader, rules.MaxStages); params != nil && q.Fits(params) {
			q.Slot = slot
			x.sequences = append(x.sequences, q)
		}
	}
}

// incidents drops incidents of rules that are gone or have other groups now.
func (d *decoder) incidents(p *Profile, known *Family[RuleParams]) {
	for range d.Len(MaxIncidents) {
		slot, params := known.find(d.Text(maxStateName))
		inc := d.incident()
		if params != nil && !d.Failed && len(inc.Group) == params.Groups {
			inc.Rule = slot
			p.Incidents = append(p.Incidents, inc)
		}
	}
}

func (d *decoder) incident() *Incident {
	inc := &Incident{}
	d.Raw(inc.ID[:])
	inc.Group = d.texts(math.MaxUint8, d.interned)
	inc.First, inc.Last, inc.Count = d.Int(), d.Int(), d.Uint()
	inc.Severity = tokenwarden.Severity(d.UpTo(uint64(tokenwarden.SeverityCritical)))
	inc.Peak, inc.Observed, inc.Baseline = d.Float64(), d.Text(maxDescription), d.Text(maxDescription)
	s := &inc.Sample
	if ip := d.Text(64); ip != "" {
		if s.IP.UnmarshalBinary([]byte(ip)) != nil {
			d.Failed = true
		}
	}
	s.ASN, s.Status = d.Uint32(), uint16(d.UpTo(math.MaxUint16))
	s.Location = tokenwarden.Location(d.UpTo(math.MaxUint8))
	for _, to := range [...]*string{&s.Country, &s.Method, &s.Host, &s.Endpoint, &s.Param, &inc.TokenKind, &inc.Owner} {
		*to = d.interned()
	}
	inc.Evidence = d.texts(MaxEvidence, d.line)
	inc.Before, inc.Since = d.Uint(), d.Int()
	if d.version >= 2 {
		inc.CorroboratedBy, inc.Exception = d.Text(maxDescription), d.Text(maxDescription)
	}
	if d.version >= 4 {
		inc.Identity = tokenwarden.Identity(d.UpTo(uint64(tokenwarden.IdentityForeign)))
		inc.Service = d.interned()
	}
	return inc
}
