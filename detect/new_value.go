package detect

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/rules"
)

// novelty is the kind that fires on a value that the learned profile has not seen. Once it has fired, the value is
// learned. Events that the server answered with 401 neither fire nor teach.
type novelty struct {
	field feature
	learn rules.Learn
	only  []string
}

// categories say which features speak of the same thing: a journey changes country and network at once.
var categories = map[string]string{"country": "place", "asn": "place", "network": "place", "address": "place", "network_class": "place",
	"client": "client", "user_agent": "client", "hour_of_week": "time"}

func categoryOf(field string) string { return orElse(categories[field], "use") }

func newNewValue(r *rule, _ *Options) (judge, error) {
	spec := r.def.Spec.(*rules.NewValue)
	r.fleet = spec.Peers
	i := indexOf(featureNames(), spec.Field)
	if i < 0 {
		return nil, errUnknown("field", spec.Field, featureNames())
	}
	j := &novelty{field: feature(i + 1), learn: spec.Learn, only: spec.Values}
	r.category = categoryOf(spec.Field)
	r.demand(isFirst, notUnauthenticated, newCountry<<(j.field-featureCountry))
	if n := featureTable[j.field].need; n != 0 {
		r.ask(n)
	}
	r.own(texts{
		summary:   "{observed} for this token, which knows {baseline}; from {from}",
		observed:  "{observed}",
		baseline:  "{baseline}",
		threshold: "not seen after " + learnText(spec.Learn),
	})
	return j, nil
}

func learnText(l rules.Learn) string {
	days := period(time.Duration(l.For).Seconds())
	switch {
	case l.For == 0:
		return fmt.Sprintf("%d events", l.Events)
	case l.Events == 0:
		return days
	}
	return fmt.Sprintf("%s or %d events", days, l.Events)
}

func (j *novelty) eval(x *scene, v *verdict) bool {
	text, vs := j.field.of(x), &x.prof.values
	t := &vs.tally[j.field]
	if t.open || !enough(j.learn, uint64(t.events), t.age(x.now)) || j.only != nil && !slices.Contains(j.only, text) {
		return false
	}
	v.observed = featureTable[j.field].name + " " + strings.Clone(text) + " is " + label(0, t.events)
	v.baseline = vs.habit(j.field)
	return true
}

// habit tells the three most frequent values of a field: "DE FREQUENT 238 of 240, FR RARE 2 of 240".
func (v *values) habit(f feature) string {
	var of []int // where in list
	for i := range v.list {
		if v.list[i].feature() == f {
			of = append(of, i)
		}
	}
	sort.SliceStable(of, func(a, b int) bool { return v.list[of[a]].count > v.list[of[b]].count })
	n := v.tally[f].events
	var b strings.Builder
	for i := range of[:min(3, len(of))] {
		if i > 0 {
			b.WriteString(", ")
		}
		count := v.list[of[i]].count
		fmt.Fprintf(&b, "%s %s %d of %d", *v.names[of[i]], label(count, n), count, n)
	}
	if len(of) > 3 {
		fmt.Fprintf(&b, " and %d more", len(of)-3)
	}
	return b.String()
}
