package credential

import (
	"bufio"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

var updateRuleSets = flag.Bool("update", false, "write how rules are found into testdata/rulesets")

// The ways to find what a rule finds, the best first.
const (
	byFormat = "format" // wherever it stands
	byName   = "name"   // under the name of its issuer and token or api_key
	notFound = "left"
)

// scannerRule is a row of testdata/rulesets: a rule of a secret scanner and how its secrets are found in an access log.
type scannerRule struct {
	id    string
	found string
	name  string // the issuer's name, which stands before token and api_key in the name of the value
	shape string // a regular expression of the secret; a group in it is the secret within a URL
	why   string // it is found by its name alone, or left
}

func readScannerRules(t *testing.T, path string) (notice []string, rules []*scannerRule) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if strings.HasPrefix(s.Text(), "#") {
			notice = append(notice, s.Text())
			continue
		}
		row := strings.Split(s.Text(), "\t")
		if len(row) != 5 {
			t.Fatalf("%s: a row of %d columns: %s", path, len(row), s.Text())
		}
		rules = append(rules, &scannerRule{row[0], row[1], row[2], row[3], row[4]})
	}
	return notice, rules
}

// example is a synthetic secret after a rule's shape, with what stands around it in its URL.
type example struct{ before, secret, after string }

// example draws a secret that a provider would issue: it does not end in a dot or a hyphen, if the shape allows.
func (r *scannerRule) example(tree *syntax.Regexp, rnd *rand.Rand) (e example) {
	for range 100 {
		w := regexWalker{r: rnd, source: r.shape}
		w.walk(tree)
		e = example{secret: string(w.out)}
		if g := w.group; g[1] > 0 {
			e = example{string(w.out[:g[0]]), string(w.out[g[0]:g[1]]), string(w.out[g[1]:])}
		}
		if last := e.secret[len(e.secret)-1]; last != '.' && last != '-' {
			break
		}
	}
	return e
}

// plantedNeutrally returns fields with the secret where nothing but its format speaks for it.
func (e example) plantedNeutrally() []planted {
	return []planted{
		e.in("query", record.KindTarget, "", "/x?q=", "&page=2"),
		e.in("path", record.KindTarget, "", "/x/", "/y"),
		e.in("referer", record.KindReferer, "", "https://a.example/x?ref=", ""),
		e.in("header", record.KindHeader, "http_x_note", "", ""),
		e.in("json", record.KindHeader, "http_x_note", `{\"id\":7,\"note\":\"`, `\"}`),
		e.in("text", record.KindUserAgent, "", "client/1.0 see ", " please"),
	}
}

// plantedUnder returns fields with the secret under names of its issuer.
func (e example) plantedUnder(name string) []planted {
	return []planted{
		e.in("api_key", record.KindTarget, "", "/x?"+name+"_api_key=", "&page=2"),
		e.in("token", record.KindReferer, "", "https://a.example/x?"+name+"_token=", ""),
		e.in("header", record.KindHeader, "http_x_"+name+"_token", "", ""),
		e.in("json", record.KindHeader, "http_x_note", `{\"id\":7,\"`+name+`_token\":\"`, `\"}`),
		e.in("text", record.KindUserAgent, "", "client/1.0 "+name+"_token=", " please"),
	}
}

// in returns a field with the example between before and after, in the encoding of the place.
func (e example) in(place string, kind record.Kind, name, before, after string) planted {
	encode := credentialtest.JSONText
	if kind == record.KindTarget || kind == record.KindReferer {
		encode = credentialtest.Percent
	}
	before += encode(e.before)
	secret := encode(e.secret)
	return planted{place, kind, name, before + secret + encode(e.after) + after, len(before), len(before) + len(secret)}
}

// countFound counts the fields whose secret goes whole.
func countFound(f *Finder, fields []planted) (n int) {
	for _, p := range fields {
		rec := recordOf(p.kind, p.name, p.text)
		if p.kind == record.KindHeader {
			rec.Fields[0].Escape = record.EscapeJSON
		}
		if covers(f.Find(rec, nil), 15+p.start, 15+p.end) {
			n++
		}
	}
	return n
}

const scannerDraws = 20

// judge draws secrets of the rule and returns how they are found: 95 of 100 of the places decide.
func (r *scannerRule) judge(t *testing.T, f *Finder) (found, missed string) {
	tree, err := syntax.Parse(r.shape, syntax.Perl)
	if err != nil {
		t.Fatalf("%s: %v", r.id, err)
	}
	h := fnv.New64a()
	h.Write([]byte(r.id))
	rnd := rand.New(rand.NewPCG(h.Sum64(), 1))
	var neutral, named tally
	for range scannerDraws {
		e := r.example(tree, rnd)
		fields := e.plantedNeutrally()
		neutral = tally{neutral.found + countFound(f, fields), neutral.all + len(fields)}
		fields = e.plantedUnder(r.name)
		named = tally{named.found + countFound(f, fields), named.all + len(fields)}
	}
	missed = fmt.Sprintf("by format %v; by name %v", neutral, named)
	switch {
	case neutral.found*100 >= neutral.all*95:
		return byFormat, missed
	case named.found*100 >= named.all*95:
		return byName, missed
	}
	return notFound, missed
}

// TestScannerRules walks the rules of public secret scanners, makes secrets after each and plants them as they stand in access
// logs. testdata/rulesets says how each is found, and why not by its format. A rule that is found worse than it says fails,
// and one that is found better: -update writes the table.
func TestScannerRules(t *testing.T) {
	f := newTestFinder(t)
	paths, _ := filepath.Glob("testdata/rulesets/*.tsv")
	if len(paths) < 5 {
		t.Fatalf("%d rule sets", len(paths))
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".tsv"), func(t *testing.T) {
			notice, rules := readScannerRules(t, path)
			counts := map[string]int{}
			for _, r := range rules {
				found, missed := r.judge(t, f)
				counts[found]++
				switch {
				case *updateRuleSets:
					r.found = found
				case found != r.found:
					t.Errorf("%s is found by %s, the table says %s: %s", r.id, found, r.found, missed)
				case found != byFormat && r.why == "":
					t.Errorf("%s is not found by its format, and the table does not say why: %s", r.id, missed)
				}
			}
			t.Logf("%d rules: %d by format, %d by name, %d left", len(rules), counts[byFormat], counts[byName], counts[notFound])
			if *updateRuleSets {
				writeScannerRules(t, path, notice, rules)
			}
		})
	}
}

func writeScannerRules(t *testing.T, path string, notice []string, rules []*scannerRule) {
	var b strings.Builder
	for _, line := range notice {
		fmt.Fprintln(&b, line)
	}
	for _, r := range rules {
		if r.found == byFormat {
			r.why = ""
		}
		fmt.Fprintln(&b, strings.Join([]string{r.id, r.found, r.name, r.shape, r.why}, "\t"))
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
