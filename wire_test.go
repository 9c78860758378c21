package tokenwarden_test

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

func fullEvent() tokenwarden.Event {
	return tokenwarden.Event{
		Time: time.Date(2026, 1, 5, 9, 0, 0, 123456000, time.UTC), Fingerprint: tokenwarden.Fingerprint{1, 2}, KeyID: tokenwarden.KeyID{3},
		Family: tokenwarden.Fingerprint{4}, TokenKind: "jwt", Confidence: tokenwarden.ConfidenceHigh, Location: tokenwarden.LocationQuery,
		Param: "access_token", FirstInRequest: true, ClientIP: netip.MustParseAddr("192.0.2.7"),
		Geo:    tokenwarden.Geo{Country: "DE", City: "Berlin", ASN: 64496, ASOrg: "Spreenetz", Lat: 52.5, Lon: 13.4, Radius: 20},
		Method: "GET", Host: "api.example.com", Endpoint: "/v1/orders/{id}", Target: "/v1/orders/1?access_token=REDACTED.jwt.0102",
		Status: 200, Bytes: 512, UserAgent: "curl/8.5.0", Client: "curl", Scheme: "https", TLSProtocol: "TLSv1.3", Owner: "u-1",
		Scopes: []string{"orders:read", "orders:write"},
		Claims: tokenwarden.Claims{
			JWT: true, Alg: "RS256", Unsigned: true, Issuer: "https://id.example.com", ClientID: "app", IssuedAt: 1, NotBefore: 2,
			Expires: 3, AuthTime: 4, ACR: "1", AMR: []string{"pwd", "otp"}, HasScopes: true,
		},
		Strength: tokenwarden.Strength{Length: 300, Bits: 128.5, Sequence: tokenwarden.SequenceCounter},
		Source:   tokenwarden.Source{Topic: "access-logs", Partition: 3, Epoch: 7, Offset: 42, Line: 1},
	}
}

func batchOf(events ...tokenwarden.Event) []byte {
	b := tokenwarden.AppendUsageHeader(nil, events[0].Source)
	var scratch []byte
	for i := range events {
		b, scratch = tokenwarden.AppendUsage(b, scratch, tokenwarden.TokenSubject(events[i].Fingerprint), &events[i])
	}
	return b
}

func TestUsageRoundTrip(t *testing.T) {
	sparse := tokenwarden.Event{Time: time.UnixMicro(0).UTC(), Source: fullEvent().Source}
	six := fullEvent()
	six.ClientIP = netip.MustParseAddr("2001:db8::1")
	events := []tokenwarden.Event{fullEvent(), sparse, six}
	got, err := tokenwarden.DecodeUsages(nil, batchOf(events...))
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if !reflect.DeepEqual(got[i].Event, events[i]) {
			t.Errorf("event %d:\n got %+v\nwant %+v", i, got[i].Event, events[i])
		}
	}
}

// An event that is a zero value but for one field must keep that field: each is written and read under its own number.
func TestUsageKeepsEachField(t *testing.T) {
	full := reflect.ValueOf(fullEvent())
	for i := range full.NumField() {
		name := full.Type().Field(i).Name
		e := tokenwarden.Event{Time: time.UnixMicro(1).UTC()}
		reflect.ValueOf(&e).Elem().Field(i).Set(full.Field(i))
		got, err := tokenwarden.DecodeUsages(nil, batchOf(e))
		if err != nil || !reflect.DeepEqual(got[0].Event, e) {
			t.Errorf("%s is lost: %v\n got %+v\nwant %+v", name, err, got[0].Event, e)
		}
	}
}

func TestUsageUnderAnotherSubjectKeepsTheFingerprint(t *testing.T) {
	e := fullEvent()
	client := tokenwarden.NetworkSubject(e.ClientIP)
	b, _ := tokenwarden.AppendUsage(tokenwarden.AppendUsageHeader(nil, e.Source), nil, client, &e)
	got, err := tokenwarden.DecodeUsages(nil, b)
	if err != nil || got[0].Subject != client || got[0].Event.Fingerprint != e.Fingerprint {
		t.Fatalf("got %v %v, %v", got[0].Subject, got[0].Event.Fingerprint, err)
	}
	if client.String() != "192.0.2.0/24" {
		t.Errorf("client subject is %s", client)
	}
}

func TestCloneSharesNoMemory(t *testing.T) {
	msg := batchOf(fullEvent())
	us, err := tokenwarden.DecodeUsages(nil, msg)
	if err != nil {
		t.Fatal(err)
	}
	clone := us[0].Event.Clone()
	for i := range msg {
		msg[i] = 'X'
	}
	want := fullEvent()
	if !reflect.DeepEqual(clone, want) {
		t.Errorf("clone changed with the message:\n got %+v\nwant %+v", clone, want)
	}
}

func TestSubjectPartitionNeverChanges(t *testing.T) {
	// Recorded once: all of a subject's past lies where this points.
	for i, want := range []int{5, 6, 7, 0} {
		s := tokenwarden.TokenSubject(tokenwarden.Fingerprint{byte(i + 1)})
		if got := s.Partition(8); got != want {
			t.Errorf("subject %d is in partition %d, was in %d", i, got, want)
		}
	}
}

func TestSubjectPartitionsAreEven(t *testing.T) {
	const n, subjects = 8, 80_000
	rng := rand.New(rand.NewPCG(1, 2))
	counts := make([]int, n)
	for range subjects {
		var f tokenwarden.Fingerprint
		for i := range f {
			f[i] = byte(rng.Uint32())
		}
		counts[tokenwarden.TokenSubject(f).Partition(n)]++
	}
	for p, c := range counts {
		if c < subjects/n*9/10 || c > subjects/n*11/10 {
			t.Errorf("partition %d has %d of %d subjects", p, c, subjects)
		}
	}
}

func TestParseFingerprintNeverQuotesItsInput(t *testing.T) {
	secret := "a-token-pasted-by-mistake"
	if _, err := tokenwarden.ParseFingerprint(secret); err == nil || containsText(err.Error(), secret) {
		t.Errorf("error is %v", err)
	}
	f := tokenwarden.Fingerprint{0xab, 1}
	if got, err := tokenwarden.ParseFingerprint(f.String()); err != nil || got != f {
		t.Errorf("got %v, %v", got, err)
	}
}

func containsText(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

func FuzzDecodeUsages(f *testing.F) {
	f.Add(batchOf(fullEvent()))
	f.Add([]byte{})
	f.Add([]byte{0x22, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, msg []byte) {
		us, err := tokenwarden.DecodeUsages(nil, msg)
		if err != nil {
			return
		}
		for i := range us { // what was read can be written and read again
			e := us[i].Event
			again, err := tokenwarden.DecodeUsages(nil, func() []byte {
				b, _ := tokenwarden.AppendUsage(tokenwarden.AppendUsageHeader(nil, e.Source), nil, us[i].Subject, &e)
				return b
			}())
			if err != nil || len(again) != 1 {
				t.Fatalf("usage %d cannot be read again: %v", i, err)
			}
		}
	})
}

func BenchmarkAppendUsage(b *testing.B) {
	e := fullEvent()
	s := tokenwarden.TokenSubject(e.Fingerprint)
	dst := tokenwarden.AppendUsageHeader(nil, e.Source)
	header := len(dst)
	var scratch []byte
	b.ReportAllocs()
	for b.Loop() {
		dst, scratch = tokenwarden.AppendUsage(dst[:header], scratch, s, &e)
	}
	b.SetBytes(int64(len(dst)))
}

func BenchmarkDecodeUsages(b *testing.B) {
	events := make([]tokenwarden.Event, 1000)
	for i := range events {
		events[i] = fullEvent()
		events[i].Claims, events[i].Scopes = tokenwarden.Claims{}, nil
	}
	msg := batchOf(events...)
	var us []tokenwarden.Usage
	b.SetBytes(int64(len(msg)))
	b.ReportAllocs()
	for b.Loop() {
		us, _ = tokenwarden.DecodeUsages(us[:0], msg)
	}
	b.ReportMetric(float64(len(events))*float64(b.N)/b.Elapsed().Seconds(), "usages/s")
}

// Every event counts for its token, for other subjects only what rules ask of them.
func TestAppendSubjects(t *testing.T) {
	e := fullEvent()
	e.Strength.Sequence = tokenwarden.SequenceNone
	kinds := func(change func(e *tokenwarden.Event)) string {
		c := e.Clone()
		change(&c)
		s := ""
		for _, subject := range tokenwarden.AppendSubjects(nil, &c) {
			s += " " + subject.Kind.String()
		}
		return s
	}
	for _, c := range []struct {
		name, want string
		change     func(e *tokenwarden.Event)
	}{
		{"accepted", " token family", func(*tokenwarden.Event) {}},
		{"no family", " token", func(e *tokenwarden.Event) { e.Family = tokenwarden.Fingerprint{} }},
		{"second place in the request", " token", func(e *tokenwarden.Event) { e.FirstInRequest = false }},
		{"failed", " token", func(e *tokenwarden.Event) { e.Status = 500 }},
		{"denied", " token network", func(e *tokenwarden.Event) { e.Status = 401 }},
		{"denied without an address", " token", func(e *tokenwarden.Event) { e.Status, e.ClientIP = 401, netip.Addr{} }},
		{"sequence", " token family issuer", func(e *tokenwarden.Event) { e.Strength.Sequence = tokenwarden.SequenceNear }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := kinds(c.change); got != c.want {
				t.Errorf("want%s, got%s", c.want, got)
			}
		})
	}
	other := e.Clone()
	other.Claims.Issuer = "https://other.example.com"
	if tokenwarden.IssuerSubject(&e) == tokenwarden.IssuerSubject(&other) {
		t.Error("two issuers are one subject")
	}
	e.Claims.Issuer, other.Claims.Issuer, other.Host = "", "", "elsewhere.example.com"
	if tokenwarden.IssuerSubject(&e) == tokenwarden.IssuerSubject(&other) {
		t.Error("one parameter of two hosts is one subject")
	}
}
