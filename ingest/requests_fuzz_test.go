package ingest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// FuzzManyRequests sends messages of two requests, each with a token, and a third element between them, or anything at all.
// The requests are stretches of the message in order, no output holds a token, a message is redacted the same with and
// without events, and redacting twice changes nothing.
func FuzzManyRequests(f *testing.F) {
	for i := range 32 {
		f.Add(uint64(i), uint8(i), `{"level":"info"}`, uint16(0))
	}
	for i, between := range []string{
		`{"records":[{"data":"e30="},{}]}`, "[[[[[[", `{"records":[`, `"`, `\"`, `{"message":"{\"records\":[{\"message\":\"{\\\"items\\\":[{}]}\"}]}"}`,
		`{"value":[{"a":"b"}],"name":"token"}`, `["1",null]`, `["1","x",{"token":"y"}]`, `}{`, `{"data":"/+8="}`, "\n", `{}{}`,
		`{"data":"` + encoded(`{"records":[{"data":"`+encoded(combined("/"))+`"}]}`) + `"}`,
		`{"streams":[{"values":[["1",` + quoted(jsonRequest("/x")) + `]]}]}`,
	} {
		f.Add(uint64(i), uint8(i), between, uint16(300+i*7))
	}
	p, kinds := newTestProcessor(f, nil), messageKinds()
	f.Fuzz(func(t *testing.T, seed uint64, kind uint8, between string, cut uint16) {
		if len(between) > 2048 {
			return
		}
		rnd := rand.New(rand.NewPCG(seed, 11))
		k := kinds[int(kind)%len(kinds)]
		tokens := []string{randomToken(rnd), randomToken(rnd)}
		a, b := k.element("/a?access_token="+tokens[0]), k.element("/b?access_token="+tokens[1])
		message := k.in(a, between, b)
		if cut > 0 {
			message = message[:min(len(message), int(cut))]
		}
		message = strings.NewReplacer("\r", "", "\n", " ").Replace(message)
		checkMessage(t, p, message, tokens)
		if cut == 0 && json.Valid([]byte(k.in(between))) && json.Valid([]byte(between)) && p.message.rec.Requests == nil {
			t.Fatalf("no requests in %q", message)
		}
		checkMessage(t, p, between, nil)
	})
}

// checkMessage fails if an output of message holds a whole token.
func checkMessage(t *testing.T, p *Processor, message string, tokens []string) {
	t.Helper()
	alone, _ := p.Redact(nil, []byte(message))
	again, res := p.processOne(message)
	if string(alone) != again {
		t.Fatalf("%q is redacted to %q, and with events to %q", message, alone, again)
	}
	outputs := []string{again, decodedBase64(again)}
	end := 0
	for i, r := range p.message.rec.Requests {
		if r.Start < end || r.End <= r.Start || r.End > len(r.Line) {
			t.Fatalf("request %d of %q is [%d:%d] after %d in %d bytes", i, message, r.Start, r.End, end, len(r.Line))
		}
		end = r.End
		of := p.Request(i)
		record := string(p.AppendRecord(nil, 1, of))
		if !json.Valid([]byte(record)) {
			t.Fatalf("the record of request %d of %q is no JSON", i, message)
		}
		outputs = append(outputs, record)
		for k := range of.Events {
			outputs = append(outputs, fmt.Sprintf("%+v", of.Events[k]))
		}
	}
	for _, token := range tokens {
		for _, out := range outputs {
			if form := leakedForm(out, token); form != "" {
				t.Fatalf("%q leaves the token %s: %s", message, form, out)
			}
		}
	}
	if twice, _ := p.processOne(again); res.Reason == "" && twice != again {
		t.Fatalf("redacting twice changes %q\nto %q", again, twice)
	}
}

// TestMessagesTakeLinearTime wants sixteen times the message to take far less than 256 times the CPU time, for messages
// that are costly to split.
func TestMessagesTakeLinearTime(t *testing.T) {
	p := newTestProcessor(t, nil)
	for name, message := range map[string]func(n int) string{
		"objects":           func(n int) string { return "[" + strings.Repeat(`{},`, n) + "{}]" },
		"behind each other": func(n int) string { return strings.Repeat(`{}`, n) },
		"requests":          func(n int) string { return "[" + strings.Repeat(jsonRequest("/")+",", n/40) + "{}]" },
		"lists":             func(n int) string { return strings.Repeat(`{"records":[`, n) },
		"closed lists":      func(n int) string { return strings.Repeat(`{"records":[`, n) + strings.Repeat("]}", n) },
		"lists in lists": func(n int) string {
			return `{"records":[` + strings.Repeat(`{"items":[{"logs":[{},{}]}]},`, n/10) + "{}]}"
		},
		"strings": func(n int) string { return "[" + strings.Repeat(`"no line at all, it is","`, n/10) + `"]` },
		"base64": func(n int) string {
			return "[" + strings.Repeat(`{"data":"`+encoded(combined("/"))+`"},`, n/40) + "{}]"
		},
		"base64 of one text": func(n int) string { return `{"data":"` + encoded(strings.Repeat("a\n", n)+combined("/")) + `"}` },
		"tokens in base64": func(n int) string {
			return "[" + strings.Repeat(`{"data":"`+encoded(combined("/?access_token="+newSecret()))+`"},`, n/50) + "{}]"
		},
		"names that follow": func(n int) string { return strings.Repeat(`{"values":[{"a":1}],"name":"x"}`, n/10) },
	} {
		t.Run(name, func(t *testing.T) {
			best := func(n int) time.Duration {
				text, least := message(n), time.Hour
				for range 3 {
					start := cpuTime(t)
					_, res := p.processOne(text)
					for i := range res.Requests {
						p.Request(i)
					}
					least = min(least, cpuTime(t)-start)
				}
				return least
			}
			const enough = 30 * time.Millisecond // less says nothing
			if small, big := best(1500), best(24000); big > enough && big > 80*max(small, time.Millisecond/2) {
				t.Errorf("a message took %v, one of sixteen times the length %v", small, big)
			}
		})
	}
}
