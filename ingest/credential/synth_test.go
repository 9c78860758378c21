package credential

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// The alphabets of the tests' credentials, which are put together at run time.
const (
	alnum    = synthetic.Alnum
	urlChars = synthetic.URLSafe
	lowerHex = synthetic.LowerHex
	digits   = synthetic.Digits
)

type synth struct{ synthetic.Rand }

func newSynth(seed uint64) *synth { return &synth{synthetic.New(seed, 1)} }

func (s *synth) of(alphabet string, n int) string { return s.Text(alphabet, n) }

func (s *synth) github() string { return synthetic.GitHub(s, "gh"+"p_") }

func (s *synth) uuid() string { return synthetic.UUID(s) }

func (s *synth) jwt(claims map[string]any) string {
	return synthetic.JWT(s, map[string]any{"alg": "HS256", "typ": "JWT"}, claims, 43)
}

func (s *synth) jwe() string { return synthetic.JWE(s, [4]int{86, 16, 64, 22}) }

// plain makes tokens that only their name or place gives away.
func (s *synth) plain() map[string]string {
	words := []string{"Tr0ub4dor&3", "hunter" + "2!", "P@ssw0rd" + "99", "c0rrect-H0rse", "S3cr3t" + "#x"}
	return map[string]string{
		"hex32": s.of(lowerHex, 32), "hex40": s.of(lowerHex, 40), "hex64": s.of(lowerHex, 64),
		"b64url22": s.of(urlChars, 22), "b64url32": s.of(urlChars, 32), "b64url43": s.of(urlChars, 43),
		"alnum20": s.of(alnum, 20), "alnum32": s.of(alnum, 32), "uuid4": s.uuid(),
		"b64pad":   base64.StdEncoding.EncodeToString([]byte(s.of(alnum, 16)))[:22] + "==",
		"b64std44": base64.StdEncoding.EncodeToString(func() []byte { h := sha256.Sum256([]byte(s.of(alnum, 9))); return h[:] }()),
		"password": words[s.IntN(len(words))],
		"HEX32":    strings.ToUpper(s.of(lowerHex, 32)),
		"lower26":  s.of("abcdefghijklmnopqrstuvwxyz234567", 26),
	}
}

// distinctiveKinds are those of synthetic.Providers that are found wherever they stand.
var distinctiveKinds = strings.Fields(`jwt_hs256 jwe github_classic github_oauth npm github_pat gitlab_pat slack_bot stripe_live stripe_long
	aws_access_id google_api google_oauth sendgrid openai_project openai_old anthropic huggingface telegram twilio shopify digitalocean
	pypi vault_service doppler postman linear notion atlassian square mailgun databricks discord newrelic figma airtable grafana docker
	heroku`)

// distinctive makes tokens that speak for themselves wherever they stand.
func (s *synth) distinctive() map[string]string {
	all, out := synthetic.Providers(s), map[string]string{}
	for _, kind := range distinctiveKinds {
		out[kind] = all[kind]
	}
	return out
}

// encode writes a token as one of the encodings that the placements name.
func encode(t testing.TB, token, encoding string) string {
	t.Helper()
	e := credentialtest.Encoders[encoding]
	if e == nil {
		t.Fatalf("encoding %q is unknown", encoding)
	}
	return e(token)
}

func testKey(t testing.TB) secret.Key {
	h := sha256.Sum256([]byte("a key for tests"))
	k, err := secret.ParseKey([]byte("twk1_" + base64.RawURLEncoding.EncodeToString(h[:])))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newTestFinder(t testing.TB) *Finder {
	f, err := New(Options{Keys: []secret.Key{testKey(t)}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// recordOf is a line with one field, surrounded by what a log has around it.
func recordOf(kind record.Kind, name, text string) *record.Record {
	line := []byte(`192.0.2.1 - - "` + text + `" 200`)
	fld := record.Field{Kind: kind, Start: 15, End: 15 + len(text)}
	if name != "" {
		fld.Name = []byte(name)
	}
	rec := &record.Record{Line: line, Fields: []record.Field{fld}}
	if kind == record.KindTarget {
		rec.Target = fld
	}
	return rec
}

func redactField(f *Finder, kind record.Kind, name, text string) (string, []Finding) {
	rec := recordOf(kind, name, text)
	fs := f.Find(rec, nil)
	out := string(AppendRedacted(nil, rec.Line, fs))
	return strings.TrimSuffix(strings.TrimPrefix(out, `192.0.2.1 - - "`), `" 200`), fs
}
