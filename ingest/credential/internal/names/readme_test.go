package names

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what tests compare with")

var gradeNames = [...]string{
	None: "None", Weak: "Weak", Strong: "Strong", Code: "Code", Chosen: "Chosen", Certain: "Certain", Always: "Always",
}

// matchTexts say how the words of a row are compared.
var matchTexts = [...]string{
	last: "%s", alone: "%s alone", glued: "... that end in %s", whole: "%s, exactly",
	stem: "a word that begins or ends in %s", cookieWhole: "cookie %s", cookieWord: "cookie with the word %s",
	cookiePart: "cookie with %s in its name", cookieEnding: "cookie that ends in %s",
}

func (r *row) text() string {
	words := strings.Join(strings.Fields(r.words), " ")
	if r.match == pair {
		return strings.Join(strings.Fields(r.before), " ") + " **before** " + words
	}
	return fmt.Sprintf(matchTexts[r.match], words)
}

// The table of names in ingest/README.md is made from rows: go test ./ingest/credential/internal/names -update.
func TestREADMEListsTheNames(t *testing.T) {
	const file, start = "../../../README.md", "| grade | kind | names | source |\n|---|---|---|---|\n"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for i := range rows {
		r := &rows[i]
		fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", gradeNames[r.grade], r.kind, r.text(), r.source)
	}
	head, rest, ok := strings.Cut(string(content), start)
	_, tail, ok2 := strings.Cut(rest, "\n## ")
	if !ok || !ok2 {
		t.Fatal("the README has no table of names")
	}
	want := head + start + table.String() + "\n## " + tail
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(content) {
		t.Error("ingest/README.md does not list the names there are: go test ./ingest/credential/internal/names -update")
	}
}

// Every row has a source, and no two rows grade one name differently.
func TestRowsAgree(t *testing.T) {
	seen := map[string]int{}
	for i := range rows {
		r := &rows[i]
		if r.source == "" || r.match == pair && r.before == "" || strings.TrimSpace(r.words) == "" {
			t.Errorf("row %d: %q has no words or no source", i, r.text())
		}
		befores := append(strings.Fields(r.before), "")
		if r.match == pair {
			befores = befores[:len(befores)-1]
		}
		for _, b := range befores {
			for w := range strings.FieldsSeq(r.words) {
				key := fmt.Sprint(r.match, " ", b, " ", w)
				if k, ok := seen[key]; ok && (rows[k].grade != r.grade || rows[k].kind != r.kind) {
					t.Errorf("rows %d and %d both grade %q", k, i, b+" "+w)
				}
				seen[key] = i
			}
		}
	}
}
