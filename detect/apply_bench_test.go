package detect

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/rules"
)

// traffic is a stream of usage messages that can be read for ever: time goes on, each token is used once, and then they come by
// Zipf's law.
type traffic struct {
	us     []tokenwarden.Usage
	tokens int
	order  []uint32
	n      int
	offset int64
	now    time.Time
	step   time.Duration
}

const messageSize = 500 // usages

func newTraffic(tokens int) *traffic {
	rng := rand.New(rand.NewPCG(1, uint64(tokens)))
	t := &traffic{tokens: tokens, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), step: 5 * time.Microsecond, order: make([]uint32, 1<<21)}
	if tokens == 1 {
		t.step = 150 * time.Millisecond // as fast as token-burst lets it
	} else {
		zipf := rand.NewZipf(rng, 1.05, 10, uint64(tokens-1))
		for i := range t.order {
			t.order[i] = uint32(zipf.Uint64())
		}
	}
	for i := range 4096 {
		p := tokenwarden.Geo{Country: "DE", City: "Berlin", ASN: 64500, ASOrg: "Example", Lat: 52.52, Lon: 13.4, Radius: 20}
		e := tokenwarden.Event{
			TokenKind: "jwt", Confidence: tokenwarden.ConfidenceHigh, Param: "authorization", FirstInRequest: true,
			ClientIP: netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), Geo: p, Method: []string{"GET", "GET", "POST"}[rng.IntN(3)], Host: "api.example.com",
			Endpoint: fmt.Sprintf("/v1/orders/{id}/part%d", rng.IntN(12)), Target: "/v1/orders/17/part?token=REDACTED.jwt.0123456789abcdef",
			Status: []int{200, 200, 200, 200, 404}[rng.IntN(5)], Bytes: 1234, UserAgent: "Mozilla/5.0 (X11; Linux x86_64)", Client: "Firefox",
			Scheme: "https", TLSProtocol: "TLSv1.3", Owner: "ann", Scopes: []string{"orders.read", "orders.write"},
			Claims: tokenwarden.Claims{JWT: true, Alg: "RS256", Issuer: "https://idp.example.com", IssuedAt: 1795400000, Expires: 1796000000, HasScopes: true},
			Source: tokenwarden.Source{Topic: "access-logs"},
		}
		t.us = append(t.us, tokenwarden.Usage{Event: e})
	}
	return t
}

func (t *traffic) next() []tokenwarden.Usage {
	from := t.n % (len(t.us) - messageSize)
	msg := t.us[from : from+messageSize]
	for i := range msg {
		u := &msg[i]
		var id tokenwarden.Fingerprint
		one := uint32(t.n)
		if t.n >= t.tokens {
			one = t.order[(t.n-t.tokens)%len(t.order)]
		}
		binary.LittleEndian.PutUint32(id[:], one)
		binary.LittleEndian.PutUint64(id[8:], hash.Mix(uint64(one)))
		t.n++
		t.now = t.now.Add(t.step)
		u.Subject = tokenwarden.TokenSubject(id)
		u.Event.Location = tokenwarden.LocationHeader
		if id[8]%64 == 0 { // one client in 64 puts its token into the URL
			u.Event.Location = tokenwarden.LocationQuery
		}
		u.Event.Fingerprint, u.Event.Time, u.Event.Source.Offset = id, t.now, t.offset
		t.offset++
	}
	return msg
}

// rulePack returns n rules: the default ones, then variants of them with other ids and limits.
func rulePack(t testing.TB, n int) []rules.Definition {
	defs := defaults(t)
	for i := 0; len(defs) < n; i++ {
		d := defs[i]
		d.ID = fmt.Sprintf("%s-%d", d.ID, len(defs))
		d.Tests, d.BlindSpots = nil, nil
		if rate, ok := d.Spec.(*rules.Rate); ok && rate.Limit > 0 {
			spec := *rate
			spec.Limit += uint64(i)
			d.Spec = &spec
		}
		defs = append(defs, d)
	}
	return defs[:n]
}

// cpuTime returns the processor time of the process on all cores. Unlike the clock it leaves out other processes.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkApply(b *testing.B) {
	for _, tokens := range []int{1, 10_000, 100_000, 1_000_000} {
		for _, n := range []int{10, 40, 200} {
			b.Run(fmt.Sprintf("tokens=%d/rules=%d", tokens, n), func(b *testing.B) { benchmarkApply(b, tokens, n) })
		}
	}
}

func benchmarkApply(b *testing.B, tokens, n int) {
	engine, err := New(rulePack(b, n), Options{MaxProfiles: 1_100_000})
	if err != nil {
		b.Fatal(err)
	}
	p, tr := engine.NewPartition(), newTraffic(tokens)
	pos := tokenwarden.Position{Offset: -1}
	send := func() {
		pos.Offset++
		p.Begin(pos, tr.next())
		p.Apply()
		if p.Pending() > 200_000 {
			p.Committed()
		}
	}
	for range (tokens + max(250_000, min(4*tokens, 1<<21))) / messageSize {
		send()
	}
	if p.Profiles() < tokens {
		b.Fatalf("%d of %d tokens are live", p.Profiles(), tokens)
	}
	runtime.GC()
	start := cpuTime()
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += messageSize {
		send()
	}
	spent := cpuTime() - start
	b.ReportMetric(float64(b.N)/spent.Seconds(), "events/cpu-s") // of all threads, garbage collection included
}
