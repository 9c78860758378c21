package names

// Trail is where the last segments of a path start, for a look back from the one at hand.
type Trail struct {
	starts [trailSize]int32
	n      int // segments so far, the one at hand among them
}

const trailSize = 8 // power of two, more than maxLookBack

// Start adds a segment that starts at i: the one at hand.
func (t *Trail) Start(i int) {
	t.starts[t.n%trailSize] = int32(i)
	t.n++
}

// Len returns how many segments stand before the one at hand, at most maxLookBack.
func (t *Trail) Len() int { return min(t.n-1, maxLookBack) }

// IsFirst reports whether the segment with back segments between it and the one at hand is the first of the path.
func (t *Trail) IsFirst(back int) bool { return back == t.n-2 }

// Segment returns the segment of path with back segments between it and the one at hand. It is less than Len.
func (t *Trail) Segment(path []byte, back int) []byte {
	i := t.n - 2 - back
	return path[t.starts[i%trailSize] : t.starts[(i+1)%trailSize]-1]
}
