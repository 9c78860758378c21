package ingest

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/foreign"
	tokens "github.com/tokenwarden/tokenwarden/ingest/secret"
)

// TestEdgeFormsMakeEvents wants one fingerprint for a token and its edge form, and no event for a form that cannot be verified,
// which is counted.
func TestEdgeFormsMakeEvents(t *testing.T) {
	m := NewMetrics(prometheus.NewRegistry())
	var key tokens.Key
	p := newTestProcessor(t, func(o *Options) { o.Metrics, key = m, o.Credential.Keys[0] })
	token := newSecret()
	form := string(tokens.NewEdge(key.Edge()).AppendForm(nil, "session", tokens.NewToken([]byte(token))))
	forged := strings.Replace(form, ".session.", ".sessiom.", 1)
	unknown := strings.Replace(form, key.ID().String(), "00000000", 1)

	_, res := p.processOne(combined("/orders?token=" + token))
	want := res.Events[0].Fingerprint
	for _, c := range []struct {
		name, line string
		events     int
	}{
		{"in the query", combined("/orders?token=" + form), 1},
		{"in a column behind the line", combined("/orders") + ` "` + form + `"`, 1},
		{"forged", combined("/orders?token=" + forged), 0},
		{"forged in a column", combined("/orders") + ` "` + forged + `"`, 0},
		{"unknown key", combined("/orders?token=" + unknown), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, res := p.processOne(c.line)
			if len(res.Events) != c.events || strings.Contains(out, "twfp1.") {
				t.Fatalf("%d events; redacted %q", len(res.Events), out)
			}
			for _, e := range res.Events {
				if e.Fingerprint != want || e.Identity != tokenwarden.IdentityEdge || e.TokenKind != "session" || e.Strength != (tokenwarden.Strength{}) {
					t.Errorf("event %v %v %q, want the fingerprint %v", e.Fingerprint, e.Identity, e.TokenKind, want)
				}
			}
		})
	}
	p.processOne(combined("/orders?token=" + newSecret())) // reuses the memory of the lines before
	p.Flush()
	if got := testutil.ToFloat64(m.findings.WithLabelValues("session", "query")); got != 1 {
		t.Errorf("%v findings of the kind in the form, want 1: kinds must outlive the line", got)
	}
	for result, n := range map[string]float64{"ok": 2, "forged": 2, "unknown_key": 1} {
		if got := testutil.ToFloat64(m.edge.WithLabelValues(result)); got != n {
			t.Errorf("%s counted %v times, want %v", result, got, n)
		}
	}
}

// TestEdgeFields wants hashes from fields that the configuration names, and from no place that a client can write.
func TestEdgeFields(t *testing.T) {
	var key tokens.Key
	set, err := foreign.New(foreign.Options{Edge: []string{"auth_hash", "edge.key"}})
	if err != nil {
		t.Fatal(err)
	}
	named := func(o *Options) { o.Credential.Identities, key = set, o.Credential.Keys[0] }
	p := newTestProcessor(t, named)
	token := newSecret()
	form := string(tokens.NewEdge(key.Edge()).AppendForm(nil, "bearer", tokens.NewToken([]byte(token))))
	hash, unsigned := strings.Split(form, ".")[3], form[:strings.LastIndexByte(form, '.')]
	_, res := p.processOne(combined("/orders?token=" + token))
	want := res.Events[0].Fingerprint
	line := func(more string) string {
		return `{"time":"2026-01-05T08:59:58Z","remote_addr":"192.0.2.7","request":"GET /orders HTTP/1.1","status":200,` + more + `}`
	}
	for _, c := range []struct {
		name, line, kind string
		edge             bool
	}{
		{"hash", line(`"auth_hash":"` + hash + `"`), "token", true},
		{"hash in capitals", line(`"auth_hash":"` + strings.ToUpper(hash) + `"`), "token", true},
		{"hash that was not cut", line(`"auth_hash":"` + hash + hash + `"`), "token", true},
		{"form without a MAC", line(`"auth_hash":"` + unsigned + `"`), "bearer", true},
		{"form", line(`"auth_hash":"` + form + `"`), "bearer", true},
		{"key in an object", line(`"edge":{"key":"` + hash + `"}`), "token", true},
		{"empty", line(`"auth_hash":"-"`), "", false},
		{"forged form", line(`"auth_hash":"` + strings.Replace(form, ".bearer.", ".bearar.", 1) + `"`), "", false},
		{"another field", line(`"body_hash":"` + hash + `"`), "", false},
		{"the field's name in an object of a client", line(`"request_body":{"auth_hash":"` + hash + `"}`), "", false},
		{"the field's name in a query", combined("/orders?auth_hash=" + hash), "", false},
		{"form without a MAC elsewhere", line(`"user_agent":"` + unsigned + `"`), "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, res := p.processOne(c.line)
			edges := 0
			for _, e := range res.Events {
				if e.Identity == tokenwarden.IdentityEdge {
					edges++
					if e.Fingerprint != want || e.TokenKind != c.kind {
						t.Errorf("fingerprint %v, kind %q; want %v, %q", e.Fingerprint, e.TokenKind, want, c.kind)
					}
				}
			}
			if edges > 1 || edges == 1 != c.edge || c.edge && strings.Contains(out, hash) {
				t.Errorf("%d edge events; redacted %q", edges, out)
			}
		})
	}
	for name, path := range map[string]string{"empty": "", "too long": strings.Repeat("x", 300)} {
		t.Run("refused: "+name, func(t *testing.T) {
			if _, err := foreign.New(foreign.Options{Edge: []string{"ok", path}}); err == nil || !strings.Contains(err.Error(), "edge.fields[1]") {
				t.Errorf("error %v", err)
			}
		})
	}
}
