package accesslog

import (
	"fmt"
	"maps"
	"strings"
)

// checkVariable returns an error for a variable that is not in the table and one typing error away from one that is. Other
// unknown names are variables that users defined. name starts with sign, the names in the table do not.
func checkVariable(name, sign string, table map[string]def) error {
	bare := name[len(sign):]
	if _, ok := table[bare]; ok || len(bare) < 5 {
		return nil
	}
	best := ""
	for known := range table {
		if (best == "" || known < best) && isTypo(bare, known) {
			best = known
		}
	}
	if best == "" {
		return nil
	}
	return fmt.Errorf("unknown variable %s in the log format string: is %s%s meant?", name, sign, best)
}

// isTypo reports whether a is b with one letter missing, too many or wrong, or with two neighbours swapped. Digits and
// underscores do not count as typing errors.
func isTypo(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch rest := b[i:]; {
	case rest == "" || len(b) > len(a)+1 || !isLetter(rest[0]):
		return false
	case len(a) < len(b):
		return a[i:] == rest[1:]
	case len(rest) > 1 && a[i] == rest[1] && a[i+1] == rest[0] && a[i+2:] == rest[2:]:
		return true
	default:
		return isLetter(a[i]) && a[i+1:] == rest[1:]
	}
}

func isLetter(c byte) bool { return c|0x20-'a' <= 'z'-'a' }

// withNames returns the table with further names under an empty def.
func withNames(table map[string]def, names string) map[string]def {
	all := maps.Clone(table)
	for _, name := range strings.Fields(names) {
		all[name] = def{}
	}
	return all
}
