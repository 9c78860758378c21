package tokenwarden_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	markdownLink = regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)]*)?\)`)
	codeSpan     = regexp.MustCompile("`([^`\n]+)`")
	testName     = regexp.MustCompile(`\b(?:Test|Benchmark|Fuzz)[A-Z][A-Za-z]+\b`)
	testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)[A-Z]\w*)\(`)
	makeCall     = regexp.MustCompile(`\bmake ([a-z]+)\b`)
	makeTarget   = regexp.MustCompile(`(?m)^([a-z]+):`)
	repoPath     = regexp.MustCompile(`^(?:ingest|detect|rules|sink|cmd|internal|testdata|deploy)/[\w./-]+$|^[\w-]+\.(?:go|proto|md)$`)
)

// TestDocumentsNameWhatExists holds that links, paths, tests and make targets that a document names are there.
func TestDocumentsNameWhatExists(t *testing.T) {
	tests, documents := map[string]bool{}, []string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() != "." && strings.HasPrefix(d.Name(), "."), d.IsDir() && d.Name() == "bin":
			return filepath.SkipDir
		case strings.HasSuffix(path, "_test.go"):
			for _, m := range testFunction.FindAllStringSubmatch(read(t, path), -1) {
				tests[m[1]] = true
			}
		case strings.HasSuffix(path, ".md"):
			documents = append(documents, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]bool{}
	for _, m := range makeTarget.FindAllStringSubmatch(read(t, "Makefile"), -1) {
		targets[m[1]] = true
	}
	for _, path := range documents {
		t.Run(path, func(t *testing.T) {
			text := read(t, path)
			for _, link := range markdownLink.FindAllStringSubmatch(text, -1) {
				if target := filepath.Join(filepath.Dir(path), link[1]); !strings.Contains(link[1], "://") && !exists(target) {
					t.Errorf("links to %s, which does not exist", target)
				}
			}
			for _, name := range testName.FindAllString(text, -1) {
				if !tests[name] {
					t.Errorf("names %s, which no test file has", name)
				}
			}
			for _, span := range codeSpan.FindAllStringSubmatch(text, -1) {
				if m := makeCall.FindStringSubmatch(span[1]); m != nil && !targets[m[1]] {
					t.Errorf("names make %s, which the Makefile does not have", m[1])
				}
				if repoPath.MatchString(span[1]) && !placeholders(span[1]) && !isThere(filepath.Dir(path), span[1]) {
					t.Errorf("names %s, which does not exist", span[1])
				}
			}
		})
	}
}

// placeholders reports whether a path is a pattern of a recipe: NAME and ID stand for the reader's own.
func placeholders(path string) bool {
	return strings.Contains(path, "NAME") || strings.Contains(path, "ID.") || strings.HasPrefix(path, "sink/notify/")
}

// isThere reports whether a path exists below the root or below the document's folder; a bare file name may lie deeper.
func isThere(dir, path string) bool {
	if exists(path) || exists(filepath.Join(dir, path)) {
		return true
	}
	if strings.Contains(path, "/") {
		return false
	}
	found := false
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		found = found || err == nil && !d.IsDir() && d.Name() == path
		return nil
	})
	return found
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDesignStaysShort holds that DESIGN.md can be read in one sitting and has the section that operators look for.
func TestDesignStaysShort(t *testing.T) {
	const maxLines = 249
	if n := strings.Count(read(t, "DESIGN.md"), "\n"); n > maxLines {
		t.Errorf("DESIGN.md has %d lines, want at most %d: move notes of a package to its folder", n, maxLines)
	}
	if !slices.ContainsFunc(strings.Split(read(t, "DESIGN.md"), "\n"), func(l string) bool { return l == "### What a crash does" }) {
		t.Error("DESIGN.md has no section about crashes")
	}
}
