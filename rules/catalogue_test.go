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
