package names

// recentHints hold the hints of the last segments that a memo does not take, by where they stand: each is asked for by the
// segments behind it. It holds no text and is emptied for each line, because lines share memory.
type recentHints struct {
	hints [maxLookBack + 2]recentHint
	next  int
}

type recentHint struct {
	at   *byte
	size int
	hint PathHint
}

func (r *recentHints) of(seg []byte, read func([]byte) PathHint) PathHint {
	for i := range r.hints {
		if x := &r.hints[i]; x.at == &seg[0] && x.size == len(seg) {
			return x.hint
		}
	}
	hint := read(seg)
	r.hints[r.next] = recentHint{&seg[0], len(seg), hint}
	r.next = (r.next + 1) % len(r.hints)
	return hint
}

// NewLine tells that texts of the lines before have been overwritten.
func (h *PathHints) NewLine() {
	if h.recent.hints[0].at != nil {
		h.recent = recentHints{}
	}
}
