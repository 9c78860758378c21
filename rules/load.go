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

// Defaults returns the rules that tokenwarden comes with, sorted by file name.
func Defaults() ([]Definition, error) {
	sub, err := fs.Sub(defaults, "defaults")
	if err != nil {
		return nil, fmt.Errorf("open default rules: %w", err)
	}
	return readDir(sub, "defaults")
}

// File is a rule file in memory.
type File struct {
	Name    string // path, for errors
	Content []byte
}

// Format is a further format of rule files.
type Format struct {
	Is   func(content []byte) bool                // reports whether a file is of this format
	Read func(files []File) ([]Definition, error) // reads the files of one folder together
}

// Load returns the default rules and those of every *.yaml and *.yml in dirs, in that order. A file that is of one of the
// formats is read by it. Two rules of one id are an error that names both files, unless the second says "replaces: default"
// and the first is a default rule.
func Load(dirs []string, formats ...Format) ([]Definition, error) {
	all, err := Defaults()
	if err != nil {
		return nil, err
	}
	set := ruleSet{defs: all, defaults: len(all), index: make(map[string]int, len(all))}
	for i := range all {
		set.index[all[i].ID] = i
	}
	for _, dir := range dirs {
		own, err := readDir(os.DirFS(dir), dir, formats...)
		if err != nil {
			return nil, err
		}
		for i := range own {
			if err := set.add(own[i]); err != nil {
				return nil, err
			}
		}
	}
	return set.defs, nil
}

// ruleSet is a list of rules, of which the first are the default ones.
type ruleSet struct {
	defs     []Definition
	defaults int
	index    map[string]int // by id
}

// add appends a rule, or puts it in the place of the default rule that it replaces.
func (s *ruleSet) add(d Definition) error {
	i, taken := s.index[d.ID]
	isDefault := taken && i < s.defaults && s.defs[i].Replaces == ""
	switch {
	case !taken && d.Replaces != "":
		return d.errorf("replaces", "there is no default rule of this id")
	case !taken:
		s.index[d.ID] = len(s.defs)
		s.defs = append(s.defs, d)
	case isDefault && d.Replaces == "default":
		s.defs[i] = d
	case isDefault:
		return d.errorf("id", "is also that of the default rule %s: say \"replaces: default\" to take its place", s.defs[i].File)
	default:
		return d.errorf("id", "is also that of %s", s.defs[i].File)
	}
	return nil
}

// readDir reads every rule file of one directory, sorted by file name, those of other formats last.
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
	return defs, checkUnique(defs)
}

func checkUnique(defs []Definition) error {
	files := make(map[string]string, len(defs)) // by id
	for i := range defs {
		d := &defs[i]
		if file, dup := files[d.ID]; dup {
			return d.errorf("id", "is also that of %s", file)
		}
		files[d.ID] = d.File
	}
	return nil
}

// ruleFiles reads the *.yaml and *.yml files of a directory, sorted by file name.
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
