package credential

import "bytes"

// Guard is the second look at every outgoing line. It shares no code and no table with the Finder, knows no log format
// and trusts no parser: it scans the raw bytes, and what they decode to, for what must never leave. It is coarse on
// purpose: it does not know what a URL is, only what a credential looks like.
//
// A Guard is for one goroutine at a time, and does not allocate once it is warm.
type Guard struct {
	except map[string]bool
	paths  [][]byte
	own    guardOwn
	level  [2]guardText
	plain  []byte // what a run of base64 says
}

// GuardOptions configure a Guard.
type GuardOptions struct {
	// Exceptions are those of the Finder: what it leaves on request must pass.
	Exceptions Exceptions
	// Names and Patterns are what the Finder was told to look for besides what it knows; they must be valid.
	Names    []string
	Patterns []Pattern
}

// NewGuard makes a Guard.
func NewGuard(o GuardOptions) *Guard {
	g := &Guard{except: map[string]bool{}, own: newGuardOwn(&o)}
	for _, n := range o.Exceptions.Names {
		g.except[guardFlat(n)] = true
	}
	for _, p := range o.Exceptions.Paths {
		g.paths = append(g.paths, []byte(p))
	}
	return g
}

// guardText is a decoded text and where each of its bytes came from.
type guardText struct {
	b   []byte
	off []int32
}

// guardLevels is how often a line is decoded.
const guardLevels = 4

// Check appends to dst the stretches of an outgoing line that must not leave, in no particular order. A line of which
// anything is left here is to be masked whole.
func (g *Guard) Check(redacted []byte, dst []Span) []Span {
	lax := false // values by their names stay
	for _, p := range g.paths {
		lax = lax || bytes.Contains(redacted, p)
	}
	n := len(dst)
	dst = g.scan(redacted, lax, dst)
	text := guardText{b: redacted}
	for i := range guardLevels {
		next := &g.level[i%2]
		if !next.decode(text) {
			break
		}
		m := len(dst)
		dst = g.scan(next.b, lax, dst)
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

// decode takes one level of escapes off src: %HH, \xHH, \uHHHH, and a backslash before a sign. It reports whether
// there was any.
func (t *guardText) decode(src guardText) bool {
	if bytes.IndexByte(src.b, '%') < 0 && bytes.IndexByte(src.b, '\\') < 0 {
		return false
	}
	t.b, t.off = t.b[:0], t.off[:0]
	changed := false
	for i := 0; i < len(src.b); {
		c, n := guardEscape(src.b[i:])
		changed = changed || n > 1
		t.b = append(t.b, c)
		if src.off != nil {
			t.off = append(t.off, src.off[i])
		} else {
			t.off = append(t.off, int32(i))
		}
		i += n
	}
	end := int32(len(src.b))
	if src.off != nil {
		end = src.off[len(src.b)]
	}
	t.off = append(t.off, end)
	return changed
}

// guardEscape decodes the first character of b and says how many bytes it takes.
func guardEscape(b []byte) (byte, int) {
	switch {
	case b[0] == '%' && len(b) > 2:
		if x, ok := guardHex(b[1:3]); ok {
			return byte(x), 3
		}
	case b[0] == '\\' && len(b) > 3 && b[1] == 'x':
		if x, ok := guardHex(b[2:4]); ok {
			return byte(x), 4
		}
	case b[0] == '\\' && len(b) > 5 && b[1] == 'u':
		if x, ok := guardHex(b[2:6]); ok {
			return byte(min(x, 0xff)), 6
		}
	case b[0] == '\\' && len(b) > 1 && (b[1] == '"' || b[1] == '\\' || b[1] == '/'):
		return b[1], 2
	}
	return b[0], 1
}

func guardHex(b []byte) (int, bool) {
	x := 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			x = x<<4 | int(c-'0')
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			x = x<<4 | int(c&^0x20-'A'+10)
		default:
			return 0, false
		}
	}
	return x, true
}

// scan looks at one level.
func (g *Guard) scan(b []byte, lax bool, dst []Span) []Span {
	dst = g.runs(b, !lax, dst)
	dst = guardUserinfo(b, dst)
	dst = g.own.scan(b, lax, dst)
	if lax {
		return dst
	}
	return g.pairs(b, dst)
}
