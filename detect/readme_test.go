package detect

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what tests compare with")

// The table of names in rules/README.md is made from the names there are: go test ./detect -run README -update.
func TestREADMEListsTheVariables(t *testing.T) {
	const file = "../rules/README.md"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, v := range Variables() {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", v.Name, v.Type, v.Doc)
	}
	head, rest, ok := strings.Cut(string(content), "| name | | |\n|---|---|---|\n")
	_, tail, ok2 := strings.Cut(rest, "| `param.NAME`")
	if !ok || !ok2 {
		t.Fatal("the README has no table of names")
	}
	want := head + "| name | | |\n|---|---|---|\n" + table.String() + "| `param.NAME`" + tail
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(content) {
		t.Error("rules/README.md does not list the names there are: go test ./detect -run README -update")
	}
}
