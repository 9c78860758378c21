package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// TestManyRequests sends three requests in one message: each has a record and an event of its own, in their order.
func TestManyRequests(t *testing.T) {
	for _, k := range messageKinds() {
		t.Run(k.name, func(t *testing.T) {
			m := NewMetrics(prometheus.NewRegistry())
			p := newTestProcessor(t, func(o *Options) { o.Metrics = m })
			for range 2 { // the second message meets what the parser learned from the first
				secrets := []string{newSecret(), newSecret(), newSecret()}
				of := func(secrets []string) string {
					return k.of("/a?access_token="+secrets[0], "/b?access_token="+secrets[1]+"&x=1", "/c?access_token="+secrets[2])
				}
				message := of(secrets)
				out, res := p.processOne(message)
				if res.Requests != 3 || res.Err != nil || res.Reason != "" || len(res.Findings) != 3 || len(res.Events) != 0 {
					t.Fatalf("%d requests, %d findings, %v, %q: %s", res.Requests, len(res.Findings), res.Err, res.Reason, out)
				}
				for i := range secrets {
					secrets[i] = "REDACTED.token." + res.Findings[i].Fingerprint.String()[:16]
				}
				if want := of(secrets); out != want {
					t.Errorf("redacted to %s\nwant        %s", out, want)
				}
				for i := range 3 {
					checkRequest(t, p, i)
				}
			}
			p.Flush()
			if got := testutil.ToFloat64(m.requests); got != 6 {
				t.Errorf("%v requests are counted", got)
			}
		})
	}
}

// checkRequest checks the result of a request whose path is a letter.
func checkRequest(t *testing.T, p *Processor, number int) {
	t.Helper()
	res := p.Request(number)
	if res.Err != nil || len(res.Events) != 1 || len(res.Findings) != 1 {
		t.Fatalf("request %d: %d events, %d findings, %v", number, len(res.Events), len(res.Findings), res.Err)
	}
	e, path := &res.Events[0], "/"+string(rune('a'+number))
	if e.Endpoint != path || e.Fingerprint != res.Findings[0].Fingerprint || e.Location != tokenwarden.LocationQuery ||
		e.ClientIP.String() != "192.0.2.7" || e.Status != 200 || !strings.EqualFold(e.Method, "get") || !e.FirstInRequest || e.Time.Unix() != 1767603598 {
		t.Errorf("request %d has the event %+v", number, e)
	}
	var record struct{ Path, Query string }
	if err := json.Unmarshal(p.AppendRecord(nil, 1, res), &record); err != nil || record.Path != path ||
		!strings.HasPrefix(record.Query, "access_token=REDACTED.token."+e.Fingerprint.String()[:16]) {
		t.Errorf("request %d has the record %+v, %v", number, record, err)
	}
}

// TestBadElements has elements that are no requests among requests: each costs itself, and is redacted.
func TestBadElements(t *testing.T) {
	for _, k := range messageKinds() {
		for name, bad := range map[string]string{
			"another log's": `{"level":"info","password":"PASSWORD"}`, "a number": "17", "null": "null", "a string": `"no line: password=PASSWORD"`,
			"an old time": strings.Replace(jsonRequest("/9?password=PASSWORD"), "2026", "1926", 1),
		} {
			if k.name == "OTLP, a scope each" || k.name == "in a line of a shipper" || k.between == "" && bad[0] != '{' || k.between == " \t" && bad[0] != '{' {
				continue
			}
			t.Run(k.name+"/"+name, func(t *testing.T) {
				p := newTestProcessor(t, nil)
				password := newMixed(14)
				out, res := p.processOne(k.in(k.element("/a?access_token="+newSecret()), strings.ReplaceAll(bad, "PASSWORD", password), k.element("/b?access_token="+newSecret())))
				if strings.Contains(decodedBase64(out), password) || strings.Count(decodedBase64(out), "REDACTED.token.") != 2 || k.before != "" && !json.Valid([]byte(out)) && k.name != "behind a prefix" {
					t.Errorf("redacted to %s", strings.ReplaceAll(out, password, "PASSWORD"))
				}
				var endpoints []string
				for i := range res.Requests {
					of := p.Request(i)
					for _, e := range of.Events {
						endpoints = append(endpoints, strings.Clone(e.Endpoint))
					}
					if record := string(p.AppendRecord(nil, 1, of)); strings.Contains(record, password) {
						t.Errorf("request %d has the record %s", i, strings.ReplaceAll(record, password, "PASSWORD"))
					}
				}
				if fmt.Sprint(endpoints) != "[/a /b]" {
					t.Errorf("events of %v, want /a and /b, of %d requests", endpoints, res.Requests)
				}
			})
		}
	}
}

// TestElementsAreRedactedAsLines: what stands in an element is redacted as it would be in a line of its own.
func TestElementsAreRedactedAsLines(t *testing.T) {
	p := newTestProcessor(t, nil)
	elements := []string{
		jsonRequest("/a?access_token=" + newSecret()), `{"level":"info","api_key":"` + newSecret() + `","pin":4711,"note":"x"}`,
		`{"request":{"method":"GET","uri":"/1","headers":{"Authorization":["Bearer ` + newSecret() + `"],"\u0043ookie":["sid=` + newSecret() + `"]}},"status":200,"ts":1767603598.1}`,
		`{"log":` + quoted(combined("/c?access_token="+newSecret())) + `,"stream":"stdout"}`, jsonRequest("/clean"),
	}
	var want []string
	for _, e := range elements {
		out, _ := p.processOne(e)
		want = append(want, out)
	}
	for _, k := range messageKinds() {
		elements, want := elements, want
		if k.wrap != nil { // what holds no request stays base64, and is masked as such
			elements, want = slices.Delete(slices.Clone(elements), 1, 2), slices.Delete(slices.Clone(want), 1, 2)
		}
		if k.name == "in a line of a shipper" || k.between == "" || strings.HasPrefix(k.name, "OTLP, a") {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			if out, _ := p.processOne(k.in(elements...)); out != k.in(want...) {
				t.Errorf("redacted to %s\nwant        %s", out, k.in(want...))
			}
		})
	}
}

// TestRequestsAreNoClients: a list that a client has written holds no requests.
func TestRequestsAreNoClients(t *testing.T) {
	list := `[` + jsonRequest("/b?access_token="+newSecret()) + `,` + jsonRequest("/c?access_token="+newSecret()) + `]`
	for name, text := range map[string]string{
		"body": `{"body":` + list + `}`, "a request's records": strings.Replace(jsonRequest("/a"), "{", `{"records":`+list+`,`, 1),
		"a request's parameters": strings.Replace(jsonRequest("/a"), "{", `{"params":{"items":`+list+`},`, 1),
		"a request's body":       strings.Replace(jsonRequest("/a"), "{", `{"request_body":{"records":`+list+`},`, 1),
		"unknown":                `{"level":"info","context":{"items":` + list + `}}`,
	} {
		t.Run(name, func(t *testing.T) {
			p := newTestProcessor(t, nil)
			out, res := p.processOne(text)
			if res.Requests != 0 || strings.Count(out, "REDACTED.token.") != 2 {
				t.Errorf("%d requests in %s", res.Requests, out)
			}
		})
	}
}

// TestManyRequestsAreBounded: what is beyond the bound is redacted and counted.
func TestManyRequestsAreBounded(t *testing.T) {
	m := NewMetrics(prometheus.NewRegistry())
	p := newTestProcessor(t, func(o *Options) { o.Metrics = m })
	const bound, more = 4096, 17
	message := `{"records":[` + strings.Repeat(`{"method":"GET","uri":"/"},`, bound+more-1) + `{"method":"GET","uri":"/?access_token=` + newSecret() + `"}]}`
	out, res := p.processOne(message)
	if res.Requests != bound || strings.Count(out, "REDACTED.token.") != 1 {
		t.Errorf("%d requests, want %d", res.Requests, bound)
	}
	p.Flush()
	if got := testutil.ToFloat64(m.cut.WithLabelValues("requests")); got != more {
		t.Errorf("%v requests are counted as cut, want %d", got, more)
	}
}

// TestRequestsOfAMessageHaveLines: requests count on over the lines of a message, and the usages of one message to one
// partition are in one record.
func TestRequestsOfAMessageHaveLines(t *testing.T) {
	p := newTestProcessor(t, nil)
	target := "/x?access_token=" + newSecret()
	array := messageKinds()[0]
	value := combined(target) + "\n" + array.of(target, target) + "\n{\n}\n" + array.of(target) + "\n"
	var lines []int64
	w := NewWorker(p, 3, func(_ context.Context, b *tokenwarden.Batch) error {
		for _, records := range b.Usages {
			if len(records) > 1 {
				t.Errorf("%d records of one partition", len(records))
			}
			for _, r := range records {
				batch, err := tokenwarden.DecodeUsages(nil, r.Value)
				if err != nil {
					t.Fatal(err)
				}
				for i := range batch {
					lines = append(lines, batch[i].Event.Source.Line)
				}
			}
		}
		return nil
	})
	if _, err := w.Start(context.Background(), kafka.Assignment{Topic: "in"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Handle(context.Background(), []kafka.Message{{Value: []byte(value), Time: testTime}}); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(lines) != "[0 1 2 4]" {
		t.Errorf("lines %v", lines)
	}
}

// TestBase64OfSeveralLines: each line is a request; what holds nothing to redact keeps its bytes.
func TestBase64OfSeveralLines(t *testing.T) {
	p := newTestProcessor(t, nil)
	clean, first, second := encoded(combined("/clean")+"\r\n"), combined("/a?access_token="+newSecret()), combined("/b?access_token="+newSecret())
	message := `{"records":[{"data":"` + clean + `"},{"data":"` + encoded(first+"\n\n"+second+"\nno line\n") + `"},{"data":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}],"timestamp":1}`
	out, res := p.processOne(message)
	if res.Requests != 5 || !strings.HasPrefix(out, `{"records":[{"data":"`+clean+`"},{"data":"`) || !strings.HasSuffix(out, `{"data":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}],"timestamp":1}`) {
		t.Fatalf("%d requests, %s", res.Requests, out)
	}
	plain := decodedBase64(out)
	a, _, _ := strings.Cut(first, "access_token=")
	if !strings.Contains(plain, a+"access_token=REDACTED.token.") || !strings.Contains(plain, "\nno line\n") || strings.Count(plain, "REDACTED.") != 2 {
		t.Errorf("redacted to %s", plain)
	}
	if again, _ := p.processOne(out); again != out {
		t.Errorf("redacting twice changes it to %s", again)
	}
}

// TestPathsOfRequestsAreExcepted: an exception for a path is for the requests that have it, encoded or not.
func TestPathsOfRequestsAreExcepted(t *testing.T) {
	for _, k := range messageKinds() {
		if strings.HasPrefix(k.name, "OTLP") { // the second check does not know which path a query belongs to
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			p := newTestProcessor(t, func(o *Options) { o.Credential.Exceptions.Paths = []string{"/public/"} })
			excepted, other := newSecret(), newSecret()
			out, _ := p.processOne(k.of("/public/a?x_token="+excepted, "/b?x_token="+other))
			if out = decodedBase64(out); !strings.Contains(out, excepted) || strings.Contains(out, other) {
				t.Errorf("redacted to %s", out)
			}
		})
	}
}

// TestExplainRequests: an explanation tells the number of requests, and positions are those of the message.
func TestExplainRequests(t *testing.T) {
	for _, k := range messageKinds() {
		t.Run(k.name, func(t *testing.T) {
			p := newTestProcessor(t, nil)
			message := k.of("/a?access_token="+newSecret(), "/b?access_token="+newSecret())
			e := p.Explain([]byte(message), Options{}, testTime)
			if e.Requests != 2 || len(e.Findings) != 2 || e.Error != "" {
				t.Fatalf("%d requests, %d findings, %s", e.Requests, len(e.Findings), e.Error)
			}
			for _, f := range e.Findings {
				value := message[f.Start:f.End]
				if k.wrap != nil {
					value = decodedBase64(`"` + value + `"`)
				}
				if len(value) < 40 || strings.Contains(value, `"data"`) {
					t.Errorf("a finding at %d-%d", f.Start, f.End)
				}
			}
		})
	}
}

// TestGuardInMessages: what the second check alone finds is in no output of a message or a request.
func TestGuardInMessages(t *testing.T) {
	for _, k := range messageKinds() {
		t.Run(k.name, func(t *testing.T) {
			p := newTestProcessor(t, hideNames)
			p.guard = guard.New(guard.Options{}) // it knows the names that the finder has been told to leave
			secrets := []string{newSecret(), newSecret()}
			out, res := p.processOne(k.of("/a?access_token="+secrets[0], "/b?access_token="+secrets[1]))
			texts := decodedBase64(out)
			for i := range res.Requests {
				of := p.Request(i)
				texts += string(p.AppendRecord(nil, 1, of))
			}
			if res.Reason != ReasonGuard || strings.Contains(texts, secrets[0]) || strings.Contains(texts, secrets[1]) {
				t.Errorf("reason %q: %s", res.Reason, out)
			}
			if !strings.HasPrefix(out, "REDACTED.line.") && strings.Count(texts, guardMask) < 2 {
				t.Errorf("no mask in %s", texts)
			}
		})
	}
}
