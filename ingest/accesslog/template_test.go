package accesslog

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

func parseOne(t *testing.T, format, line string) (*record.Record, error) {
	t.Helper()
	p, err := New(format)
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	err = p.Parse([]byte(line), &r)
	checkFields(t, &r)
	return &r, err
}

// fieldText returns "kind name=value" for every field, for short expectations.
func fieldText(r *record.Record) string {
	var out []string
	for _, f := range r.Fields {
		s := kindNames[f.Kind] + " "
		if f.Name != nil {
			s += string(f.Name) + "="
		}
		out = append(out, s+string(record.Unescape(nil, r.Raw(f), f.Escape)))
	}
	return strings.Join(out, "; ")
}

func TestFormatStrings(t *testing.T) {
	check := func(t *testing.T, format, line, want string) {
		t.Helper()
		r, err := parseOne(t, format, line)
		if got := fieldText(r); err != nil || got != want || r.Format != "custom" {
			t.Errorf("%s\n%s\ngot  %v %s: %s\nwant %s", format, line, err, r.Format, got, want)
		}
	}
	for _, c := range []struct{ name, format, line, want string }{
		{"nginx main", `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for" rt=$request_time key="$http_x_api_key"`,
			`192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl" "1.1.1.1, 2.2.2.2" rt=0.01 key="abc"`,
			"target /a; agent curl; header x-forwarded-for=1.1.1.1, 2.2.2.2; header x-api-key=abc"},
		{"nginx without quotes", `$host $remote_addr $time_local $request_method $uri$is_args$args $status $cookie_sid $arg_token $upstream_response_time $http_user_agent`,
			`api.example 192.0.2.1 23/Nov/2026:15:04:05 +0000 GET /a?b=c 200 s1 t1 0.1, 0.2 Mozilla/5.0 (X11; Linux)`,
			"host api.example; target /a?b=c; cookie sid=s1; param token=t1; agent Mozilla/5.0 (X11; Linux)"},
		{"nginx URL of parts", `$remote_addr ${time_iso8601} "$scheme://$host$request_uri" $status`,
			`192.0.2.1 2026-11-23T15:04:05+00:00 "https://api.example/a?b=c" 200`,
			"host api.example; target /a?b=c"},
		{"nginx log_format of two strings", "log_format main '$remote_addr [$time_local] '\n  '\"$request\" $status';",
			`192.0.2.1 [23/Nov/2026:15:04:05 +0000] "GET /a "b" 12 HTTP/1.1" 200`, `target /a "b" 12`},
		{"JSON", `{"a":"$remote_addr","s":$status,"u":"$scheme://$host$request_uri","r":{"q":"$request","t":"$arg_token"}}`,
			`{"a":"192.0.2.1","s":200,"u":"https://h/x?y","r":{"q":"GET /x?y HTTP/1.0","t":"tok"},"more":"m"}`,
			"url u=https://h/x?y; target /x?y; param token=tok; text more=m"},
		{"apache combined", `%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" \"%{X-Api-Key}i\" %{sid}C %D`,
			`192.0.2.1 - joe [23/Nov/2026:15:04:05 +0000] "GET /a HTTP/1.1" 200 12 "http://r" "curl" "abc" s1 1234`,
			"user joe; target /a; referer http://r; agent curl; header X-Api-Key=abc; cookie sid=s1"},
		{"apache virtual host", `LogFormat "%v %a %t %m %U%q %s" x`,
			`api.example 192.0.2.1 [23/Nov/2026:15:04:05 +0000] GET /a?b=c 200`, "host api.example; target /a?b=c"},
		{"envoy", `[%START_TIME(%Y-%m-%dT%H:%M:%S)%] %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% "%REQ(AUTHORIZATION)%"`,
			`[2026-11-23T15:04:05] GET /a?b=c 200 "Bearer x y"`, "target /a?b=c; header AUTHORIZATION=Bearer x y"},
		{"tabs as a configuration spells them", `$time_iso8601\t$remote_addr\t$request_method\t$request_uri\t$status\t$http_authorization`,
			"2026-11-23T15:04:05+00:00\t192.0.2.1\tGET\t/a?b=c\t200\tBearer x y", "target /a?b=c; header authorization=Bearer x y"},
		{"squid", `%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{X-Api-Key}>h" %Ss:%Sh`,
			`192.0.2.1 - joe [23/Nov/2026:15:04:05 +0000] "GET http://h/a?b HTTP/1.1" 200 12 "-" "abc" TCP_MISS:HIER_DIRECT`,
			"user joe; target http://h/a?b; header X-Api-Key=abc; text TCP_MISS; text HIER_DIRECT"},
		{"squid's own, with headers", `logformat mime %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt [%>h]`,
			`1795446245.123    12 192.0.2.1 TCP_MISS/200 345 GET http://h/a joe HIER_DIRECT/- text/html [Host: h\r\nX-Api-Key: abc\r\n]`,
			"text TCP_MISS; target http://h/a; user joe; text HIER_DIRECT; text text/html; host h; header X-Api-Key=abc"},
		{"haproxy", `%ci:%cp [%tr] %ST %B %{+Q}r auth=%{+Q}[capture.req.hdr(0)]`,
			`192.0.2.1:4711 [23/Nov/2026:15:04:05.123] 200 12 "GET /q#22x?a=b HTTP/1.1" auth="Bearer x y"`, `target /q"x?a=b; header auth=Bearer x y`},
		{"haproxy in JSON", `{"time":%Ts,"ip":"%ci","request":"%r","status":%ST,"bytes_read":%B,"x_api_key":"%[capture.req.hdr(1),json(utf8s)]"}`,
			`{"time":1795446245,"ip":"192.0.2.1","request":"GET /q#22x HTTP/1.1","status":200,"bytes_read":12,"x_api_key":"abc"}`,
			`target /q"x; header x_api_key=abc`},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.format, c.line, c.want) })
	}
}

// TestDirectives reads lines with format strings as they stand in servers' configurations.
func TestDirectives(t *testing.T) {
	check := func(t *testing.T, format, line, want string) {
		t.Helper()
		r, err := parseOne(t, format, line)
		got := fieldText(r)
		if !r.Time.IsZero() {
			got = r.Time.Format("15:04:05.999 ") + got
		}
		if r.ClientIP.IsValid() {
			got = r.ClientIP.String() + " " + got
		}
		if err != nil || got != want {
			t.Errorf("%s\n%s\ngot  %v %s\nwant %s", format, line, err, got, want)
		}
	}
	for _, c := range []struct{ name, format, line, want string }{
		{"nginx escape=json with comments", "log_format  x  escape=json  '{' # it's a comment\n  '\"msec\": \"$msec\", ' # another\n  '\"a\": \"$remote_addr\", \"k\": \"$http_x_k\", \"u\": \"$uri\"}';",
			`{"msec": "1795446245.5", "a": "192.0.2.1", "k": "a\"b", "u": "/"}`, `192.0.2.1 15:04:05.5 header x-k=a"b; path /`},
		{"nginx escape=none", `log_format t escape=none '$remote_addr\t$time_iso8601\t$request\t$status\t$http_authorization';`,
			"192.0.2.1\t2026-11-23T15:04:05+00:00\tGET /a|b HTTP/1.1\t200\tBearer \\x", `192.0.2.1 15:04:05 target /a|b; header authorization=Bearer \x`},
		{"nginx other separator", "log_format d '$remote_addr|$request|$status|$http_x_k';", `192.0.2.1|GET /a|b HTTP/1.1|200|a\x22b`, `192.0.2.1 target /a|b; header x-k=a"b`},
		{"apache in quotes", `"%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\""`,
			`api.example:443 192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl"`, "192.0.2.1 15:04:05 host api.example; target /a; agent curl"},
		{"apache times and modifiers", `LogFormat "%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %{c}a %m %U%q %H %>s %!200{X-Api-Key}i %{ms}T %^FB" nick`,
			`2026-11-23T15:04:05.123 192.0.2.1 GET /a?b=c HTTP/1.1 200 k 12 -`, "192.0.2.1 15:04:05.123 target /a?b=c; header X-Api-Key=k"},
		{"apache time that is not parsed", `%{%d/%b/%y}t %h "%r" %>s`, `23/Nov/26 192.0.2.1 "GET /a HTTP/1.1" 200`, "192.0.2.1 text 23/Nov/26; target /a"},
		{"apache JSON", `LogFormat "{ \"t\":\"%{%Y-%m-%d}tT%{%T}t.%{usec_frac}tZ\", \"ip\":\"%a\", \"r\":\"%U%q\", \"k\":\"%{X-K}i\" }" json`,
			`{ "t":"2026-11-23T15:04:05.500000Z", "ip":"192.0.2.1", "r":"/a?b", "k":"x" }`, "192.0.2.1 15:04:05.5 target /a?b; header X-K=x"},
		{"envoy text_format", `text_format: "[%START_TIME(%s.%3f)%] %REQ(:METHOD)% %REQ(X-A?:PATH):64% %RESPONSE_CODE% %REQ(AUTHORIZATION)% %QUERY_PARAM(sid)%\n"`,
			`[1795446245.123] GET /a?b=c 200 xyz s1`, "15:04:05.123 target /a?b=c; header AUTHORIZATION=xyz; param sid=s1"},
		{"envoy json_format as YAML", "json_format:\n  start: \"%START_TIME%\"\n  who: '%DOWNSTREAM_REMOTE_ADDRESS%'\n  # comment\n  p: \"%REQ(:PATH)%\"",
			`{"p":"/a?b","start":"2026-11-23T15:04:05Z","who":"192.0.2.1:80"}`, "192.0.2.1 15:04:05 target /a?b"},
		{"haproxy log-format", `log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r"`,
			`192.0.2.1:4711 [23/Nov/2026:15:04:05.123] fe~ be/s1 0/0/1/11/+12 200 +512 - - ---- 1/1/0/0/0 0/0 {Bearer x|api.example} "GET /a HTTP/1.1"`,
			"192.0.2.1 15:04:05.123 text fe~; text be; text s1; text ----; header authorization=Bearer x; text api.example; target /a"},
		{"haproxy backslashes", `log-format %ci\ [%T]\ %HM\ %HP%HQ\ %ST\ %[req.hdr(X-Key),lower]\ %{+Q}[capture.req.hdr(0)]\ %sslv`,
			`192.0.2.1 [23/Nov/2026:15:04:05 +0000] GET /a?b 200 k "Bearer y" TLSv1.3`, "192.0.2.1 15:04:05 target /a?b; header X-Key=k; header authorization=Bearer y"},
		{"haproxy JSON, captures named by their keys", `{"t":"%t","ip":"%ci","r":"%r","st":%ST,"x_api_key":"%[capture.req.hdr(0)]","agent":"%[capture.req.hdr(1),json(utf8s)]"}`,
			`{"t":"23/Nov/2026:15:04:05.123","ip":"192.0.2.1","r":"GET /x HTTP/1.1","st":200,"x_api_key":"k1","agent":"a "b" c"}`,
			`192.0.2.1 15:04:05.123 target /x; header x_api_key=k1; agent a "b" c`},
		{"haproxy captures named by pairs", `%ci [%t] "%r" %ST ua="%[capture.req.hdr(0)]" "token": "%[capture.req.hdr(1)]" %[capture.req.hdr(2)]`,
			`192.0.2.1 [23/Nov/2026:15:04:05.123] "GET /x HTTP/1.1" 200 ua="curl/8" "token": "k1" k2`,
			"192.0.2.1 15:04:05.123 target /x; agent curl/8; text token=k1; text k2"},
		{"haproxy JSON", `log-format '{"t":"%t","ip":"%ci","uri":"%HU","st":%ST,"sid":"%[req.cook(sid)]"}'`,
			`{"t":"23/Nov/2026:15:04:05.123","ip":"192.0.2.1","uri":"/a?b","st":200,"sid":"s1"}`, "192.0.2.1 15:04:05.123 target /a?b; cookie sid=s1"},
		{"apache JSON with a time in brackets", `{"t":"%t","ip":"%a","r":"%r"}`,
			`{"t":"[23/Nov/2026:15:04:05 +0000]","ip":"192.0.2.1","r":"GET /a HTTP/1.1"}`, "192.0.2.1 15:04:05 target /a"},
		{"gunicorn", `access_log_format = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(D)s "%({authorization}i)s" "%({x-api-key}i)s"'`,
			`192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET /a?b HTTP/1.1" 200 12 "-" "curl/8" 4711 "Bearer x" "k\"1"`,
			`192.0.2.1 15:04:05 target /a?b; agent curl/8; header authorization=Bearer x; header x-api-key=k"1`},
		{"gunicorn, parts of a target", `%(h)s %(t)s %(m)s %(U)s?%(q)s %(H)s %(s)s %(B)s %%`,
			`192.0.2.1 [23/Nov/2026:15:04:05 +0000] GET /a?b=c HTTP/1.1 200 12 %`, `192.0.2.1 15:04:05 target /a?b=c`},
		{"gunicorn JSON", `--access-logformat '{"ip":"%(h)s","t":"%(t)s","p":"%(U)s","q":"%(q)s","st":"%(s)s","k":"%({x-api-key}i)s"}'`,
			`{"ip":"192.0.2.1","t":"[23/Nov/2026:15:04:05 +0000]","p":"/a","q":"b=c","st":"200","k":"k1"}`,
			`192.0.2.1 15:04:05 path /a; query b=c; header x-api-key=k1`},
		{"w3c fields", "#Fields: date time c-ip cs-uri-stem cs-uri-query cs(X-Key)", "2026-11-23 15:04:05 192.0.2.1 /a b=c k",
			"192.0.2.1 15:04:05 path /a; query b=c; header X-Key=k"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.format, c.line, c.want) })
	}
}

func TestFormatStringMismatches(t *testing.T) {
	format := `$remote_addr [$time_local] "$request" $status`
	for name, line := range map[string]string{
		"empty": "", "one column": "192.0.2.1", "status": `192.0.2.1 [23/Nov/2026:15:04:05 +0000] "GET /a HTTP/1.1" OK`,
		"time": `192.0.2.1 [x] "GET /a HTTP/1.1" 200`, "quote": `192.0.2.1 [23/Nov/2026:15:04:05 +0000] "GET /a HTTP/1.1 200`,
	} {
		t.Run(name, func(t *testing.T) {
			if r, err := parseOne(t, format, line); err != ErrFormat || line != "" && len(r.Fields) != 1 {
				t.Errorf("%q: error %v, fields %s", line, err, fieldText(r))
			}
		})
	}
}

func TestNewErrors(t *testing.T) {
	check := func(t *testing.T, format, want string) {
		t.Helper()
		if _, err := New(format); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New(%q): error %v, want one with %q", format, err, want)
		}
	}
	for _, c := range []struct{ name, format, want string }{
		{"misspelt name", "combinde", "combined"},
		{"no name", "", "combined"},
		{"nginx sign alone", "$", "without an end"},
		{"apache sign alone", "%", "without an end"},
		{"unclosed argument", "%{Referer", "without an end"},
		{"unclosed atom", "%(h)s %(r", "without an end"},
		{"unknown atom", "%(h)s %(path)s", "unknown atom %(path)s"},
		{"missing letter", "$remote_adr $request", "$remote_addr meant"},
		{"swapped letters", "$remote_addr $statsu", "$status meant"},
		{"letter left out", "$remote_addr $staus", "$status meant"},
		{"misspelt operator", "[%START_TIM%] %REQ(:PATH)%", "%START_TIME meant"},
		{"unknown directive", "%h %Y", "unknown directive %Y"},
		{"unknown variable", "%ci %QQ", "unknown variable %QQ"},
		{"two servers", "$remote_addr %h", "is a variable of nginx, %h one of another server"},
		{"two directives", "log_format a '$request';\nlog_format b '$status';", "more than one log_format"},
		{"empty directive", "log_format a '';", "no format in quotes"},
		{"values that touch", "$remote_addr$http_x_a", "touch"},
		{"haproxy JSON flag", "log-format %{+json}o%ci", "json_fields"},
		{"nested YAML", "json_format:\n  a:\n    b: \"%REQ(:PATH)%\"", "object in braces"},
		{"unclosed variable", `{"a":"b","c":"$"}`, "without an end"},
		{"unclosed variable in text", `{"a":"b $"`, "without an end"},
		{"broken JSON", `{"a":$status`, "no JSON object"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.format, c.want) })
	}
	for _, name := range Names() {
		p, err := New(name)
		if err != nil || p.Name() != name {
			t.Errorf("New(%q) = %v, %v", name, p, err)
		}
	}
}

func TestJSONFields(t *testing.T) {
	o := Options{JSONFields: map[string][]string{
		"client_ip": {"wer.best", "wer.sonst"}, "target": {"was", "wo"}, "arg_token": {"req.tok"}, "http_x_key": {"X-Key"},
		"headers": {"kopf"}, "time": {"wann"}, "params": {"frage"},
	}}
	p, err := o.New("json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, line, wantFields, wantTarget, wantClient string) {
		t.Helper()
		var r record.Record
		err := p.Parse([]byte(line), &r)
		checkFields(t, &r)
		if got := fieldText(&r); err != nil || got != wantFields || string(r.Raw(r.Target)) != wantTarget || r.ClientIP.String() != wantClient {
			t.Errorf("%s: %v %s, target %s, client %s", line, err, got, r.Raw(r.Target), r.ClientIP)
		}
	}
	for _, c := range []struct{ name, line, wantFields, wantTarget, wantClient string }{
		{"nested paths", `{"wer":{"sonst":"192.0.2.1"},"was":"/a?b","req":{"tok":"T"},"x_key":"K"}`,
			"target /a?b; param token=T; header x-key=K", "/a?b", "192.0.2.1"},
		{"best path wins", `{"wer":[{"sonst":"192.0.2.1","best":"192.0.2.2"}],"wo":"/c","path":"/d?e","was":"/a?b"}`,
			"target /c; target /d?e; target /a?b", "/a?b", "192.0.2.2"},
		{"escaped values", `{"was":"/a\u003fb","wo":"/c","client_ip":"192.0.2.9","wer":{"best":"192.0.2.2"},"url":"/d\u003fe"}`,
			"target /a?b; target /c; target /d?e", `/a\u003fb`, "192.0.2.2"},
		{"flat keys and objects", `{"wer.sonst":"192.0.2.1","was":"/a","kopf":{"X-A":"1"},"frage":[{"key":"otp","value":"2"}],"wann":"2026-11-23 15:04:05"}`,
			"target /a; header X-A=1; param key=otp; param otp=2", "/a", "192.0.2.1"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.line, c.wantFields, c.wantTarget, c.wantClient) })
	}
}

func TestOptionErrors(t *testing.T) {
	check := func(t *testing.T, o Options, want string) {
		t.Helper()
		if _, err := o.New("auto"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"unknown field", Options{JSONFields: map[string][]string{"clientip": {"a"}}}, "json_fields.clientip: unknown field"},
		{"path of two fields", Options{JSONFields: map[string][]string{"target": {"a"}, "host": {"a"}}}, "of another field as well"},
		{"empty path", Options{JSONFields: map[string][]string{"target": {""}}}, "json_fields.target"},
		{"invalid header", Options{ClientHeaders: []string{"x forwarded"}}, "client_ip_headers"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.o, c.want) })
	}
}

func TestW3CDirectives(t *testing.T) {
	for _, format := range []string{"auto", "w3c", "iis"} {
		t.Run(format, func(t *testing.T) {
			p, err := New(format)
			if err != nil {
				t.Fatal(err)
			}
			var r record.Record
			for _, line := range []string{"#Version: 1.0", "#Fields: date time c-ip cs-method cs-uri cs(X-Api-Key) sc(Location) sc-status sc-bytes time-taken"} {
				if err := p.Parse([]byte(line), &r); err != ErrNotAccess {
					t.Errorf("%s: %q: error %v", format, line, err)
				}
			}
			err = p.Parse([]byte("2026-11-23 15:04:05 192.0.2.1 GET /a?b=c abc /next 302 7 12"), &r)
			want := "target /a?b=c; header X-Api-Key=abc; url Location=/next"
			if got := fieldText(&r); err != nil || got != want || r.Status != 302 || r.Bytes != 7 || r.Time.Unix() != 1795446245 {
				t.Errorf("%s: %v %s %d %d %v", format, err, got, r.Status, r.Bytes, r.Time)
			}
			_ = p.Parse([]byte("#Fields: time cs-uri-stem cs-uri-query sc-status"), &r)
			err = p.Parse([]byte("15:04:05 /a token=T 200"), &r)
			if got := fieldText(&r); err != nil || got != "path /a; query token=T" || r.Target.Present() || !r.Query.Present() {
				t.Errorf("%s: %v %s", format, err, got)
			}
		})
	}
}

func TestCloudFront(t *testing.T) {
	line := strings.Join(strings.Fields("2026-11-23 15:04:05 FRA2-C1 512 192.0.2.1 GET d1.cloudfront.net /v1 200 https://r.example/?token=T "+
		"Mozilla/5.0%20(X11) token=T sid=1 Hit reqid== api.example https 34 0.001 - TLSv1.3 TLS_AES_128_GCM_SHA256 Hit HTTP/2.0 - - 41342 0.001 Hit text/html 512 - -"), "\t")
	for _, format := range []string{"auto", "cloudfront", "w3c"} {
		t.Run(format, func(t *testing.T) {
			r, err := parseOne(t, format, line)
			want := "text x-edge-location=FRA2-C1; host d1.cloudfront.net; path /v1; referer https://r.example/?token=T; agent Mozilla/5.0%20(X11); " +
				"query token=T; cookies Cookie=sid=1; text x-edge-result-type=Hit; text x-edge-request-id=reqid==; host api.example; " +
				"text ssl-cipher=TLS_AES_128_GCM_SHA256; text x-edge-response-result-type=Hit; text x-edge-detailed-result-type=Hit; text sc-content-type=text/html"
			if got := fieldText(r); err != nil || got != want {
				t.Errorf("%s: %v\n%s\n%s", format, err, got, want)
			}
			if string(r.Raw(r.Host)) != "api.example" || r.Bytes != 512 || r.Status != 200 || r.Time.Unix() != 1795446245 ||
				string(r.Raw(r.Scheme)) != "https" || string(r.Raw(r.TLSVersion)) != "TLSv1.3" || string(r.Raw(r.Protocol)) != "HTTP/2.0" {
				t.Errorf("%s: %s %d %d %v", format, r.Raw(r.Host), r.Bytes, r.Status, r.Time)
			}
		})
	}
}
