package credential

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// leakRule is a rule of gitleaks, as far as it says what a secret looks like.
type leakRule struct {
	ID          string   `toml:"id"`
	Regex       string   `toml:"regex"`
	Entropy     float64  `toml:"entropy"`
	SecretGroup int      `toml:"secretGroup"`
	Keywords    []string `toml:"keywords"`

	re   *regexp.Regexp
	tree *syntax.Regexp
}

// wholeMatch are the rules whose groups are there for their alternatives: the secret is the whole match.
var wholeMatch = map[string]bool{"microsoft-teams-webhook": true, "jwt-base64": true}

// notInLogs are the rules for what cannot stand in an access log, or is no secret there.
var notInLogs = map[string]string{
	"pkcs12-file":            "the name of a file",
	"curl-auth-header":       "a command line; what it sends stands in the header, which other rules cover",
	"curl-auth-user":         "a command line; what it sends is HTTP Basic",
	"kubernetes-secret-yaml": "several lines of YAML",
	"nuget-config-password":  "XML of a configuration file",
	"freemius-secret-key":    "PHP source",
	"hashicorp-tf-password":  "HCL of a configuration file",
	"private-key":            "several lines; in one line, escaped, it is found by its PEM armour (TestPrivateKey)",
}

func readLeakRules(t *testing.T) []*leakRule {
	var file struct {
		Rules []*leakRule `toml:"rules"`
	}
	if _, err := toml.DecodeFile("testdata/gitleaks/gitleaks.toml", &file); err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Rules {
		r.re = regexp.MustCompile(r.Regex)
		r.tree, _ = syntax.Parse(r.Regex, syntax.Perl)
	}
	return file.Rules
}

// secret makes a text in which the rule finds a secret, and returns the secret. It draws again until the rule itself
// agrees.
func (r *leakRule) secret(t *testing.T, rnd *rand.Rand) string {
	for range 10000 {
		w := regexWalker{r: rnd, source: r.Regex}
		w.walk(r.tree)
		if secret := r.secretOf(string(w.out)); shannon(secret) > r.Entropy && r.issuable(secret) {
			return secret
		}
	}
	t.Fatalf("%s: no secret that the rule finds", r.ID)
	return ""
}

// secretOf returns what the rule takes for the secret in text: the group it names, else the first that is not empty,
// else all.
func (r *leakRule) secretOf(text string) string {
	m := r.re.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	if wholeMatch[r.ID] {
		return m[0]
	}
	if r.SecretGroup > 0 {
		return m[r.SecretGroup]
	}
	for _, g := range m[1:] {
		if g != "" {
			return g
		}
	}
	return strings.TrimRightFunc(m[0], func(c rune) bool { return c >= 0x80 || ascii.Class[c]&(ascii.Run|ascii.Base64) == 0 })
}

// issuable reports whether a provider would issue secret. Some rules take more than that: the base64 of a JWT with a
// backslash or a slash in it, a token that ends in a dot, one of less than 16 characters.
func (r *leakRule) issuable(secret string) bool {
	if (r.ID == "jwt" || r.ID == "jwt-base64") && strings.ContainsAny(secret, `\/`) {
		return false
	}
	return secret != "" && !strings.HasSuffix(secret, ".") && (len(secret) >= shape.MinRandom || !r.speaks(secret))
}

// shannon is the entropy of the bytes of s, in bits for each.
func shannon(s string) (bits float64) {
	counts := map[byte]int{}
	for i := range len(s) {
		counts[s[i]]++
	}
	for _, n := range counts {
		p := float64(n) / float64(len(s))
		bits -= p * math.Log2(p)
	}
	return bits
}

// speaks reports whether secret holds what the rule is looked up by: then it speaks for itself. Any other is known by the
// provider's name beside it.
func (r *leakRule) speaks(secret string) bool {
	return slices.ContainsFunc(r.Keywords, func(k string) bool { return strings.Contains(strings.ToLower(secret), k) })
}

// planted is a field of a log with a secret in it.
type planted struct {
	place string
	kind  record.Kind
	name  string
	text  string
	start int // where the secret starts in text
	end   int // and where it ends
}

func plantings(r *leakRule, secret string) (out []planted) {
	put := func(place string, kind record.Kind, name, before, encoded, after string) {
		out = append(out, planted{place, kind, name, before + encoded + after, len(before), len(before) + len(encoded)})
	}
	if r.speaks(secret) {
		put("query", record.KindTarget, "", "/x?q=", credentialtest.Percent(secret), "&page=2")
		put("path", record.KindTarget, "", "/x/", credentialtest.Percent(secret), "/y")
		put("referer", record.KindReferer, "", "https://a.example/x?ref=", credentialtest.Percent(secret), "")
		put("header", record.KindHeader, "http_x_note", "", credentialtest.JSONText(secret), "")
		return out
	}
	for _, k := range r.Keywords {
		name := strings.Trim(strings.ReplaceAll(k, " ", "_"), "_-.")
		put("api_key", record.KindTarget, "", "/x?"+name+"_api_key=", credentialtest.Percent(secret), "&page=2")
		put("token", record.KindReferer, "", "https://a.example/x?"+name+"_token=", credentialtest.Percent(secret), "")
		put("header", record.KindHeader, "http_x_"+name+"_token", "", credentialtest.JSONText(secret), "")
	}
	return out
}

// covers reports whether what fs take off the record leaves nothing of use of the text from start to end, and nothing else
// goes: they end where it ends, without a gap but for a sign, and what they leave before is less than they take, or they
// take 20 bytes or more.
func covers(fs []Finding, start, end int) bool {
	taken, last := 0, start
	for _, x := range fs {
		if x.Start < start || x.Keep && !x.Public || taken > 0 && x.Start > last+len("%2F") {
			return false
		}
		taken, last = taken+x.End-x.Start, x.End
	}
	return last == end && (taken*2 >= end-start || taken >= 20)
}

const leakDraws = 40

// TestGitleaksRules makes secrets after each of gitleaks' default rules, plants them as they stand in access logs, and
// wants 99 of 100 rules found. A rule counts as found if 95 of 100 of its secrets are.
func TestGitleaksRules(t *testing.T) {
	f := newTestFinder(t)
	rnd := rand.New(rand.NewPCG(41, 1))
	var rules, secrets tally
	rows := map[string]string{}
	for _, r := range readLeakRules(t) {
		if _, ok := notInLogs[r.ID]; ok {
			continue
		}
		var all tally
		missed := map[string]int{}
		for range leakDraws {
			secret := r.secret(t, rnd)
			for _, p := range plantings(r, secret) {
				rec := recordOf(p.kind, p.name, p.text)
				if p.kind == record.KindHeader {
					rec.Fields[0].Escape = record.EscapeJSON
				}
				fs := f.Find(rec, nil)
				all.all++
				if covers(fs, 15+p.start, 15+p.end) {
					all.found++
				} else {
					missed[p.place]++
				}
			}
		}
		secrets.all, secrets.found = secrets.all+all.all, secrets.found+all.found
		rules.all++
		if all.found*100 >= all.all*95 {
			rules.found++
		}
		if all.found < all.all {
			rows[r.ID] = fmt.Sprintf("%v %v", all, missed)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		t.Logf("%-45s %s", id, rows[id])
	}
	for _, id := range slices.Sorted(maps.Keys(notInLogs)) {
		t.Logf("%-45s not in a log: %s", id, notInLogs[id])
	}
	t.Logf("rules %v; secrets %v", rules, secrets)
	if rules.found*100 < rules.all*99 {
		t.Errorf("rules %v: want 99 %%", rules)
	}
}

// TestPrivateKey wants a PEM key that stands escaped in one line to go whole.
func TestPrivateKey(t *testing.T) {
	f := newTestFinder(t)
	armour := "----" + "-%s PRIVATE KEY-----"
	key := fmt.Sprintf(armour, "BEGIN RSA") + "\n" + newSynth(3).of(alnum, 64) + "\n" + newSynth(4).of(alnum, 30) + "==\n" + fmt.Sprintf(armour, "END RSA")
	for _, p := range []planted{
		{"query", record.KindTarget, "", "/x?q=" + credentialtest.Percent(key), 5, 5 + len(credentialtest.Percent(key))},
		{"header", record.KindHeader, "x-note", credentialtest.JSONText(key), 0, len(credentialtest.JSONText(key))},
	} {
		rec := recordOf(p.kind, p.name, p.text)
		rec.Fields[0].Escape = record.EscapeJSON
		if fs := f.Find(rec, nil); !covers(fs, 15+p.start, 15+p.end) {
			t.Errorf("%s: %d findings do not cover the key", p.place, len(fs))
		}
	}
}
