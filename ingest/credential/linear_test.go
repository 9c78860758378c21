package credential

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// pattern of a hostile text: a prefix, a unit again and again, a suffix.
type hostileText struct {
	name, prefix, unit, suffix string
	place                      string
}

// ofSize returns the text with about size bytes of the unit.
func (h *hostileText) ofSize(size int) string {
	return h.prefix + strings.Repeat(h.unit, max(size/max(len(h.unit), 1), 1)) + h.suffix
}

// places are the fields and lines that a hostile text may stand in.
var places = map[string]func(text string) *record.Record{
	"target":        func(s string) *record.Record { return recordOf(record.KindTarget, "", s) },
	"path":          func(s string) *record.Record { return recordOf(record.KindTarget, "", "/"+s) },
	"query":         func(s string) *record.Record { return recordOf(record.KindTarget, "", "/p?"+s) },
	"value":         func(s string) *record.Record { return recordOf(record.KindTarget, "", "/p?a="+s) },
	"secret":        func(s string) *record.Record { return recordOf(record.KindTarget, "", "/p?access_token="+s) },
	"fragment":      func(s string) *record.Record { return recordOf(record.KindTarget, "", "/p#"+s) },
	"referer":       func(s string) *record.Record { return recordOf(record.KindReferer, "", "https://a.example/"+s) },
	"user agent":    func(s string) *record.Record { return recordOf(record.KindUserAgent, "", s) },
	"user":          func(s string) *record.Record { return recordOf(record.KindUser, "", s) },
	"header":        func(s string) *record.Record { return recordOf(record.KindHeader, "X-Data", s) },
	"link":          func(s string) *record.Record { return recordOf(record.KindHeader, "Link", "<"+s) },
	"authorization": func(s string) *record.Record { return recordOf(record.KindHeader, "Authorization", s) },
	"subprotocols":  func(s string) *record.Record { return recordOf(record.KindHeader, "Sec-WebSocket-Protocol", s) },
	"cookies":       func(s string) *record.Record { return recordOf(record.KindCookies, "", s) },
	"cookie":        func(s string) *record.Record { return recordOf(record.KindCookie, "sid", s) },
	"text":          func(s string) *record.Record { return recordOf(record.KindText, "msg", s) },
	"json":          func(s string) *record.Record { return recordOf(record.KindText, "body", `{"a":"`+s+`"}`) },
	"json list":     func(s string) *record.Record { return recordOf(record.KindText, "body", `{"token":[`+s+`]}`) },
	"escaped json": func(s string) *record.Record {
		rec := recordOf(record.KindText, "body", s)
		rec.Fields[0].Escape = record.EscapeJSON
		return rec
	},
}

// unparsed is the place of a text in a line of no known format.
const unparsed = "unparsed"

// hostileTexts are texts that cost more than their size before searches had a budget, and others like them.
var hostileTexts = []hostileText{
	{"beginnings of private keys", "", "PRIVATE KEY" + "-----" + "a:bcdefgh ", "", "text"},
	{"private keys in a row", "", "PRIVATE KEY" + "-----" + `\nABCDEFGHabcdefgh01234567\n`, "", "text"},
	{"first lines of private keys", "", "MIIEvQIBADANBgkqABCDEFGHabcdefgh01234567 ", "", unparsed},
	{"dashes", "", "-----", "", "text"},
	{"one private key", "PRIVATE KEY" + "-----", `\nABCDEFGHabcdefgh01234567`, "", unparsed},
	{"authority of many @", "x://", "b@", "", unparsed},
	{"@ behind a pair", "k=", "@", "", "user agent"},
	{"@ in a quoted value", "%22", "@", "", "value"},
	{"joined by dollar signs", "", "qwertyuiopasdfgh$", "", "path"},
	{"prefix of Braintree", "", "access_token$production$qwertyuiopasdfgh$", "", "path"},
	{"joined by dots", "", "qwertyuiopasdfgh.", "", "path"},
	{"joined by dots in text", "", "qwertyuiopasdfgh.", "", unparsed},
	{"prefix of Authress", "", "sc_qwertyuiopasdf.a.acc-qwertyui.aaaa/", "", "path"},
	{"dots behind a prefix", "dp.st.", ".", "a", "value"},
	{"prefix before slashes", "", "glc_aaaaaaaaaaaaaaaa/", "", "path"},
	{"masked tails", "", "xoxd-aaaaaaaaaaaaaaaaa/", "", "path"},
	{"names that ask for base64", "", "ZXlKaaaabbbbccccddd/", "", "path"},
	{"elements that never end", "a=", ":secret>", "", "user agent"},
	{"elements with one end", "a=", ":secret>x", "<", "user agent"},
	{"open quotes", "", `secret='a secret="b `, "", "user agent"},
	{"names behind names", "", "secret=", "", "user agent"},
	{"names and colons", "", "app_key:", "", unparsed},
	{"keys and colons", "", "api_key:", "", unparsed},
	{"escaped quotes", "", `secret=\"a`, "", "value"},
	{"schemes in a row", "", "Bearer ", "", "authorization"},
	{"small schemes", "", "bearer qwertyui9;", "", "user agent"},
	{"parts of a signature", "", "s=", "aaaaaaaaaaaaaaaaaaaa", "signature"},
	{"equals signs", "", "=", "", "signature"},
	{"URLs in URLs", "u=", "http://b/?v=", "", "query"},
	{"fragments in fragments", "", "#/?b=", "", "path"},
	{"short names behind a long path", strings.Repeat("b", 1<<13) + "?", "c=qwertyuiopqwertyuiop&", "", "path"},
	{"segments of hexadecimal digits", "", "0a1b2c3d4e5f60718293/", "", "path"},
	{"segments behind a hint", "", "verify/q1w2e3/", "", "path"},
	{"encoded again and again", "%", "25", "41", "value"},
	{"encoded again and again in a name", "%", "25", "41=1", "query"},
	{"encoded again and again in a path", "%", "25", "41", "path"},
	{"encoded again and again under a name", "%", "25", "41", "secret"},
	{"encoded separators", "", "%26a%3D", "", "value"},
	{"objects in objects", "", `{"b":`, "", "value"},
	{"objects in strings", "", `{\"b\":\"`, "", "escaped json"},
	{"objects in a cookie", "", "%7B%22a%22:%22", "", "cookie"},
	{"strings of a long name", "", `"q1w2e3r4t5y6u7i8",`, `""`, "json list"},
	{"matrix parameters", "", "a;b=c", "", "path"},
	{"semicolons", "b=c", ";", "", "query"},
	{"semicolons and letters", "b=c", ";d", "", "query"},
	{"sessions of ASP.NET", "(", "S(q1w2)", "))", "path"},
	{"markers of Kubernetes", "", "bearer.authorization.k8s.io.", "", "subprotocols"},
	{"markers of Kubernetes in text", "", "bearer.authorization.k8s.io.", "", unparsed},
	{"data of a Secret", `{"kind":"Secret",`, `"data":{"a":"q1w2e3",`, "", "text"},
	{"data of a Secret that never ends", `{"kind":"Secret",`, `"data":{"a`, "", unparsed},
	{"Secrets without data", "", `"kind" ecret"Secret `, "", "text"},
	{"parameters that never end", "Digest ", `a="b, `, "", "authorization"},
	{"links", "", "<b>", "", "link"},
	{"joints before JWTs", "", "-eyJhbGciOi", "", "value"},
	{"broken JWTs", "", "eyJhbGciOiJIUzI1NiJ9.", "", "value"},
	{"hmac without a start", "", "hmac=~", "", "secret"},
	{"passwords in URLs", "", "http://c:q1w2e3@h/+", "", "value"},
	{"placeholders in a row", "", "REDACTED.token.0123456789abcdef", "", "value"},
	{"placeholders under a name", "", "REDACTED.token.0123456789abcdef-", "", "secret"},
	{"tokens under names", "", "secret=q1w2e3r4t5&", "", "query"},
	{"tokens under names in text", "", "secret=q1w2e3r4t5 ", "", unparsed},
	{"questions in questions", "", "?a=/b", "", "value"},
	{"questions and escapes", "", "?a%3D/b?c", "", "value"},
	{"names in questions", "", "?token=/b", "", "query"},
	{"question marks", "", "?", "", "query"},
	{"references of HTML", "", "&#38;", "", "query"},
	{"references in references", "&", "#38;", "", "value"},
	{"quotes of HTML", "", "{&quot;a&quot;:", "", "user agent"},
	{"references in nested URLs", "", "/?u=&#47;", "", "path"},
	{"arguments", "", "c=-p&", "", "query"},
	{"arguments of many names", "", "c=x&c=-p&d=x&d=-p&", "", "query"},
	{"long arguments", "c=x&c=-p&", "c=--token+'x&", "", "query"},
	{"options of a program", "mysql ", "-pq1w2e3 ", "", "text"},
	{"options in quotes", "sshpass ", `-p 'x -p "y `, "", "text"},
	{"options behind plus signs", "sshpass", "+-p+x", "", "value"},
	{"statements", "", "identified by 'x ", "", "text"},
	{"sentences", "", "password is ", "", "text"},
	{"sentences with quotes", "", "password is 'x1 ", "", "text"},
	{"thin arrows", "", "password->", "", "text"},
	{"assignments", "", "password:=", "", "text"},
	{"members of a dump", "", "[password] => ", "", "text"},
	{"members in brackets", "[password] =>", " [", "", "text"},
	{"columns", "q1w2e3r4t5y6u7i8o9p0", "|1", "x", "secret"},
	{"claims without a header", "", "abcd.eyJpc3MiOiJodHRwczovL2.", "", "value"},
	{"protocols with tokens", "", "bearer.token-", "", "subprotocols"},
	{"request lines", "", "/x?a=1 HTTP/1.1 ", "", "text"},
	{"cookies of headers", "", "Set-Cookie=a=", "", unparsed},
	{"mail addresses", "", "a:b@c ", "", unparsed},
	{"scripts' escapes", "%u0025", "u0025", "41", "value"},
}

func init() {
	places["signature"] = func(s string) *record.Record { return recordOf(record.KindTarget, "", "/p?signature="+s) }
}

// search searches the text in its place and returns the steps that it took and how many bytes were searched.
func (h *hostileText) search(f *Finder, size int) (steps, n int) {
	text := h.ofSize(size)
	before := f.in.Get().steps
	if h.place == unparsed {
		f.FindText([]byte(text), nil)
	} else {
		f.Find(places[h.place](text), nil)
	}
	return f.in.Get().steps - before, len(text)
}

// A search of any text takes at most maxStepsPerByte, a hundred times what an ordinary value takes that is searched at all,
// and for four times the text at most maxGrowth times the steps.
const (
	ordinaryStepsPerByte = 5
	maxStepsPerByte      = 100 * ordinaryStepsPerByte
	maxGrowth            = 6
	fewSteps             = 200_000 // below it growth is not judged
)

// check fails where the text costs too much.
func (h *hostileText) check(t *testing.T, f *Finder, size int) {
	t.Helper()
	small, _ := h.search(f, size)
	large, n := h.search(f, 4*size)
	if large > maxStepsPerByte*n+stepsAtLeast {
		t.Errorf("%d steps for each of %d bytes", large/n, n)
	}
	if large > maxGrowth*small+fewSteps {
		t.Errorf("%d bytes take %d steps, a fourth of them %d", n, large, small)
	}
}

// TestLinearSteps holds hostile texts to the bounds.
func TestLinearSteps(t *testing.T) {
	f := newTestFinder(t)
	for _, h := range hostileTexts {
		t.Run(h.name, func(t *testing.T) { h.check(t, f, 16<<10) })
	}
}

// TestLinearTime wants sixteen times the text to take far less than 256 times as long: steps say nothing of a loop that
// does not count them.
func TestLinearTime(t *testing.T) {
	const small, factor, enough = 16 << 10, 16, 20 * time.Millisecond
	f := newTestFinder(t)
	for _, h := range hostileTexts {
		t.Run(h.name, func(t *testing.T) {
			fastest := func(size int) time.Duration {
				least := time.Hour
				for range 3 {
					start := cpuTime(t)
					h.search(f, size)
					least = min(least, cpuTime(t)-start)
				}
				return least
			}
			a, b := fastest(small), fastest(factor*small)
			if b > enough && b > 10*factor*max(a, time.Millisecond/2) {
				t.Errorf("%v for %d bytes, %v for %d times as many", a, small, b, factor)
			}
		})
	}
}

// cpuTime returns the time that the process has computed, which does not depend on what else the machine does.
func cpuTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestStepsOfOrdinaryQuery holds the measure of the bounds.
func TestStepsOfOrdinaryQuery(t *testing.T) {
	f := newTestFinder(t)
	ordinary := hostileText{"", "", "q=summer%20dress&size=42&colour=dark-blue&", "", "query"}
	if steps, n := ordinary.search(f, 4<<10); steps < n || steps > ordinaryStepsPerByte*n {
		t.Errorf("an ordinary query takes %d steps for %d bytes", steps, n)
	}
}

// TestStepsCountLoops wants the counter to see the loops that the budget ends: without one, texts cost more than their size.
func TestStepsCountLoops(t *testing.T) {
	f := newTestFinder(t)
	f.in.Get().perByte = 1 << 20
	for _, h := range hostileTexts {
		switch h.name {
		case "names and colons", "elements that never end":
			t.Run(h.name, func(t *testing.T) {
				small, _ := h.search(f, 4<<10)
				if large, n := h.search(f, 16<<10); large <= maxGrowth*small+fewSteps {
					t.Errorf("%d bytes take %d steps, a fourth of them %d", n, large, small)
				}
			})
		}
	}
}

// FuzzSuperlinear looks for texts that cost more than their size: it makes two sizes of each pattern and counts steps.
func FuzzSuperlinear(f *testing.F) {
	names := make([]string, 0, len(places)+1)
	for name := range places {
		names = append(names, name)
	}
	names = append(names, unparsed)
	slices.Sort(names)
	for _, h := range hostileTexts {
		f.Add(h.prefix, h.unit, h.suffix, uint8(slices.Index(names, h.place)))
	}
	finder := newTestFinder(f)
	f.Fuzz(func(t *testing.T, prefix, unit, suffix string, place uint8) {
		if unit == "" || len(prefix)+len(unit)+len(suffix) > 256 {
			return
		}
		h := hostileText{"", prefix, unit, suffix, names[int(place)%len(names)]}
		h.check(t, finder, 4<<10)
	})
}

// BenchmarkHostile searches the texts that cost most.
func BenchmarkHostile(b *testing.B) {
	f := newTestFinder(b)
	for _, h := range hostileTexts {
		b.Run(h.name, func(b *testing.B) {
			b.SetBytes(64 << 10)
			for b.Loop() {
				h.search(f, 64<<10)
			}
		})
	}
}
