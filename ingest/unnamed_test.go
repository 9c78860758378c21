package ingest

import (
	"encoding/base64"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
)

// unnamedLayouts are layouts with a column that the line does not name. %s stands for its value as the server escapes it.
var unnamedLayouts = map[string]string{
	"behind the user agent": `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET /v1/a HTTP/1.1" 200 129 "-" "okhttp/4.12.0" "%s" "-"`,
	"behind other headers": `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET /v1/a HTTP/1.1" 200 129 "https://a.example/" ` +
		`"Mozilla/5.0 (X11; Linux x86_64)" 0.004 "-" "%s" "lang=en" HIT`,
	"in the place of the user agent": `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET /v1/a HTTP/1.1" 200 129 "-" "%s"`,
	"in the place of the Referer":    `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET /v1/a HTTP/1.1" 200 129 "%s" "okhttp/4.12.0"`,
	"of an unknown layout":           `192.0.2.7 [2026-01-05T08:59:58.479Z] "GET /v1/a HTTP/1.1" 200 129 0.107 ms "-" "%s" "-"`,
	"of an unknown layout, first":    `2026-01-05T08:59:58Z 192.0.2.7 host=a "GET /v1/a HTTP/1.1" 200 129 "%s" "okhttp/4.12.0"`,
	"of cells":                       `2026-01-05T08:59:58Z|192.0.2.7|GET /v1/a HTTP/1.1|200|129|-|okhttp/4.12.0|"%s"|-`,
	"captured by HAProxy": `192.0.2.7:4711 [05/Jan/2026:08:59:58.799] www app/s1 0/0/1/2/3 200 223 - - ---- 1/1/0/0/0 0/0 ` +
		`{api.example|%s|okhttp/4.12.0} {} "GET /v1/a HTTP/1.1"`,
}

// inOrder yields a map in the order of its keys, so that random values drawn on the way are the same in each run.
func inOrder[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

// unnamedKeys are keys in the forms that people choose.
func unnamedKeys(s synthetic.Rand) map[string]string {
	return map[string]string{
		"letters and digits, 32": s.Text(synthetic.Alnum, 32),
		"letters and digits, 43": s.Text(synthetic.Alnum, 43),
		"base64url":              "Qz7" + s.Text(synthetic.URLSafe, 40),
		"base64":                 base64.StdEncoding.EncodeToString([]byte(s.Text(synthetic.Alnum+"\xf0\xe1\x93\x87\xff", 32))),
		"with an id":             "12" + "." + s.Text(synthetic.Alnum, 40),
		"a password":             "k" + "!" + s.Text(synthetic.Alnum, 24) + "?",
		"a session of Tomcat":    s.Text("ABCDEF", 4) + s.Text(synthetic.Digits+"ABCDEF", 24) + s.Text(synthetic.Digits, 4) + ".node1",
		"a bearer token":         "Bearer " + s.Text(synthetic.Alnum, 32),
		"a session in a cookie":  "lang=en; sessionid=" + s.Text(synthetic.LowerAlnum, 32),
	}
}

// TestKeysInUnnamedColumns finds a key in every column that a line does not name, once, and nothing of it leaves.
func TestKeysInUnnamedColumns(t *testing.T) {
	s := synthetic.New(12, 4)
	p := newTestProcessor(t, nil)
	for layout, format := range inOrder(unnamedLayouts) {
		for kind, key := range inOrder(unnamedKeys(s)) {
			t.Run(layout+"/"+kind, func(t *testing.T) {
				out, res := p.processOne(fmt.Sprintf(format, key))
				if res.Err != nil || len(res.Events) != 1 {
					t.Fatalf("%d events, %v: %s", len(res.Events), res.Err, out)
				}
				e := &res.Events[0]
				secret := key[max(strings.LastIndexByte(key, ' '), strings.LastIndexByte(key, '='))+1:]
				if strings.HasSuffix(key, "=") {
					secret = key
				}
				for name, text := range map[string]string{"line": out, "agent": e.UserAgent, "owner": e.Owner, "client": e.Client} {
					if strings.Contains(text, secret) {
						t.Errorf("%s: %s", name, text)
					}
				}
				if strings.Contains(e.UserAgent, "REDACTED") || strings.Contains(e.Owner, "REDACTED") {
					t.Errorf("a key became the user agent %q or the owner %q", e.UserAgent, e.Owner)
				}
				if record := string(p.AppendRecord(nil, 1, res)); strings.Contains(record, secret) {
					t.Errorf("record: %s", record)
				}
			})
		}
	}
}

// TestKeysJoinedByACommaInUnnamedColumns finds both keys of a header that a client sent twice.
func TestKeysJoinedByACommaInUnnamedColumns(t *testing.T) {
	s := synthetic.New(12, 5)
	p := newTestProcessor(t, nil)
	for layout, format := range inOrder(unnamedLayouts) {
		t.Run(layout, func(t *testing.T) {
			for _, comma := range []string{",", ", "} {
				out, res := p.processOne(fmt.Sprintf(format, s.Text(synthetic.Alnum, 32)+comma+s.Text(synthetic.Alnum, 32)))
				if len(res.Events) != 2 {
					t.Errorf("%d events: %s", len(res.Events), out)
				}
			}
		})
	}
}

// TestExplainAsksForTheFormat says of a key that a format string would name its column.
func TestExplainAsksForTheFormat(t *testing.T) {
	var o Options
	p := newTestProcessor(t, func(x *Options) { o = *x })
	line := fmt.Sprintf(unnamedLayouts["behind the user agent"], synthetic.New(12, 7).Text(synthetic.Alnum, 32))
	e := p.Explain([]byte(line), o, testTime)
	if len(e.Findings) != 1 || !strings.Contains(e.Findings[0].Reason, "format string") {
		t.Errorf("%+v", e.Findings)
	}
}

// ordinaryColumns are values of the columns that people append and that hold no key, by what they are.
func ordinaryColumns(s synthetic.Rand) map[string]func() string {
	hex := func(n int) string { return s.Text(synthetic.LowerHex, n) }
	b64 := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(s.IntN(256))
		}
		return base64.StdEncoding.EncodeToString(b)
	}
	oneOf := func(texts ...string) func() string { return func() string { return texts[s.IntN(len(texts))] } }
	return map[string]func() string{
		"nginx request id":      func() string { return hex(32) },
		"UUID":                  func() string { return synthetic.UUID(s) },
		"UUID in capitals":      func() string { return strings.ToUpper(synthetic.UUID(s)) },
		"ULID":                  func() string { return "01" + s.Text(synthetic.Digits+"ABCDEFGHJKMNPQRSTVWXYZ", 24) },
		"KSUID":                 func() string { return "2" + s.Text(synthetic.Alnum, 26) },
		"nanoid":                func() string { return s.Text(synthetic.URLSafe, 21) },
		"xid":                   func() string { return s.Text(synthetic.Digits+"abcdefghijklmnopqrstuv", 20) },
		"id of mod_unique_id":   func() string { return s.Text(synthetic.Alnum+"@-", 27) },
		"request id of chi":     func() string { return "web-7f9c/" + s.Text(synthetic.Alnum, 10) + "-" + s.Text(synthetic.Digits, 6) },
		"traceparent":           func() string { return "00-" + hex(32) + "-" + hex(16) + "-01" },
		"X-Amzn-Trace-Id":       func() string { return "Root=1-" + hex(8) + "-" + hex(24) },
		"X-Cloud-Trace-Context": func() string { return hex(32) + "/" + s.Text(synthetic.NonZero, 18) + ";o=1" },
		"CF-Ray":                func() string { return hex(16) + "-" + s.Text(synthetic.Upper, 3) },
		"X-Amz-Cf-Id":           func() string { return b64(40) },
		"x-amz-id-2":            func() string { return b64(56) },
		"S3 request id":         func() string { return s.Text(synthetic.Digits+"ABCDEF", 16) },
		"X-Vercel-Id":           func() string { return "fra1::iad1::" + s.Text(synthetic.LowerAlnum, 5) + "-1796075029895-" + hex(12) },
		"Fastly's server":       func() string { return "cache-fra-eddf" + s.Text(synthetic.Digits, 7) + "-FRA" },
		"JA3":                   func() string { return hex(32) },
		"JA3 as text":           oneOf("771,4865-4866-4867-49195-49199,0-23-65281-10-11-35-16-5-13-18-51-45-43-27,29-23-24,0"),
		"JA4":                   func() string { return "t13d1516h2_" + hex(12) + "_" + hex(12) },
		"TLS cipher":            oneOf("ECDHE-RSA-AES128-GCM-SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "DHE-RSA-AES256-SHA"),
		"TLS version":           oneOf("TLSv1.2", "TLSv1.3", "SSLv3"),
		"certificate's subject": oneOf("CN=client-7.example.com,O=Example Ltd,C=DE", "emailAddress=a@b.example,CN=Web01,OU=IT"),
		"certificate's serial":  func() string { return s.Text(synthetic.Digits+"ABCDEF", 36) },
		"certificate's digest":  func() string { return hex(40) },
		"upstream":              oneOf("default-api-8080", "K8sIngressBackend", "backend_web/srv-03", "unix:/run/php/php8.2-fpm.sock", "10.0.3.17:8080"),
		"upstream list":         oneOf("10.0.3.17:8080, 10.0.3.18:8080", "10.0.3.17:8080 : 10.0.3.18:8080"),
		"country":               oneOf("DE", "US", "Germany", "North Rhine-Westphalia", "AS3320 Deutsche Telekom AG"),
		"cache state":           oneOf("HIT", "MISS", "TCP_MEM_HIT", "TCP_MISS:FIRSTUP_PARENT", "STALE-WHILE-REVALIDATE", "Hit from cloudfront"),
		"timing":                oneOf("0.004", "12ms", "rt=0.004 uct=0.000 uht=0.003", "0/0/1/2/3", "0.001, 0.002"),
		"content type":          oneOf("application/json; charset=utf-8", "text/html", "application/vnd.api.V2ContentList+json", "multipart/form-data"),
		"ETag": func() string {
			return `W/\"` + "2" + s.Text(synthetic.LowerHex, 2) + "-" + s.Text(synthetic.URLSafe, 27) + `\"`
		},
		"Content-MD5":              func() string { return b64(16) },
		"Sec-WebSocket-Key":        func() string { return b64(16) },
		"SHA-1 in base64":          func() string { return b64(20) },
		"Accept":                   oneOf("*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "en-US,en;q=0.9,de;q=0.8"),
		"Accept-Encoding":          oneOf("gzip, deflate, br, zstd", "identity"),
		"Range":                    oneOf("bytes=0-1023", "bytes=8388608-"),
		"date":                     oneOf("Mon, 30 Nov 2026 21:43:16 GMT", "2026-11-30T21:43:16.799Z", "20261130T214316Z"),
		"Sec-CH-UA":                oneOf(`Chromium;v=131, Not_A Brand;v=24`, `Windows`, `?0`),
		"address list":             oneOf("203.0.113.7, 198.51.100.2", "2001:db8::7", "for=192.0.2.60;proto=http;by=203.0.113.43"),
		"user agent of a browser":  oneOf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"),
		"user agent of a phone":    oneOf("Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007) AppleWebKit/537.36", "Dalvik/2.1.0 (Linux; U; Android 9; ANE-LX1 Build/HUAWEIANE-L21)"),
		"user agent of a program":  oneOf("curl/8.5.0", "python-requests/2.32.3", "PostmanRuntime/7.43.0", "Apache-HttpClient/4.5.14", "okhttp/4.12.0", "Go-http-client/2.0"),
		"user agent of one word":   oneOf("CompanyInventorySync", "MonitoringAgent2Probe", "ELB-HealthChecker/2.0", "kube-probe/1.29", "iPhone15ProMaxClient/3.2.1"),
		"user agent of a platform": oneOf("MyApp/3.4.1(iPhone12,1;iOS17.0.3;Scale/3.00)", "CFNetwork/1498.700.2", "com.example.shop/421(Android13)", "AppleCoreMedia/1.0.0.21F90"),
		"e-mail address":           oneOf("jane.doe+Shop2026@mail.example.com", "b.K7@x.example"),
		"file":                     oneOf("/var/www/html/index.php", "main.8f3a2b1c9d.chunk.js", "IMG_20261130_214316.HEIC"),
		"host":                     oneOf("api.example.com", "shop.example.com:8443", "ip-10-0-3-17.eu-central-1.compute.internal"),
		"route":                    oneOf("web@docker", "K8sNamespace-MyServiceV2-8080@kubernetescrd", "OrdersController#show", "com.example.api.OrdersV2Controller.getOrderById"),
		"order":                    func() string { return "DE-" + s.Text(synthetic.Digits, 10) + "-" + s.Text(synthetic.Upper, 2) },
		"WAF rules":                oneOf("942100,949110", "SQLI_BODY,XSS_QUERYSTRING", "AWSManagedRulesCommonRuleSet:GenericRFI_QUERYARGUMENTS"),
	}
}

// TestOrdinaryColumns leaves what else stands in columns without a name: eight lines of each sort.
func TestOrdinaryColumns(t *testing.T) {
	s := synthetic.New(12, 6)
	p := newTestProcessor(t, nil)
	changed, lines := 0, 0
	for sort, value := range inOrder(ordinaryColumns(s)) {
		t.Run(sort, func(t *testing.T) {
			for layout, format := range inOrder(unnamedLayouts) {
				if strings.Contains(layout, "place of") && !strings.Contains(sort, "user agent") {
					continue
				}
				v := value()
				if strings.Contains(layout, "HAProxy") && strings.ContainsAny(v, `{}|"#`) {
					continue
				}
				line := fmt.Sprintf(format, v)
				out, res := p.processOne(line)
				lines++
				if out != line || len(res.Events) > 0 {
					changed++
					t.Errorf("%s: %q became %s", layout, v, out)
				}
			}
		})
	}
	t.Logf("%d of %d lines changed", changed, lines)
}

// TestCutTokenIsNoEvent makes no profile of what a server has left of a token.
func TestCutTokenIsNoEvent(t *testing.T) {
	p := newTestProcessor(t, nil)
	target := "/v1/a?access_token="
	target += synthetic.New(12, 10).Text(synthetic.Alnum, 255-len(target))
	out, res := p.processOne(combined(target))
	if len(res.Events) != 0 || len(res.Findings) != 1 || !strings.Contains(out, "access_token=REDACTED.token.") {
		t.Errorf("%d events: %s", len(res.Events), out)
	}
	if record := string(p.AppendRecord(nil, 1, res)); !strings.Contains(record, `"cut":true`) {
		t.Errorf("record: %s", record)
	}
}
