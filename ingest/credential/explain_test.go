package credential

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// TestLeftReasons says of one look-alike of each sort why it is left.
func TestLeftReasons(t *testing.T) {
	s := newSynth(21)
	hexed, mixed, uuid := s.of(lowerHex, 32), s.of(alnum, 24), s.uuid()
	f, err := New(Options{
		Keys:       []secret.Key{testKey(t)},
		Exceptions: Exceptions{Names: []string{"widgetToken"}, Paths: []string{"/public/"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const target, header = record.KindTarget, record.KindHeader
	for _, c := range []struct {
		kind                        record.Kind
		name, before, value, after  string
		param, shape, want, setting string
	}{
		{target, "", "/orders/", uuid, "/items", "", "UUID", "UUID without a name that calls for a secret", keyPatterns},
		{target, "", "/x?order=", uuid, "&a=1", "order", "UUID", "UUID without a name that calls for a secret", keyNames},
		{target, "", "/x?order_id=", mixed, "", "order_id", "random", "looks random, but no name", keyNames},
		{target, "", "/x?page_token=", mixed, "&n=1", "page_token", "random", "page cursor", keyNames},
		{target, "", "/x?cursor=", mixed, "", "cursor", "random", "page cursor", keyNames},
		{target, "", "/x?nextPageToken=", hexed, "", "nextpagetoken", "hexadecimal", "page cursor", keyNames},
		{target, "", "/x?utm_source=", "autumn-newsletter-2026", "", "utm_source", "words", "tracker", keyNames},
		{target, "", "/x?gclid=", mixed, "", "gclid", "random", "tracker", keyNames},
		{target, "", "/x?site_key=", mixed, "", "site_key", "random", "meant to be seen", keyNames},
		{target, "", "/x?sort_key=", mixed, "", "sort_key", "random", "key of an ordinary thing", keyNames},
		{target, "", "/x?country_code=", mixed, "", "country_code", "random", "code of an ordinary thing", keyNames},
		{target, "", "/x?token_type=", mixed, "", "token_type", "random", "speaks about a secret", keyNames},
		{target, "", "/x?ticket=", "refresh", "&a=1", "ticket", "words", "value of a sensitive name, but an ordinary word", keyPatterns},
		{target, "", "/x?ticket=", "20260105", "", "ticket", "number", "but a number or date", keyPatterns},
		{target, "", "/x?password=", "forgot", "", "password", "words", "stands for none", keyPatterns},
		{target, "", "/x?pin=", "123", "", "pin", "number", "no number of four to twelve digits", keyPatterns},
		{target, "", "/x?ticket=", "a1b2c", "", "ticket", "mixed", "too short", keyPatterns},
		{target, "", "/x?assertion=", "0x" + s.of(lowerHex, 40), "", "assertion", "random", "address on a ledger", keyPatterns},
		{target, "", "/x?api_key=", "{API_KEY}", "", "api_key", "words", "a template or mask", keyPatterns},
		{target, "", "/x?state=", "california", "", "state", "words", "but the value is an ordinary word", keyNames},
		{target, "", "/x?code=", "404404", "", "code", "number", "but the value is a number or date", keyNames},
		{target, "", "/x?key=", "a1b2c3d4", "", "key", "mixed", "fewer than 16 characters", keyNames},
		{target, "", "/x?sig=", "x1y2-checkout-complete-page", "", "sig", "mixed", "does not look random", keyNames},
		{target, "", "/x?widget_token=", mixed, "", "widget_token", "random", "its name is one of the exceptions", keyExceptNames},
		{target, "", "/public/x?token=", mixed, "", "token", "random", "path is one of the exceptions", keyExceptPaths},
		{target, "", "/blob/", s.of(lowerHex, 40), "/x.go", "", "hexadecimal", "digest or id in hexadecimal", keyPatterns},
		{target, "", "/static/", "app." + s.of(lowerHex, 20) + ".js", "", "", "mixed", "file name", keyPatterns},
		{target, "", "/p/", "ten-reasons-to-learn-go-today", "", "", "words", "ordinary words", keyPatterns},
		{target, "", "/v1/customers/", "cus_" + s.of(alnum, 20), "", "", "random", "id with its type in front", keyPatterns},
		{target, "", "/x/", "01" + s.of("ABCDEFGHJKMNPQRSTVWXYZ0123456789", 24), "", "", "ULID or KSUID", "made to be seen", keyPatterns},
		{target, "", "/x/", "2026-01-05-08-59-58-0001", "", "", "number", "a number or date", keyPatterns},
		{target, "", "/files/", mixed, "", "", "random", "looks random, but no name", keyPatterns},
		{target, "", "/share/", uuid, "", "share", "UUID", "a UUID is an id there", keyPatterns},
		{target, "", "/share/", s.of(lowerHex, 32), "", "share", "hexadecimal", "but not 20 random", keyPatterns},
		{target, "", "/reset/", "password-instructions", "", "reset", "words", "calls for a token, but an ordinary word", keyPatterns},
		{target, "", "/verify/", "20260105", "", "verify", "number", "calls for a token, but a number", keyPatterns},
		{target, "", "/x?next=%2Fy%3Forder%3D", uuid, "%26a%3D1", "order", "UUID", "UUID without a name", keyNames},
		{record.KindReferer, "", "https://", "very-long-name-of-a-host.example", "/", "", "words", "part of a host name", keyPatterns},
		{record.KindUserAgent, "", "Mozilla/5.0 (device ", hexed, ")", "", "hexadecimal", "digest or id", keyPatterns},
		{header, "X-Request-Id", "", uuid, "", "x-request-id", "UUID", "UUID without a name", keyNames},
		{header, "X-Auth-State", "", "enabled", "", "x-auth-state", "words", "an ordinary word", keyNames},
		{record.KindCookies, "", "theme=", "dark-blue-high-contrast", "; a=1", "theme", "words", "ordinary words", keyNames},
		{record.KindCookies, "", "a=1; sid=", "anonymous", "; b=2", "sid", "words", "an ordinary word", keyPatterns},
		{record.KindText, "", `{"order":"`, uuid, `","n":1}`, "order", "UUID", "UUID without a name", keyNames},
		{record.KindText, "", "worker ", hexed, " is done", "", "hexadecimal", "digest or id", keyPatterns},
		{target, "", "/x?d=", encode(t, `{"user":"bob","page":2}`, "b64url"), "", "d", "random", "base64 of text", keyPatterns},
	} {
		rec := recordOf(c.kind, c.name, c.before+c.value+c.after)
		fs := f.Find(rec, nil)
		left := f.Left(rec, fs)
		from := 15 + len(c.before)
		i := slices.IndexFunc(left, func(l Left) bool { return l.Start == from })
		if len(fs) > 0 || i < 0 {
			t.Errorf("%s%s: %d findings, left %+v", c.before, c.want, len(fs), left)
			continue
		}
		got := left[i]
		if got.End != from+len(c.value) || got.Param != c.param || got.Shape != c.shape || !strings.Contains(got.Reason, c.want) || got.Setting != c.setting {
			t.Errorf("%s (%s)\n got %+v\nwant end %d", c.before, c.want, got, from+len(c.value))
		}
	}
}

var tokenRun = regexp.MustCompile(`[A-Za-z0-9_-]{16,}`)

// decodedRuns are where in text its runs of 16 token characters stand once all percent-encoding is undone.
func decodedRuns(text string) (runs [][2]int) {
	b, off := []byte(text), make([]int, len(text)+1)
	for i := range off {
		off[i] = i
	}
	for range secret.MaxDecode {
		var next []byte
		var at []int
		for i := 0; i < len(b); i++ {
			at = append(at, off[i])
			if c, ok := ascii.PercentAt(b, i); ok {
				next = append(next, c)
				i += 2
				continue
			}
			next = append(next, b[i])
		}
		b, off = next, append(at, off[len(b)])
	}
	for _, m := range tokenRun.FindAllIndex(b, -1) {
		if !strings.Contains(string(b[max(0, m[0]-40):m[1]]), placeholder.Word) {
			runs = append(runs, [2]int{off[m[0]], off[m[1]]})
		}
	}
	return runs
}

// checkAccounted wants every run of token characters of a field to be found or left.
func checkAccounted(t testing.TB, f *Finder, rec *record.Record, shown string) []Left {
	t.Helper()
	fs := f.Find(rec, nil)
	left := f.Left(rec, fs)
	fld := rec.Fields[0]
	for _, l := range left {
		if l.Start < fld.Start || l.End > fld.End || l.Start >= l.End || l.Reason == "" || l.Shape == "" || l.Location == 0 || l.Setting == "" {
			t.Fatalf("%s: %+v is not complete", shown, l)
		}
		for i := range fs {
			if fs[i].Start < l.End && l.Start < fs[i].End {
				t.Fatalf("%s: found and left: %+v", shown, l)
			}
		}
	}
	for _, r := range decodedRuns(string(rec.Raw(fld))) {
		from, to := r[0]+fld.Start, r[1]+fld.Start
		found := slices.ContainsFunc(fs, func(x Finding) bool { return x.Start < to && from < x.End })
		if !found && !slices.ContainsFunc(left, func(l Left) bool { return l.Start < to && from < l.End }) {
			t.Errorf("%s: a run of %d characters is neither found nor left", shown, to-from)
		}
	}
	return left
}

// TestFoundOrLeft holds every placement, with all formats of token and with the finder blind, against the rule that what
// looks like a token is accounted for.
func TestFoundOrLeft(t *testing.T) {
	blind, err := New(Options{Keys: []secret.Key{testKey(t)}, Exceptions: Exceptions{Names: []string{"token", "api_key", "access_token", "password"}, Paths: []string{"/"}}})
	if err != nil {
		t.Fatal(err)
	}
	s := newSynth(22)
	tokens := s.distinctive()
	maps.Copy(tokens, s.plain())
	for _, f := range []*Finder{newTestFinder(t), blind} {
		for _, p := range ownPlacements {
			for kind, token := range tokens {
				field, name := p.field()
				text, _ := p.fill(t, token)
				checkAccounted(t, f, recordOf(field, name, text), p.Kind+" "+kind)
			}
		}
	}
}

// TestNegativesAreExplained wants a reason for every look-alike of the shared data, and none to be the lame one.
func TestNegativesAreExplained(t *testing.T) {
	rows := readRows[struct{ URL, Label, Why string }](t, "negatives.jsonl")
	f := newTestFinder(t)
	lame, all := 0, 0
	for _, row := range rows {
		for _, kind := range []record.Kind{record.KindTarget, record.KindReferer} {
			for _, l := range checkAccounted(t, f, recordOf(kind, "", row.URL), row.URL) {
				all++
				if l.Reason == notJudged {
					lame++
					t.Logf("%s: %+v", row.URL, l)
				}
			}
		}
	}
	if t.Logf("%d left, %d of them without a good reason", all, lame); lame*100 > all {
		t.Error("more than 1 in 100 have no good reason")
	}
}

// TestAdviceOfLeftHelps follows the advice: with the name in the configuration, the value is found.
func TestAdviceOfLeftHelps(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(23)
	for _, name := range []string{"page_token", "order", "utm_id", "site_key", "sort_key", "token_type", "x", "state", "ref"} {
		for kind, value := range map[string]string{"hex": s.of(lowerHex, 32), "uuid": s.uuid(), "mixed": s.of(alnum, 24)} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				rec := recordOf(record.KindTarget, "", "/x?"+name+"="+value)
				left := f.Left(rec, f.Find(rec, nil))
				if name == "state" {
					return // found already: it looks like a token
				}
				if len(left) != 1 || left[0].Setting != keyNames {
					t.Fatalf("left %+v", left)
				}
				with, err := New(Options{Keys: []secret.Key{testKey(t)}, Names: []string{left[0].Param}})
				if err != nil {
					t.Fatal(err)
				}
				if fs := with.Find(rec, nil); len(fs) != 1 || fs[0].End-fs[0].Start != len(value) {
					t.Errorf("%d findings with the name configured", len(fs))
				}
			})
		}
	}
}

// FuzzLeft wants a look-alike to be found or left, whatever the text.
func FuzzLeft(f *testing.F) {
	s := newSynth(24)
	for i, p := range ownPlacements {
		kind, _ := p.field()
		text, _ := p.fill(f, s.of(alnum, 32))
		f.Add(uint8(kind), uint8(i%3), text)
	}
	finder := newTestFinder(f)
	f.Fuzz(func(t *testing.T, kind, escape uint8, text string) {
		rec := recordOf(fieldKinds[int(kind)%len(fieldKinds)], "", text)
		if len(text) == 0 || len(text) > 1<<12 {
			return
		}
		if rec.Fields[0].Escape = record.Escape(escape % 5); strings.Contains(text, `\`) {
			finder.Left(rec, finder.Find(rec, nil)) // the runs of what is escaped are counted elsewhere
			return
		}
		checkAccounted(t, finder, rec, "fuzzed text")
	})
}

// TestLeftIsReadThroughEveryEscape: what stands in three JSONs is told as if it stood in none.
func TestLeftIsReadThroughEveryEscape(t *testing.T) {
	uuid := newSynth(23).uuid()
	text, f := "/x?a=1&order="+uuid, newTestFinder(t)
	for depth := range record.Escape(4) {
		rec := recordOf(record.KindTarget, "", strings.Replace(text, "&", strings.Repeat(`\`, 1<<depth>>1)+"u0026", 1))
		if depth == 0 {
			rec = recordOf(record.KindTarget, "", text)
		}
		rec.Fields[0].Escape = depth * record.EscapeJSON
		left := f.Left(rec, nil)
		if !slices.ContainsFunc(left, func(l Left) bool { return string(l.Param) == "order" && string(rec.Line[l.Start:l.End]) == uuid }) {
			t.Errorf("depth %d: %+v", depth, left)
		}
	}
}
