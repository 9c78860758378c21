package ingest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// newMixed returns n random letters and digits, among them each kind.
func newMixed(n int) string {
	const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
	b := make([]byte, n)
	_, _ = rand.Read(b)
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	copy(b[n/2:], "k7Q")
	return string(b)
}

// planted is a secret in the form in which a request carries it.
type planted struct {
	kind   string
	secret string // looked for in each output
	text   string // planted
	named  bool   // only a name tells that it is a secret
}

func newPlanted() []planted {
	pat, opaque, password := "glpat-"+newMixed(20), newMixed(32), "hunter2-"+newMixed(6)+"!x"
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	jwt := encode(`{"alg":"HS256"}`) + "." + encode(`{"iss":"https://`+pat+`.example","sub":"`+pat+`","scope":"read `+pat+`","amr":["`+pat+`"]}`) + "." + newMixed(43)
	return []planted{
		{"provider", pat, pat, false}, {"opaque", opaque, opaque, true}, {"password", password, password, true},
		{"claim", pat, jwt, false}, {"jwt", jwt[len(jwt)-30:], jwt, false},
	}
}

// place is where a secret stands in a message.
type place struct {
	name  string
	named bool // its name tells that it holds a secret
	make  func(s string) kafka.Message
}

func places() []place {
	line := func(name string, named bool, text func(string) string) place {
		return place{name, named, func(s string) kafka.Message { return kafka.Message{Value: []byte(text(s))} }}
	}
	object := func(more string) string {
		return `{"time":"2026-01-05T08:59:58Z","remote_addr":"203.0.113.5","request":"GET /x?client_secret=` + newMixed(24) + ` HTTP/1.1","status":200,` + more + `}`
	}
	column := func(old, text string) string {
		return strings.Replace(combined("/x?client_secret="+newMixed(24)), old, text, 1)
	}
	header := func(key string) place {
		return place{"header " + key, true, func(s string) kafka.Message {
			return kafka.Message{Headers: []tokenwarden.Header{{Key: key, Value: []byte(s)}}, Value: []byte(combined("/"))}
		}}
	}
	key := func(name string, named bool, text func(string) string) place {
		return place{"key " + name, named, func(s string) kafka.Message {
			return kafka.Message{Key: []byte(text(s)), Value: []byte(combined("/"))}
		}}
	}
	return []place{
		line("query", true, func(s string) string { return combined("/x?access_token=" + url.QueryEscape(s)) }),
		line("nested query", true, func(s string) string {
			return combined("/go?to=" + url.QueryEscape("https://b.example/?password="+url.QueryEscape(s)))
		}),
		line("absolute path", false, func(s string) string { return combined("http://h.example/hooks/" + s + "/run") }),
		line("host", false, func(s string) string { return combined("http://" + s + ".h.example/x?token=" + newMixed(24)) }),
		line("parameter's name", false, func(s string) string { return combined("/x?" + s + "_token=" + newMixed(24)) }),
		line("method", false, func(s string) string { return column("GET", s) }),
		line("referer", true, func(s string) string { return column(`"-"`, `"https://a.example/?api_key=`+url.QueryEscape(s)+`"`) }),
		line("userinfo", true, func(s string) string { return column(`"-"`, `"https://bob:`+url.QueryEscape(s)+`@a.example/"`) }),
		line("user agent", false, func(s string) string { return column("curl/8.5.0", "app/1.0 ("+s+")") }),
		line("pair in a user agent", true, func(s string) string { return column("curl/8.5.0", "app/1.0 (password="+s+")") }),
		line("user", false, func(s string) string { return column("- - [", "- "+s+" [") }),
		line("bearer", true, func(s string) string { return object(`"http_authorization":"Bearer ` + s + `"`) }),
		line("basic password", true, func(s string) string {
			return object(`"http_authorization":"Basic ` + base64.StdEncoding.EncodeToString([]byte("bob:"+s)) + `"`)
		}),
		line("basic user", false, func(s string) string {
			return object(`"http_authorization":"Basic ` + base64.StdEncoding.EncodeToString([]byte(s+":nopass")) + `"`)
		}),
		line("cookie", true, func(s string) string { return object(`"http_cookie":"theme=dark; sid=` + url.QueryEscape(s) + `"`) }),
		line("json body", true, func(s string) string { return object(`"body":"{\"password\":\"` + s + `\"}"`) }),
		line("auth of a user", true, func(s string) string { return object(`"user":{"id":7,"auth_token":"` + s + `"}`) }),
		line("json in base64", true, func(s string) string {
			return combined("/x?state=" + base64.RawURLEncoding.EncodeToString([]byte(`{"access_token":"`+s+`"}`)))
		}),
		line("json over lines", true, func(s string) string { return "{\n \"path\": \"/x\",\n \"password\":\n   \"" + s + "\"\n}\n" }),
		line("no log line", true, func(s string) string { return "panic: password=" + s + " is wrong" }),
		header("X-Api-Key"), header("authorization"), header("password"),
		{"cookie header", true, func(s string) kafka.Message {
			return kafka.Message{Headers: []tokenwarden.Header{{Key: "cookie", Value: []byte("sid=" + s)}}, Value: []byte(combined("/"))}
		}},
		{"header's name", false, func(s string) kafka.Message {
			return kafka.Message{Headers: []tokenwarden.Header{{Key: s, Value: []byte("1")}}, Value: []byte(combined("/"))}
		}},
		key("alone", false, func(s string) string { return s }),
		key("pair", true, func(s string) string { return "password=" + s }),
		key("json", true, func(s string) string { return `{"session":"x","password":"` + s + `"}` }),
	}
}

// nestedURLs returns n URLs nested in each other, as a chain of redirects makes them: it costs a search much.
func nestedURLs(n int) string {
	s := "1"
	for range n {
		s = url.QueryEscape("/a?n=" + s)
	}
	return "n=" + s
}

// besides are what stands in the same request.
var besides = map[string]func(line string) string{
	"nothing":     func(line string) string { return line },
	"nested URLs": func(line string) string { return strings.Replace(line, "?", "?"+nestedURLs(7)+"&", 1) },
	"many tokens": func(line string) string { return strings.Replace(line, "?", "?"+manyTokens(100)+"&", 1) },
	"long agent": func(line string) string {
		return strings.Replace(line, "curl/8.5.0", strings.Repeat("curl/8.5 ", 4000), 1)
	},
	"forged masks": func(line string) string { return strings.Replace(line, "?", "?a=REDACTED.jwt.0123456789abcdef&", 1) },
	"public path":  func(line string) string { return strings.Replace(line, "?", "?r=/public/&widget_token=1&", 1) },
}

func manyTokens(n int) string {
	pairs := make([]string, n)
	for i := range pairs {
		pairs[i] = "token=" + newMixed(12)
	}
	return strings.Join(pairs, "&")
}

// settings are configurations under which a secret in a named place is still redacted.
var settings = map[string]func(*Options){
	"defaults":     func(*Options) {},
	"least medium": func(o *Options) { o.Credential.Policy.Least = tokenwarden.ConfidenceMedium },
	"header medium": func(o *Options) {
		o.Credential.Policy.LeastIn = map[tokenwarden.Location]tokenwarden.Confidence{tokenwarden.LocationHeader: tokenwarden.ConfidenceMedium}
	},
	"keep_prefix": func(o *Options) { o.Credential.Policy.KeepPrefix = true },
	"public":      func(o *Options) { o.Credential.Policy.Public = true },
	"exceptions": func(o *Options) {
		o.Credential.Exceptions.Paths, o.Credential.Exceptions.Names = []string{"/public/"}, []string{"widget_token"}
	},
}

// outputsOf returns all that leaves for a message: the redacted value first, then what is made beside it.
func outputsOf(t *testing.T, p *Processor, reg *prometheus.Registry, m kafka.Message) (value string, beside map[string]string) {
	t.Helper()
	beside = map[string]string{}
	var logs bytes.Buffer
	m.Time = testTime
	w := NewWorker(p, 3, func(_ context.Context, b *tokenwarden.Batch) error {
		value = string(b.Redacted[0].Value)
		beside["key"] = string(b.Redacted[0].Key)
		beside["headers"] = fmt.Sprintf("%s", b.Redacted[0].Headers)
		for _, q := range b.Quarantine {
			beside["quarantine"] += string(q.Key) + string(q.Value)
		}
		for _, usages := range b.Usages {
			for _, u := range usages {
				beside["usages"] += string(u.Value)
			}
		}
		return nil
	})
	w.Log = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if _, err := w.Start(context.Background(), kafka.Assignment{Topic: "in"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Handle(context.Background(), []kafka.Message{m}); err != nil {
		t.Fatal(err)
	}
	beside["logs"] = logs.String()
	_, res := p.Process(nil, Line{Text: TrimEnding(m.Value), Now: testTime, Arrived: testTime})
	beside["record"] = string(p.AppendRecord(nil, 1, res))
	for i := range res.Events {
		beside["events"] += fmt.Sprintf("%+v", res.Events[i])
	}
	p.Flush()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&text, f); err != nil {
			t.Fatal(err)
		}
	}
	beside["metrics"] = text.String()
	return value, beside
}

func holdsSecret(text, secret string) bool {
	return leakedForm(text, secret) != "" || strings.Contains(strings.ToLower(text), strings.ToLower(secret))
}

// TestNoSecretInAnyOutput plants each secret in each place, beside what costs the search much, under each setting. No
// output may hold it; where the redacted value does because nothing tells that it is a secret, that is no business here.
func TestNoSecretInAnyOutput(t *testing.T) {
	for setting, change := range settings {
		reg := prometheus.NewRegistry()
		var o Options
		p := newTestProcessor(t, func(x *Options) { x.Metrics = NewMetrics(reg); change(x); o = *x })
		for beside, with := range besides {
			if testing.Short() && beside != "nothing" && setting != "least medium" {
				continue
			}
			t.Run(setting+"/"+beside, func(t *testing.T) {
				checked := 0
				for _, pl := range places() {
					for _, s := range newPlanted() {
						if pl.name == "basic user" && s.kind == "password" {
							continue // short and readable: nothing tells it from a user's name
						}
						m := pl.make(s.text)
						m.Value = []byte(with(string(m.Value)))
						value, outputs := outputsOf(t, p, reg, m)
						if holdsSecret(value, s.secret) {
							if pl.named || !s.named {
								t.Errorf("%s in %s: the redacted value holds it: %s", s.kind, pl.name, strings.ReplaceAll(value, s.secret, "SECRET"))
							}
							continue
						}
						checked++
						if strings.Contains(outputs["metrics"], `location="event"`) {
							t.Fatalf("%s in %s: the second check has caught it in an event: the first has left it there", s.kind, pl.name)
						}
						for name, text := range outputs {
							if holdsSecret(text, s.secret) && (pl.named || !s.named || name != "key" && name != "headers") {
								t.Errorf("%s in %s: %s shows it: %s", s.kind, pl.name, name, strings.ReplaceAll(text, s.secret, "SECRET"))
							}
						}
						if beside != "nothing" {
							continue
						}
						explained, err := json.Marshal(p.Explain(TrimEnding(m.Value), o, testTime))
						if err != nil || holdsSecret(string(explained), s.secret) {
							t.Errorf("%s in %s: the explanation shows it (%v)", s.kind, pl.name, err)
						}
					}
				}
				if checked < 90 {
					t.Errorf("only %d messages were redacted: the test looks at too little", checked)
				}
			})
		}
	}
}

// TestTheSearchFindsSecrets has the same search look through the outputs of a Processor that redacts nothing.
func TestTheSearchFindsSecrets(t *testing.T) {
	reg := prometheus.NewRegistry()
	p := newTestProcessor(t, func(o *Options) {
		o.Metrics, o.Credential.Policy.Least = NewMetrics(reg), tokenwarden.ConfidenceHigh+1
	})
	p.guard = nil
	found := map[string]int{}
	for _, pl := range places() {
		for _, s := range newPlanted() {
			value, outputs := outputsOf(t, p, reg, pl.make(s.text))
			outputs["value"] = value
			for name, text := range outputs {
				if holdsSecret(text, s.secret) {
					found[name]++
				}
			}
		}
	}
	for _, name := range []string{"value", "key", "headers", "usages", "events", "record", "quarantine"} {
		if found[name] == 0 {
			t.Errorf("nothing is found in %s: %v", name, found)
		}
	}
}
