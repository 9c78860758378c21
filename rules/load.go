package rules

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

// File is a rule file that was read.
type File struct {
	Name    string // what errors call it
	Content []byte
}

// Format is another format of rule files.
type Format struct {
	Is   func(content []byte) bool                // tells whether a file is of this format
	Read func(files []File) ([]Definition, error) // reads those of one folder
}

// Load returns the default rules and those of every *.yaml and *.yml in dirs, in that order. Files of another format are read
// by that. Two rules of one id are an error
// that names both files, except that a rule which says "replaces: default" takes the place of the default one.
func Load(dirs []string, formats ...Format) ([]Definition, error) {
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
		own, err := readDir(os.DirFS(dir), dir, formats...)
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

// readDir reads every rule file of one directory, by file name, those of other formats after the others.
func readDir(dir fs.FS, name string, formats ...Format) ([]Definition, error) {
	files, err := ruleFiles(dir, name)
	if err != nil {
		return nil, err
	}
	other := make([][]File, len(formats))
	defs := make([]Definition, 0, len(files))
	for _, f := range files {
		if i := slices.IndexFunc(formats, func(of Format) bool { return of.Is(f.Content) }); i >= 0 {
			other[i] = append(other[i], f)
			continue
		}
		d, err := Decode(f.Name, f.Content)
		if err != nil {
			return nil, err
		}
		defs = append(defs, d)
	}
	for i, of := range formats {
		own, err := of.Read(other[i])
		if err != nil {
			return nil, err
		}
		defs = append(defs, own...)
	}
	seen := make(map[string]string, len(defs))
	for i := range defs {
		d := &defs[i]
		if file, dup := seen[d.ID]; dup {
			return nil, d.errorf("id", "is also that of %s", file)
		}
		seen[d.ID] = d.File
	}
	return defs, nil
}

func ruleFiles(dir fs.FS, name string) ([]File, error) {
	if _, err := fs.Stat(dir, "."); err != nil {
		return nil, fmt.Errorf("read rules in %s: %w", name, err)
	}
	var paths []string
	for _, pattern := range []string{"*.yaml", "*.yml"} {
		found, err := fs.Glob(dir, pattern)
		if err != nil {
			return nil, fmt.Errorf("list rules in %s: %w", name, err)
		}
		paths = append(paths, found...)
	}
	sort.Strings(paths)
	files := make([]File, 0, len(paths))
	for _, path := range paths {
		content, err := fs.ReadFile(dir, path)
		if err != nil {
			return nil, fmt.Errorf("read rule %s: %w", filepath.Join(name, path), err)
		}
		files = append(files, File{filepath.Join(name, path), content})
	}
	return files, nil
}
