package accesslog

import "strings"

// strftime returns a sample time in the layout of C's strftime: Monday 2026-11-23 15:04:05.123456789 UTC. The template parser
// tests with it whether clock can parse the layout. Unknown conversions are left out.
func strftime(layout string) string {
	var out strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			out.WriteByte(layout[i])
			continue
		}
		i++
		digits := 9
		if isDigit(layout[i]) && i+1 < len(layout) && layout[i+1] == 'f' { // Envoy: %3f
			digits = int(layout[i] - '0')
			i++
		}
		if layout[i] == 'f' {
			out.WriteString("123456789"[:digits])
			continue
		}
		out.WriteString(strftimeParts[layout[i]])
	}
	return out.String()
}

var strftimeParts = map[byte]string{
	'Y': "2026", 'm': "11", 'd': "23", 'H': "15", 'M': "04", 'S': "05", 'y': "26", 'e': "23", 'I': "03", 'p': "PM", 'b': "Nov",
	'h': "Nov", 'B': "November", 'a': "Mon", 'A': "Monday", 'T': "15:04:05", 'D': "11/23/26", 'F': "2026-11-23", 'R': "15:04",
	'r': "03:04:05 PM", 'c': "Mon Nov 23 15:04:05 2026", 'x': "11/23/26", 'X': "15:04:05", 'z': "+0000", 'Z': "UTC",
	's': "1795446245", 'j': "327", 'u': "1", 'w': "1", 'n': "\n", 't': "\t", '%': "%",
}
