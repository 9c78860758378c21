package detect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/rules"
)

func (j *rate) explain(x *scene, v *verdict) margin {
	if j.times > 0 && x.prof.requests < startHabit {
		return margin{0, fmt.Sprintf("learning: habits are kept from request %d on, this is number %d", startHabit+1, x.prof.requests+1)}
	}
	window := period(float64(j.width) * windowBuckets / 1e6)
	seen := fmt.Sprintf("%s of %s requests", number(v.measure), number(j.limit))
	if j.bytes {
		seen = size(v.measure) + " of " + size(j.limit)
	}
	seen += " in " + window
	if v.measure > j.limit {
		return j.unusual(x, seen, v)
	}
	return margin{v.measure / (j.limit + 1), seen}
}

// unusual tells how far a count above its limit is from what the subject's habit makes of it.
func (l *learned) unusual(x *scene, seen string, v *verdict) margin {
	if l.times == 0 {
		return margin{nearFrom, seen + ": too late to be counted in its own window"}
	}
	h := x.prof.habit(l)
	if v.usual.hours == 0 {
		d := progress(l.learn, h.before, x.prof.age(x.now))
		if l.isLearned(x.prof, h, x.now) {
			d = margin{0.9 * float64(h.hours) / fewHours, fmt.Sprintf("learning: %d of %d hours of use", h.hours, fewHours)}
		}
		d.why = seen + ", above the limit; " + d.why
		return d
	}
	least := max(l.times*v.usual.atHour, h.barAt(floorDiv(x.now, 3600e6)).upper)
	return margin{v.measure / least, fmt.Sprintf("%s, above the limit; its habit asks for more than %s: usually %s, at this hour up to %s",
		seen, number(least), number(v.usual.typical), number(v.usual.atHour))}
}

// progress is how far learning has come: "learning: 120 of 200 events".
func progress(l rules.Learn, events uint64, age time.Duration) margin {
	var share float64
	var texts []string
	if l.Events > 0 {
		share = float64(events) / float64(l.Events)
		texts = append(texts, fmt.Sprintf("%d of %d events", events, l.Events))
	}
	if l.For > 0 {
		byAge := float64(age) / float64(l.For)
		text := fmt.Sprintf("%s of %s", period(age.Seconds()), period(time.Duration(l.For).Seconds()))
		if events < l.MinEvents {
			byAge = min(byAge, float64(events)/float64(l.MinEvents))
			text += fmt.Sprintf(" with at least %d events", l.MinEvents)
		}
		share = max(share, byAge)
		texts = append(texts, text)
	}
	return margin{min(share, 1) * 0.9, "learning: " + strings.Join(texts, ", or ")}
}

func (j *leaky) explain(_ *scene, v *verdict) margin {
	return margin{v.measure / (j.limit + 1), fmt.Sprintf("%.1f of %s at once, one less each %s", v.measure, number(j.limit), period(j.refill/1e6))}
}

func (j *distinct) explain(x *scene, v *verdict) margin {
	var texts []string
	var shares []float64
	for i, f := range j.fields {
		texts = append(texts, fmt.Sprintf("%s %d of %d", f.name, v.counts[i], j.least[i]))
		shares = append(shares, min(1, float64(v.counts[i])/float64(j.least[i])))
	}
	seen := strings.Join(texts, ", ") + " in " + period(float64(j.window))
	if j.reach < len(j.fields) {
		seen += fmt.Sprintf("; %d of them must be reached", j.reach)
	}
	if j.times > 0 && v.measure >= float64(j.least[0]) {
		if bar := unlearned * j.times * float64(j.least[0]-1); v.usual.hours == 0 {
			return margin{v.measure / (bar + 1), fmt.Sprintf("%s; as long as its habit is not known, more than %s is asked", seen, number(bar))}
		}
		return j.unusual(x, seen, v)
	}
	slices.Sort(shares)
	return margin{shares[len(shares)-j.reach], seen}
}

func (j *novelty) explain(x *scene, _ *verdict) margin {
	text, t := j.field.of(x), &x.prof.values.tally[j.field]
	name := featureTable[j.field].name
	switch {
	case t.open:
		return margin{0, fmt.Sprintf("the token uses more than %d values of %s: new ones are its habit", featureTable[j.field].max, name)}
	case j.only != nil && !slices.Contains(j.only, text):
		return margin{0, fmt.Sprintf("%s %s is new, the rule asks for %s", name, text, strings.Join(j.only, " or "))}
	}
	d := progress(j.learn, uint64(t.events), t.age(x.now))
	d.why = name + " " + text + " is new; " + d.why
	return d
}

func (j *travel) explain(x *scene, v *verdict) margin {
	i := x.prof.nearest(x.now)
	if j.switches > 0 {
		i = min(0, len(x.prof.places)-1)
	}
	switch {
	case x.class&placeless != 0:
		return margin{0, "the network says nothing of where its user is: " + x.class.String()}
	case i < 0:
		return margin{0, "the first place there is"}
	case i == x.place:
		return margin{0, "the place that was used nearest in time is the same"}
	}
	near := &x.prof.places[i]
	if near.asn != 0 && near.asn == x.event.Geo.ASN {
		return margin{0, x.fromTo(near) + " belong to one network: what moves is the map"}
	}
	km := max(0, x.kilometres(near))
	seen := fmt.Sprintf("%s: at least %s of %s km", x.fromTo(near), number(float64(int(km))), number(j.distance))
	if j.switches > 0 {
		return margin{min(km/j.distance, 1) * v.measure / float64(j.switches), fmt.Sprintf("%s, %s of %d changes of place", seen, number(v.measure), j.switches)}
	}
	speed := km / x.hoursFrom(near)
	close := min(km/j.distance, 1) * min(speed/j.speed, 1)
	seen = fmt.Sprintf("%s, %s of %s km/h", seen, number(float64(int(speed))), number(j.speed))
	if km > j.distance && speed > j.speed {
		return margin{nearFrom, seen + ", but the place is a habit of the token or lies in the same country"}
	}
	return margin{close * 0.99, seen}
}

func (j *scope) explain(x *scene, _ *verdict) margin {
	e := x.event
	has, known := x.granted()
	if !known {
		return margin{0, "neither the token nor a list says which scopes it has"}
	}
	if _, inLists := x.lists.Required(e.Method, e.Host, e.Endpoint); j.grant(e) == nil && !inLists {
		return margin{0, "no line of the scope policy speaks of " + cut(e.Method, 16) + " " + clip(e.Endpoint)}
	}
	return margin{0, "the scopes granted are enough: " + granted(has)}
}

func (binding) explain(*scene, *verdict) margin {
	return margin{0, "within what was declared for the token"}
}

func (j *dormancy) explain(x *scene, v *verdict) margin {
	limit := j.gap + j.age + j.successor
	if j.successor > 0 && x.prof.successorOf(x.event, x.now) == nil {
		return margin{0, "no later token of the family is known"}
	}
	what := map[bool]string{true: "since it was used last", false: "in use"}[j.gap > 0]
	if j.successor > 0 {
		what = "since its successor appeared"
	}
	return margin{v.measure / limit, fmt.Sprintf("%s of %s %s", period(v.measure), period(limit), what)}
}

var _ = []explainer{(*rate)(nil), (*leaky)(nil), (*distinct)(nil), (*novelty)(nil), (*travel)(nil), (*scope)(nil), binding{}, (*dormancy)(nil)}
