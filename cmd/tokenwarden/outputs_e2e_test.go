package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// opaque returns 32 random letters and digits, which no provider's format fits.
func opaque() string { return strings.ToLower(rand.Text()[:16]) + rand.Text()[:16] }

// secretMessages returns messages that carry secrets in every part, and the secrets. Each line also has a control in its
// query, under a name that the configuration excepts.
func secretMessages(at time.Time, control string) (ms []tokenwarden.Message, secrets []string) {
	fresh := func(format string) string {
		s := fmt.Sprintf(format, opaque())
		secrets = append(secrets, s)
		return s
	}
	stamp := at.UTC().Format("02/Jan/2006:15:04:05 -0700")
	line := func(target, user, referer, agent string) []byte {
		return fmt.Appendf(nil, `192.0.2.7 - %s [%s] "GET %s HTTP/1.1" 200 512 "%s" "%s"`, user, stamp, target, referer, agent)
	}
	object := func(more string) []byte {
		return fmt.Appendf(nil, `{"time":"%s","remote_addr":"192.0.2.7","request":"GET /x?widget_token=%s&api_key=%s HTTP/1.1","status":200,%s}`,
			at.UTC().Format(time.RFC3339), control, fresh("%s"), more)
	}
	add := func(value []byte) { ms = append(ms, tokenwarden.Message{Key: []byte("host-1"), Value: value}) }
	excepted := "widget_token=" + control
	nested := "1"
	for range 7 {
		nested = url.QueryEscape("/a?n=" + nested)
	}
	pat := func() string { return fresh("glpat-%.20s") }
	add(line("/v1/x?"+excepted+"&access_token="+fresh("%s"), "-", "-", "curl/8.5.0"))
	add(line("http://h.example/hooks/"+pat()+"/run?n="+nested+"&"+excepted, "-", "-", "curl/8.5.0"))
	add(line("/v1/x?"+excepted+"&n="+nested+"&password="+fresh("%s"), "-", "-", "curl/8.5.0"))
	add(line("/go?"+excepted+"&to="+url.QueryEscape("https://b.example/?password="+fresh("hunter2-%.8s!x")), "-", "-", "curl/8.5.0"))
	add(line("/v1/x?"+excepted+"&token="+fresh("%s"), pat(), "https://bob:"+fresh("%s")+"@a.example/?api_key="+fresh("%s"), "app/1.0 "+pat()))
	subject := pat()
	encode := base64.RawURLEncoding.EncodeToString
	jwt := encode([]byte(`{"alg":"HS256"}`)) + "." + encode([]byte(`{"iss":"https://`+subject+`.example","sub":"`+subject+`","scope":"a `+subject+`"}`)) + "." + fresh("%s")
	add(object(`"http_authorization":"Bearer ` + jwt + `"`))
	add(object(`"http_authorization":"Basic ` + base64.StdEncoding.EncodeToString([]byte(pat()+":nopass")) + `"`))
	add(object(`"http_authorization":"Basic ` + base64.StdEncoding.EncodeToString([]byte("bob:"+fresh("hunter2-%.8s"))) + `","http_cookie":"a=b; sid=` + fresh("%s") + `"`))
	add([]byte("panic: password=" + fresh("hunter2-%.8s!x") + " of " + pat()))
	add([]byte("{\n  \"time\": \"" + at.UTC().Format(time.RFC3339) + "\",\n  \"password\":\n    \"" + fresh("hunter2-%.8s!x") + "\"\n}\n"))
	ms = append(ms, tokenwarden.Message{
		Key: []byte("sid=" + fresh("%s")), Value: line("/v1/x?"+excepted, "-", "-", "curl/8.5.0"),
		Headers: []tokenwarden.Header{
			{Key: "X-Api-Key", Value: []byte(fresh("%s"))}, {Key: "authorization", Value: []byte(fresh("%s"))},
			{Key: "password", Value: []byte(fresh("hunter2-%.8s"))}, {Key: "cookie", Value: []byte("sid=" + fresh("%s"))}, {Key: pat(), Value: []byte("1")},
		},
	})
	ms = append(ms, tokenwarden.Message{Key: []byte(`{"session":"` + fresh("%s") + `"}`), Value: line("/", "-", "-", "curl/8.5.0")})
	return ms, secrets
}

// TestNoSecretInTopicsAndTables sends secrets in every part of a message and searches each topic and each table for them.
// A control, which the configuration lets through, shows that the search finds what is there.
func TestNoSecretInTopicsAndTables(t *testing.T) {
	b := newTestEnv(t, 1, "credentials.except_names=widget_token", "format=auto")
	control := opaque()
	ms, secrets := secretMessages(time.Now().Add(-time.Minute), control)
	b.createInput()
	if err := b.writer.Send(t.Context(), b.config.Kafka.Topics.Input[0], 0, ms); err != nil {
		t.Fatal(err)
	}
	p := b.start("--init")
	eventually(t, "alerts of the requests", func() (bool, string) {
		n := b.number("SELECT count() FROM v_alerts WHERE rule = 'token-in-url'")
		return n >= 5, fmt.Sprintf("%d alerts", n)
	})
	p.stop(t)

	text := func(topic string) string {
		var all strings.Builder
		for _, ms := range b.read(topic) {
			for _, m := range ms {
				fmt.Fprintf(&all, "%s %s %s\n", m.Key, m.Value, m.Headers)
			}
		}
		return all.String()
	}
	topics := b.config.Kafka.Topics
	if n, _ := leaks(text(topics.Input[0]), secrets); n < len(secrets)-2 { // those in base64 stand at any of three offsets
		t.Fatalf("the search finds %d of %d secrets in the input: it proves nothing", n, len(secrets))
	}
	outputs := map[string]string{"log": p.out.String()}
	for _, topic := range []string{topics.Redacted, topics.Quarantine, topics.Usage, topics.Alerts} {
		outputs["topic "+strings.SplitN(topic, "-", 2)[0]] = text(topic)
	}
	for _, table := range b.query("SELECT name FROM system.tables WHERE database = '" + b.config.ClickHouse.Database + "' AND engine NOT LIKE '%View'") {
		var all strings.Builder
		for _, row := range b.query("SELECT * FROM " + table[0]) {
			all.WriteString(strings.Join(row, "\x00"))
		}
		outputs["table "+table[0]] = all.String()
	}
	for where, text := range outputs {
		t.Run(where, func(t *testing.T) {
			if n, example := leaks(text, secrets); n > 0 {
				t.Errorf("%d secrets stand in %s: %s", n, where, example)
			}
		})
	}
	for _, where := range []string{"topic redacted", "topic usage", "table token_events", "table alerts", "topic alerts"} {
		if n, _ := leaks(outputs[where], []string{control}); n == 0 {
			t.Errorf("the control is not in %s: the search proves nothing there", where)
		}
	}
	for _, where := range []string{"topic redacted", "topic usage", "topic quarantine", "topic alerts", "table token_events", "table alerts", "log"} {
		if outputs[where] == "" {
			t.Errorf("%s is empty", where)
		}
	}
}
