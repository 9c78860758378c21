package simulate

import (
	"strings"
	"testing"
	"time"
)

// TestNegativesAreHonest checks that each hard negative has the trait that makes it hard, and the one that excuses it.
func TestNegativesAreHonest(t *testing.T) {
	o := everything()
	o.Attacks, o.Bad = nil, 0
	byToken, byEpisode := observe(t, newGenerator(t, o))
	long := 400 * 24 * time.Hour
	for name, lines := range byEpisode {
		kind, _, _ := strings.Cut(name, "/")
		all := byToken[lines[0].TokenIndex]
		countries, operators, groups := most(long, all, land), most(long, all, operator), most(long, all, place)
		ok := true
		switch kind {
		case "wifi-mobile":
			ok = countries == 1 && operators == 2 && impossible(all) == 0
		case "carrier-nat":
			ok = countries == 1 && operators == 1 && groups >= 5 && impossible(all) == 0
		case "two-egress-office":
			ok = countries == 2 && operators == 1 && groups == 2 && impossible(all) > 0
		case "real-flight":
			ok = countries == 2 && impossible(all) == 0
		case "daily-batch":
			ok = len(all) == 7*len(lines) && most(time.Minute, all, exact) <= 600
		case "client-deployment":
			ok = strings.Contains(lines[0].text, "acme-agent/4.2.0") && most(long, lines, token) >= 5
		case "network-moved":
			ok = most(5*time.Minute, lines, token) >= 5 && lines[0].net.country == "JP" && operators == 1
		case "ipv6-privacy":
			ok = groups == 1 && len(all) > 200
		case "retry-storm":
			ok = most(5*time.Minute, lines, token) >= 8 && lines[0].Status == 503 && lines[len(lines)-1].Status != 503
		case "health-check":
			ok = groups == 1 && most(time.Minute, lines, exact) <= 40
		}
		if !ok {
			t.Errorf("%s: %d lines, %d countries, %d operators, %d networks", name, len(all), countries, operators, groups)
		}
	}
	if want := 2 * len(Negatives()); len(byEpisode) != want {
		t.Errorf("%d hard negatives, want %d", len(byEpisode), want)
	}
}
