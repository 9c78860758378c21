package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// TestEdgeForms wants the fingerprint of the token for its edge form, wherever it stands, and none for a form that cannot be
// verified.
func TestEdgeForms(t *testing.T) {
	f := newTestFinder(t)
	token := secret.NewToken([]byte(newSynth(7).of(alnum, 32)))
	want := f.Fingerprinter().Fingerprint(token)
	form := string(secret.NewEdge(testKey(t).Edge()).AppendForm(nil, "api_key", token))
	other, _, err := secret.NewKey(strings.NewReader(strings.Repeat("another key", 3)))
	if err != nil {
		t.Fatal(err)
	}
	unknown := string(secret.NewEdge(other.Edge()).AppendForm(nil, "api_key", token))
	last := "0"
	if strings.HasSuffix(form, last) {
		last = "1"
	}
	forged := form[:len(form)-1] + last
	for _, c := range []struct {
		name        string
		kind        record.Kind
		field, text string
		location    tokenwarden.Location
		param       string
	}{
		{"query, sensitive name", record.KindTarget, "", "/x?access_token=FORM&a=1", tokenwarden.LocationQuery, "access_token"},
		{"query, other name", record.KindTarget, "", "/x?page=FORM", tokenwarden.LocationQuery, "page"},
		{"query, percent-encoded dots", record.KindTarget, "", "/x?page=" + "FORM%2E", tokenwarden.LocationQuery, "page"},
		{"path", record.KindTarget, "", "/x/FORM/y", tokenwarden.LocationPath, "x"},
		{"referer", record.KindReferer, "", "https://www.example.com/x?token=FORM", tokenwarden.LocationReferer, "token"},
		{"Authorization", record.KindHeader, "authorization", "FORM", tokenwarden.LocationHeader, "authorization"},
		{"Authorization, scheme", record.KindHeader, "authorization", "Bearer FORM", tokenwarden.LocationHeader, "authorization"},
		{"API key header", record.KindHeader, "x-api-key", "FORM", tokenwarden.LocationHeader, "x-api-key"},
		{"Cookie", record.KindCookies, "", "a=b; session=FORM; c=d", tokenwarden.LocationCookie, "session"},
		{"field of its own", record.KindText, "tw_authorization", "FORM", tokenwarden.LocationHeader, "tw_authorization"},
		{"column without a name", record.KindText, "", "FORM", tokenwarden.LocationHeader, ""},
		{"column of cookies without a name", record.KindText, "", "session=FORM", tokenwarden.LocationHeader, "session"},
		{"user agent", record.KindUserAgent, "", "curl/8.5.0 FORM", tokenwarden.LocationHeader, "user-agent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.ReplaceAll(c.text, "FORM", form)
			out, fs := redactField(f, c.kind, c.field, text)
			if len(fs) != 1 || fs[0].Fingerprint != want || fs[0].Identity != tokenwarden.IdentityEdge || fs[0].Edge != secret.EdgeOK {
				t.Fatalf("%d findings: %+v", len(fs), fs)
			}
			if x := fs[0]; x.Kind != "api_key" || x.Location != c.location || x.Parameter() != c.param || x.KeyID != testKey(t).ID() {
				t.Errorf("kind %q, %v %q", x.Kind, x.Location, x.Parameter())
			}
			placeholder := string(AppendPlaceholder(nil, "api_key", want))
			if redacted := strings.ReplaceAll(c.text, "FORM", placeholder); out != redacted {
				t.Errorf("redacted %q, want %q", out, redacted)
			}
			for _, bad := range []struct {
				form   string
				result secret.EdgeResult
			}{{forged, secret.EdgeForged}, {unknown, secret.EdgeUnknownKey}} {
				out, fs := redactField(f, c.kind, c.field, strings.ReplaceAll(c.text, "FORM", bad.form))
				if len(fs) != 1 || fs[0].Edge != bad.result || fs[0].Identity != 0 || fs[0].Kind != KindUnknown || fs[0].Fingerprint == want {
					t.Errorf("a form that cannot be verified: %+v", fs)
				}
				if strings.Contains(out, bad.form) {
					t.Error("a form that cannot be verified stays")
				}
			}
		})
	}
}

// TestEdgeFormsInRotation wants forms of the old key beside those of the new one, each under its own.
func TestEdgeFormsInRotation(t *testing.T) {
	old := testKey(t)
	fresh, _, err := secret.NewKey(strings.NewReader(strings.Repeat("another key", 3)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := New(Options{Keys: []secret.Key{fresh, old}})
	if err != nil {
		t.Fatal(err)
	}
	token := secret.NewToken([]byte(newSynth(8).of(alnum, 32)))
	for _, key := range []secret.Key{fresh, old} {
		t.Run(key.String(), func(t *testing.T) {
			form := string(secret.NewEdge(key.Edge()).AppendForm(nil, "bearer", token))
			_, fs := redactField(f, record.KindText, "", form)
			want := secret.NewFingerprinter(key).Fingerprint(token)
			if len(fs) != 1 || fs[0].Fingerprint != want || fs[0].KeyID != key.ID() {
				t.Errorf("findings %+v, want %v", fs, want)
			}
		})
	}
}

// TestEdgeFormsAllocate holds that finding an edge form costs no allocation.
func TestEdgeFormsAllocate(t *testing.T) {
	f := newTestFinder(t)
	form := string(secret.NewEdge(testKey(t).Edge()).AppendForm(nil, "bearer", secret.NewToken([]byte("correct horse"))))
	rec := combined("/x?access_token="+form, "-", chrome)
	var fs []Finding
	if n := testing.AllocsPerRun(100, func() { fs = f.Find(rec, fs[:0]) }); n != 0 || len(fs) != 1 {
		t.Errorf("%v allocations, %d findings", n, len(fs))
	}
}
