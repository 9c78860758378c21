package offset

// View is a stretch of text, decoded or not, with the position in the line of each byte. Views are cut from and decoded into
// each other, so that a match in the innermost one has its exact place in the line.
//
// There are three modes. A plain view is the line itself (off is nil). A mapped view comes from a decoder that joins some
// bytes of the line into one (percent, JSON and backslash escapes). A sealed view comes from a decoder that mixes bits of
// neighbours (base64): a match in it covers the whole encoded text.
type View struct {
	Text   []byte
	off    []int32 // mapped: where each byte starts in the line, and after the last one where it ends
	base   int32   // plain and sealed: where b[0] is, or where the encoded text starts
	end    int32   // sealed: where the encoded text ends
	sealed bool
}

// Plain is line[start:end].
func Plain(line []byte, start, end int) View {
	return View{Text: line[start:end:end], base: int32(start)}
}

// Cut returns the part of v from i to j.
func (v View) Cut(i, j int) View {
	v.Text = v.Text[i:j:j]
	switch {
	case v.off != nil:
		v.off = v.off[i : j+1 : j+1]
	case !v.sealed:
		v.base += int32(i)
	}
	return v
}

// From returns the part of v from i on.
func (v View) From(i int) View { return v.Cut(i, len(v.Text)) }

// Span returns where v stands in the line.
func (v View) Span() (start, end int) {
	switch {
	case v.off != nil:
		return int(v.off[0]), int(v.off[len(v.off)-1])
	case v.sealed:
		return int(v.base), int(v.end)
	}
	return int(v.base), int(v.base) + len(v.Text)
}

// IsSealed reports whether a match in v covers the whole encoded text.
func (v View) IsSealed() bool { return v.sealed }

// At returns where byte i of v starts in the line; i may be len(v.b).
func (v View) At(i int) int32 {
	switch {
	case v.off != nil:
		return v.off[i]
	case v.sealed:
		return v.base
	}
	return v.base + int32(i)
}

// Trim takes white space and control bytes off both ends.
func (v View) Trim() View {
	i, j := 0, len(v.Text)
	for i < j && v.Text[i] <= ' ' {
		i++
	}
	for j > i && v.Text[j-1] <= ' ' {
		j--
	}
	return v.Cut(i, j)
}

// Unquote removes one pair of quotes, plain or escaped with a backslash.
func (v View) Unquote() View {
	n := len(v.Text)
	if n >= 4 && v.Text[0] == '\\' && v.Text[1] == '"' && v.Text[n-2] == '\\' && v.Text[n-1] == '"' {
		return v.Cut(2, n-2)
	}
	if n >= 2 && (v.Text[0] == '"' || v.Text[0] == '\'') && v.Text[n-1] == v.Text[0] {
		return v.Cut(1, n-1)
	}
	return v
}

// Arena is the memory of decoded views, emptied once per line. A view from before the arena grew keeps the old memory.
type Arena struct {
	b   []byte
	off []int32
}

// Reset empties the arena for the next line.
func (a *Arena) Reset() { a.b, a.off = a.b[:0], a.off[:0] }

// Forget overwrites the remains of the last line.
func (a *Arena) Forget() { clear(a.b[:cap(a.b)]) }

// minArena is the least memory of an arena, in bytes.
const minArena = 1 << 10

// free returns the free memory of s behind its bytes, at least n elements of it, and s, which is new memory if it had less.
func free[T any](s []T, n int) (room, of []T) {
	if cap(s)-len(s) < n {
		s = make([]T, 0, max(2*cap(s), n, minArena))
	}
	return s[len(s):cap(s)], s
}

// decoder builds one decoded view in the free memory of an arena. No decoded text is longer than its encoding.
type decoder struct {
	a    *Arena
	src  View
	text []byte
	off  []int32 // nil for a sealed view
	n    int     // bytes put so far
}

func (a *Arena) decode(v View) decoder {
	d := decoder{a: a, src: v}
	d.text, a.b = free(a.b, len(v.Text))
	if !v.sealed {
		d.off, a.off = free(a.off, len(v.Text)+1)
	}
	return d
}

// put appends c, decoded from src.Text[i].
func (d *decoder) put(c byte, i int) {
	d.text[d.n] = c
	if d.off != nil {
		d.off[d.n] = d.src.At(i)
	}
	d.n++
}

// done returns the decoded view, which the arena holds from now on.
func (d *decoder) done() View {
	n, v := d.n, d.src
	v.Text = d.text[:n:n]
	d.a.b = d.a.b[:len(d.a.b)+n]
	if d.off != nil {
		d.off[n] = d.src.At(len(d.src.Text))
		v.off = d.off[: n+1 : n+1]
		d.a.off = d.a.off[:len(d.a.off)+n+1]
	}
	return v
}
