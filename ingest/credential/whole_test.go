package credential

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// runPlaces are where a token with more token characters behind may stand. path marks a slash that ends a segment.
var runPlaces = []struct {
	name   string
	kind   record.Kind
	header string
	before string
	after  string
	path   bool
}{
	{"query", record.KindTarget, "", "/x?a=1&q=", "&b=2", false},
	{"path", record.KindTarget, "", "/x/", "/y", true},
	{"last segment", record.KindPath, "", "/x/", "", true},
	{"referer query", record.KindReferer, "", "https://a.example/x?q=", "&b=2", false},
	{"referer path", record.KindReferer, "", "https://a.example/x/", "", true},
	{"fragment", record.KindURL, "", "https://a.example/x#q=", "", false},
	{"header", record.KindHeader, "x-note", "", "", false},
	{"cookie", record.KindCookies, "", "theme=dark; n=", "; a=b", false},
	{"JSON", record.KindHeader, "x-note", `{"a":1,"x":"`, `"}`, false},
	{"text", record.KindText, "", "upstream said ", " was fine", true},
	{"agent", record.KindUserAgent, "", "curl/8.5.0 ", " x", true},
	{"secret name", record.KindTarget, "", "/x?token=", "&b=2", false},
}

// TestWholeRun wants a token with more token characters behind to leave whole: nothing of them stays in any
// place. Behind a sign words and numbers would.
func TestWholeRun(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(81)
	for _, row := range runExamples(s) {
		t.Run(row.name, func(t *testing.T) {
			for _, p := range runPlaces {
				escaped := credentialtest.Percent(row.token)
				if out, _ := redactField(f, p.kind, p.header, p.before+escaped+p.after); strings.Contains(out, escaped) {
					continue // the format is none in this place
				}
				for _, joint := range []string{"", "-", "_", ".", "~", "+", "/", "=", "%2F", "%2B", "%3D", "%7E"} {
					if joint == "/" && p.path || joint == "" && !row.distinct {
						continue
					}
					more := s.of(alnum, 16)
					for shape.Of([]byte(more)) != shape.Random {
						more = s.of(alnum, 16)
					}
					line := p.before + escaped + joint + more + p.after
					out, _ := redactField(f, p.kind, p.header, line)
					if left := leftOf(out, more); left != "" {
						t.Errorf("%s %q: %d bytes are left of %d", p.name, joint, len(left), len(more))
					}
				}
			}
		})
	}
}

// TestRunEnds wants what is no part of a token to stay behind it, and in front of it.
func TestRunEnds(t *testing.T) {
	f := newTestFinder(t)
	token := newSynth(82).github()
	for _, c := range []struct {
		name          string
		kind          record.Kind
		before, after string
	}{
		{"file name extension", record.KindTarget, "/x/", ".html?page=2"},
		{"two extensions", record.KindTarget, "/x?q=", ".tar.gz"},
		{"full stop", record.KindText, "found ", ". Next sentence"},
		{"path segment", record.KindTarget, "/x/", "/9f8e7d6c5b4a39281706/edit"},
		{"path in a text", record.KindText, "GET /x/", "/9f8e7d6c5b4a39281706/edit failed"},
		{"scope of a signature", record.KindTarget, "/x?q=", "%2F20260105%2Fus-east-1%2Fs3%2Faws4_request"},
		{"words", record.KindTarget, "/x?q=", "+and+more+words"},
		{"another token's placeholder", record.KindTarget, "/x?q=", ".REDACTED.jwt.0123456789abcdef"},
		{"words before", record.KindTarget, "/x?q=report-of-", "&page=2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, fs := redactField(f, c.kind, "", c.before+token+c.after)
			if len(fs) != 1 || !strings.HasPrefix(out, c.before+"REDACTED.") || !strings.HasSuffix(out, c.after) {
				t.Errorf("%d findings, %d bytes from %d", len(fs), len(out), len(c.before)+len(c.after))
			}
		})
	}
}

// TestGlued wants a distinct prefix with a joint found right behind letters and digits, which stay.
func TestGlued(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(83)
	for i := range provider.Formats {
		x := &provider.Formats[i]
		last := x.Prefix[len(x.Prefix)-1]
		if x.Flags&provider.FDistinct == 0 || last != '-' && last != '_' || x.Min < 16 {
			continue
		}
		t.Run(x.Prefix, func(t *testing.T) {
			for _, before := range []string{"n", "x3D", "abc", "report-u003d"} {
				token := x.Example(s)
				out, fs := redactField(f, record.KindTarget, "", "/x?q="+before+token+"&page=2")
				if len(fs) != 1 || !fs[0].Keep && !strings.HasPrefix(out, "/x?q="+before+"REDACTED."+fs[0].Kind) {
					t.Errorf("%q: %d findings", before, len(fs))
				}
			}
		})
	}
}

// leftOf returns the longest stretch of more, of six bytes or more, that stands in out; the digits of a
// placeholder may hold fewer by chance.
func leftOf(out, more string) string {
	for n := len(more); n >= 6; n-- {
		for i := 0; i+n <= len(more); i++ {
			if strings.Contains(out, more[i:i+n]) {
				return more[i : i+n]
			}
		}
	}
	return ""
}

type runExample struct {
	name, token string
	distinct    bool // what begins with the prefix is a token, however long
}

// runExamples returns an example of each secret format.
func runExamples(s *synth) []runExample {
	var out []runExample
	for i := range provider.Formats {
		if x := &provider.Formats[i]; x.Flags&provider.FPublic == 0 {
			out = append(out, runExample{fmt.Sprintf("%s %d", x.Prefix, i), x.Example(s), x.Flags&provider.FDistinct != 0})
		}
	}
	for _, x := range provider.Structures {
		out = append(out, runExample{x.Kind, x.Example(s), false})
	}
	return out
}
