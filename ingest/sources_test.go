package ingest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/foreign"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

func TestNewSourcesNamesTheWrongEntry(t *testing.T) {
	many := func(n int) (texts []string) {
		for i := range n {
			texts = append(texts, fmt.Sprintf("field:f%d", i))
		}
		return texts
	}
	spread := make([]SourceOptions, 5)
	for i := range spread {
		for _, text := range many(16) {
			spread[i].Service = append(spread[i].Service, fmt.Sprintf("%s.%d", text, i))
		}
	}
	for name, tc := range map[string]struct {
		options []SourceOptions
		want    string
	}{
		"nothing said":          {[]SourceOptions{{Topics: []string{"a"}}}, "sources[0]: says nothing: want service, environment or host"},
		"an empty topic":        {[]SourceOptions{{Topics: []string{""}, Service: []string{"a"}}}, "sources[0].topics: a name must not be empty"},
		"a misspelt place":      {[]SourceOptions{{Service: []string{"a"}}, {Service: []string{"heder:x"}}}, `sources[1].service: "heder:x": want header:NAME`},
		"a header without name": {[]SourceOptions{{Environment: []string{"header:"}}}, `sources[0].environment: "header:": want`},
		"a field that is a dot": {[]SourceOptions{{Environment: []string{"field:a."}}}, `sources[0].environment: "field:a.": want`},
		"log is for hosts":      {[]SourceOptions{{Service: []string{"log"}}}, `sources[0].service: "log": want`},
		"a long name":           {[]SourceOptions{{Host: []string{strings.Repeat("a", 129)}}}, "1 to 128 printable characters"},
		"a control character":   {[]SourceOptions{{Host: []string{"a\x1b[2J"}}}, "printable characters"},
		"many places":           {[]SourceOptions{{Host: many(17)}}, "sources[0].host: 17 places are more than 16"},
		"many fields":           {spread, "sources[4].service: \"field:f0.4\": more than 64 fields"},
		"many entries":          {make([]SourceOptions, 101), "sources: 101 entries are more than 100"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewSources(tc.options); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
}

func TestFitsPattern(t *testing.T) {
	for _, tc := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a", "", false}, {"*", "", true}, {"*", "anything/else", true}, {"a*", "ab", true}, {"a*", "ba", false},
		{"*.k8s", "shop.k8s", true}, {"*.k8s", "shop.k8s.x", false}, {"a*b*c", "a-b-b-c", true}, {"a*b*c", "a-c-b", false}, {"a*a", "a", false}, {"**", "x", true},
	} {
		if got := fitsPattern(tc.pattern, tc.text); got != tc.want {
			t.Errorf("%q fits %q: %v, want %v", tc.text, tc.pattern, got, tc.want)
		}
	}
}

// sourceOptions are those of the tests: the names are made of the kinds of place.
var sourceOptions = []SourceOptions{
	{Topics: []string{"k8s.*"}, Service: []string{"field:kubernetes.labels.app", "field:fields.Service-Name"}, Environment: []string{"production"}},
	{Topics: []string{"edge"}, Service: []string{"header:service"}, Host: []string{"header:host.name", "log", "gateway.example"}},
	{Topics: []string{"fixed"}, Service: []string{"shop"}, Environment: []string{"staging"}, Host: []string{"shop.example"}},
	{Topics: []string{"otlp"}, Service: []string{"field:resource.attributes.service.name"}},
	{Service: []string{"others"}},
}

// TestSources sends lines with a credential through a Worker. The configuration holds, whatever a line says.
func TestSources(t *testing.T) {
	secret := newSecret()
	access := `203.0.113.5 - - [05/Jan/2026:08:59:58 +0000] \"GET /x?api_key=` + secret + ` HTTP/1.1\" 200 5`
	plain := strings.ReplaceAll(access, `\`, "")
	forged := strings.Replace(plain, "GET /x", "GET http://forged.example/x", 1)
	inJSON := func(rest string) string { return `{"log":"` + access + `"` + rest + `}` }
	own := `{"time":"2026-01-05T08:59:58Z","remote_addr":"203.0.113.5","request":"GET /x?api_key=` + secret + ` HTTP/1.1","status":200%s}`
	nested := strings.ReplaceAll(fmt.Sprintf(own, `,"kubernetes":{"labels":{"app":"forged"}}`), `"`, `\"`)
	header := func(pairs ...string) (headers []tokenwarden.Header) {
		for i := 0; i < len(pairs); i += 2 {
			headers = append(headers, tokenwarden.Header{Key: pairs[i], Value: []byte(pairs[i+1])})
		}
		return headers
	}
	resource := func(name string) string {
		return `{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"` + name + `"}}]},"scopeLogs":[{"logRecords":[` +
			`{"timeUnixNano":"1767603598000000000","body":{"stringValue":"` + access + `"}},{"timeUnixNano":"1767603598000000000","body":{"stringValue":"` + access + `"}}]}]}`
	}
	for name, tc := range map[string]struct {
		topic, line string
		headers     []tokenwarden.Header
		want        string // service environment host of each event, "-" for none
	}{
		"a name":                             {"fixed", plain, nil, "shop staging shop.example"},
		"a name, and a host in the line":     {"fixed", forged, nil, "shop staging shop.example"},
		"another topic":                      {"b", plain, nil, "others - -"},
		"the line's own host":                {"b", forged, nil, "others - forged.example"},
		"a header":                           {"edge", plain, header("Service", "cart", "host.name", "Cart.example"), "cart - cart.example"},
		"a header, and a host in the line":   {"edge", forged, header("host.name", "cart.example"), "others - cart.example"},
		"the last of two headers":            {"edge", plain, header("service", "a", "service", "b"), "b - gateway.example"},
		"no header: the line's host":         {"edge", forged, nil, "others - forged.example"},
		"no header, no host: the name":       {"edge", plain, nil, "others - gateway.example"},
		"an empty header is none":            {"edge", plain, header("service", ""), "others - gateway.example"},
		"a secret in a header":               {"edge", plain, header("service", "password="+secret), "password=REDACTED - gateway.example"},
		"a shipper's field behind the line":  {"k8s.a", inJSON(`,"kubernetes":{"labels":{"app":"shop"}}`), nil, "shop production -"},
		"a shipper's field before the line":  {"k8s.a", `{"kubernetes":{"labels":{"app":"shop"}},"log":"` + access + `"}`, nil, "shop production -"},
		"a shipper's own fields":             {"k8s.a", inJSON(`,"fields":{"service_name":"shop"}`), nil, "shop production -"},
		"an access log with shipper's field": {"k8s.a", fmt.Sprintf(own, `,"fields":{"service_name":"shop"}`), nil, "shop production -"},
		"the line forges its shipper":        {"k8s.a", `{"log":"` + nested + `","kubernetes":{"labels":{"app":"shop"}}}`, nil, "shop production -"},
		"a client's object forges it":        {"k8s.a", fmt.Sprintf(own, `,"body":{"kubernetes":{"labels":{"app":"forged"}}}`), nil, "others production -"},
		"no field":                           {"k8s.a", inJSON(""), nil, "others production -"},
		"a secret in a field":                {"k8s.a", inJSON(`,"kubernetes":{"labels":{"app":"gh` + "p_" + secret[:36] + `"}}`), nil, "REDACTED production -"},
		"requests of two resources":          {"otlp", `{"resourceLogs":[` + resource("cart") + `,` + resource("shop") + `]}`, nil, "cart - -,cart - -,shop - -,shop - -"},
	} {
		t.Run(name, func(t *testing.T) {
			got := sourcesOf(t, tc.topic, kafka.Message{Value: []byte(tc.line), Headers: tc.headers})
			if got != tc.want {
				t.Errorf("got %q, want %q", strings.ReplaceAll(got, secret, "SECRET"), tc.want)
			}
		})
	}
	long := sourcesOf(t, "edge", kafka.Message{Value: []byte(plain), Headers: header("service", strings.Repeat("ab ", 500))})
	if service, _, _ := strings.Cut(long, " -"); len(service) > maxSourceName+len(" -") {
		t.Errorf("a service of %d bytes", len(service))
	}
}

// sourcesOf returns service, environment and host of the usages of tokens that a Worker makes of a message.
func sourcesOf(t *testing.T, topic string, m kafka.Message) string {
	t.Helper()
	p := newTestProcessor(t, func(o *Options) {
		sources, err := NewSources(sourceOptions)
		if err != nil {
			t.Fatal(err)
		}
		o.Sources = sources
	})
	var all []string
	w := NewWorker(p, 1, func(_ context.Context, b *tokenwarden.Batch) error {
		usages, err := tokenwarden.DecodeUsages(nil, b.Usages[0][0].Value)
		for _, u := range usages {
			if u.Subject.Kind == tokenwarden.SubjectToken && !strings.HasPrefix(u.Event.TokenKind, "github") {
				words := []string{u.Event.Service, u.Event.Environment, u.Event.Host}
				for i, word := range words {
					if before, _, masked := strings.Cut(word, "REDACTED"); masked {
						words[i] = before + "REDACTED"
					} else if word == "" {
						words[i] = "-"
					}
				}
				all = append(all, strings.Join(words, " "))
			}
		}
		return err
	})
	if _, err := w.Start(t.Context(), kafka.Assignment{Topic: topic}); err != nil {
		t.Fatal(err)
	}
	m.Time = testTime
	if _, err := w.Handle(t.Context(), []kafka.Message{m}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, ",")
}

// TestSourcesAndIdentitiesDoNotAllocate processes lines with a credential, an identity and all kinds of place.
func TestSourcesAndIdentitiesDoNotAllocate(t *testing.T) {
	if testing.CoverMode() != "" || raceDetector {
		t.Skip("counts allocations, which both change")
	}
	identities, err := foreign.New(foreign.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := NewSources(sourceOptions)
	if err != nil {
		t.Fatal(err)
	}
	p := newTestProcessor(t, func(o *Options) { o.Credential.Identities, o.Sources = identities, sources })
	for name, line := range map[string]string{
		"clean":      combined("/catalog/items/7?page=2"),
		"clean JSON": `{"time":"2026-01-05T08:59:58Z","remote_addr":"203.0.113.5","request":"GET /x HTTP/1.1","status":200,"kubernetes":{"labels":{"app":"shop"}}}`,
		"an identity": `{"time":"2026-01-05T08:59:58Z","remote_addr":"203.0.113.5","request":"GET /x HTTP/1.1","status":200,"apiKeyId":"a1b2c3d4e5",` +
			`"kubernetes":{"labels":{"app":"shop"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			l := Line{Text: []byte(line), Source: tokenwarden.Source{Topic: "k8s.a"}, Now: testTime, Arrived: testTime}
			out, _ := p.Process(nil, l)
			if n := testing.AllocsPerRun(200, func() { out, _ = p.Process(out[:0], l) }); n > 0 {
				t.Errorf("%v allocations for each line", n)
			}
		})
	}
}
