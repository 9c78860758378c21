package lists

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

var (
	fpA = tokenwarden.Fingerprint{0xaa, 1}
	fpB = tokenwarden.Fingerprint{0xbb, 2}
	fpC = tokenwarden.Fingerprint{0xcc, 3}
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, f Files) *Set {
	t.Helper()
	s, err := Load(&f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNilSetKnowsNothing(t *testing.T) {
	for name, s := range map[string]*Set{"nil": nil, "empty": load(t, Files{}), "revocations alone": (*Set)(nil).WithRevoked(nil)} {
		t.Run(name, func(t *testing.T) {
			_, known := s.Required("GET", "h", "/")
			_, declared := s.Granted(fpA)
			_, broken := s.Breach(&tokenwarden.Event{Fingerprint: fpA})
			if s.Watched(fpA) != nil || s.Decoy(fpA) != nil || s.Revoked(fpA) != nil || s.Network(netip.MustParseAddr("192.0.2.1")) != 0 ||
				s.NetworkOf(64500) != 0 || s.Sensitive("GET", "h", "/") || known || declared || broken || s.Bound(fpA, fpB) ||
				s.Exception("r", tokenwarden.TokenSubject(fpA), time.Time{}) != nil || s.Counts() != (Counts{}) || len(s.Keys()) != 0 {
				t.Errorf("%s: knows something", name)
			}
			for fp := range s.Added(nil) {
				t.Errorf("%s: added %v", name, fp)
			}
		})
	}
}

func TestFingerprintLists(t *testing.T) {
	watch := write(t, "leaks.ndjson", "# found\n\n"+
		`{"fingerprint":"`+fpA.String()+`","key_id":"01020304","source":"gitleaks","rule":"generic-api-key","location":"a.go:7","at":"2026-11-01T00:00:00Z"}`+"\n"+
		fpB.String()+" ticket 17\r\n")
	s := load(t, Files{Watchlist: []string{watch}, Decoys: []string{write(t, "decoys.txt", fpC.String())}, Revoked: []string{watch}})
	want := &Entry{"gitleaks", "generic-api-key a.go:7", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	if got := s.Watched(fpA); !reflect.DeepEqual(got, want) {
		t.Errorf("Watched = %+v, want %+v", got, want)
	}
	if got := s.Watched(fpB); got == nil || got.Source != "leaks.ndjson" || got.Reason != "ticket 17" {
		t.Errorf("Watched = %+v", got)
	}
	if s.Decoy(fpC) == nil || s.Decoy(fpA) != nil || s.Watched(fpC) != nil || s.Revoked(fpA) == nil {
		t.Error("lists are mixed up")
	}
	if c := s.Counts(); c.Watchlist != 2 || c.Decoys != 1 || c.Revoked != 2 {
		t.Errorf("Counts = %+v", c)
	}
	given := map[tokenwarden.Fingerprint]int{}
	for fp := range s.Added(nil) {
		given[fp]++
	}
	if want := map[tokenwarden.Fingerprint]int{fpA: 1, fpB: 1, fpC: 1}; !reflect.DeepEqual(given, want) {
		t.Errorf("Added = %v, want each once although two stand on two lists", given)
	}
	if s.Keys()[tokenwarden.KeyID{1, 2, 3, 4}] != 2 {
		t.Errorf("Keys = %v", s.Keys())
	}
}

func TestTopicRevocations(t *testing.T) {
	s := load(t, Files{Watchlist: []string{write(t, "w", fpA.String())}})
	after := s.WithRevoked(map[tokenwarden.Fingerprint]*Entry{fpB: {Source: "topic"}})
	if s.Revoked(fpB) != nil || after.Revoked(fpB) == nil || after.Watched(fpA) == nil {
		t.Error("WithRevoked must add to a copy")
	}
	var added []tokenwarden.Fingerprint
	for fp := range after.Added(s) {
		added = append(added, fp)
	}
	if len(added) != 1 || added[0] != fpB {
		t.Errorf("Added = %v", added)
	}
}

func TestNetworks(t *testing.T) {
	files := map[string]string{
		"plain": "\ufeff# clouds\n198.51.100.0/24 # one\n203.0.113.9\n2001:db8:1::/48\n",
		"drop":  "; comment\n198.51.100.0/24 ; SBL1\n203.0.113.9 ; x\n2001:db8:1::/48 ; y\n",
		"csv":   "prefix,country\n198.51.100.0/24,DE\n203.0.113.9/32,FR\n\"2001:db8:1::/48\",NL\n",
		"aws":   `{"syncToken":"1","prefixes":[{"ip_prefix":"198.51.100.0/24","region":"x"},{"ip_prefix":"203.0.113.9/32"}],"ipv6_prefixes":[{"ipv6_prefix":"2001:db8:1::/48"}]}`,
		"azure": `{"changeNumber":3,"values":[{"name":"A","properties":{"changeNumber":7,"addressPrefixes":["198.51.100.0/24","203.0.113.9/32","2001:db8:1::/48"]}}]}`,
		"tor":   "ExitNode 0011BADF00D\nPublished 2026-11-01 00:00:00\nExitAddress 198.51.100.7 2026-11-01 00:00:00\nExitAddress 203.0.113.9 2026-11-01 00:00:00\nExitAddress 2001:db8:1::1 2026-11-01 00:00:00\n",
	}
	for name, content := range files {
		t.Run(name, func(t *testing.T) {
			s := load(t, Files{Networks: map[NetworkClass][]string{Hosting: {write(t, name, content)}}})
			for addr, want := range map[string]NetworkClass{"198.51.100.7": Hosting, "::ffff:203.0.113.9": Hosting, "203.0.113.8": 0, "2001:db8:1::1": Hosting, "2001:db8:2::1": 0} {
				if got := s.Network(netip.MustParseAddr(addr)); got != want {
					t.Errorf("%s: Network(%s) = %v, want %v", name, addr, got, want)
				}
			}
		})
	}
}

func TestNetworksOverlap(t *testing.T) {
	s := load(t, Files{Networks: map[NetworkClass][]string{
		Hosting: {write(t, "a", "10.0.0.0/8\nAS64500")}, VPN: {write(t, "b", "10.1.0.0/16\n64500 a name")},
		Tor: {write(t, "c", "10.1.2.3")}, Egress: {write(t, "d", "10.1.0.0/17")},
		Mobile: {write(t, "e.json", `[64501, {"asn": 64502}, {"asn": "AS64503"}, {"count": 64504}]`)},
	}})
	for addr, want := range map[string]NetworkClass{
		"10.2.0.1": Hosting, "10.1.200.1": Hosting | VPN, "10.1.2.3": Hosting | VPN | Tor | Egress, "10.1.2.4": Hosting | VPN | Egress, "11.0.0.1": 0,
	} {
		t.Run(addr, func(t *testing.T) {
			if got := s.Network(netip.MustParseAddr(addr)); got != want {
				t.Errorf("Network(%s) = %v, want %v", addr, got, want)
			}
		})
	}
	if got, want := s.Counts().Classes, Hosting|VPN|Tor|Egress|Mobile; got != want {
		t.Errorf("Classes = %v, want %v", got, want)
	}
	for asn, want := range map[uint32]NetworkClass{64500: Hosting | VPN, 64501: Mobile, 64502: Mobile, 64503: Mobile, 64504: 0} {
		t.Run(fmt.Sprint("AS", asn), func(t *testing.T) {
			if got := s.NetworkOf(asn); got != want {
				t.Errorf("NetworkOf(%d) = %v, want %v", asn, got, want)
			}
		})
	}
}

func TestSensitive(t *testing.T) {
	s := load(t, Files{Sensitive: []string{write(t, "s", `
# administration
/admin/**
POST,DELETE api.example.com/v1/users/{user} # people
*.example.org/export/report-{year}.csv
/v1/*/keys
`)}})
	for _, c := range []struct {
		method, host, endpoint string
		want                   bool
	}{
		{"GET", "x", "/admin/a/b", true}, {"GET", "x", "/admin", true}, {"GET", "x", "/administrator", false},
		{"POST", "api.example.com", "/v1/users/{id}", true}, {"POST", "api.example.com", "/v1/users/jane", true},
		{"GET", "api.example.com", "/v1/users/{id}", false}, {"POST", "other", "/v1/users/{id}", false},
		{"POST", "api.example.com", "/v1/users/{id}/x", false}, {"POST", "api.example.com", "/v1/users", false},
		{"GET", "a.example.org", "/export/report-12.csv", true}, {"GET", "a.example.org", "/export/{id}", true},
		{"GET", "example.org", "/export/report-12.csv", false}, {"GET", "a.example.org", "/export/report-.csv", false},
		{"GET", "", "/v1/{id}/keys", true}, {"GET", "", "/v1/a/keys/", true}, {"GET", "", "/v1//keys", false}, {"GET", "", "", false},
	} {
		t.Run(c.method+" "+c.host+c.endpoint, func(t *testing.T) {
			if got := s.Sensitive(c.method, c.host, c.endpoint); got != c.want {
				t.Errorf("Sensitive(%s %s%s) = %v", c.method, c.host, c.endpoint, got)
			}
		})
	}
}

func TestExceptions(t *testing.T) {
	s := load(t, Files{Allow: []string{write(t, "a.yaml", `allow:
  - {rule: new-country, subject: `+fpA.String()+`, until: 2027-01-31, reason: moves, by: ops}
  - {rule: "*", subject: 198.51.100.7, until: "2027-01-31T12:00:00Z", reason: scanner}
  - {rule: token-burst, subject: "*", until: 2027-01-01, reason: load test}
  - {rule: token-spray, subject: 10.0.0.0/8, until: 2027-01-01, reason: gateway}
`)}})
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	client := func(a string) tokenwarden.Subject { return tokenwarden.NetworkSubject(netip.MustParseAddr(a)) }
	for _, c := range []struct {
		rule    string
		subject tokenwarden.Subject
		at      string
		line    int
	}{
		{"new-country", tokenwarden.TokenSubject(fpA), "2027-01-31T23:59:59Z", 2},
		{"new-country", tokenwarden.TokenSubject(fpA), "2027-02-01T00:00:00Z", 0},
		{"new-client", tokenwarden.TokenSubject(fpA), "2027-01-01T00:00:00Z", 0},
		{"new-country", tokenwarden.TokenSubject(fpB), "2027-01-01T00:00:00Z", 0},
		{"auth-failures", client("198.51.100.200"), "2027-01-31T11:00:00Z", 3},
		{"auth-failures", client("198.51.100.200"), "2027-01-31T12:00:00Z", 0},
		{"token-burst", tokenwarden.TokenSubject(fpB), "2027-01-01T12:00:00Z", 4},
		{"token-spray", client("10.9.8.7"), "2026-12-01T00:00:00Z", 5},
		{"token-spray", client("11.9.8.7"), "2026-12-01T00:00:00Z", 0},
	} {
		t.Run(c.rule+" at "+c.at, func(t *testing.T) {
			got := s.Exception(c.rule, c.subject, at(c.at))
			if (got == nil) != (c.line == 0) || got != nil && got.Line != c.line {
				t.Errorf("Exception(%s, %v, %s) = %+v, want line %d", c.rule, c.subject, c.at, got, c.line)
			}
		})
	}
}

func TestErrorsNameFileLineAndKey(t *testing.T) {
	secret := "not-a-" + strings.Repeat("q7", 20)
	for _, c := range []struct {
		name, content, want string
		files               func(path string) Files
	}{
		{"token in watchlist", fpA.String() + "\n" + secret, ":2: want a fingerprint", func(p string) Files { return Files{Watchlist: []string{p}} }},
		{"token in JSON", `{"fingerprint":"` + secret + `"}`, ":1: want one JSON object", func(p string) Files { return Files{Decoys: []string{p}} }},
		{"no fingerprint", `{"source":"x"}`, ":1: names no fingerprint", func(p string) Files { return Files{Revoked: []string{p}} }},
		{"decoys as watchlist", `{"fingerprint":"` + fpA.String() + `","list":"decoys"}`, ":1: belongs to the list decoys", func(p string) Files { return Files{Watchlist: []string{p}} }},
		{"bad network", "192.0.2.0/24\n192.0.2.0/33\n", ":2: want a network", func(p string) Files { return Files{Networks: map[NetworkClass][]string{VPN: {p}}} }},
		{"everything", "0.0.0.0/0", ":1: covers every address", func(p string) Files { return Files{Networks: map[NetworkClass][]string{VPN: {p}}} }},
		{"everything in JSON", "[\n\"::/0\"]", ":2: covers every address", func(p string) Files { return Files{Networks: map[NetworkClass][]string{VPN: {p}}} }},
		{"broken JSON", "{\n\"a\": [\"192.0.2.0/24\",\n", ": is not valid JSON", func(p string) Files { return Files{Networks: map[NetworkClass][]string{VPN: {p}}} }},
		{"no network", `{"a": 1}`, ": holds no network", func(p string) Files { return Files{Networks: map[NetworkClass][]string{VPN: {p}}} }},
		{"bad pattern", "\nadmin\n", ":2: want [METHODS] [HOST]/path", func(p string) Files { return Files{Sensitive: []string{p}} }},
		{"stars inside", "/a/**/b\n", ":1: want ** only at the end", func(p string) Files { return Files{Sensitive: []string{p}} }},
		{"no expiry", "allow:\n  - {rule: a, subject: \"*\", reason: b}", ":2: allow[0]: has no until", func(p string) Files { return Files{Allow: []string{p}} }},
		{"no reason", "allow:\n  - {rule: a, subject: \"*\", until: 2027-01-01}", ":2: allow[0]: has no reason", func(p string) Files { return Files{Allow: []string{p}} }},
		{"bad day", "allow:\n  - rule: a\n    until: soon", ":3: allow[0].until: want a day", func(p string) Files { return Files{Allow: []string{p}} }},
		{"allow all", "allow:\n  - {rule: \"*\", subject: \"*\", until: 2027-01-01, reason: x}", ":2: allow[0]: allows everything", func(p string) Files { return Files{Allow: []string{p}} }},
		{"unknown key", "bindings:\n  - fingerprint: " + fpA.String() + "\n    network: []", ":3: bindings[0]: has an unknown key: want clients, endpoints, family", func(p string) Files { return Files{Bindings: []string{p}} }},
		{"bad hours", "bindings:\n  - fingerprint: " + fpA.String() + "\n    hours:\n      - 8 to 5", ":4: bindings[0].hours[0]: want days, hours", func(p string) Files { return Files{Bindings: []string{p}} }},
		{"bad zone", "bindings:\n  - fingerprint: " + fpA.String() + "\n    hours: [\"08:00-17:00 Mars/Base\"]", ":3: bindings[0].hours[0]: has an unknown time zone", func(p string) Files { return Files{Bindings: []string{p}} }},
		{"token as fingerprint", "bindings:\n  - fingerprint: " + secret, ":2: bindings[0].fingerprint: fingerprint: want 32", func(p string) Files { return Files{Bindings: []string{p}} }},
		{"no scopes", "policy:\n  - {endpoint: /a}", ":2: policy[0]: want any_of or all_of", func(p string) Files { return Files{Policy: []string{p}} }},
		{"twice", "policy:\n  - {endpoint: /a, public: true}\n  - {endpoint: /a, any_of: [x]}", ":3: policy[1]: speaks of a call", func(p string) Files { return Files{Policy: []string{p}} }},
		{"broken YAML", "policy:\n  - {endpoint: /a", ": is not valid YAML", func(p string) Files { return Files{Policy: []string{p}} }},
		{"old OpenAPI", "swagger: '2.0'", ":1: want an OpenAPI 3 document", func(p string) Files { return Files{OpenAPI: []string{p}} }},
		{"unknown scheme", "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      security:\n        - nope: [x]", ":6: paths./a.get: names the scheme", func(p string) Files { return Files{OpenAPI: []string{p}} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, "list", c.content)
			f := c.files(path)
			_, err := Load(&f)
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: error %v, want %q", c.name, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error quotes the token", c.name)
			}
		})
	}
}

func TestFilesByPattern(t *testing.T) {
	dir := t.TempDir()
	for i, fp := range []tokenwarden.Fingerprint{fpA, fpB} {
		if err := os.WriteFile(filepath.Join(dir, string(rune('a'+i))+".ndjson"), []byte(fp.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := load(t, Files{Watchlist: []string{filepath.Join(dir, "*.ndjson"), filepath.Join(dir, "a.ndjson")}, Decoys: []string{filepath.Join(dir, "*.none")}})
	if s.Counts().Watchlist != 2 || s.Watched(fpB) == nil {
		t.Errorf("Counts = %+v", s.Counts())
	}
	if _, err := Load(&Files{Decoys: []string{filepath.Join(dir, "missing")}}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a path that is not there: %v", err)
	}
}

// The YAML examples of README.md can be read.
func TestREADMEExamples(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	for block := range strings.SplitSeq(string(readme), "```yaml\n") {
		example, _, _ := strings.Cut(block, "```")
		for _, name := range []string{"bindings", "policy", "allow"} {
			if strings.HasPrefix(example, name+":") {
				read[name] = true
				t.Run(name, func(t *testing.T) {
					if _, err := FromTexts(map[string]string{name: example}); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
	if len(read) != 3 {
		t.Errorf("the README shows %v", read)
	}
}
