package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

var (
	endsUnit  = ascii.Set(" \t\r\n\"'<>(){}[]|\\,;&?#@:/=")
	endsPiece = ascii.Set(" \t\r\n\"'<>(){}[]|\\,;&?#")
)

// candidateAround returns the unit around the run from start to end: the value of a pair, a path segment, a host name or a
// word.
func (x *leftovers) candidateAround(b []byte, start, end int) (c candidate, from, to int) {
	from, to = start, end
	for from > 0 && !endsUnit[b[from-1]] {
		from--
	}
	for to < len(b) && !endsUnit[b[to]] {
		to++
	}
	for to < len(b) && b[to] == '=' && to > end-1 && !ascii.IsAlnum(byteAt(b, to+1)) {
		to++
	}
	piece := from
	for piece > 0 && !endsPiece[b[piece-1]] {
		piece--
	}
	eq := bytes.IndexByte(b[piece:from], '=')
	value := b[min(piece+eq+1, from):from]
	switch {
	case eq > 0 && !hasAuthority(value) && (len(value) == 0 || value[0] != '/'):
		c = x.candidateNamed(b[piece : piece+eq])
		for to < len(b) && !endsPiece[b[to]] {
			to++
		}
		return c, piece + eq + 1, to
	case from > 1 && b[from-1] == '/' && b[from-2] == '/', from > 0 && b[from-1] == '@':
		c.host = true
	case from > 0 && b[from-1] == '/', x.fld.Kind == record.KindPath:
		c.segment = true
		if m, _, seg := x.hints.Before(b, from); m != names.NoHint {
			c.mark, c.param = m, seg
		}
	case from > 0 && bytes.IndexByte([]byte(`"'\ :`), b[from-1]) >= 0:
		i := from
		for i > 0 && from-i < 4 && bytes.IndexByte([]byte(`"'\ `), b[i-1]) >= 0 {
			i--
		}
		if i > 0 && b[i-1] == ':' {
			if s, e := nameBefore(b, i-1); s < e {
				c = x.candidateNamed(b[s:e])
			}
		}
	case len(x.fld.Name) > 0:
		c = x.candidateNamed(x.fld.Name)
	}
	return c, from, to
}

func byteAt(b []byte, i int) byte {
	if i < len(b) {
		return b[i]
	}
	return 0
}
