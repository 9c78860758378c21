package credential

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// redirects returns a query of n URLs nested in each other, as a chain of redirects makes them, with innermost in the last.
func redirects(n int, innermost string) string {
	text := innermost
	for range n {
		text = url.QueryEscape("/go?next=" + text)
	}
	return "next=" + text
}

// encoded returns s with every byte percent-encoded, n times.
func encoded(s string, n int) string {
	const digits = "0123456789ABCDEF"
	for k := range n {
		var b strings.Builder
		for i := range len(s) {
			if c := s[i]; k == 0 || c == '%' {
				b.WriteByte('%')
				b.WriteByte(digits[c>>4])
				b.WriteByte(digits[c&15])
			} else {
				b.WriteByte(c)
			}
		}
		s = b.String()
	}
	return s
}

// hasUnsearched reports whether one of fs is unsearched.
func hasUnsearched(fs []Finding) bool {
	for i := range fs {
		if fs[i].Unsearched {
			return true
		}
	}
	return false
}

// TestRedirectChains wants what stands behind, before and inside a chain of redirects found as without it.
func TestRedirectChains(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(41)
	token := s.of(alnum, 32)
	_, plain := redactField(f, record.KindTarget, "", "/x?private_token="+token)
	if len(plain) != 1 {
		t.Fatal("the token alone is not found")
	}
	for _, c := range []struct {
		name string
		kind record.Kind
		text func(chain string) string
	}{
		{"behind, in a query", record.KindTarget, func(c string) string { return "/api?" + c + "&private_token=" + token }},
		{"before, in a query", record.KindTarget, func(c string) string { return "/api?private_token=" + token + "&" + c }},
		{"in a Referer", record.KindReferer, func(c string) string { return "https://a.example/?" + c + "&private_token=" + token }},
		{"in a fragment", record.KindTarget, func(c string) string { return "/cb#" + c + "&private_token=" + token }},
		{"in cookies", record.KindCookies, func(c string) string { return c + "; private_token=" + token }},
		{"in a form", record.KindText, func(c string) string { return c + "&private_token=" + token }},
		{"in JSON", record.KindText, func(c string) string { return `{"a":"/?` + c + `","private_token":"` + token + `"}` }},
		{"in a user agent", record.KindUserAgent, func(c string) string { return "bot/1 " + c + " private_token=" + token }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []int{1, 4, 6, 7, 9, 10, 12, 16} {
				out, fs := redactField(f, c.kind, "", c.text(redirects(n, "1")))
				if strings.Contains(out, token) {
					t.Fatalf("%d levels: the token stays", n)
				}
				found := slices.ContainsFunc(fs, func(x Finding) bool { return x.Fingerprint == plain[0].Fingerprint })
				if !found || n <= 10 && len(fs) != 1 {
					t.Errorf("%d levels: %d findings, unsearched %v", n, len(fs), hasUnsearched(fs))
				}
			}
		})
	}
}

// TestInsideRedirectChains wants a token in the innermost URL of a chain found at ten levels, and masked beyond.
func TestInsideRedirectChains(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(42)
	token, known := s.of(alnum, 32), s.github()
	for n := range 16 {
		for _, c := range []struct{ name, innermost, token string }{
			{"under a name", "/in?api_key=" + token, token},
			{"without a name", "/in?x=" + known, known},
			{"in the path", "/in/" + known + "/y", known},
		} {
			out, fs := redactField(f, record.KindTarget, "", "/x?"+redirects(n, c.innermost))
			if strings.Contains(out, c.token) {
				t.Errorf("%d levels, %s: the token stays", n, c.name)
			}
			if n <= 10 && (len(fs) != 1 || fs[0].Unsearched) {
				t.Errorf("%d levels, %s: %d findings, unsearched %v", n, c.name, len(fs), hasUnsearched(fs))
			}
		}
	}
}

// TestEncodedOften wants values found that were percent-encoded up to ten times, and others masked as unsearched.
func TestEncodedOften(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(43)
	for _, c := range []struct{ name, before, token, after string }{
		{"a password", "/x?password=", "Tr0ub4dor" + "&3", ""},
		{"a token under a name", "/x?a=1&access_token=", s.of(alnum, 40), "&b=2"},
		{"a token under no name", "/x?q=", s.github(), ""},
		{"a token in the path", "/x/", s.github(), "/y"},
		{"behind a word that calls for one", "/reset/", s.of(lowerHex, 32), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, plain := redactField(f, record.KindTarget, "", c.before+encoded(c.token, 1)+c.after)
			if len(plain) != 1 {
				t.Fatalf("encoded once: %d findings", len(plain))
			}
			for n := 1; n <= 14; n++ {
				value := encoded(c.token, n)
				out, fs := redactField(f, record.KindTarget, "", c.before+value+c.after)
				switch {
				case len(fs) != 1 || strings.Contains(out, value):
					t.Errorf("%d times: %d findings in %s", n, len(fs), out)
				case n <= 10 && fs[0].Fingerprint != plain[0].Fingerprint:
					t.Errorf("%d times: not the same token", n)
				case n > 10 && (!fs[0].Unsearched || !strings.Contains(out, "REDACTED.unsearched.0000000000000000")):
					t.Errorf("%d times: %s", n, out)
				}
			}
		})
	}
}

// TestUnsearchedIsNeverKept wants no policy and no exception to let through what was not searched.
func TestUnsearchedIsNeverKept(t *testing.T) {
	value := encoded("a", 12)
	for _, c := range []struct {
		name string
		o    Options
	}{
		{"least high", Options{Policy: Policy{Least: tokenwarden.ConfidenceHigh}}},
		{"least in the location", Options{Policy: Policy{LeastIn: map[tokenwarden.Location]tokenwarden.Confidence{tokenwarden.LocationQuery: tokenwarden.ConfidenceHigh}}}},
		{"an excepted path", Options{Exceptions: Exceptions{Paths: []string{"/open/"}}}},
		{"an excepted name", Options{Exceptions: Exceptions{Names: []string{"otp"}}}},
		{"a type prefix stays", Options{Policy: Policy{KeepPrefix: true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Keys = []secret.Key{testKey(t)}
			f, err := New(c.o)
			if err != nil {
				t.Fatal(err)
			}
			out, fs := redactField(f, record.KindTarget, "", "/open/x?a=1&otp="+value+"&b=2")
			if want := "/open/x?a=1&otp=REDACTED.unsearched.0000000000000000&b=2"; out != want || len(fs) != 1 || fs[0].Keep || !fs[0].Fingerprint.IsZero() {
				t.Fatalf("%s", out)
			}
			if again, more := redactField(f, record.KindTarget, "", out); again != out || len(more) > 0 {
				t.Errorf("redacted twice: %s", again)
			}
		})
	}
}

// TestFoundInUnsearched wants tokens in a stretch that was not searched to stay findings, and the rest of it masked.
func TestFoundInUnsearched(t *testing.T) {
	at := func(start, end int, kind string) Finding {
		return Finding{Start: start, End: end, Kind: kind, Unsearched: kind == KindUnsearched, Keep: kind == "kept", Confidence: tokenwarden.ConfidenceHigh}
	}
	for _, c := range []struct {
		name string
		fs   []Finding
		want string
	}{
		{"inside", []Finding{at(0, 50, KindUnsearched), at(10, 20, "a"), at(30, 40, "b")}, "unsearched 0:10, a 10:20, unsearched 20:30, b 30:40, unsearched 40:50"},
		{"at both ends", []Finding{at(0, 50, KindUnsearched), at(0, 20, "a"), at(40, 50, "b")}, "a 0:20, unsearched 20:40, b 40:50"},
		{"over the edge", []Finding{at(5, 50, KindUnsearched), at(0, 20, "a"), at(40, 60, "b"), at(55, 70, KindUnsearched)}, "a 0:20, unsearched 20:40, b 40:60, unsearched 60:70"},
		{"all of it", []Finding{at(5, 50, KindUnsearched), at(0, 60, "a")}, "a 0:60"},
		{"kept by the policy", []Finding{at(0, 30, KindUnsearched), at(10, 20, "kept")}, "unsearched 0:10, kept 10:20, unsearched 20:30"},
		{"two stretches", []Finding{at(0, 30, KindUnsearched), at(20, 50, KindUnsearched), at(60, 70, "a")}, "unsearched 0:50, a 60:70"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range new(merger).merge(nil, c.fs) {
				got = append(got, f.Kind+" "+strconv.Itoa(f.Start)+":"+strconv.Itoa(f.End))
				if f.Keep {
					t.Error("a finding in an unsearched stretch is kept")
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got %s", s)
			}
		})
	}
}
