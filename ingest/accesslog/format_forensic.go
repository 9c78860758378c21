package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// forensic reads the log of Apache's mod_log_forensic (Apache HTTP Server documentation, 2026-11): "+ID|request|Name:value|...",
// before a request is processed, and "-ID" behind it. Bars and colons in values are percent-encoded.
type forensic struct{ assigner }

func newForensic(string, Options) format { return &forensic{} }

var explainForensic = explanation{columns: []column{{"+ and an id, then | and the request", forensicIDEnd}}}

// minForensicID is the least length of a forensic id.
const minForensicID = 8

// forensicIDEnd returns the end of the id at b[i], -1 without one.
func forensicIDEnd(b []byte, i int) int {
	if b[i] != '+' && b[i] != '-' {
		return -1
	}
	end := i + 1
	for end < len(b) && end-i <= maxToken && b[end] != '|' {
		if !methodByte(b[end]) && !isDigit(b[end]) && b[end] != '@' && b[end] != ':' && b[end] != '.' {
			return -1
		}
		end++
	}
	if end-i <= minForensicID || b[i] == '+' && (end == len(b) || b[end] != '|') || b[i] == '-' && end < len(b) {
		return -1
	}
	return end
}

func (f *forensic) parse(r *record.Record) error {
	f.begin()
	line := r.Line
	if len(line) == 0 {
		return ErrFormat
	}
	id := forensicIDEnd(line, 0)
	if id < 0 {
		return ErrFormat
	}
	r.Format = "apache_forensic"
	r.Add(record.Field{Start: 1, End: id})
	if line[0] == '-' {
		return ErrNotAccess
	}
	end := indexFrom(line, id+1, '|')
	f.malformed = setRequest(r, id+1, end, record.EscapeNone) != nil
	for i := end + 1; i < len(line) && !isFull(r, i); i = end + 1 {
		if end = bytes.IndexByte(line[i:], '|'); end < 0 {
			end = len(line) - i
		}
		end += i
		setHeaderLine(&f.assigner, r, span{i, end, record.EscapeNone})
	}
	return f.finish(r)
}
