package clickhouse

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// testEvents are n events that look like those of an API: few hosts, hundreds of endpoints, thousands of tokens.
func testEvents(n int) []tokenwarden.Event {
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Now().UTC().Add(-time.Hour).Truncate(time.Second)
	events := make([]tokenwarden.Event, n)
	for i := range events {
		token := r.IntN(20000)
		e := &events[i]
		e.Time = start.Add(time.Duration(i) * 40 * time.Microsecond)
		e.Fingerprint = testFingerprint(token)
		e.KeyID = tokenwarden.KeyID{1, 2, 3, 4}
		e.TokenKind, e.Confidence, e.Location, e.Param, e.FirstInRequest = "jwt", tokenwarden.ConfidenceHigh, tokenwarden.LocationQuery, "access_token", true
		e.ClientIP = netip.AddrFrom4([4]byte{203, 0, byte(token >> 8), byte(token)})
		e.Geo = tokenwarden.Geo{Country: "DE", City: "Berlin", ASN: 64500, ASOrg: "Example Carrier"}
		e.Method, e.Host = "GET", fmt.Sprintf("api%d.example.com", r.IntN(4))
		id := r.IntN(300)
		e.Endpoint = fmt.Sprintf("/v1/customers/{id}/orders%d", id)
		e.Target = fmt.Sprintf("/v1/customers/%d/orders%d?access_token=REDACTED.jwt.0123456789abcdef&page=%d", r.IntN(1e6), id, r.IntN(10))
		e.Status, e.Bytes = 200, int64(r.IntN(20000))
		e.UserAgent = fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1%02d.0.0.0 Safari/537.36", r.IntN(40))
		e.Client, e.Scheme, e.TLSProtocol = "Chrome", "https", "TLSv1.3"
		e.Owner = fmt.Sprintf("user%d@example.com", token)
		if token%4 == 0 {
			e.Family = testFingerprint(token / 2)
			e.Scopes = []string{"orders:read", "customers:read"}
			e.Claims = tokenwarden.Claims{JWT: true, Alg: "RS256", Issuer: "https://id.example.com", IssuedAt: 1790000000, Expires: 1800000000}
		}
		e.Strength = tokenwarden.Strength{Length: 180, Bits: 900}
		e.Source = tokenwarden.Source{Topic: "access-logs", Partition: int32(i % 12), Offset: int64(i)}
	}
	return events
}

func testFingerprint(n int) (f tokenwarden.Fingerprint) {
	binary.BigEndian.PutUint64(f[:], uint64(n+1)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(f[8:], uint64(n+1)*0xc2b2ae3d27d4eb4f)
	return f
}

// testProfiles are the profiles of n tokens, with state that does not compress well.
func testProfiles(first, n int, version uint64) []tokenwarden.Profile {
	r := rand.New(rand.NewPCG(3, version))
	now := time.Now().UTC().Truncate(time.Microsecond)
	profiles := make([]tokenwarden.Profile, n)
	for i := range profiles {
		p := &profiles[i]
		p.Subject = tokenwarden.TokenSubject(testFingerprint(first + i))
		p.KeyID, p.TokenKind, p.Owner = tokenwarden.KeyID{1, 2, 3, 4}, "jwt", fmt.Sprintf("user%d@example.com", first+i)
		p.FirstSeen, p.LastSeen = now.Add(-24*time.Hour), now
		p.Requests, p.Errors, p.Bytes = 100, 2, 1e6
		p.Countries, p.ASNs, p.Networks = []string{"DE", "FR"}, []uint32{64500, 64501}, 3
		p.Clients, p.Hosts, p.Endpoints = []string{"Chrome"}, []string{"api1.example.com"}, 12
		p.Scopes = []string{"orders:read"}
		p.Version, p.Applied = version, tokenwarden.Position{Partition: int32(i % 12), Offset: int64(i)}
		p.State = make([]byte, 500)
		for j := 0; j < len(p.State); j += 10 {
			binary.LittleEndian.PutUint64(p.State[j:], r.Uint64())
		}
	}
	return profiles
}

// testUsage are n rows of usage of thousands of tokens within an hour.
func testUsage(n int) []tokenwarden.UsageRow {
	r := rand.New(rand.NewPCG(5, 6))
	start := time.Now().UTC().Add(-time.Hour).Truncate(time.Minute)
	rows := make([]tokenwarden.UsageRow, n)
	for i := range rows {
		rows[i] = tokenwarden.UsageRow{
			Fingerprint: testFingerprint(r.IntN(20000)), KeyID: tokenwarden.KeyID{1, 2, 3, 4},
			Minute: start.Add(time.Duration(r.IntN(60)) * time.Minute),
			Host:   fmt.Sprintf("api%d.example.com", r.IntN(4)), Endpoint: fmt.Sprintf("/v1/customers/{id}/orders%d", r.IntN(300)),
			Country: "DE", StatusClass: 2, Requests: uint64(1 + r.IntN(50)), Bytes: uint64(r.IntN(1e6)),
		}
	}
	return rows
}

// testAlerts are n alerts.
func testAlerts(n int) []tokenwarden.Alert {
	alerts := make([]tokenwarden.Alert, n)
	for i := range alerts {
		first := time.Now().UTC().Add(-time.Hour).Truncate(time.Microsecond)
		alerts[i] = tokenwarden.Alert{
			ID: testFingerprint(i).String(), Rule: "token-burst", Severity: tokenwarden.SeverityMedium,
			Title: "A token is used in a burst", Summary: "612 requests in 1 m, limit 600",
			SubjectKind: "token", Subject: testFingerprint(i).String(), TokenKind: "jwt", KeyID: "01020304", Owner: "user@example.com",
			FirstSeen: first, LastSeen: first.Add(time.Minute), Count: 612, Observed: "612 requests in 1m", Baseline: "10",
			Threshold: "600", Evidence: []string{"GET /v1/orders?access_token=REDACTED.jwt.0123456789abcdef"},
			Attack: []string{"T1550.001"}, Status: "open", NextSteps: []string{"rotate the token"}, SQL: "SELECT 1",
		}
	}
	return alerts
}
