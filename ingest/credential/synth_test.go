package credential

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// Synthetic credentials are put together at run time, so that nothing in the repository looks like a live one.

const (
	alnum    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	urlChars = alnum + "-_"
	base32   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	lowerHex = "0123456789abcdef"
	digits   = "0123456789"
)

type synth struct{ r *rand.Rand }

func newSynth(seed uint64) *synth { return &synth{rand.New(rand.NewPCG(seed, 1))} }

func (s *synth) of(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[s.r.IntN(len(alphabet))]
	}
	return string(b)
}

func (s *synth) github(prefix string) string {
	tail := s.of(alnum, provider.CrcEntropy)
	sum := provider.TokenChecksum([]byte(tail))
	return prefix + tail + string(sum[:])
}

func (s *synth) uuid() string {
	h := s.of(lowerHex, 32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

func (s *synth) jwt(claims map[string]any) string {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))
	body, _ := json.Marshal(claims)
	return header + "." + base64.RawURLEncoding.EncodeToString(body) + "." + s.of(urlChars, 43)
}

func (s *synth) jwe() string {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RSA-OAEP","enc":"A256GCM"}`))
	return strings.Join([]string{header, s.of(urlChars, 86), s.of(urlChars, 16), s.of(urlChars, 64), s.of(urlChars, 22)}, ".")
}

// plain makes tokens that only their name or place gives away.
func (s *synth) plain() map[string]string {
	words := []string{"Tr0ub4dor&3", "hunter" + "2!", "P@ssw0rd" + "99", "c0rrect-H0rse", "S3cr3t" + "#x"}
	return map[string]string{
		"hex32": s.of(lowerHex, 32), "hex40": s.of(lowerHex, 40), "hex64": s.of(lowerHex, 64),
		"b64url22": s.of(urlChars, 22), "b64url32": s.of(urlChars, 32), "b64url43": s.of(urlChars, 43),
		"alnum20": s.of(alnum, 20), "alnum32": s.of(alnum, 32), "uuid4": s.uuid(),
		"b64pad":   base64.StdEncoding.EncodeToString([]byte(s.of(alnum, 16)))[:22] + "==",
		"b64std44": base64.StdEncoding.EncodeToString(func() []byte { h := sha256.Sum256([]byte(s.of(alnum, 9))); return h[:] }()),
		"password": words[s.r.IntN(len(words))],
		"HEX32":    strings.ToUpper(s.of(lowerHex, 32)),
		"lower26":  s.of("abcdefghijklmnopqrstuvwxyz234567", 26),
	}
}

// distinctive makes tokens that speak for themselves wherever they stand.
func (s *synth) distinctive() map[string]string {
	m := map[string]string{
		"jwt": s.jwt(map[string]any{"iss": "https://id.example", "sub": s.of(digits, 8), "exp": 1900000000, "azp": "web"}),
		"jwe": s.jwe(),
		"ghp": s.github("gh" + "p_"), "gho": s.github("gh" + "o_"), "npm": s.github("np" + "m_"),
		"github_pat": "github" + "_pat_" + s.of(alnum, 22) + "_" + s.of(alnum, 59),
		"glpat":      "gl" + "pat-" + s.of(urlChars[:62], 19) + "a",
		"slack_bot":  "xo" + "xb-" + s.of(digits, 12) + "-" + s.of(digits, 12) + "-" + s.of(alnum, 24),
		"stripe":     "sk_" + "live_" + s.of(alnum, 24), "stripe_long": "sk_" + "live_" + s.of(alnum, 99),
		"aws_id": "AK" + "IA" + s.of(base32, 15) + "7", "google_api": "AI" + "za" + s.of(alnum, 35),
		"google_oauth": "ya" + "29." + s.of(alnum, 80), "sendgrid": "S" + "G." + s.of(alnum, 22) + "." + s.of(alnum, 43),
		"openai": "sk-" + "proj-" + s.of(alnum, 48), "openai_old": "sk-" + s.of(alnum, 20) + "T3Blbk" + "FJ" + s.of(alnum, 20),
		"anthropic": "sk-" + "ant-api03-" + s.of(alnum, 93) + "AA", "hf": "h" + "f_" + s.of(alnum[10:], 34),
		"telegram": s.of("123456789", 10) + ":AA" + s.of(alnum, 33), "twilio": "S" + "K" + s.of(lowerHex, 32),
		"shopify": "shp" + "at_" + s.of(lowerHex, 32), "do": "do" + "p_v1_" + s.of(lowerHex, 64),
		"pypi": "py" + "pi-AgEIcHlwaS5vcmc" + s.of(urlChars, 90), "vault": "hv" + "s." + s.of(alnum, 90),
		"doppler": "dp." + "pt." + s.of(alnum, 43), "postman": "PM" + "AK-" + s.of(lowerHex, 24) + "-" + s.of(lowerHex, 34),
		"linear": "lin" + "_api_" + s.of(alnum, 40), "notion": "nt" + "n_" + s.of(alnum, 46),
		"atlassian": "ATA" + "TT3" + s.of(alnum, 180) + "=" + s.of(lowerHex, 8), "square": "sq0" + "atp-" + s.of(alnum, 22),
		"mailgun": "ke" + "y-" + s.of(lowerHex, 32), "databricks": "da" + "pi" + s.of(lowerHex, 32),
		"discord":  "MT" + s.of(alnum, 22) + "." + s.of(alnum, 6) + "." + s.of(alnum, 38),
		"newrelic": "NR" + "AK-" + s.of(base32, 27), "figma": "fig" + "d_" + s.of(alnum, 40),
		"airtable": "pa" + "t" + s.of(alnum, 14) + "." + s.of(lowerHex, 64), "grafana": "gl" + "sa_" + s.of(alnum, 32) + "_" + s.of(lowerHex, 8),
		"docker": "dckr" + "_pat_" + s.of(alnum, 27), "heroku": "HR" + "KU-" + s.uuid(),
	}
	return m
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
	return &record.Record{Line: line, Fields: []record.Field{fld}}
}

func redactField(f *Finder, kind record.Kind, name, text string) (string, []Finding) {
	rec := recordOf(kind, name, text)
	fs := f.Find(rec, nil)
	out := string(AppendRedacted(nil, rec.Line, fs))
	return strings.TrimSuffix(strings.TrimPrefix(out, `192.0.2.1 - - "`), `" 200`), fs
}
