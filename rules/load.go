package rules

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

//go:embed defaults/*.yaml
var defaults embed.FS

// Defaults returns the rules that tokenwarden comes with, by file name.
func Defaults() ([]Definition, error) {
	sub, err := fs.Sub(defaults, "defaults")
	if err != nil {
		return nil, fmt.Errorf("open default rules: %w", err)
	}
	return readDir(sub, "defaults")
}

// Load returns the default rules and those of every *.yaml in dirs, in that order. Two rules of one id are an error
// that names both files, except that a rule which says "replaces: default" takes the place of the default one.
func Load(dirs []string) ([]Definition, error) {
	all, err := Defaults()
	if err != nil {
		return nil, err
	}
	at := make(map[string]int, len(all))
	for i := range all {
		at[all[i].ID] = i
	}
	isDefault := len(all)
	for _, dir := range dirs {
		own, err := readDir(os.DirFS(dir), dir)
		if err != nil {
			return nil, err
		}
		for _, d := range own {
			i, dup := at[d.ID]
			switch {
			case !dup && d.Replaces != "":
				return nil, d.errorf("replaces", "there is no default rule of this id")
			case !dup:
				at[d.ID] = len(all)
				all = append(all, d)
			case i < isDefault && all[i].Replaces == "" && d.Replaces == "default":
				all[i] = d
			case i < isDefault && all[i].Replaces == "":
				return nil, d.errorf("id", "is also that of the default rule %s: say \"replaces: default\" to take its place", all[i].File)
			default:
				return nil, d.errorf("id", "is also that of %s", all[i].File)
			}
		}
	}
	return all, nil
}

// readDir reads every *.yaml of one directory, by file name.
func readDir(dir fs.FS, name string) ([]Definition, error) {
	files, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list rules in %s: %w", name, err)
	}
	if _, err := fs.Stat(dir, "."); err != nil {
		return nil, fmt.Errorf("read rules in %s: %w", name, err)
	}
	sort.Strings(files)
	defs := make([]Definition, 0, len(files))
	seen := make(map[string]string, len(files))
	for _, f := range files {
		content, err := fs.ReadFile(dir, f)
		if err != nil {
			return nil, fmt.Errorf("read rule %s: %w", filepath.Join(name, f), err)
		}
		d, err := Decode(filepath.Join(name, f), content)
		if err != nil {
			return nil, err
		}
		if other, dup := seen[d.ID]; dup {
			return nil, d.errorf("id", "is also that of %s", other)
		}
		seen[d.ID] = d.File
		defs = append(defs, d)
	}
	return defs, nil
}
