package lists

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden"
)

// MaxFile bounds a list file, in bytes: some ten million addresses.
const MaxFile = 256 << 20

// Files holds the paths of each list, or patterns such as lists/*.ndjson (see [filepath.Match]). A path must exist; a pattern
// may match nothing.
type Files struct {
	Watchlist, Decoys, Revoked []string // NDJSON, or a fingerprint a line
	Networks                   map[NetworkClass][]string
	Bindings                   []string // YAML
	Policy                     []string // YAML
	OpenAPI                    []string // YAML or JSON
	Sensitive                  []string // a pattern a line
	Allow                      []string // YAML
}

// list is one list of the configuration, and the reader of its files.
type list struct {
	name  string
	files []string
	read  func(file string, content []byte) error
}

// Paths returns every file that Load reads, in that order.
func (f *Files) Paths() ([]string, error) {
	var all []string
	for _, l := range newBuilder().lists(f) {
		paths, err := expand(l.name, l.files)
		if err != nil {
			return nil, err
		}
		all = append(all, paths...)
	}
	return all, nil
}

// Load reads all files into a Set. Errors name the file, and as far as known the line and the key.
func Load(f *Files) (*Set, error) {
	b := newBuilder()
	for _, l := range b.lists(f) {
		paths, err := expand(l.name, l.files)
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			content, err := readFile(path)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", l.name, err)
			}
			if err := l.read(path, content); err != nil {
				return nil, err
			}
		}
	}
	return b.set(), nil
}

func readFile(path string) ([]byte, error) {
	stat, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if stat.Size() > MaxFile {
		return nil, errorAt(path, 0, "is larger than %d bytes", MaxFile)
	}
	return os.ReadFile(path)
}

// expand returns the files that the patterns match, each once.
func expand(name string, patterns []string) ([]string, error) {
	var out []string
	for _, p := range patterns {
		paths, err := filepath.Glob(p)
		if err != nil {
			return nil, fmt.Errorf("read %s: %q is not a path or pattern: %w", name, p, err)
		}
		if len(paths) == 0 && !strings.ContainsAny(p, "*?[") {
			paths = []string{p} // reading it fails
		}
		for _, path := range paths {
			if !slices.Contains(out, path) {
				out = append(out, path)
			}
		}
	}
	return out, nil
}

// builder collects the content of the files.
type builder struct {
	watched, decoys, revoked fingerprints
	networks                 networks
	sensitive                *routes[struct{}]
	policy, openapi          *routes[[][]string]
	bindings                 map[tokenwarden.Fingerprint]*binding
	exceptions               exceptions
	counts                   Counts
	keys                     map[tokenwarden.KeyID]int
}

func newBuilder() *builder {
	keys := map[tokenwarden.KeyID]int{}
	newList := func(name string) fingerprints { return fingerprints{name, map[tokenwarden.Fingerprint]*Entry{}, keys} }
	return &builder{
		watched: newList("watchlist"), decoys: newList("decoys"), revoked: newList("revoked"),
		networks:  networks{map[netip.Prefix]NetworkClass{}, map[uint32]NetworkClass{}},
		sensitive: new(routes[struct{}]), policy: new(routes[[][]string]), openapi: new(routes[[][]string]),
		bindings:   map[tokenwarden.Fingerprint]*binding{},
		exceptions: exceptions{subjects: map[[16]byte][]*Exception{}},
		keys:       keys,
	}
}

// lists returns every list, in the order in which they are read.
func (b *builder) lists(f *Files) []list {
	all := []list{
		{"watchlist", f.Watchlist, b.watched.read},
		{"decoys", f.Decoys, b.decoys.read},
		{"revoked", f.Revoked, b.revoked.read},
	}
	for i, name := range classNames {
		class := NetworkClass(1 << i)
		all = append(all, list{"networks." + name, f.Networks[class], func(file string, content []byte) error {
			return readNetworks(file, content, func(n network) { b.networks.add(n, class) })
		}})
	}
	return append(all,
		list{"bindings", f.Bindings, func(file string, content []byte) error {
			return readBindings(file, content, b.bindings)
		}},
		list{"policy", f.Policy, counted(&b.counts.Policy, b.policy, readPolicy)},
		list{"openapi", f.OpenAPI, counted(&b.counts.OpenAPI, b.openapi, readOpenAPI)},
		list{"sensitive", f.Sensitive, counted(&b.counts.Sensitive, b.sensitive, readSensitive)},
		list{"allow", f.Allow, counted(&b.counts.Allow, &b.exceptions, func(file string, content []byte, to *exceptions) (int, error) {
			return to.read(file, content)
		})},
	)
}

// counted returns a reader of files that adds the number of their entries to count.
func counted[T any](count *int, to T, read func(string, []byte, T) (int, error)) func(string, []byte) error {
	return func(file string, content []byte) error {
		n, err := read(file, content, to)
		*count += n
		return err
	}
}

// set returns the finished Set.
func (b *builder) set() *Set {
	b.counts.Watchlist, b.counts.Decoys, b.counts.Revoked = len(b.watched.entries), len(b.decoys.entries), len(b.revoked.entries)
	b.counts.Prefixes, b.counts.ASNs = len(b.networks.prefixes), len(b.networks.asns)
	b.counts.Bindings = len(b.bindings)
	for _, class := range b.networks.prefixes {
		b.counts.Classes |= class
	}
	for _, class := range b.networks.asns {
		b.counts.Classes |= class
	}
	return &Set{
		watched: b.watched.entries, decoys: b.decoys.entries, revoked: b.revoked.entries,
		prefixes: b.networks.table(), asns: b.networks.asns,
		sensitive: b.sensitive, policy: b.policy, openapi: b.openapi, bindings: b.bindings, exceptions: b.exceptions,
		counts: b.counts, keys: b.keys,
	}
}
