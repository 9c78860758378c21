package tokenwarden_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tokenwarden/tokenwarden"

// layer lists the imports that the packages of one folder may have besides the standard library. Test files are free.
type layer struct {
	dir     string   // folder below the root; "x/..." is x and all below it
	own     []string // packages of this module, in the notation of dir
	modules []string // other modules, by import path prefix
	denied  []string // packages of the standard library that the layer must not have
}

var (
	pure    = []string{"net", "net/http", "os", "log/slog"} // packages with which code could do I/O
	metrics = "github.com/prometheus/client_golang"
	yaml    = "go.yaml.in/yaml/v3"
	kafkaGo = "github.com/segmentio/kafka-go"
)

// layers is read from below: a folder imports only what stands above it in this table. A package that matches no line,
// and a line that matches no package, fail the test.
var layers = []layer{
	{dir: ".", denied: pure},
	{dir: "internal/backoff"},
	{dir: "internal/printable"},
	{dir: "internal/kafkatest"},
	{dir: "internal/eventtest", own: []string{"."}},

	{dir: "rules", own: []string{"."}, modules: []string{yaml}},
	{dir: "rules/lists", own: []string{".", "rules"}, modules: []string{yaml, "github.com/gaissmai/bart"}},
	{dir: "rules/sigma", own: []string{".", "rules"}, modules: []string{yaml}},

	{dir: "detect/internal/codec", denied: pure},
	{dir: "detect/internal/hash", own: []string{"."}, denied: pure},
	{dir: "detect/internal/text", denied: pure},
	{dir: "detect/internal/window", own: []string{"detect/internal/codec"}, denied: pure},
	{
		dir: "detect/internal/profile", denied: pure, own: []string{
			".", "rules", "rules/lists", "detect/internal/codec", "detect/internal/hash", "detect/internal/text", "detect/internal/window",
		},
	},
	{
		dir: "detect/internal/peers", denied: pure,
		own: []string{"detect/internal/codec", "detect/internal/hash", "detect/internal/window", "detect/internal/profile"},
	},
	{
		dir: "detect/internal/condition", modules: []string{"github.com/expr-lang/expr"}, denied: pure,
		own: []string{"rules", "rules/lists", "detect/internal/text", "detect/internal/window", "detect/internal/profile"},
	},
	{
		dir: "detect/internal/kind", denied: pure, own: []string{
			".", "rules", "rules/lists", "detect/internal/hash", "detect/internal/text", "detect/internal/window",
			"detect/internal/profile", "detect/internal/peers", "detect/internal/condition",
		},
	},
	{dir: "detect", own: []string{".", "rules", "rules/lists", "detect/internal/...", "internal/printable"}, denied: pure},

	{dir: "ingest/foreign"},
	{dir: "ingest/record", own: []string{"."}},
	{dir: "ingest/internal/ascii"},
	{dir: "ingest/internal/cleantext"},
	{dir: "ingest/internal/authscheme", own: []string{"ingest/internal/ascii"}},
	{dir: "ingest/secret", own: []string{".", "ingest/internal/..."}},
	{dir: "ingest/guard"},
	{dir: "ingest/accesslog", own: []string{".", "ingest/record", "ingest/internal/..."}},
	{dir: "ingest/credential/internal/checksum"},
	{dir: "ingest/credential/synthetic", own: []string{"ingest/credential/internal/checksum"}},
	{dir: "ingest/credential/internal/placeholder", own: []string{"ingest/internal/ascii"}},
	{dir: "ingest/credential/internal/offset", own: []string{"ingest/internal/ascii"}},
	{dir: "ingest/credential/internal/shape", own: []string{"ingest/internal/ascii"}},
	{dir: "ingest/credential/internal/strbuf", own: []string{"ingest/internal/ascii", "ingest/record"}},
	{dir: "ingest/credential/internal/jwt", own: []string{".", "ingest/internal/ascii", "ingest/credential/internal/strbuf"}},
	{
		dir: "ingest/credential/internal/provider",
		own: []string{
			"ingest/internal/ascii", "ingest/credential/synthetic", "ingest/credential/internal/checksum",
			"ingest/credential/internal/placeholder", "ingest/credential/internal/shape",
		},
	},
	{
		dir: "ingest/credential/internal/names",
		own: []string{"ingest/internal/ascii", "ingest/credential/internal/placeholder", "ingest/credential/internal/shape"},
	},
	{
		dir: "ingest/credential/...",
		own: []string{".", "ingest/foreign", "ingest/record", "ingest/secret", "ingest/internal/...", "ingest/credential/..."},
	},
	{
		dir:     "ingest/geo",
		own:     []string{"."},
		modules: []string{"github.com/hashicorp/golang-lru/v2", "github.com/oschwald/maxminddb-golang/v2"},
	},
	{dir: "ingest/kafka", own: []string{".", "internal/backoff"}, modules: []string{kafkaGo, metrics, "github.com/klauspost/compress"}},
	{dir: "ingest/leakreport", own: []string{".", "ingest/secret", "ingest/credential"}},
	{
		dir:     "ingest/canary",
		own:     []string{".", "ingest", "ingest/accesslog", "ingest/credential/...", "ingest/record", "ingest/secret"},
		modules: []string{metrics},
	},
	{
		dir: "ingest", own: []string{".", "ingest/..."}, modules: []string{
			metrics, "github.com/hashicorp/golang-lru/v2", "github.com/klauspost/compress", "github.com/mileusna/useragent",
		},
	},

	{dir: "sink/...", own: []string{".", "sink", "internal/backoff"}}, // a sink that needs another module has a line of its own
	{
		dir:     "sink/clickhouse",
		own:     []string{".", "sink", "internal/backoff"},
		modules: []string{"github.com/ClickHouse/clickhouse-go/v2", metrics},
	},
	{dir: "sink/kafka", own: []string{".", "sink", "internal/backoff"}, modules: []string{kafkaGo, metrics}},

	{dir: "deploy/edge/caddy/...", own: []string{"ingest/secret", "deploy/edge/caddy"}, modules: []string{"github.com/caddyserver/caddy/v2", "go.uber.org/zap"}},
	{dir: "testdata/geo"},
	{dir: "cmd/internal/text"},
	{dir: "cmd/internal/simulate", own: []string{"testdata/geo", "ingest/credential/synthetic"}},
	{
		dir: "cmd/tokenwarden/config", own: []string{".", "rules/...", "detect", "ingest/...", "sink/...", "internal/printable"},
		modules: []string{"github.com/knadh/koanf", "github.com/go-viper/mapstructure/v2"},
	},
	{
		dir:     "cmd/tokenwarden/service",
		own:     []string{".", "rules/...", "detect", "ingest/...", "sink/...", "cmd/tokenwarden/config", "cmd/internal/text"},
		modules: []string{metrics},
	},
	{
		dir:     "cmd/tokenwarden",
		own:     []string{".", "rules/...", "detect", "ingest/...", "sink/...", "cmd/tokenwarden/...", "cmd/internal/...", "internal/backoff", "internal/printable"},
		modules: []string{metrics, "github.com/spf13/cobra"},
	},
	{dir: "cmd/demo", own: []string{".", "cmd/internal/simulate", "ingest", "ingest/kafka", "sink/clickhouse", "internal/backoff"}, modules: []string{metrics}},
	{dir: "cmd/evaluate", own: []string{".", "cmd/internal/simulate", "ingest/credential", "ingest/secret"}},
	{dir: "cmd/quality", own: []string{".", "ingest/..."}},
}

// TestImportRules holds what DESIGN.md says of the layers. The linter holds a part of it, and not everyone runs the linter.
func TestImportRules(t *testing.T) {
	matched := make([]bool, len(layers))
	for dir, files := range sourceFiles(t) {
		i := layerOf(dir)
		if i < 0 {
			t.Errorf("package %s is in no layer: add a line to the table in architecture_test.go", dir)
			continue
		}
		matched[i] = true
		t.Run(dir, func(t *testing.T) {
			for file, imports := range files {
				for _, path := range imports {
					if complaint := layers[i].refuse(path); complaint != "" {
						t.Errorf("%s imports %s: %s", file, path, complaint)
					}
				}
			}
		})
	}
	for i, l := range layers {
		if !matched[i] {
			t.Errorf("no package matches the layer %s: has it moved?", l.dir)
		}
	}
}

// TestDevstackStandsApart holds that the local stack is no part of the product: it is a module of its own.
func TestDevstackStandsApart(t *testing.T) {
	for dir, files := range goFiles(t, "cmd/devstack") {
		for file, imports := range files {
			for _, path := range imports {
				if own, ok := strings.CutPrefix(path, module+"/"); ok && !within(own, "cmd/devstack/...") {
					t.Errorf("%s imports %s: %s uses nothing of the product", file, path, dir)
				}
			}
		}
	}
	for dir, files := range sourceFiles(t) {
		for file, imports := range files {
			if slices.ContainsFunc(imports, func(path string) bool { return strings.HasPrefix(path, module+"/cmd/devstack") }) {
				t.Errorf("%s imports cmd/devstack, of which %s must not depend", file, dir)
			}
		}
	}
}

// layerOf returns the index of the most specific layer of a folder, or -1.
func layerOf(dir string) int {
	best := -1
	for i, l := range layers {
		if within(dir, l.dir) && (best < 0 || len(l.dir) > len(layers[best].dir)) {
			best = i
		}
	}
	return best
}

// refuse returns why the layer may not import path, or "".
func (l *layer) refuse(path string) string {
	within := func(pattern string) bool { return within(path, pattern+"/...") }
	switch first, _, _ := strings.Cut(path, "/"); {
	case path == module || strings.HasPrefix(path, module+"/"):
		own := "."
		if path != module {
			own = strings.TrimPrefix(path, module+"/")
		}
		if !matches(own, l.own) {
			return "of this module " + l.dir + " may import only: " + list(l.own)
		}
	case strings.Contains(first, "."):
		if !slices.ContainsFunc(l.modules, within) {
			return "of other modules " + l.dir + " may import only: " + list(l.modules)
		}
	case slices.Contains(l.denied, path):
		return l.dir + " does no I/O"
	}
	return ""
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

func matches(dir string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return within(dir, p) })
}

// within reports whether dir is the folder of the pattern or, if that ends in "/...", below it.
func within(dir, pattern string) bool {
	base, deep := strings.CutSuffix(pattern, "/...")
	return dir == base || deep && strings.HasPrefix(dir, base+"/")
}

// sourceFiles returns the imports of the product's source files, by folder and file.
func sourceFiles(t *testing.T) map[string]map[string][]string {
	t.Helper()
	files := goFiles(t, ".")
	for dir := range files {
		if within(dir, "cmd/devstack/...") {
			delete(files, dir)
		}
	}
	return files
}

// goFiles returns the imports of every Go file below root that is not a test, by folder and file.
func goFiles(t *testing.T, root string) map[string]map[string][]string {
	t.Helper()
	found := map[string]map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" && !hasGo(path) || strings.HasPrefix(d.Name(), ".") && path != "."):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		if found[dir] == nil {
			found[dir] = map[string][]string{}
		}
		imports := []string{}
		for _, imp := range file.Imports {
			imports = append(imports, strings.Trim(imp.Path.Value, `"`))
		}
		found[dir][path] = imports
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// hasGo reports whether Go packages lie directly below a testdata folder, as testdata/geo does once it embeds its tables.
func hasGo(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	return len(files) > 0
}
