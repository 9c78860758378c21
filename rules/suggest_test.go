package rules

import (
	"testing"
)

func TestSuggest(t *testing.T) {
	known := []string{"severity", "suppress", "summary", "sql"}
	for word, want := range map[string]string{"severty": "severity", "supress": "suppress", "sumamry": "summary", "sqk": "sql", "banana": "", "": "", "s": ""} {
		t.Run(word, func(t *testing.T) {
			if got := Suggest(word, known); got != want {
				t.Errorf("want %q, got %q", want, got)
			}
		})
	}
}
