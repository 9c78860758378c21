package lists

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

const policyFile = `policy:
  - {methods: [post], endpoint: "/v1/orders", any_of: [orders:write, admin]}
  - {endpoint: "/v1/orders/{id}", host: API.example.com, any_of: [a, b], all_of: [c]}
  - {endpoint: /health, public: true}
`

const apiFile = `openapi: 3.1.0
servers:
  - {url: "https://{region}.example.com/v2", variables: {region: {default: eu, enum: [eu, us]}}}
  - {url: "https://{tenant}.example.net:{port}/{base}/", variables: {tenant: {default: demo}, port: {default: "443"}, base: {default: v2}}}
security: [{oauth: [read]}]
paths:
  /orders:
    get: {}
    post: {security: [{oauth: [write]}, {oidc: [admin], oauth: [read, write]}]}
  /orders/{id}:
    get: {security: []}
    delete: {security: [{key: []}]}
    patch: {security: [{}, {oauth: [write]}], servers: [{url: /internal}]}
  /shared: {$ref: "#/components/pathItems/shared"}
components:
  securitySchemes:
    oauth: {type: oauth2}
    oidc: {type: openIdConnect}
    key: {type: apiKey}
  pathItems:
    shared: {put: {description: "anything"}}
`

func TestRequired(t *testing.T) {
	s := load(t, Files{Policy: []string{write(t, "p.yaml", policyFile)}, OpenAPI: []string{write(t, "o.yaml", apiFile)}})
	for _, c := range []struct {
		method, host, endpoint string
		want                   [][]string
		known                  bool
	}{
		{"POST", "x", "/v1/orders", [][]string{{"orders:write"}, {"admin"}}, true},
		{"GET", "x", "/v1/orders", nil, false},
		{"GET", "api.example.com", "/v1/orders/{id}", [][]string{{"c", "a"}, {"c", "b"}}, true},
		{"GET", "other", "/v1/orders/{id}", nil, false},
		{"GET", "x", "/health", nil, true},
		{"GET", "eu.example.com", "/v2/orders", [][]string{{"read"}}, true},
		{"GET", "us.example.com", "/v2/orders", [][]string{{"read"}}, true},
		{"GET", "ap.example.com", "/v2/orders", nil, false},
		{"GET", "any.example.net", "/v3/orders", [][]string{{"read"}}, true},
		{"GET", "example.net", "/v3/orders", nil, false},
		{"POST", "eu.example.com", "/v2/orders", [][]string{{"write"}, {"admin", "read", "write"}}, true},
		{"GET", "eu.example.com", "/v2/orders/{id}", nil, true},
		{"DELETE", "eu.example.com", "/v2/orders/{id}", nil, true},
		{"PATCH", "any", "/internal/orders/{id}", nil, true},
		{"PATCH", "eu.example.com", "/v2/orders/{id}", nil, false},
		{"PUT", "eu.example.com", "/v2/shared", [][]string{{"read"}}, true},
	} {
		t.Run(c.method+" "+c.host+c.endpoint, func(t *testing.T) {
			got, known := s.Required(c.method, c.host, c.endpoint)
			if known != c.known || len(got) != len(c.want) || len(got) > 0 && !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, %v, want %v, %v", got, known, c.want, c.known)
			}
		})
	}
}

func TestOpenAPIAsJSON(t *testing.T) {
	doc := "{\n\t\"openapi\": \"3.0.3\", \"info\": {\"title\": \"\\ud83d\\ude00 \\/\"},\n\t\"paths\": {\"/a\": {\"get\": {\"security\": [{\"o\": [\"s\"]}]}}},\n" +
		"\t\"components\": {\"securitySchemes\": {\"o\": {\"type\": \"oauth2\"}}}\n}"
	s := load(t, Files{OpenAPI: []string{write(t, "o.json", doc)}})
	if got, known := s.Required("GET", "h", "/a"); !known || !reflect.DeepEqual(got, [][]string{{"s"}}) {
		t.Errorf("Required = %v, %v", got, known)
	}
}

func TestBreach(t *testing.T) {
	s := load(t, Files{
		Bindings: []string{write(t, "b.yaml", `bindings:
  - fingerprint: `+fpA.String()+`
    note: nightly billing
    networks: [10.0.0.0/8, AS64500, egress]
    clients: [curl]
    endpoints: ["GET api.example.com/v1/**", /health]
    hours: ["mon-fri 22:00-06:00 Europe/Berlin", "sun 10:00-11:00"]
    scopes: [orders:read]
  - family: `+fpB.String()+`
    clients: [okhttp]
    scopes: []
`)},
		Networks: map[NetworkClass][]string{Egress: {write(t, "e", "192.0.2.0/24")}},
	})
	// 2026-11-27 is a Friday; Berlin is one hour ahead of UTC.
	good := tokenwarden.Event{Fingerprint: fpA, ClientIP: netip.MustParseAddr("10.1.1.1"), Client: "curl", Method: "GET",
		Host: "api.example.com", Endpoint: "/v1/orders/{id}", Time: time.Date(2026, 11, 27, 22, 30, 0, 0, time.UTC)}
	for name, c := range map[string]struct {
		change func(e *tokenwarden.Event)
		want   string
	}{
		"as declared":           {func(*tokenwarden.Event) {}, ""},
		"other network":         {func(e *tokenwarden.Event) { e.ClientIP = netip.MustParseAddr("203.0.113.1"); e.Geo.ASN = 1 }, "network"},
		"declared AS":           {func(e *tokenwarden.Event) { e.ClientIP = netip.MustParseAddr("203.0.113.1"); e.Geo.ASN = 64500 }, ""},
		"AS not known":          {func(e *tokenwarden.Event) { e.ClientIP = netip.MustParseAddr("203.0.113.1") }, ""},
		"own egress":            {func(e *tokenwarden.Event) { e.ClientIP = netip.MustParseAddr("192.0.2.1"); e.Geo.ASN = 1 }, ""},
		"address not known":     {func(e *tokenwarden.Event) { e.ClientIP = netip.Addr{} }, ""},
		"other client":          {func(e *tokenwarden.Event) { e.Client = "python-requests" }, "client"},
		"client not known":      {func(e *tokenwarden.Event) { e.Client = "" }, ""},
		"other method":          {func(e *tokenwarden.Event) { e.Method = "POST" }, "endpoint"},
		"other host":            {func(e *tokenwarden.Event) { e.Host = "b.example.com" }, "endpoint"},
		"second pattern":        {func(e *tokenwarden.Event) { e.Method, e.Host, e.Endpoint = "HEAD", "b", "/health" }, ""},
		"before the hours":      {func(e *tokenwarden.Event) { e.Time = e.Time.Add(-2 * time.Hour) }, "hour"},
		"after midnight":        {func(e *tokenwarden.Event) { e.Time = e.Time.Add(6 * time.Hour) }, ""},
		"saturday night":        {func(e *tokenwarden.Event) { e.Time = e.Time.Add(24 * time.Hour) }, "hour"},
		"second window":         {func(e *tokenwarden.Event) { e.Time = time.Date(2026, 11, 29, 10, 59, 0, 0, time.UTC) }, ""},
		"end of window":         {func(e *tokenwarden.Event) { e.Time = time.Date(2026, 11, 29, 11, 0, 0, 0, time.UTC) }, "hour"},
		"another token":         {func(e *tokenwarden.Event) { e.Fingerprint = fpC; e.Client = "x" }, ""},
		"token of bound family": {func(e *tokenwarden.Event) { e.Fingerprint, e.Family = fpC, fpB }, "client"},
	} {
		t.Run(name, func(t *testing.T) {
			e := good
			c.change(&e)
			if got, ok := s.Breach(&e); got != c.want || ok != (c.want != "") {
				t.Errorf("Breach = %q, %v, want %q", got, ok, c.want)
			}
		})
	}
	if scopes, ok := s.Granted(fpA); !ok || !reflect.DeepEqual(scopes, []string{"orders:read"}) {
		t.Errorf("Granted = %v, %v", scopes, ok)
	}
	if scopes, ok := s.Granted(fpB); !ok || len(scopes) != 0 {
		t.Errorf("Granted with none declared = %v, %v", scopes, ok)
	}
	if !s.Bound(fpC, fpB) || s.Bound(fpC, fpC) {
		t.Error("Bound is wrong")
	}
}

func TestLookupsAllocateNothing(t *testing.T) {
	s := load(t, Files{
		Watchlist: []string{write(t, "w", fpA.String())}, Policy: []string{write(t, "p.yaml", policyFile)}, OpenAPI: []string{write(t, "o.yaml", apiFile)},
		Sensitive: []string{write(t, "s", "GET *.example.com/{a}/x-{b}/**")},
		Networks:  map[NetworkClass][]string{Hosting: {write(t, "n", "10.0.0.0/8\n2001:db8::/32\nAS64500")}},
		Bindings:  []string{write(t, "b.yaml", "bindings:\n  - fingerprint: "+fpA.String()+"\n    networks: [10.0.0.0/8]\n    endpoints: [/v1/**]\n    hours: [\"mon-fri 08:00-18:00 Europe/Berlin\"]")},
		Allow:     []string{write(t, "a.yaml", "allow:\n  - {rule: a, subject: 10.0.0.0/8, until: 2027-01-01, reason: b}")},
	})
	e := tokenwarden.Event{Fingerprint: fpA, ClientIP: netip.MustParseAddr("10.1.1.1"), Method: "GET", Host: "eu.example.com",
		Endpoint: "/v2/orders/{id}", Time: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)}
	subject := tokenwarden.NetworkSubject(e.ClientIP)
	if n := testing.AllocsPerRun(100, func() {
		s.Watched(fpA)
		s.Decoy(fpA)
		s.Revoked(fpA)
		s.Network(e.ClientIP)
		s.NetworkOf(64500)
		s.Sensitive(e.Method, e.Host, e.Endpoint)
		s.Required(e.Method, e.Host, e.Endpoint)
		s.Granted(fpA)
		s.Breach(&e)
		s.Exception("a", subject, e.Time)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
