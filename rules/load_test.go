package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	own := strings.Replace(good, "a-rule", "token-burst", 1)
	for name, c := range map[string]struct {
		files map[string]string // by directory and name
		want  string            // part of the error; empty: none
	}{
		"one more":               {map[string]string{"a/x.yaml": good, "a/notes.txt": "?"}, ""},
		"in place of a default":  {map[string]string{"a/x.yaml": own + "replaces: default\n"}, ""},
		"a default by accident":  {map[string]string{"a/x.yaml": own}, `is also that of the default rule defaults/token-burst.yaml: say "replaces: default"`},
		"replaces nothing":       {map[string]string{"a/x.yaml": good + "replaces: default\n"}, `replaces: there is no default rule of this id`},
		"twice in one directory": {map[string]string{"a/x.yaml": good, "a/y.yaml": good}, `y.yaml: rule a-rule: id: is also that of`},
		"in two directories":     {map[string]string{"a/x.yaml": good, "b/x.yaml": good}, `b/x.yaml: rule a-rule: id: is also that of`},
		"replaced twice":         {map[string]string{"a/x.yaml": own + "replaces: default\n", "b/x.yaml": own + "replaces: default\n"}, `is also that of`},
		"no directory":           {nil, `read rules in`},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			var dirs []string
			for f, text := range c.files {
				path := filepath.Join(root, f)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, d := range []string{"a", "b"} {
				if _, err := os.Stat(filepath.Join(root, d)); err == nil || c.files == nil {
					dirs = append(dirs, filepath.Join(root, d))
				}
			}
			defs, err := Load(dirs)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("want %q, got %v", c.want, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			last := defs[len(defs)-1]
			for _, d := range defs {
				if d.ID == "token-burst" && d.Replaces == "default" {
					last = d
				}
			}
			if !strings.HasSuffix(last.File, "a/x.yaml") {
				t.Errorf("the own rule was not loaded: %s", last.File)
			}
		})
	}
}
