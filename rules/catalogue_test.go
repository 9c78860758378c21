package rules

import (
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

// The ids and severities of the default rules are names that alerts, dashboards and measurements use: they do not change.
func TestDefaultsAreTheCatalogue(t *testing.T) {
	const info, low, medium, high, critical = tokenwarden.SeverityInfo, tokenwarden.SeverityLow, tokenwarden.SeverityMedium, tokenwarden.SeverityHigh, tokenwarden.SeverityCritical
	want := map[string]tokenwarden.Severity{
		"token-in-url": medium, "token-in-referer": medium, "token-over-plaintext": medium, "weak-tls": low, "leaked-token-used": high,
		"decoy-token-used": critical, "expired-token-accepted": high, "early-token-accepted": medium, "token-without-expiry": low,
		"token-lifetime-long": low, "revoked-token-used": high, "token-overage": low, "rotated-token-used": medium,
		"dormant-token-active": medium, "weak-token": low, "sequential-tokens": medium, "jwt-unsigned-accepted": critical,
		"token-burst": medium, "token-rate-anomaly": medium, "token-egress": medium, "impossible-travel": high,
		"concurrent-places": high, "new-country": medium, "new-network": low, "hosting-flip": medium, "anonymizer": medium,
		"new-client": low, "token-shared": medium, "scope-violation": low, "first-write": medium, "new-endpoint": low,
		"admin-endpoint": medium, "privilege-probing": medium, "object-enumeration": medium, "binding-breach": high,
		"token-spray": high, "token-guessing": high, "auth-failures": medium, "sensitive-without-mfa": medium, "unusual-hour": low,
	}
	defs, err := Defaults()
	if err != nil {
		t.Fatal(err)
	}
	for i := range defs {
		d := &defs[i]
		severity, known := want[d.ID]
		if !known || d.Severity != severity || severity == info {
			t.Errorf("%s: severity %s, want %s", d.ID, d.Severity, severity)
		}
		if len(d.BlindSpots) == 0 || len(d.NextSteps) == 0 || len(d.References.Attack) == 0 || len(d.References.OWASP) == 0 || len(d.References.Article) == 0 {
			t.Errorf("%s: want blind spots, next steps and references", d.ID)
		}
		delete(want, d.ID)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// TestArticleIsCovered wants a rule, with a test that fires, for each risk and each recommendation that the rules answer
// to.
func TestArticleIsCovered(t *testing.T) {
	defs, err := Defaults()
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for _, d := range defs {
		for _, test := range d.Tests {
			for _, row := range d.References.Article {
				covered[row] = covered[row] || len(test.Expect) > 0
			}
		}
	}
	for _, row := range []string{"a", "b", "c", "d", "e", "rec a", "rec b", "rec c", "rec d", "rec e", "rec f", "rec g", "rec h", "rec i"} {
		if !covered[row] {
			t.Errorf("no rule answers to %q", row)
		}
	}
}
