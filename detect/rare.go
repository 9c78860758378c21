package detect

// rare is what few profiles have: it costs the others eight bytes.
type rare struct {
	levels   []level
	members  []member
	marked   []marked
	journeys []journey
	chains   []chain
}

func (p *profile) more() *rare {
	if p.rare == nil {
		p.rare = new(rare)
	}
	return p.rare
}

// marked is when a rule's mark last held for the subject.
type marked struct {
	of *rule
	at int64 // Unix microseconds
}

// sinceMark returns the seconds since the rule's mark last held, 0 if it never did or only later.
func (p *profile) sinceMark(r *rule, now int64) float64 {
	if p.rare == nil {
		return 0
	}
	for i := range p.rare.marked {
		if m := &p.rare.marked[i]; m.of == r {
			return p.since(now, m.at)
		}
	}
	return 0
}

// mark remembers that the rule's mark holds now.
func (p *profile) mark(r *rule, now int64) {
	x := p.more()
	for i := range x.marked {
		if m := &x.marked[i]; m.of == r {
			m.at = max(m.at, now)
			return
		}
	}
	x.marked = append(x.marked, marked{r, now})
}
