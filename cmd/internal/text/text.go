// Package text has phrases that several commands and the service write.
package text

import (
	"fmt"
	"strings"
)

// Count returns n and the noun what in the number that fits: "no request", "1 request", "2 requests".
func Count[N int | uint64](n N, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// FirstFew returns the first five items of a list, "unknown" for none.
func FirstFew(list []string) string {
	const few = 5
	if len(list) == 0 {
		return "unknown"
	}
	joined := strings.Join(list[:min(few, len(list))], ", ")
	if len(list) > few {
		joined += ", ..."
	}
	return joined
}
