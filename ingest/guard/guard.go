// Package guard is the second check of every outgoing line. It scans raw bytes and their decoded forms for text that looks
// like a credential.
//
// It shares no code and no table with the search in package credential, knows no log format and trusts no parser, so that no
// mistake is made twice. It imports the standard library alone. It is coarser than the search: it parses no URLs or headers
// and recognises names, prefixes and shapes.
package guard

// Guard checks lines. It serves one goroutine at a time and does not allocate once its buffers have grown.
type Guard struct {
	except  map[string]bool // flattened names whose values may leave
	paths   [][]byte        // a URL whose path starts with one of these keeps the values of its names
	custom  custom
	decoded [2]decoded // the current level of decoding and the one before it
	plain   []byte     // decoded base64
	steps   int        // bytes looked at since the Guard was made, in loops that start anew from a candidate
}

// Options configure a Guard. They mirror the options of the search, so that both agree on exceptions and additions.
type Options struct {
	// Names are further sensitive names, in any spelling.
	Names []string
	// Patterns are regular expressions (RE2) of further credentials: the first group, or the whole match without a group.
	// New panics on an invalid one.
	Patterns []string
	// ExceptNames are names with harmless values, in any spelling.
	ExceptNames []string
	// ExceptPaths are prefixes of request paths. Values found by name alone pass in a URL under such a path.
	ExceptPaths []string
}

// Span is a stretch of a line that must not leave.
type Span struct {
	Start, End int
	Reason     string // a constant
}

// New returns a Guard.
func New(o Options) *Guard {
	g := &Guard{except: map[string]bool{}, custom: newCustom(&o)}
	for _, n := range o.ExceptNames {
		g.except[flatten(n)] = true
	}
	for _, p := range o.ExceptPaths {
		g.paths = append(g.paths, []byte(p))
	}
	return g
}

// maxDepth bounds how often a line is decoded.
const maxDepth = 4

// Check appends to dst the spans of redacted, an outgoing line, that must not leave, in no particular order. They lie within
// the line, are not empty and may overlap.
func (g *Guard) Check(redacted []byte, dst []Span) []Span {
	n := len(dst)
	dst = g.scan(redacted, dst)
	text := decoded{b: redacted}
	for i := range maxDepth {
		next := &g.decoded[i%2]
		if !next.decode(text) {
			break
		}
		m := len(dst)
		dst = g.scan(next.b, dst)
		for k := m; k < len(dst); k++ {
			dst[k].Start, dst[k].End = int(next.off[dst[k].Start]), int(next.off[dst[k].End])
		}
		text = *next
	}
	for k := n; k < len(dst); k++ {
		dst[k].End = min(max(dst[k].End, dst[k].Start+1), len(redacted))
	}
	return dst
}

// scan checks one level of decoding.
func (g *Guard) scan(b []byte, dst []Span) []Span {
	n := len(dst)
	dst = g.scanRuns(b, true, dst)
	dst = scanUserinfo(b, dst)
	dst = g.custom.scan(b, dst)
	dst = g.scanPairs(b, dst)
	if len(g.paths) > 0 && len(dst) > n {
		dst = g.dropExcepted(b, dst, n)
	}
	return dst
}
