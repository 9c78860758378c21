package detect

import "encoding/binary"

// fleetVersion is the first byte of a fleet's state.
const fleetVersion = 1

// encode appends the fleet's state: what is not empty, at its place.
func (f *fleet) encode(b []byte) []byte {
	w := writer{append(b, fleetVersion)}
	w.signed(f.since)
	w.signed(f.now)
	for i := range f.values {
		for k := range f.values[i] {
			v := &f.values[i][k]
			if v.key == 0 {
				continue
			}
			w.number(uint64(i*fleetWays + k + 1))
			w.b = binary.LittleEndian.AppendUint64(w.b, v.key)
			w.number(uint64(v.first))
			w.number(uint64(v.last))
			w.number(uint64(v.n))
			for _, t := range v.takers[:v.n] {
				w.b = binary.LittleEndian.AppendUint32(w.b, t)
			}
		}
	}
	w.number(0)
	for i := range f.services {
		s := &f.services[i]
		if s.key == 0 {
			continue
		}
		w.number(uint64(i + 1))
		w.b = binary.LittleEndian.AppendUint64(w.b, s.key)
		w.number(uint64(s.last))
		w.number(uint64(s.level))
		w.number(uint64(s.n))
		for _, t := range s.door {
			w.b = binary.LittleEndian.AppendUint32(w.b, t)
		}
		for k := range s.tokens[:s.n] {
			p := &s.tokens[k]
			w.b = binary.LittleEndian.AppendUint64(w.b, p.token)
			w.number(uint64(p.slot))
			w.number(uint64(p.count))
			w.number(uint64(p.prior))
			w.number(uint64(p.usual))
		}
	}
	w.number(0)
	return w.b
}

// decodeFleet reads a fleet's state; what cannot be read is a fleet that knows nothing.
func decodeFleet(state []byte) *fleet {
	f := newFleet()
	if len(state) == 0 {
		return f
	}
	r := reader{b: state}
	if r.byte() != fleetVersion {
		return f
	}
	f.since, f.now = r.signed(), r.signed()
	for {
		i := int(r.upTo(fleetSets * fleetWays))
		if i == 0 {
			break
		}
		v := &f.values[(i-1)/fleetWays][(i-1)%fleetWays]
		v.key = r.fixed64()
		v.first, v.last, v.n = r.uint32(), r.uint32(), uint8(r.upTo(fleetTakers))
		for k := range v.takers[:v.n] {
			if b := r.take(4); b != nil {
				v.takers[k] = binary.LittleEndian.Uint32(b)
			}
		}
	}
	for {
		i := int(r.upTo(fleetServices))
		if i == 0 {
			break
		}
		s := &f.services[i-1]
		s.key = r.fixed64()
		s.last, s.level, s.n = r.uint32(), uint8(r.upTo(63)), uint16(r.upTo(fleetSample))
		for k := range s.door {
			if b := r.take(4); b != nil {
				s.door[k] = binary.LittleEndian.Uint32(b)
			}
		}
		for k := range s.tokens[:s.n] {
			s.tokens[k] = pulse{r.fixed64(), r.uint32(), r.uint32(), r.uint32(), r.uint32()}
			if k > 0 && s.tokens[k-1].token >= s.tokens[k].token {
				r.bad = true
			}
		}
	}
	if r.bad || len(r.b) != 0 {
		return newFleet()
	}
	return f
}

func (r *reader) fixed64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) uint32() uint32 { return uint32(r.upTo(1<<32 - 1)) }
