package profile

import "github.com/tokenwarden/tokenwarden/detect/internal/codec"

// The state of a profile is everything in it, so that a restart has the same future: a version byte, then the fields in the order
// below. Windows and incidents carry the name of their state and are dropped on reading if their rule is gone. Version 1 ended
// with the incidents, which had neither CorroboratedBy nor Exception; version 2 had no sequences,
// version 3 neither identity nor service. All are still read.
const stateVersion = 4

// AppendTo appends the profile's state.
func (p *Profile) AppendTo(b []byte, reg *Registry) []byte {
	w := codec.Writer{Bytes: append(b, stateVersion)}
	w.Raw(p.KeyID[:])
	w.Raw(p.Family[:])
	w.Text(*p.TokenKind)
	w.Text(*p.Owner)
	w.Int(p.First)
	w.Int(p.Last)
	for _, n := range [...]uint64{p.Requests, p.Errors, p.Bytes, p.Version} {
		w.Uint(n)
	}
	w.Uint(uint64(uint32(p.Applied.Partition)))
	w.Uint(uint64(p.Applied.Epoch))
	w.Int(p.Applied.Offset)
	p.Values.appendTo(&w)
	p.Networks.AppendTo(&w)
	p.Endpoints.AppendTo(&w)
	w.Texts(p.scopes)
	w.Uint(uint64(len(p.Places)))
	for i := range p.Places {
		p.Places[i].appendTo(&w)
	}
	w.Uint(uint64(len(p.cells)))
	for i := range p.cells {
		p.cells[i].appendTo(&w)
	}
	p.appendWindows(&w, reg)
	p.sparse.appendTo(&w, reg)
	w.Uint(uint64(p.Identity))
	return w.Bytes
}

func (p *Profile) appendWindows(w *codec.Writer, reg *Registry) {
	w.Uint(uint64(len(p.sliding)))
	for i := range p.sliding {
		s := &p.sliding[i]
		w.Text(reg.Sliding.name(s.Slot))
		s.AppendTo(w, &reg.Sliding.params[s.Slot])
	}
	w.Uint(uint64(len(p.Incidents)))
	for _, inc := range p.Incidents {
		w.Text(reg.Rules.name(inc.Rule))
		inc.appendTo(w)
	}
	w.Uint(uint64(len(p.distinct)))
	for i := range p.distinct {
		d := &p.distinct[i]
		w.Text(reg.Distinct.name(d.Slot))
		d.AppendTo(w, &reg.Distinct.params[d.Slot])
	}
	w.Uint(uint64(len(p.baselines)))
	for i := range p.baselines {
		w.Text(reg.Baselines.name(p.baselines[i].Slot))
		p.baselines[i].AppendTo(w)
	}
}

func (x *sparse) appendTo(w *codec.Writer, reg *Registry) {
	if x == nil {
		x = &sparse{}
	}
	w.Uint(uint64(len(x.buckets)))
	for i := range x.buckets {
		w.Text(reg.TokenBuckets.name(x.buckets[i].Slot))
		x.buckets[i].AppendTo(w)
	}
	w.Uint(uint64(len(x.family)))
	for i := range x.family {
		t := &x.family[i]
		w.Raw(t.token[:])
		w.Int(t.issued)
		w.Int(t.First)
		w.Int(t.last)
	}
	w.Uint(uint64(len(x.remembered)))
	for _, m := range x.remembered {
		w.Text(reg.Remembered.name(m.slot))
		w.Int(m.at)
	}
	w.Uint(uint64(len(x.transitions)))
	for i := range x.transitions {
		w.Text(reg.Transitions.name(x.transitions[i].Slot))
		x.transitions[i].AppendTo(w)
	}
	w.Uint(uint64(len(x.sequences)))
	for i := range x.sequences {
		w.Text(reg.Sequences.name(x.sequences[i].Slot))
		x.sequences[i].AppendTo(w)
	}
}

func (v *FeatureValues) appendTo(w *codec.Writer) {
	w.Uint(Features - 1)
	for f := FeatureCountry; f < Features; f++ {
		t := &v.stats[f]
		w.Uint(uint64(t.Events))
		w.Uint(uint64(t.since))
		w.Bool(t.Saturated)
	}
	w.Uint(uint64(len(v.list)))
	for i := range v.list {
		x := &v.list[i]
		w.Uint(uint64(x.feature()))
		w.Text(*v.names[i])
		w.Uint(uint64(x.count))
		w.Uint(uint64(x.last))
	}
}

func (p *Place) appendTo(w *codec.Writer) {
	w.Int(p.First)
	w.Int(p.Last)
	w.Uint(uint64(p.Count))
	w.Uint(uint64(p.ASN))
	w.Float32(p.lat)
	w.Float32(p.lon)
	w.Uint(uint64(p.radius))
	w.Text(*p.Country)
	w.Text(*p.City)
}

func (c *usageCell) appendTo(w *codec.Writer) {
	w.Uint(uint64(c.minute))
	w.Uint(uint64(c.class))
	w.Text(c.where.host)
	w.Text(c.where.endpoint)
	w.Text(c.where.country)
	w.Uint(c.segment)
	w.Uint(uint64(c.requests))
	w.Uint(uint64(c.errors))
	w.Uint(c.bytes)
}

func (inc *Incident) appendTo(w *codec.Writer) {
	w.Raw(inc.ID[:])
	w.Texts(inc.Group)
	w.Int(inc.First)
	w.Int(inc.Last)
	w.Uint(inc.Count)
	w.Uint(uint64(inc.Severity))
	w.Float64(inc.Peak)
	w.Text(inc.Observed)
	w.Text(inc.Baseline)
	s := &inc.Sample
	ip, _ := s.IP.MarshalBinary()
	w.Text(string(ip))
	w.Uint(uint64(s.ASN))
	w.Uint(uint64(s.Status))
	w.Uint(uint64(s.Location))
	for _, t := range [...]string{s.Country, s.Method, s.Host, s.Endpoint, s.Param, inc.TokenKind, inc.Owner} {
		w.Text(t)
	}
	w.Texts(inc.Evidence)
	w.Uint(inc.Before)
	w.Int(inc.Since)
	w.Text(inc.CorroboratedBy)
	w.Text(inc.Exception)
	w.Uint(uint64(inc.Identity))
	w.Text(inc.Service)
}
