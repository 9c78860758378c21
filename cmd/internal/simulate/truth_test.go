package simulate

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// pieces calls f with the parts of a line that could be a credential as lines write it.
func pieces(text string, f func(string)) {
	for p := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(` "?&;`, r) }) {
		f(p)
		if _, value, ok := strings.Cut(p, "="); ok {
			f(value)
		}
		if i := strings.LastIndexByte(p, '/'); i >= 0 {
			f(p[i+1:])
		}
	}
}

func TestTruthIsWhatTheTextSays(t *testing.T) {
	for _, format := range formats {
		t.Run(string(format), func(t *testing.T) {
			o := brief()
			o.Format = format
			g := newGenerator(t, o)
			var texts []string
			var indexes []int
			for line, ok := g.Next(); ok; line, ok = g.Next() {
				texts = append(texts, string(line.Text))
				indexes = append(indexes, -1)
				if line.Truth != nil {
					indexes[len(indexes)-1] = line.Truth.TokenIndex
				}
			}
			planted := map[string]int{}
			for i := range g.Tokens() {
				planted[g.Wire(i)] = i
			}
			if len(planted) != g.Tokens() {
				t.Errorf("%d tokens, %d different ones", g.Tokens(), len(planted))
			}
			counts := make([]int, g.Tokens())
			for i, text := range texts {
				found := -1
				pieces(text, func(p string) {
					if at, ok := planted[p]; ok {
						found = at
					}
				})
				if found >= 0 {
					counts[found]++
				}
				if found != indexes[i] {
					t.Fatalf("line %d carries token %d, truth says %d: %s", i, found, indexes[i], text)
				}
			}
			for i, n := range counts {
				if g.tokens[i].lines != n {
					t.Errorf("token %d is in %d lines, truth says %d", i, n, g.tokens[i].lines)
				}
			}
		})
	}
}

func sum(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:16])
}

func TestWriteTruth(t *testing.T) {
	g := newGenerator(t, everything())
	labelled := map[string]int{}
	lines, carrying := 0, 0
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		lines++
		if line.Truth != nil {
			carrying++
		}
		if l := line.Label; l != nil && l.Bad == "" {
			labelled[l.Attack+l.Negative]++
		}
	}
	var out bytes.Buffer
	if err := g.WriteTruth(&out, sum); err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	pieces(strings.ReplaceAll(out.String(), ":", " "), func(p string) { written[strings.Trim(p, ",{}")] = true })
	for i := range g.Tokens() {
		if written[g.Token(i)] || written[g.Wire(i)] {
			t.Fatalf("token %d stands in the truth", i)
		}
	}
	scan := bufio.NewScanner(&out)
	for scan.Scan() {
		var row struct {
			Type, Name, Fingerprint string
			Index, Lines            int
			First, Last             time.Time
		}
		if err := json.Unmarshal(scan.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.First.After(row.Last) || row.Lines == 0 || len(row.Fingerprint) != 32 {
			t.Errorf("strange row %s", scan.Bytes())
		}
		if row.Type == "token" {
			carrying -= row.Lines
			if row.Fingerprint != sum(g.Token(row.Index)) {
				t.Errorf("token %d has another fingerprint", row.Index)
			}
			continue
		}
		labelled[row.Name] -= row.Lines
	}
	if carrying != 0 {
		t.Errorf("rows of tokens miss %d lines", carrying)
	}
	for name, n := range labelled {
		if n != 0 {
			t.Errorf("rows of %s miss %d lines", name, n)
		}
	}
}

func TestEveryScenarioIsThere(t *testing.T) {
	g := newGenerator(t, everything())
	seen, damaged := map[string]int{}, map[string]int{}
	rules := map[string]string{}
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		l := line.Label
		if l == nil {
			continue
		}
		if l.Bad != "" {
			damaged[l.Bad]++
			continue
		}
		if l.First {
			seen[l.Attack+l.Negative]++
			rules[l.Attack] = l.Rule
		}
		if (l.Rule == "") != (l.Attack == "") {
			t.Fatalf("label %+v", l)
		}
	}
	for _, name := range append(Attacks(), Negatives()...) {
		if seen[name] != 2 {
			t.Errorf("%s: %d instances, want 2", name, seen[name])
		}
	}
	for _, what := range append(damages, "long") {
		if damaged[what] == 0 {
			t.Errorf("no line is damaged as %s", what)
		}
	}
}

func TestDamagedLines(t *testing.T) {
	g := newGenerator(t, Options{Seed: 3, Start: monday, Lines: 20_000, Bad: 0.1})
	bad := 0
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		if bytes.ContainsAny(line.Text, "\r\n") {
			t.Fatalf("line break in %q", line.Text)
		}
		if line.Label == nil || line.Label.Bad == "" {
			continue
		}
		bad++
		if line.Truth != nil {
			t.Fatal("damaged line carries a credential")
		}
		if n := len(line.Text); line.Label.Bad == "long" && (n < longBytes || n > longBytes+64) {
			t.Errorf("long line has %d bytes", n)
		}
	}
	if bad < 1_850 || bad > 2_150 {
		t.Errorf("%d of 20,000 lines are damaged, want a tenth", bad)
	}
}
