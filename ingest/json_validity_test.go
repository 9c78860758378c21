package ingest

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential"
)

// checkJSONOut redacts line and checks, if it is JSON, that what comes out has the same keys and values but for those with a
// placeholder, and that redacting it again changes nothing.
func checkJSONOut(t *testing.T, p *Processor, line string) {
	t.Helper()
	if !json.Valid([]byte(line)) {
		return
	}
	out, res := p.processOne(line)
	if res.Reason == ReasonBinary {
		return
	}
	if !json.Valid([]byte(out)) {
		t.Fatalf("%q\nbecame %q, which is no JSON", line, out)
	}
	if err := sameJSON(json.NewDecoder(strings.NewReader(line)), json.NewDecoder(strings.NewReader(out))); err != nil {
		t.Fatalf("%q\nbecame %q: %v", line, out, err)
	}
}

// sameJSON compares two documents token by token. A placeholder in got may stand for any value.
func sameJSON(want, got *json.Decoder) error {
	want.UseNumber()
	got.UseNumber()
	for {
		w, werr := want.Token()
		g, gerr := got.Token()
		if werr == io.EOF && gerr == io.EOF {
			return nil
		}
		if werr != nil || gerr != nil {
			return fmt.Errorf("ends with %w, want %w", gerr, werr)
		}
		if s, ok := g.(string); ok && strings.Contains(s, "REDACTED") {
			if d, ok := w.(json.Delim); ok {
				skipValue(want, d)
			}
			continue
		}
		if w != g {
			return fmt.Errorf("%v instead of %v", g, w)
		}
	}
}

// skipValue reads the rest of the object or the array that d opened.
func skipValue(d *json.Decoder, open json.Delim) {
	for depth := 1; depth > 0 && open != '}' && open != ']'; {
		switch t, err := d.Token(); {
		case err != nil:
			return
		case t == json.Delim('{') || t == json.Delim('['):
			depth++
		case t == json.Delim('}') || t == json.Delim(']'):
			depth--
		}
	}
}

// jsonMaker makes JSON of many shapes.
type jsonMaker struct{ *rand.Rand }

func (m *jsonMaker) pick(of ...string) string { return of[m.IntN(len(of))] }

func (m *jsonMaker) key() string {
	return m.pick(`"password"`, `"token"`, `"otp"`, `"pin"`, `"authorization"`, `"x"`, `"path"`, `"url"`, `"headers"`, `"cookies"`, `"query"`, `"args"`,
		`"body"`, `"data"`, `"name"`, `"value"`, `"key"`, `"user"`, `"status"`, `"time"`, `"request"`, `"message"`, `"rawHeaders"`, `"k"`, `"v"`,
		`"pass\u0077ord"`, `"a b"`, `""`, `"message"`, `"cookie"`, `"X-Api-Key"`, `"client_ip"`, `"ts"`, `"`+newSecret()+`"`)
}

func (m *jsonMaker) text() string {
	s := m.pick("GET /a?token="+newSecret()+" HTTP/1.1", "/reset/"+newSecret(), "Bearer "+newSecret(), "a=b; sid="+newSecret(), newSecret(), "hunter2-Zq9!x",
		"https://bob:hunter2-Zq9!x@h.example/?a=1", "say \"hi\" \\ é 😀\n", "x", "", "482913", "--password", "X-Api-Key", "Authorization", "password=hunter2-Zq9!x\\",
		"{\"otp\":482913,\"password\":\"a\\\"b-Zq9!x\"}", "198.51.100.7", "2026-01-05T08:59:58Z", `\x22password\x22:\x22hunter2-Zq9!x\x22`)
	quoted, _ := json.Marshal(s)
	switch m.IntN(6) {
	case 0:
		quoted, _ = json.Marshal(string(quoted))
	case 1: // every byte as an escape
		var b strings.Builder
		b.WriteByte('"')
		for _, r := range s {
			if r < 0x10000 {
				fmt.Fprintf(&b, `\u%04x`, r)
			}
		}
		return b.String() + `"`
	}
	return string(quoted)
}

func (m *jsonMaker) number() string {
	return m.pick("0", "-1", "482913", "12345678901234567890", "1.5e10", "-0.25E-7", "1"+strings.Repeat("7", 60), "401", "1796061454437", "4111111111111111")
}

func (m *jsonMaker) value(depth int) string {
	n := m.IntN(10)
	if depth <= 0 {
		n = m.IntN(6)
	}
	switch n {
	case 0, 1, 2:
		return m.text()
	case 3, 4:
		return m.number()
	case 5:
		return m.pick("true", "false", "null")
	case 6, 7:
		return m.object(depth)
	case 8:
		return "[" + m.list(depth, func() string { return m.value(depth - 1) }) + "]"
	}
	quoted, _ := json.Marshal(m.object(depth - 1)) // JSON in a string
	return string(quoted)
}

func (m *jsonMaker) object(depth int) string {
	return "{" + m.list(depth, func() string { return m.key() + m.pick(":", " : ", ":\n\t") + m.value(depth-1) }) + "}"
}

func (m *jsonMaker) list(depth int, element func() string) string {
	var all []string
	for range m.IntN(2 + 2*max(depth, 0)) {
		all = append(all, element())
	}
	return strings.Join(all, m.pick(",", ", ", ",\n  "))
}

func (m *jsonMaker) line() string {
	switch m.IntN(8) {
	case 0:
		return "[" + m.object(3) + "," + m.object(2) + "]"
	case 1:
		n := 60 + m.IntN(8)
		return `{"status":200,"a":` + strings.Repeat("[", n) + m.object(2) + strings.Repeat("]", n) + `,"token":"` + newSecret() + `"}`
	case 2, 3:
		return m.object(4)
	}
	rest := strings.TrimPrefix(m.object(4), "{")
	if rest != "}" {
		rest = "," + rest
	}
	return `{"time":"2026-01-05T08:59:58Z","remote_addr":"192.0.2.7","request":"GET /a HTTP/1.1","status":200` + rest
}

// TestJSONStaysJSON redacts JSON of many shapes.
func TestJSONStaysJSON(t *testing.T) {
	m := &jsonMaker{rand.New(rand.NewPCG(7, 10))}
	for _, format := range []string{"auto", "nginx_json", "json", "combined"} {
		t.Run(format, func(t *testing.T) {
			p := newTestProcessor(t, func(o *Options) { o.Format = format })
			for range 1500 {
				checkJSONOut(t, p, m.line())
			}
			if p.counts.jsonBroken > 0 {
				t.Errorf("%d lines are counted as broken", p.counts.jsonBroken)
			}
		})
	}
}

// TestJSONShapes redacts JSON of shapes that once came out broken or with the secret in it.
func TestJSONShapes(t *testing.T) {
	p := newTestProcessor(t, nil)
	secret, token := "hunter2-Zq9!x", newSecret()
	head := `{"time":"2026-01-05T08:59:58Z","remote_addr":"192.0.2.7","request":"GET /a HTTP/1.1","status":200,`
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, c := range []struct{ name, line, gone string }{
		{"value before its name", head + `"h":[{"value":"` + secret + `","id":7,"name":"Password"}]}`, secret},
		{"number before its name", head + `"h":[{"value":482913,"key":"otp"}]}`, "482913"},
		{"list before its name", head + `"h":{"values":["` + secret + `","x"],"name":"password"}}`, secret},
		{"objects before their name", head + `"h":{"value":{"a":{"b":"` + secret + `"},"c":482913},"name":"password"}}`, secret},
		{"single letters", head + `"h":[{"v":"` + token + `","k":"secret"}]}`, token},
		{"pairs", head + `"headers":[["Accept","*/*"],["X-Api-Key","` + token + `"]]}`, token},
		{"pairs of no headers", head + `"kv":[["page","7"],["passwd","` + secret + `"]]}`, secret},
		{"flat headers", head + `"req":{"rawHeaders":["Accept","*/*","Authorization","Bearer correct-horse"]}}`, "correct-horse"},
		{"flat parameters", head + `"params":["AUTH","password","` + secret + `"]}`, secret},
		{"an option of a command", head + `"cmd":["app","--db-password","` + secret + `","-v"]}`, secret},
		{"an object below a name", head + `"password":{"kind":"plain","w":{"x":["` + secret + `"]}}}`, secret},
		{"a number below a name", head + `"otp":{"code":{"digits":482913}}}`, "482913"},
		{"a header that is an object", head + `"headers":{"Authorization":{"scheme":"Bearer","parts":["` + token + `"]}}}`, token},
		{"hex escapes of nginx", head + `"request_body":"{\x22password\x22:\x22` + secret + `\x22,\x22a\x22:\x22\x5C\x22\x22}"}`, secret},
		{"deeper than 64", head + `"a":` + strings.Repeat(`{"b":[`, 33) + `{"passphrase":"` + secret + `","c":"x\"y"}` + strings.Repeat(`]}`, 33) + `}`, secret},
		{"a number deeper than 64", head + `"a":` + strings.Repeat(`[`, 90) + `{"otp":482913}` + strings.Repeat(`]`, 90) + `}`, "482913"},
		{"9,000 keys", head + many(9000, `"k%d":"v",`) + `"a":"x\"y","passphrase":"` + secret + `"}`, secret},
		{"9,000 elements", head + `"l":[` + many(9000, `"v%d",`) + `{"otp":482913}]}`, "482913"},
		{"several lines", "{\n  \"password\":\n    \"" + secret + "\",\n  \"otp\": 482913\n}", secret},
		{"a list of objects", `[{"a":1},{"password":"` + secret + `"}]`, secret},
		{"a list of objects, numbers", `[{"a":1},{"otp":482913}]`, "482913"},
		{"a number of 60 digits", head + `"token":` + strings.Repeat("4829137560", 6) + `}`, "4829137560"},
		{"a number as user", head + `"user":` + strings.Repeat("1234567890", 3) + `,"password":48291312}`, "48291312"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, _ := p.processOne(c.line)
			if strings.Contains(out, c.gone) {
				t.Errorf("%s is still in %q", c.gone, out)
			}
			if !strings.Contains(c.line, `\x22`) {
				checkJSONOut(t, p, c.line)
			}
		})
	}
}

// TestBrokenJSONIsCounted counts a line whose redaction is no JSON, and no other line.
func TestBrokenJSONIsCounted(t *testing.T) {
	p := newTestProcessor(t, nil)
	line := []byte(`{"a":"x","b":12345678}`)
	for _, c := range []struct {
		name       string
		start, end int
		bare       uint8
		want       bool
	}{
		{"inside a string", 6, 7, 0, false},
		{"a number in quotes", 13, 21, 1, false},
		{"a number without quotes", 13, 21, 0, true},
		{"a part of a number", 14, 16, 1, true},
		{"over the end of a string", 6, 9, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.findings = p.findings[:0]
			p.findings = append(p.findings, findingAt(c.start, c.end, c.bare))
			redacted := appendFindings(line, p.findings)
			if got := p.breaksJSON(line, redacted); got != c.want {
				t.Errorf("breaksJSON is %v for %s", got, redacted)
			}
		})
	}
}

// FuzzJSONStaysJSON redacts any JSON, with and without keys of an access log around it.
func FuzzJSONStaysJSON(f *testing.F) {
	m := &jsonMaker{rand.New(rand.NewPCG(1, 2))}
	for range 50 {
		f.Add(m.line())
	}
	p := newTestProcessor(f, nil)
	f.Fuzz(func(t *testing.T, line string) {
		checkJSONOut(t, p, line)
		if rest, ok := strings.CutPrefix(line, "{"); ok && !strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), "}") {
			checkJSONOut(t, p, `{"time":"2026-01-05T08:59:58Z","remote_addr":"192.0.2.7","request":"GET /a HTTP/1.1","status":200,`+rest)
		}
		checkJSONOut(t, p, `{"log":`+strconv.Quote(line)+`}`)
	})
}

func findingAt(start, end int, bare uint8) credential.Finding {
	return credential.Finding{Start: start, End: end, Bare: bare, Kind: "password"}
}

func appendFindings(line []byte, found []credential.Finding) []byte {
	return credential.AppendRedacted(nil, line, found)
}
