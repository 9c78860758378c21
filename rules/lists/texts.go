package lists

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tokenwarden/tokenwarden/rules"
)

// FromTexts reads a Set from the content of files, by the name of the list in the configuration: watchlist, networks.tor and so
// on. Tests inside rule files use it.
func FromTexts(texts map[string]string) (*Set, error) {
	b := newBuilder()
	all := b.lists(&Files{})
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = l.name
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		i := slices.Index(names, name)
		if i < 0 {
			return nil, fmt.Errorf("there is no list %q%s", name, rules.DidYouMean(name, names))
		}
		if err := all[i].read(name, []byte(texts[name])); err != nil {
			return nil, err
		}
	}
	return b.set(), nil
}
