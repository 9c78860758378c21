package rules

import (
	"strings"
	"testing"
)

func FuzzDecode(f *testing.F) {
	f.Add([]byte(good))
	defs, err := Defaults()
	if err != nil {
		f.Fatal(err)
	}
	for _, d := range defs {
		content, err := defaults.ReadFile(d.File)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := Decode("fuzz.yaml", content)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.yaml") {
				t.Errorf("error does not name its file: %v", err)
			}
			return
		}
		n := 0
		for i := range d.Tests {
			for range d.Tests[i].Play {
				if n++; n > 1000 {
					return
				}
			}
		}
	})
}
