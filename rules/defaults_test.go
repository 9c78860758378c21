package rules

import (
	"path/filepath"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

// Ids and severities of the default rules are names that alerts, dashboards and measurements use: they do not change.
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
		t.Run(d.ID, func(t *testing.T) {
			severity, known := want[d.ID]
			if !known || d.Severity != severity || severity == info {
				t.Errorf("severity %s, want %s", d.Severity, severity)
			}
			if len(d.BlindSpots) == 0 || len(d.NextSteps) == 0 || len(d.References.Attack) == 0 || len(d.References.OWASP) == 0 || len(d.References.Article) == 0 {
				t.Error("want blind spots, next steps and references")
			}
		})
		delete(want, d.ID)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// Each risk and recommendation of the article has a rule with a test that fires.
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
		t.Run(row, func(t *testing.T) {
			if !covered[row] {
				t.Error("no rule covers it")
			}
		})
	}
}

func TestDefaultsCoverTheirBlindSpots(t *testing.T) {
	defs, err := Defaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range defs {
		t.Run(d.ID, func(t *testing.T) {
			fires, silent := false, false
			for _, test := range d.Tests {
				fires = fires || len(test.Expect) > 0
				silent = silent || len(test.Expect) == 0
			}
			if !fires || !silent {
				t.Errorf("%s: want a test that fires and one that does not", d.File)
			}
			if len(d.BlindSpots) == 0 || len(d.References.Attack) == 0 || len(d.References.Article) == 0 || len(d.NextSteps) == 0 {
				t.Errorf("%s: want blind spots, references and next steps", d.File)
			}
			if filepath.Base(d.File) != d.ID+".yaml" {
				t.Errorf("%s holds rule %s", d.File, d.ID)
			}
		})
	}
}
