package shape

import (
	"os"
	"strings"
	"testing"
)

// ingest/README.md lists the values that are no credential under a name that is one.
func TestREADMEListsTheClosedLists(t *testing.T) {
	content, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []map[string]bool{noCredentials, states} {
		for w := range words {
			if !strings.Contains(string(content), "`"+w+"`") {
				t.Errorf("%q is missing", w)
			}
		}
	}
}
