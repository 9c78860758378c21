package record

// View is a stretch of a line with one level of escapes undone. It maps each byte of its text back to the line. It is
// reused; the zero View is empty.
//
// Package credential has a view of its own: that one is cut and decoded further, level in level, and needs an offset
// for each byte. This one costs 32 bytes for each escape and nothing for the text in between.
type View struct {
	text []byte
	cuts []cut
}

// cut maps text[in:], up to the next cut, to the line from out on. After the first cut they come in pairs: an escape,
// and the text that follows it.
type cut struct{ in, out int }

// maxCuts bounds the memory that a View keeps, 16 bytes a cut: three times the worst case of a line of 64 KiB.
const maxCuts = 1 << 16

// Text returns the text without escapes. It is valid until the next Load.
func (v *View) Text() []byte { return v.text }

// Load fills v with line[start:end], one level of escapes undone.
func (v *View) Load(line []byte, start, end int, e Escape) {
	if cap(v.cuts) > maxCuts {
		v.cuts = nil // the line before was nothing but escapes
	}
	v.text, v.cuts = v.text[:0], append(v.cuts[:0], cut{0, start})
	for start < end {
		i := indexSign(line[start:end], e)
		if i < 0 {
			v.text = append(v.text, line[start:end]...)
			return
		}
		v.text = append(v.text, line[start:start+i]...)
		start += i
		v.cuts = append(v.cuts, cut{len(v.text), start})
		var n int
		v.text, n = unescapeOne(v.text, line[start:end], e)
		start += n
		v.cuts = append(v.cuts, cut{len(v.text), start})
	}
}

// inLine returns f, a field of the view's text, with its offsets in the line.
func (v *View) inLine(f Field) Field {
	start, end, plain := v.span(f.Start, f.End)
	f.Start, f.End = start, end
	f.Depth++
	if !plain {
		f.Escape = f.Escape.inJSON()
	}
	if f.Bare > 0 {
		f.Bare++
	}
	return f
}

// MapRequest maps a request in the view's text to the line. It leaves its Fields.
func (v *View) MapRequest(r *Request) {
	for _, f := range r.NamedFields() {
		if f.Present() {
			*f = v.inLine(*f)
		}
	}
	r.Start, r.End, _ = v.span(r.Start, r.End)
}

// span maps text[start:end] to the line. A byte of an escape maps to the whole escape. plain reports that no escape
// lies inside.
func (v *View) span(start, end int) (outStart, outEnd int, plain bool) {
	i := v.cutAt(start)
	outStart = v.cuts[i].out + start - v.cuts[i].in
	if isEscape(i) {
		outStart = v.cuts[i].out
	}
	if end <= start {
		return outStart, outStart, true
	}
	j := v.cutAt(end - 1)
	outEnd = v.cuts[j].out + end - v.cuts[j].in
	if isEscape(j) {
		outEnd = v.cuts[j+1].out
	}
	return outStart, outEnd, i == j && !isEscape(i)
}

// cutAt returns the index of the last cut at or before text[i].
func (v *View) cutAt(i int) int {
	lo, hi := 0, len(v.cuts)-1
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if v.cuts[mid].in <= i {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo
}

// isEscape reports whether the cut with index i stands for an escape.
func isEscape(i int) bool { return i%2 == 1 }
