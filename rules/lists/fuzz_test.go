package lists

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// readers is every reader, by the list it reads.
func readers(b *builder) map[string]func(string, []byte) error {
	all := map[string]func(string, []byte) error{}
	for _, l := range b.lists(&Files{}) {
		all[l.name] = l.read
	}
	return all
}

// fuzz reads content as one kind of list: nothing panics, an error names the file, and what was read answers.
func fuzz(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		b := newBuilder()
		err := readers(b)[name]("the file", content)
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.File != "the file" || e.Problem == "") {
			t.Fatalf("error %v does not name the file", err)
		}
		s := b.set()
		ev := tokenwarden.Event{Fingerprint: fpA, ClientIP: netip.MustParseAddr("192.0.2.1"), Client: "curl", Method: "GET", Host: "a.example.com",
			Endpoint: "/v1/orders/{id}", Time: time.Unix(1_800_000_000, 0)}
		s.Breach(&ev)
		s.Required(ev.Method, ev.Host, ev.Endpoint)
		s.Sensitive(ev.Method, ev.Host, ev.Endpoint)
		s.Network(ev.ClientIP)
		s.Exception("r", tokenwarden.NetworkSubject(ev.ClientIP), ev.Time)
		if s.Counts().Prefixes > len(content) || s.Counts().Watchlist > len(content)/32 {
			t.Fatal("more entries than the file has room for")
		}
	})
}

func FuzzFingerprints(f *testing.F) {
	fuzz(f, "watchlist", fpA.String(), fpA.String()+" why", `{"fingerprint":"`+fpA.String()+`","key_id":"01020304","at":"2026-11-01T00:00:00Z"}`, "# x\n\n{")
}

func FuzzNetworks(f *testing.F) {
	fuzz(f, "networks.hosting", "192.0.2.0/24 # x\nAS64500\n64501", "prefix,country\n2001:db8::/32,DE", `{"a":[{"asn":64500,"p":"192.0.2.0/24"}]}`, "[1,2]",
		"ExitNode X\nExitAddress 192.0.2.1 2026-11-01")
}

func FuzzBindings(f *testing.F) {
	fuzz(f, "bindings", "bindings:\n  - fingerprint: "+fpA.String()+"\n    networks: [10.0.0.0/8, AS1, vpn]\n    clients: [curl]\n    endpoints: [GET /v1/**]\n    hours: [mon-fri 22:00-06:00 UTC]\n    scopes: [a]")
}

func FuzzPolicy(f *testing.F) { fuzz(f, "policy", policyFile) }

func FuzzOpenAPI(f *testing.F) {
	fuzz(f, "openapi", apiFile, `{"openapi":"3.0.0","paths":{"/a":{"get":{}}}}`)
}

func FuzzSensitive(f *testing.F) {
	fuzz(f, "sensitive", "/admin/**", "POST,GET a.example.com/v1/{x}/y-{z}.csv # x", "*.example.com/*/{id}")
}

func FuzzAllow(f *testing.F) {
	fuzz(f, "allow", "allow:\n  - {rule: a, subject: 10.0.0.0/8, until: 2027-01-01, reason: b, by: c}")
}

// TestWrongFileGivesNoSet holds what reloading relies on: an error comes without a Set.
func TestWrongFileGivesNoSet(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"good": fpA.String(), "wrong": "nothing of the kind"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s, err := Load(&Files{Watchlist: []string{filepath.Join(dir, "*")}}); err == nil || s != nil {
		t.Errorf("Load = %v, %v", s, err)
	}
}
