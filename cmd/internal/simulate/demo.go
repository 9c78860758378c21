package simulate

import "time"

// Demo returns the options of the demo, which ends at now: about 90,000 lines of six services, three days of thinned-out
// history and ten minutes at 100 lines per second, with the attacks of the first rules in the last four minutes.
func Demo(seed uint64, now time.Time) Options {
	const live = 10 * time.Minute
	return Options{
		Seed: seed, Start: now.Add(-live).Truncate(time.Second), Duration: live, History: 72 * time.Hour,
		Rate: 100, Flat: true, Tokens: 300,
		Attacks: []string{
			"token-in-url", "token-over-plaintext", "expired-token-accepted", "token-burst", "impossible-travel",
			"new-country", "new-network", "scope-violation",
		},
		Instances: 2,
	}
}
