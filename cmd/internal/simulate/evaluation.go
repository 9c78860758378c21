package simulate

import "time"

// Evaluation returns the options of traffic that measures rules: holders of credentials with a calendar over so many days, every attack and
// every hard negative between 55 and 92 % of them, and lists for the rules that compare with some (see
// [Generator.WriteLists]). 3,000 holders and 14 days are 3.8 million lines.
func Evaluation(seed uint64, days, holders int) Options {
	return Options{
		Seed: seed, Start: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Duration: time.Duration(days) * 24 * time.Hour,
		Rate: 0.1, Tokens: holders, Rhythm: true, Format: FormatJSON,
		Attacks: []string{"all"}, Negatives: []string{"all"}, Instances: 14,
	}
}

// programs returns those holders of ordinary traffic that are programs and call a service.
func (g *Generator) programs(svc string) (out []*holder) {
	for _, h := range g.crowd {
		if h.kind.svc == svc && h.kind.machine() {
			out = append(out, h)
		}
	}
	return out
}
