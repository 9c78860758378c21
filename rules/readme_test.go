package rules

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// README.md has a row for each key: the common ones in one table, those of a kind in the section of the kind.
func TestREADMEListsTheKeys(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string][]yamlField{"\n## Keys of every rule\n": fields(reflect.TypeFor[Definition]())}
	for _, kind := range Kinds() {
		sections["\n### "+kind+"\n"] = specFields(kind)
	}
	for title, keys := range sections {
		t.Run(strings.Trim(title, "\n# "), func(t *testing.T) {
			_, section, ok := strings.Cut(string(readme), title)
			if !ok {
				t.Fatal("there is no such section")
			}
			section, _, _ = strings.Cut(section, "\n##")
			for _, key := range keys {
				if !documents(section, key.name) {
					t.Errorf("no row has key %s", key.name)
				}
			}
		})
	}
}

// documents reports whether the first cell of a table row of the section names the key.
func documents(section, key string) bool {
	for row := range strings.Lines(section) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " | ")
		for word := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune("`, ", r) }) {
			if strings.HasPrefix(row, "| `") && word == key {
				return true
			}
		}
	}
	return false
}
