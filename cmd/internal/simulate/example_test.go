package simulate_test

import (
	"fmt"
	"log"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
)

func Example() {
	g, err := simulate.New(simulate.Options{
		Seed: 1, Start: time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC), Duration: 10 * time.Minute,
		Attacks: []string{"token-burst"}, Instances: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	malicious := 0
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		if line.Label != nil && line.Label.Attack != "" {
			malicious++
		}
	}
	fmt.Println(malicious, "malicious lines of one token")
	// Output: 1500 malicious lines of one token
}
