package peers

import (
	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

// stateVersion is the first byte of the state.
const stateVersion = 1

// AppendTo appends the state: all non-empty entries with their index.
func (p *Peers) AppendTo(b []byte) []byte {
	w := codec.Writer{Bytes: append(b, stateVersion)}
	w.Int(p.since)
	w.Int(p.now)
	for i := range p.values {
		for k := range p.values[i] {
			if v := &p.values[i][k]; v.key != 0 {
				w.Uint(uint64(i*valueWays + k + 1))
				v.appendTo(&w)
			}
		}
	}
	w.Uint(0)
	for i := range p.services {
		if s := &p.services[i]; s.key != 0 {
			w.Uint(uint64(i + 1))
			s.appendTo(&w)
		}
	}
	w.Uint(0)
	return w.Bytes
}

func (v *sharedValue) appendTo(w *codec.Writer) {
	w.Fixed64(v.key)
	w.Uint(uint64(v.first))
	w.Uint(uint64(v.last))
	w.Uint(uint64(v.n))
	for _, t := range v.adopters[:v.n] {
		w.Fixed32(t)
	}
}

func (s *service) appendTo(w *codec.Writer) {
	w.Fixed64(s.key)
	w.Uint(uint64(s.last))
	w.Uint(uint64(s.level))
	w.Uint(uint64(s.n))
	for _, t := range s.admission {
		w.Fixed32(t)
	}
	for i := range s.tokens[:s.n] {
		a := &s.tokens[i]
		w.Fixed64(a.token)
		w.Uint(uint64(a.slot))
		w.Uint(uint64(a.count))
		w.Uint(uint64(a.prior))
		w.Uint(uint64(a.usual))
	}
}

// Decode reads a state. An unreadable or empty state gives an empty peer group.
func Decode(state []byte) *Peers {
	p, r := New(), codec.Reader{Rest: state}
	if len(state) == 0 || r.Byte() != stateVersion {
		return p
	}
	p.since, p.now = r.Int(), r.Int()
	for {
		i := int(r.UpTo(valueSets * valueWays))
		if i == 0 {
			break
		}
		p.values[(i-1)/valueWays][(i-1)%valueWays].decode(&r)
	}
	for {
		i := int(r.UpTo(maxServices))
		if i == 0 {
			break
		}
		p.services[i-1].decode(&r)
	}
	if r.Failed || len(r.Rest) != 0 {
		return New()
	}
	return p
}

func (v *sharedValue) decode(r *codec.Reader) {
	v.key = r.Fixed64()
	v.first, v.last, v.n = r.Uint32(), r.Uint32(), uint8(r.UpTo(maxAdopters))
	for k := range v.adopters[:v.n] {
		v.adopters[k] = r.Fixed32()
	}
}

func (s *service) decode(r *codec.Reader) {
	s.key = r.Fixed64()
	s.last, s.level, s.n = r.Uint32(), uint8(r.UpTo(63)), uint16(r.UpTo(sampleSize))
	for k := range s.admission {
		s.admission[k] = r.Fixed32()
	}
	for k := range s.tokens[:s.n] {
		s.tokens[k] = activity{r.Fixed64(), r.Uint32(), r.Uint32(), r.Uint32(), r.Uint32()}
		if k > 0 && s.tokens[k-1].token >= s.tokens[k].token {
			r.Failed = true
		}
	}
}
