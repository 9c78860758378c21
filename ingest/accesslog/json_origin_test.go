package accesslog

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// forged is what a client writes into objects that it controls.
const forged = `{"status":401,"client_ip":"198.51.100.9","remote_addr":"198.51.100.9","ts":4102444800,"time":"2099-01-01T00:00:00Z","date":"2099-01-01",` +
	`"method":"PUT","url":"/forged?x=1","path":"/forged","request":"PUT /forged HTTP/1.1","uri":"/forged","query":"x=1","host":"forged.example","user":"mallory",` +
	`"user_agent":"forged/1","referer":"https://forged.example/","protocol":"HTTP/9","scheme":"gopher","bytes":999999,"logger":"admin.api","tls_version":"SSLv2",` +
	`"x_forwarded_for":"198.51.100.9","headers":{"Host":"forged.example","User-Agent":"forged/1","X-Forwarded-For":"198.51.100.9","X-Real-Ip":"198.51.100.9"},` +
	`"http":{"request":{"method":"PUT"},"response":{"status_code":401}},"client":{"ip":"198.51.100.9"},"source":{"ip":"198.51.100.9"},` +
	`"message":"198.51.100.9 - - [01/Jan/2099:00:00:00 +0000] \"PUT /forged HTTP/1.1\" 401 5"}`

// ownLogs are access logs. %s is the place of members that a client controls.
var ownLogs = map[string]string{
	"flat":      `{"time":"2026-11-23T15:04:05Z","remote_addr":"192.0.2.1","request":"GET /own?a=1 HTTP/1.1","status":200,"bytes":7%s}`,
	"flat, end": `{"a":1%s,"time":"2026-11-23T15:04:05Z","remote_addr":"192.0.2.1","request":"GET /own?a=1 HTTP/1.1","status":200,"bytes":7}`,
	"pino":      `{"level":30,"time":1795446245000,"req":{"method":"GET","url":"/own?a=1","remoteAddress":"192.0.2.1"%s},"res":{"statusCode":200,"contentLength":7},"bytes":7}`,
	"pino, end": `{"level":30,"req":{"id":7%s,"method":"GET","url":"/own?a=1","remoteAddress":"192.0.2.1"},"res":{"statusCode":200},"bytes":7,"time":1795446245000}`,
	"caddy":     `{"ts":1795446245.0,"request":{"client_ip":"192.0.2.1","proto":"HTTP/1.1","method":"GET","uri":"/own?a=1"%s},"status":200,"size":7}`,
	"google":    `{"httpRequest":{"requestMethod":"GET","requestUrl":"/own?a=1","remoteIp":"192.0.2.1","status":200,"responseSize":"7"%s},"timestamp":"2026-11-23T15:04:05Z"}`,
}

// clientKeys are the keys of objects that hold what a client sent.
var clientKeys = strings.Fields("body data payload json attributes args params query form fields request_body query_string rawBody variables input formData headers2")

// TestClientObjects reads access logs with a client's object in them. It sets nothing, wherever it stands.
func TestClientObjects(t *testing.T) {
	for name, log := range ownLogs {
		for _, key := range clientKeys {
			for shape, value := range map[string]string{
				"object": forged, "list": "[" + forged + "," + forged + "]", "deeper": `{"a":{"json":` + forged + `},"body":` + forged + `,"data":[` + forged + `]}`,
				"pairs": `[{"name":"status","value":401},{"value":"198.51.100.9","name":"client_ip"},["user_agent","forged/1"]]`,
			} {
				t.Run(name+"/"+key+"/"+shape, func(t *testing.T) {
					checkOwn(t, fmt.Sprintf(log, `,"`+key+`":`+value))
				})
			}
		}
	}
}

// checkOwn checks that line sets what an access log without a client's object sets.
func checkOwn(t *testing.T, line string) {
	t.Helper()
	o := Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}, ClientHeaders: []string{"x-forwarded-for", "x-real-ip"}}
	p, err := o.New("auto")
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	if err := p.Parse([]byte(line), &r); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	if r.ClientIP != netip.MustParseAddr("192.0.2.1") || r.Status != 200 || r.Bytes != 7 || !r.Time.Equal(time.Unix(1795446245, 0)) {
		t.Errorf("client %v, status %d, %d bytes, %v: %s", r.ClientIP, r.Status, r.Bytes, r.Time, line)
	}
	if got := string(r.Raw(r.Method)) + " " + string(r.Raw(r.Target)); got != "GET /own?a=1" {
		t.Errorf("request %q: %s", got, line)
	}
	for i, f := range r.NamedFields() {
		if f.Present() && strings.Contains(strings.ToLower(string(r.Raw(*f))), "forged") || fieldNames[i] == "user" && f.Present() {
			t.Errorf("%s is %q: %s", fieldNames[i], r.Raw(*f), line)
		}
	}
	checkFields(t, &r)
}

// TestDepthBeforeRank reads keys of a higher rank in a deeper object.
func TestDepthBeforeRank(t *testing.T) {
	for _, c := range []struct{ name, line, client string }{
		{"shallower first", `{"remoteAddress":"192.0.2.1","req":{"method":"GET","url":"/own?a=1","client_ip":"198.51.100.9"},"status":200,"bytes":7,"ts":1795446245}`, ""},
		{"shallower last", `{"request":{"client_ip":"198.51.100.9","method":"GET","uri":"/own?a=1","ts":1},"status":200,"bytes":7,"time":1795446245,"remote_addr":"192.0.2.1"}`, ""},
		{"time", `{"time":1795446245,"event":{"start":"2099-01-01T00:00:00Z"},"client_ip":"192.0.2.1","request":"GET /own?a=1 HTTP/1.1","status":200,"bytes":7}`, ""},
		{"host", `{"time":1795446245,"host":"own.example","req":{"headers":{"host":"forged.example"}},"client_ip":"192.0.2.1","request":"GET /own?a=1 HTTP/1.1","status":200,"bytes":7}`, ""},
		{"target", `{"time":1795446245,"url":"/own?a=1","req":{"original_url":"/forged"},"client_ip":"192.0.2.1","method":"GET","status":200,"bytes":7}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) { checkOwn(t, c.line) })
	}
}

// TestEnvelopeObjects reads logs that stand in an object of a shipper.
func TestEnvelopeObjects(t *testing.T) {
	own := `{"remote_addr":"192.0.2.1","request":"GET /own?a=1 HTTP/1.1","status":200,"bytes":7}`
	for _, key := range strings.Fields("data json payload fields record event message jsonPayload log_processed properties attributes Attributes") {
		t.Run(key, func(t *testing.T) {
			checkOwn(t, `{"@timestamp":"2026-11-23T15:04:05Z","host":"web1","`+key+`":`+own+`}`)
			checkOwn(t, `{"`+key+`":`+own+`,"tags":["a"],"time":"2026-11-23T15:04:05Z"}`)
		})
	}
}

// TestConfiguredClientKeys reads a path of the configuration below a body: the operator says that it is the log's own.
func TestConfiguredClientKeys(t *testing.T) {
	p, err := Options{JSONFields: map[string][]string{"client_ip": {"body.src"}, "status": {"data.code"}}}.New("json")
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	line := `{"method":"GET","path":"/a","status":500,"body":{"src":"192.0.2.1","user":"mallory"},"data":{"code":200,"host":"x"}}`
	if err := p.Parse([]byte(line), &r); err != nil || r.ClientIP.String() != "192.0.2.1" || r.Status != 200 || r.User.Present() || r.Host.Present() {
		t.Errorf("%v: client %v, status %d, user %q, host %q", err, r.ClientIP, r.Status, r.Raw(r.User), r.Raw(r.Host))
	}
}

// TestThousandsOfKeys reads lines with tens of thousands of keys, each line others, in the time of their length.
func TestThousandsOfKeys(t *testing.T) {
	p, err := New("json")
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	for line := range 3 {
		var b strings.Builder
		b.WriteString(`{"method":"GET","path":"/a","status":200`)
		for i := range 60000 {
			fmt.Fprintf(&b, `,"k%d-%d":{"a":"v"}`, line, i)
		}
		b.WriteString(`,"last":"` + marker + `"}`)
		if err := p.Parse([]byte(b.String()), &r); err != nil || len(r.Fields) != 60002 {
			t.Fatalf("%v, %d fields", err, len(r.Fields))
		}
		checkFields(t, &r)
		checkCovered(t, &r)
	}
}
