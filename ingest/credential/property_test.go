package credential

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

var fieldKinds = []record.Kind{
	record.KindText, record.KindTarget, record.KindPath, record.KindQuery, record.KindURL, record.KindReferer,
	record.KindHeader, record.KindCookies, record.KindCookie, record.KindParam, record.KindUser, record.KindUserAgent, record.KindHost,
}

// checkFindings holds fs against what Find promises.
func checkFindings(t testing.TB, line []byte, fs []Finding) {
	t.Helper()
	end := 0
	for i := range fs {
		x := &fs[i]
		if x.Start < end || x.End <= x.Start || x.End > len(line) {
			t.Fatalf("finding %d is %d:%d after %d in %d bytes", i, x.Start, x.End, end, len(line))
		}
		if x.Kind == "" || len(x.Kind) > placeholder.MaxKind || strings.Trim(x.Kind, placeholder.KindAlphabet) != "" || x.Reason == "" || x.Confidence == 0 || x.Location == 0 || x.Fingerprint.IsZero() != x.Unsearched || x.Unsearched && (x.Keep || x.Kind != KindUnsearched) {
			t.Fatalf("finding %d is not complete: kind %q, reason %q, confidence %d, location %d", i, x.Kind, x.Reason, x.Confidence, x.Location)
		}
		end = x.End
	}
}

// outside returns what of line lies outside of the redacted findings.
func outside(line []byte, fs []Finding) []byte {
	var out []byte
	at := 0
	for i := range fs {
		if !fs[i].Keep {
			out = append(out, line[at:fs[i].Start]...)
			at = fs[i].End
		}
	}
	return append(out, line[at:]...)
}

// holds reports whether out shows token in any writing.
func holds(out []byte, token string) bool {
	raw := []byte(token)
	for _, s := range []string{token, credentialtest.Percent(token), credentialtest.Percent(credentialtest.Percent(token)), credentialtest.Percent(credentialtest.Percent(credentialtest.Percent(token))), credentialtest.JSONText(token), credentialtest.PercentAll(token, "%%%02X"), credentialtest.PercentAll(token, "%%%02x"), base64.StdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw)} {
		if bytes.Contains(out, []byte(s)) {
			return true
		}
	}
	return false
}

// TestPlanted holds every placement and token against the properties of redaction.
func TestPlanted(t *testing.T) {
	f := newTestFinder(t)
	for _, p := range ownPlacements {
		s := newSynth(300)
		tokens := s.distinctive()
		if p.Sensitive == true {
			maps.Copy(tokens, s.plain())
		}
		for kind, token := range tokens {
			if kind == "password" || kind == "lower26" {
				continue // too short or too wordy for some of these places: counted in TestPlacements
			}
			field, name := p.field()
			text, _ := p.fill(t, token)
			rec := recordOf(field, name, text)
			fs := f.Find(rec, nil)
			checkFindings(t, rec.Line, fs)
			out := AppendRedacted(nil, rec.Line, fs)
			if holds(out, token) {
				t.Errorf("%s: a %s stays", p.Kind, kind)
			}
			rest := outside(rec.Line, fs)
			for _, part := range [][]byte{rec.Line[:15], rec.Line[len(rec.Line)-5:]} {
				if !bytes.Contains(rest, part) {
					t.Errorf("%s: a %s takes more than its bytes", p.Kind, kind)
				}
			}
		}
	}
}

// TestJSONLines plants tokens into lines of JSON and wants JSON to come out.
func TestJSONLines(t *testing.T) {
	f := newTestFinder(t)
	for _, p := range ownPlacements {
		tokens := newSynth(400).distinctive()
		for _, kind := range slices.Sorted(maps.Keys(tokens)) {
			field, name := p.field()
			text, _ := p.fill(t, tokens[kind])
			for _, slash := range []string{"/", `\/`, `\u002f`} {
				value := strings.ReplaceAll(credentialtest.JSONText(text), "/", slash)
				line := []byte(`{"status":200,"x":"` + value + `","y":"\u00e9"}`)
				rec := &record.Record{Line: line, Fields: []record.Field{{Kind: field, Escape: record.EscapeJSON, Start: 19, End: 19 + len(value), Name: []byte(name)}}}
				fs := f.Find(rec, nil)
				checkFindings(t, line, fs)
				out := AppendRedacted(nil, line, fs)
				var got map[string]any
				if err := json.Unmarshal(out, &got); err != nil {
					t.Fatalf("%s %s: no JSON any more", p.Kind, kind)
				}
				if x, _ := got["x"].(string); holds([]byte(x), tokens[kind]) {
					t.Errorf("%s: a %s stays in JSON", p.Kind, kind)
				}
			}
		}
	}
}

// TestFindText plants tokens into lines of no format.
func TestFindText(t *testing.T) {
	f := newTestFinder(t)
	for _, p := range ownPlacements {
		for kind, token := range newSynth(500).distinctive() {
			text, _ := p.fill(t, token)
			for _, line := range []string{"broken " + text, `{"request":"GET ` + credentialtest.JSONText(text) + ` HTTP/1.1","cut":"`, "x: " + text + " y"} {
				fs := f.FindText([]byte(line), nil)
				checkFindings(t, []byte(line), fs)
				out := AppendRedacted(nil, []byte(line), fs)
				if holds(out, token) {
					t.Errorf("%s: a %s stays in a line without a format", p.Kind, kind)
				}
				if again := AppendRedacted(nil, out, f.FindText(out, nil)); !bytes.Equal(again, out) {
					t.Errorf("%s: a line without a format changes twice", p.Kind)
				}
			}
		}
	}
}

// TestClean holds the prefilter against the search: what it calls clean holds nothing.
func TestClean(t *testing.T) {
	f := newTestFinder(t)
	in := f.in.Get()
	texts := []string{chrome, "/", "/a/b?x=1", "https://www.example.com/shop"}
	for _, p := range ownPlacements {
		s := newSynth(600)
		tokens := s.distinctive()
		maps.Copy(tokens, s.plain())
		for _, token := range tokens {
			text, _ := p.fill(t, token)
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		checkClean(t, in, []byte(text))
	}
}

func checkClean(t testing.TB, in *finder, text []byte) {
	t.Helper()
	searched := func(kind record.Kind, cleanPath bool) []Finding {
		in.reset()
		in.resetBudget(len(text))
		in.search(text, &record.Field{Kind: kind, End: len(text)}, cleanPath)
		return in.findings(nil)
	}
	for _, kind := range []record.Kind{record.KindTarget, record.KindReferer, record.KindUserAgent, record.KindUser} {
		if len(text) == 0 {
			continue
		}
		switch clean := in.cleanHead(text, kind); {
		case clean == len(text):
			if found := searched(kind, false); len(found) > 0 {
				t.Errorf("kind %d: %q is called clean and holds a %s: %s", kind, text, found[0].Kind, found[0].Reason)
			}
		case clean > 0:
			whole, rest := searched(kind, false), searched(kind, true)
			if !slices.EqualFunc(whole, rest, func(a, b Finding) bool {
				return a.Start == b.Start && a.End == b.End && a.Kind == b.Kind && a.Location == b.Location
			}) {
				t.Errorf("kind %d: %q has other findings when %d bytes of it are called clean: %v, %v", kind, text, clean, whole, rest)
			}
		}
	}
}

// TestNoAllocation wants none per line, with a credential or without.
func TestNoAllocation(t *testing.T) {
	f, g := newTestFinder(t), guard.New(guard.Options{})
	s := newSynth(1)
	jwt := s.jwt(map[string]any{"iss": "https://id.example", "sub": "42", "azp": "web", "scope": "read write", "amr": []string{"pwd"}})
	recs := append(benchLines(10), combined("/x?token="+jwt, "https://a.example/?next=%2Fx%3Ftoken%3D"+s.of(alnum, 32), chrome),
		recordOf(record.KindHeader, "Authorization", "Basic "+encode(t, s.of(alnum, 20), "b64_basic")),
		recordOf(record.KindTarget, "", "/x?data="+credentialtest.Percent(`{"token":"`+s.of(alnum, 32)+`"}`)))
	var fs []Finding
	var out []byte
	var spans []guard.Span
	for _, rec := range recs[len(recs)-40:] {
		n := testing.AllocsPerRun(20, func() {
			fs = f.Find(rec, fs[:0])
			out = AppendRedacted(out[:0], rec.Line, fs)
			spans = g.Check(out, spans[:0])
		})
		if n != 0 {
			t.Errorf("%v allocations for a line of %d bytes", n, len(rec.Line))
		}
	}
}

// TestHostile wants bounded work on texts that nest names in names.
func TestHostile(t *testing.T) {
	f, g := newTestFinder(t), guard.New(guard.Options{})
	for _, unit := range []string{"gh" + "p_", "eyJ-", "eyJ.", "key=", "sig:", `{"state":"`, "?a=", "/x?code=", "%25", "token:", "a=%26", `\"`, "[", "Bearer ", "https://a:b@", ";x=", `"key":`, "key=%3D"} {
		text := strings.Repeat(unit, 8000/len(unit))
		for _, kind := range fieldKinds {
			rec := recordOf(kind, "x", text)
			fs := f.Find(rec, nil)
			checkFindings(t, rec.Line, fs)
		}
		checkFindings(t, []byte(text), f.FindText([]byte(text), nil))
		g.Check([]byte(text), nil)
	}
}
