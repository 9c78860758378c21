package detect

import (
	"fmt"
	"math"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

// dormancy is the kind that fires when a subject returns after a gap, when it outlives its age, or when a token of a family
// is used long after a later one of the family appeared.
type dormancy struct {
	gap, age, successor float64 // seconds; one of them
}

func newDormancy(r *rule, _ *Options) (judge, error) {
	spec := r.def.Spec.(*rules.Dormancy)
	j := &dormancy{time.Duration(spec.Gap).Seconds(), time.Duration(spec.Age).Seconds(), time.Duration(spec.Successor).Seconds()}
	r.demand(isFirst)
	r.category = "time"
	limit := period(j.gap + j.age + j.successor)
	t := texts{summary: "{observed}; {requests}, first {method} {endpoint} from {from}", observed: "{observed}", baseline: "{baseline}"}
	switch {
	case j.gap > 0:
		t.threshold = "used again after more than " + limit + " of nothing"
	case j.age > 0:
		t.threshold = "in use for more than " + limit
	default:
		t.threshold = "used more than " + limit + " after its successor appeared"
	}
	r.own(t)
	return j, nil
}

func (j *dormancy) eval(x *scene, v *verdict) bool {
	p := x.prof
	switch {
	case j.gap > 0:
		return j.judge(v, p.since(x.now, p.last), j.gap, "not used for ", x)
	case j.age > 0:
		return j.judge(v, p.since(x.now, p.first), j.age, "in use for ", x)
	}
	next := p.successorOf(x.event, x.now)
	return next != nil && j.judge(v, p.since(x.now, next.first), j.successor, "a later token of the family is in use for ", x)
}

func (j *dormancy) judge(v *verdict, seconds, limit float64, said string, x *scene) bool {
	v.measure = seconds
	if seconds <= limit {
		return false
	}
	v.observed = said + period(seconds)
	v.baseline = fmt.Sprintf("%s since %s", plural(x.prof.requests, "request"), utc(x.prof.first).Format(time.DateOnly))
	return true
}

// maxMembers is how many tokens of a family are remembered: those that were seen last.
const maxMembers = 8

// member is a token of a family.
type member struct {
	token       tokenwarden.Fingerprint
	issued      int64 // iat, Unix seconds; 0 if the token does not say
	first, last int64 // Unix microseconds
}

// successorOf returns the earliest token of the family that appeared after the event's, and was issued after it where
// both say when. nil: there is none.
func (p *profile) successorOf(e *tokenwarden.Event, now int64) *member {
	if p.rare == nil {
		return nil
	}
	var own, next *member
	for i := range p.rare.members {
		if p.rare.members[i].token == e.Fingerprint {
			own = &p.rare.members[i]
		}
	}
	began := now
	if own != nil {
		began = own.first
	}
	for i := range p.rare.members {
		m := &p.rare.members[i]
		if m == own || m.first <= began && own != nil || m.issued != 0 && e.Claims.IssuedAt != 0 && m.issued <= e.Claims.IssuedAt {
			continue
		}
		if own == nil && (m.issued == 0 || e.Claims.IssuedAt == 0) {
			continue // which of the two is older is not known
		}
		if next == nil || m.first < next.first {
			next = m
		}
	}
	return next
}

// join remembers the event's token as one of the family.
func (p *profile) join(e *tokenwarden.Event, now int64) {
	x := p.more()
	oldest := 0
	for i := range x.members {
		m := &x.members[i]
		if m.token == e.Fingerprint {
			m.first, m.last = min(m.first, now), max(m.last, now)
			return
		}
		if m.last < x.members[oldest].last {
			oldest = i
		}
	}
	fresh := member{e.Fingerprint, e.Claims.IssuedAt, now, now}
	if len(x.members) < maxMembers {
		x.members = append(x.members, fresh)
	} else {
		x.members[oldest] = fresh
	}
}

// silent says which time would have kept the rule silent.
func (j *dormancy) silent(peak float64) string {
	name := "successor"
	if j.gap > 0 {
		name = "gap"
	} else if j.age > 0 {
		name = "age"
	}
	return fmt.Sprintf("%s: %.0fd", name, math.Ceil(peak/86400))
}
