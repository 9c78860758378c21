package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// quoted returns s as a JSON string.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// jsonRequest returns a request as an object with the keys of a JSON log.
func jsonRequest(target string) string {
	return `{"time":"2026-01-05T08:59:58Z","remote_addr":"192.0.2.7","method":"GET","uri":` + quoted(target) + `,"status":200}`
}

// messageKind is a way of sending several requests in one message.
type messageKind struct {
	name                    string
	before, between, behind string
	element                 func(target string) string
}

// in returns a message of the kind with the elements.
func (k *messageKind) in(elements ...string) string {
	return k.before + strings.Join(elements, k.between) + k.behind
}

// of returns a message of the kind with a request for each target.
func (k *messageKind) of(targets ...string) string {
	elements := make([]string, len(targets))
	for i, target := range targets {
		elements[i] = k.element(target)
	}
	return k.in(elements...)
}

func messageKinds() []messageKind {
	line := func(format string) func(string) string {
		return func(target string) string { return fmt.Sprintf(format, quoted(combined(target))) }
	}
	logRecord := func(target string) string {
		path, query, _ := strings.Cut(target, "?")
		return `{"timeUnixNano":"1767603598000000000","body":{"stringValue":"request"},"attributes":[` +
			`{"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"url.path","value":{"stringValue":` + quoted(path) + `}},` +
			`{"key":"url.query","value":{"stringValue":` + quoted(query) + `}},{"key":"http.response.status_code","value":{"intValue":"200"}},` +
			`{"key":"client.address","value":{"stringValue":"192.0.2.7"}}]}`
	}
	const otlp = `{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"api"}}]},"scopeLogs":[{"scope":{},"logRecords":[`
	return []messageKind{
		{"array", "[", ",", "]", jsonRequest},
		{"array of lines in objects", "[\n", ",\n", "\n]", line(`{"date":1767603598.1,"log":%s}`)},
		{"array of strings", "[", ",", "]", line("%s")},
		{"records", `{"records":[`, ",", "]}", jsonRequest},
		{"Records with a body", `{"Records":[`, ",", "]}", line(`{"messageId":"1","body":%s}`)},
		{"log events", `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logEvents":[`, ",", "]}", line(`{"id":"1","timestamp":1767603598000,"message":%s}`)},
		{"Loki", `{"streams":[{"stream":{"app":"nginx"},"values":[`, ",", "]}]}", line(`["1767603598000000000",%s,{"pod":"a"}]`)},
		{"Loki, a stream each", `{"streams":[`, ",", "]}", line(`{"stream":{"app":"nginx"},"values":[["1767603598000000000",%s]]}`)},
		{"OTLP", otlp, ",", "]}]}]}", logRecord},
		{"OTLP, a scope each", otlp, `]},{"logRecords":[`, "]}]}]}", logRecord},
		{"OTLP with lines", otlp, ",", "]}]}]}", line(`{"timeUnixNano":"1767603598000000000","body":{"stringValue":%s}}`)},
		{"list of events", `{"kind":"EventList","metadata":{},"items":[`, ",", "]}", func(target string) string {
			return `{"kind":"Event","requestURI":` + quoted(target) + `,"verb":"get","time":"2026-01-05T08:59:58Z","client_ip":"192.0.2.7","status":200}`
		}},
		{"one behind the other", "", "", "", line(`{"time":1767603598.1,"host":"h","event":%s}`)},
		{"one behind the other with blanks", "", " \t", " ", jsonRequest},
		{"in a line of a shipper", `{"message":"{\"records\":[`, ",", `]}","@timestamp":"2026-01-05T08:59:58Z"}`, func(target string) string {
			s := quoted(jsonRequest(target))
			return s[1 : len(s)-1]
		}},
		{"behind a prefix", `<190>1 2026-01-05T08:59:58Z web1 app 7 - - [`, ",", "]", jsonRequest},
	}
}

// TestManyRequests sends three requests in one message: each has a record and an event of its own, in their order.
func TestManyRequests(t *testing.T) {
	for _, k := range messageKinds() {
		t.Run(k.name, func(t *testing.T) {
			m := NewMetrics(prometheus.NewRegistry())
			p := newTestProcessor(t, func(o *Options) { o.Metrics = m })
			for range 2 { // the second message meets what the parser learned from the first
				secrets := []string{newSecret(), newSecret(), newSecret()}
				message := k.of("/a?access_token="+secrets[0], "/b?access_token="+secrets[1]+"&x=1", "/c?access_token="+secrets[2])
				out, res := p.processOne(message)
				if res.Requests != 3 || res.Err != nil || res.Reason != "" || len(res.Findings) != 3 || len(res.Events) != 0 {
					t.Fatalf("%d requests, %d findings, %v, %q: %s", res.Requests, len(res.Findings), res.Err, res.Reason, out)
				}
				want := message
				for i, s := range secrets {
					want = strings.Replace(want, s, "REDACTED.token."+res.Findings[i].Fingerprint.String()[:16], 1)
				}
				if out != want {
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
				if strings.Contains(out, password) || strings.Count(out, "REDACTED.token.") != 2 || k.before != "" && !json.Valid([]byte(out)) && k.name != "behind a prefix" {
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
	for _, k := range messageKinds()[:5] {
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
