package accesslog

import "bytes"

// Mismatch is the place where a line stops fitting some formats.
type Mismatch struct {
	Formats string `json:"formats"` // names of the formats that begin the same
	At      int    `json:"at"`      // byte of the line, from 0
	Want    string `json:"want"`    // the expected content at that byte; a constant
}

// Mismatches returns, for each family of formats, the first mismatch of line, for which Parse returned ErrFormat. The check
// follows the columns in the formats' manuals. The parsers accept more, so a line may fit all columns here and still be
// rejected there; Want then says so. Nothing of the line is quoted.
func Mismatches(line []byte) []Mismatch {
	var out []Mismatch
	for i := range formats {
		f := &formats[i]
		switch {
		case f.explain == nil:
		case i > 0 && formats[i-1].explain == f.explain:
			out[len(out)-1].Formats += ", " + f.name
		default:
			at, want := f.explain.mismatch(line)
			out = append(out, Mismatch{f.name, at, want})
		}
	}
	return out
}

// explanation finds the place where a line stops fitting a family of formats.
type explanation struct {
	columns []column
	find    func(line []byte) (at int, want string) // for formats without fixed columns
}

// column is one column of a format.
type column struct {
	want string                    // its content, for people
	end  func(b []byte, i int) int // returns where the column at b[i] ends, -1 if its content is another
}

func (e *explanation) mismatch(line []byte) (at int, want string) {
	if e.find != nil {
		return e.find(line)
	}
	i := 0
	for _, c := range e.columns {
		end := -1
		if i < len(line) {
			end = c.end(line, i)
		}
		if end < 0 {
			return min(i, len(line)), c.want
		}
		i = end + 1
	}
	return min(i, len(line)), "something else: all columns that this check knows are there"
}

// Columns of several formats.
var (
	wantTime    = column{"a time in brackets", bracketedColumn}
	wantRequest = column{"a request in quotes", quotedColumnEnd}
	wantStatus  = column{"a status of three digits", statusColumnEnd}
	wantPeer    = column{"client:port", peerColumnEnd}
)

func wantAny(what string) column { return column{what, anyColumnEnd} }

func anyColumnEnd(b []byte, i int) int {
	if end := columnEnd(b, i); end > i && b[i] != '"' && b[i] != '[' && b[i] != '{' {
		return end
	}
	return -1
}

func bracketedColumn(b []byte, i int) int {
	n := bytes.IndexByte(b[i:min(len(b), i+64)], ']')
	if b[i] != '[' || n < len("[2026-01-05]")-1 {
		return -1
	}
	return i + n + 1
}

func quotedColumnEnd(b []byte, i int) int {
	if b[i] != '"' {
		return -1
	}
	to := closingQuote(b, i+1, " ")
	if to < 0 {
		return -1
	}
	return to + 1
}

func statusColumnEnd(b []byte, i int) int {
	if end := numericColumnEnd(b, i); end == i+3 {
		return end
	}
	return -1
}

func numericColumnEnd(b []byte, i int) int {
	end := columnEnd(b, i)
	if end == i+1 && b[i] == '-' {
		return end
	}
	for _, c := range b[i:end] {
		if !isDigit(c) {
			return -1
		}
	}
	return end
}

func peerColumnEnd(b []byte, i int) int {
	end := columnEnd(b, i)
	if _, ok := parsePeer(b[i:end]); !ok {
		return -1
	}
	return end
}

func isoColumnEnd(b []byte, i int) int {
	end := columnEnd(b, i)
	var c clock
	if _, ok := c.parseISO(b[i:end]); !ok {
		return -1
	}
	return end
}
