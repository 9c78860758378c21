package simulate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// sensitive are the endpoints that only administrators call.
const sensitive = "/v1/admin/**"

// WriteLists writes to dir the lists that an operator of these services would supply: watchlist.txt, decoys.txt
// and revoked.ndjson with fingerprints, hosting.txt, vpn.txt and mobile.txt with networks, sensitive.txt, policy.yaml and
// bindings.yaml. Credentials are written as fingerprint returns them. Call it after the last line.
func (g *Generator) WriteLists(dir string, fingerprint func(token string) string) error {
	of := func(i int) string { return fingerprint(g.Token(i)) }
	files := map[string][]byte{
		"watchlist.txt": fingerprints(g.leaked, of), "decoys.txt": fingerprints(g.decoys, of),
		"revoked.ndjson": g.revocations(of), "bindings.yaml": g.declarations(of),
		"policy.yaml": policy(), "sensitive.txt": []byte(sensitive + "\n"),
		"hosting.txt": prefixes("hosting"), "mobile.txt": prefixes("mobile"), "vpn.txt": prefixes("anonymizer"),
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("write lists: %w", err)
	}
	for _, name := range sortedKeys(files) {
		if err := os.WriteFile(filepath.Join(dir, name), files[name], 0o600); err != nil {
			return fmt.Errorf("write lists: %w", err)
		}
	}
	return nil
}

func fingerprints(indexes []int, of func(int) string) []byte {
	var b bytes.Buffer
	for _, i := range indexes {
		b.WriteString(of(i) + "\n")
	}
	return b.Bytes()
}

func prefixes(class string) []byte {
	var b bytes.Buffer
	for _, p := range Prefixes(class) {
		b.WriteString(p.String() + "\n")
	}
	return b.Bytes()
}

func policy() []byte {
	b := bytes.NewBufferString("policy:\n")
	for _, r := range ScopePolicy() {
		_, _ = fmt.Fprintf(b, "  - {methods: [%s], host: %s, endpoint: %q, any_of: [%q]}\n", r.Method, r.Host, r.Template, r.Scope)
	}
	return b.Bytes()
}

func (g *Generator) revocations(of func(int) string) []byte {
	var b bytes.Buffer
	for _, r := range g.revoked {
		at := time.Unix(0, r.at).UTC().Format(time.RFC3339)
		_, _ = fmt.Fprintf(&b, `{"fingerprint":%q,"at":%q,"reason":"reported stolen"}`+"\n", of(r.token), at)
	}
	return b.Bytes()
}

func (g *Generator) declarations(of func(int) string) []byte {
	b := bytes.NewBufferString("bindings:\n")
	for _, d := range g.bindings {
		_, _ = fmt.Fprintf(b, "  - fingerprint: %s\n    networks: [%s]\n    endpoints:\n", of(d.token), d.network.prefix)
		var calls []string
		for _, e := range d.endpoints {
			calls = append(calls, fmt.Sprintf("      - %s %s%s\n", e.method, e.svc.host, e.template))
		}
		slices.Sort(calls)
		for _, call := range slices.Compact(calls) {
			b.WriteString(call)
		}
	}
	return b.Bytes()
}

// revocation is a credential that was reported at a time, in Unix nanoseconds.
type revocation struct {
	token int
	at    int64
}
