package credential

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// newStrictFinder returns a Finder that redacts opaque values under any name.
func newStrictFinder(t testing.TB) *Finder {
	f, err := New(Options{Keys: []secret.Key{testKey(t)}, Policy: Policy{Unknown: true, Least: tokenwarden.ConfidenceHigh}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestUnknownIsRedacted wants opaque values to go from every place once the policy says so, and no more than these.
func TestUnknownIsRedacted(t *testing.T) {
	f, s := newStrictFinder(t), newSynth(79)
	values := map[string]string{
		"letters and digits": s.of(alnum, 24), "digest": s.of(lowerHex, 40), "UUID": "123e4567-e89b-42d3-a456-426614174000",
		"base64": base64.StdEncoding.EncodeToString([]byte(s.of(alnum, 33))), "digits": "7" + s.of("0123456789", 23),
	}
	for what, value := range values {
		for _, c := range []struct {
			name, field, text string
			kind              record.Kind
		}{
			{"path", "", "/v1/files/{S}/view", record.KindTarget},
			{"cursor", "", "/v1/files?cursor={S}&n=2", record.KindTarget},
			{"page token", "", "/v1/files?pageToken={S}", record.KindTarget},
			{"referer", "", "https://a.example/p/{S}?n=2", record.KindReferer},
			{"header", "x-request-id", "{S}", record.KindHeader},
			{"cookie", "", "theme=dark; visitor={S}", record.KindCookies},
			{"user agent", "", "agent/1 ({S}) a", record.KindUserAgent},
			{"JSON", "", `{"order":"{S}","n":1}`, record.KindText},
			{"slug", "", "/p/summer-dress-{S}", record.KindTarget},
		} {
			if strings.ContainsAny(value, "+/") && (c.name == "path" || c.name == "referer" || c.name == "slug") {
				continue
			}
			text := strings.ReplaceAll(c.text, "{S}", value)
			out, _ := redactField(f, c.kind, c.field, text)
			if strings.Contains(out, value) || !strings.Contains(out, "REDACTED.") {
				t.Errorf("%s, %s: %s", what, c.name, out)
			}
			if again, _ := redactField(f, c.kind, c.field, out); again != out {
				t.Errorf("%s, %s: twice changes it: %s", what, c.name, again)
			}
		}
	}
}

func TestUnknownLeavesWords(t *testing.T) {
	f := newStrictFinder(t)
	for _, text := range strings.Fields(`/blog/ten-reasons-to-learn-go-today /v1/orders/12345678901 /x?from=2026-01-05T09:00:01.123456Z
		/x?n=1767603598123456789 /static/very-long-name-of-a-picture_final_version.png /api/v2/organizations/members/settings/notifications
		/a/AuthenticationControllerIntegrationTest.java /x?q=how+to+write+a+readable+program+in+go /docs/README.install.guide.md
		/2026/01/05/20260105090001-report.csv /x?utm_campaign=spring_sale_newsletter_2026`) {
		if out, fs := redactField(f, record.KindTarget, "", text); out != text {
			t.Errorf("%s became %s: %s", text, out, fs[0].Reason)
		}
	}
	agent := "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
	if out, _ := redactField(f, record.KindUserAgent, "", agent); out != agent {
		t.Errorf("became %s", out)
	}
}

// TestUnknownIsKeptByDefault wants ids to stay without the policy.
func TestUnknownIsKeptByDefault(t *testing.T) {
	testHidden(t, "", []hiddenCase{
		{name: "UUID", kind: record.KindTarget, text: "/v1/files/123e4567-e89b-42d3-a456-426614174000", stays: true},
		{name: "cursor", kind: record.KindTarget, text: "/v1/files?cursor=" + newSynth(80).of(alnum, 30), stays: true},
	})
}
