package credential

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

const sharedData = "../../../shared/data"

func readRows[T any](t *testing.T, name string) []T {
	file, err := os.Open(filepath.Join(sharedData, name))
	if err != nil {
		t.Skipf("no shared data here: %s", name)
	}
	defer file.Close()
	var rows []T
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var row T
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

type placement struct {
	Kind, Template, Encoding, Where string
	Sensitive                       any `json:"context_sensitive"`
}

func (p placement) field() (record.Kind, string) {
	if name, ok := strings.CutPrefix(p.Where, "header:"); ok {
		if name == "Cookie" {
			return record.KindCookies, ""
		}
		return record.KindHeader, name
	}
	switch p.Where {
	case "referer":
		return record.KindReferer, ""
	case "user_agent", "user-agent":
		return record.KindUserAgent, ""
	case "remote_user", "user":
		return record.KindUser, ""
	}
	return record.KindTarget, ""
}

func (p placement) fill(t testing.TB, token string) (text, encoded string) {
	switch {
	case strings.Contains(p.Template, "{B64JSON}"):
		encoded = base64.RawURLEncoding.EncodeToString([]byte(`{"user":"bob","token":"` + token + `"}`))
		return strings.Replace(p.Template, "{B64JSON}", encoded, 1), encoded
	case strings.Contains(p.Template, "{B64QUERY}"):
		encoded = base64.RawURLEncoding.EncodeToString([]byte("user=bob&token=" + token))
		return strings.Replace(p.Template, "{B64QUERY}", encoded, 1), encoded
	}
	encoded = encode(t, token, p.Encoding)
	return strings.Replace(p.Template, "{TOKEN}", encoded, 1), encoded
}

type tally struct{ found, all int }

func (s tally) String() string {
	return fmt.Sprintf("%d of %d, %.2f %%", s.found, s.all, 100*float64(s.found)/float64(max(s.all, 1)))
}

// TestRecall plants tokens of every kind into the shared placements. A token counts as found if its encoded form is
// gone; it must go exactly and with its own fingerprint.
func TestRecall(t *testing.T) {
	rows := readRows[placement](t, "placements.jsonl")
	f := newTestFinder(t)
	var total, exact tally
	byKind, missed := map[string]tally{}, map[string]int{}
	for seed := range uint64(8) {
		s := newSynth(seed)
		tokens := s.distinctive()
		own := maps.Clone(tokens)
		maps.Copy(tokens, s.plain())
		for _, p := range rows {
			for _, kind := range slices.Sorted(maps.Keys(tokens)) {
				token := tokens[kind]
				if _, distinct := own[kind]; !distinct && p.Sensitive != true {
					continue
				}
				field, name := p.field()
				text, encoded := p.fill(t, token)
				out, fs := redactField(f, field, name, text)
				tl := byKind[kind]
				tl.all++
				total.all++
				if !strings.Contains(out, encoded) {
					tl.found++
					total.found++
					exact.all++
					want := f.Fingerprinter().Fingerprint(secret.NewToken([]byte(token)))
					if len(fs) > 0 && slices.ContainsFunc(fs, func(x Finding) bool { return x.Fingerprint == want }) {
						exact.found++
					} else {
						missed["other fingerprint: "+p.Kind+" "+p.Template+" "+kind]++
					}
				} else {
					missed["missed: "+p.Kind+" "+p.Template+" "+kind]++
				}
				byKind[kind] = tl
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		t.Logf("%-12s %v", kind, byKind[kind])
	}
	for _, m := range slices.Sorted(maps.Keys(missed)) {
		t.Logf("%3d x %s", missed[m], m)
	}
	t.Logf("recall %v; exact fingerprint %v", total, exact)
	if float64(total.found) < 0.98*float64(total.all) {
		t.Errorf("recall %v: want 98 %%", total)
	}
}

// TestNegatives wants every negative of the shared data to come out as it went in.
func TestNegatives(t *testing.T) {
	rows := readRows[struct{ URL, Label, Why string }](t, "negatives.jsonl")
	f := newTestFinder(t)
	g := guard.New(guard.Options{})
	var changed, ambiguous, guarded tally
	for _, row := range rows {
		for _, kind := range []record.Kind{record.KindTarget, record.KindReferer} {
			out, fs := redactField(f, kind, "", row.URL)
			tl := &changed
			if row.Label != "negative" {
				tl = &ambiguous
			}
			tl.all++
			if out != row.URL {
				tl.found++
				if row.Label == "negative" {
					t.Errorf("%s (%s)\n became %s: %s %s", row.URL, row.Why, out, fs[0].Kind, fs[0].Reason)
				} else if kind == record.KindTarget {
					t.Logf("ambiguous: %s\n became %s", row.URL, out)
				}
			}
			guarded.all++
			if spans := g.Check([]byte(`"GET `+out+` HTTP/1.1"`), nil); len(spans) > 0 {
				guarded.found++
				t.Errorf("guard caught %q: %s", out, spans[0].Reason)
			}
			if again, _ := redactField(f, kind, "", out); again != out {
				t.Errorf("not idempotent: %s\n became %s", out, again)
			}
		}
	}
	t.Logf("changed negatives %v; changed ambiguous %v; guard %v", changed, ambiguous, guarded)
}
