package lists

import (
	"bytes"
	"encoding/json"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// fingerprints is a list of fingerprints that is being read.
type fingerprints struct {
	name    string // "watchlist", "decoys" or "revoked"
	entries map[tokenwarden.Fingerprint]*Entry
	keys    map[tokenwarden.KeyID]int // number of entries by key, shared by all lists
}

// Line is one line of a watchlist in NDJSON, as `tokenwarden watchlist import` writes it. Only the fingerprint is required.
type Line struct {
	Fingerprint tokenwarden.Fingerprint `json:"fingerprint"`
	List        string                  `json:"list,omitempty"` // "decoys": other lists refuse it; empty: any list
	KeyID       *tokenwarden.KeyID      `json:"key_id,omitempty"`
	Source      string                  `json:"source,omitempty"`   // scanner
	Rule        string                  `json:"rule,omitempty"`     // rule of the scanner
	Location    string                  `json:"location,omitempty"` // of the token: file:line, commit
	Reason      string                  `json:"reason,omitempty"`   // instead of rule and location
	At          *time.Time              `json:"at,omitempty"`       // RFC 3339
}

// read adds the entries of a file. Each line is a JSON object, or a fingerprint followed by white space and the reason. The
// first entry of a fingerprint holds.
func (f *fingerprints) read(file string, content []byte) error {
	for number, text := range contentLines(content) {
		line, err := parseLine(text)
		switch {
		case err != nil:
			return errorAt(file, number, "%s", err)
		case line.Fingerprint.IsZero():
			return errorAt(file, number, "names no fingerprint: want 32 hexadecimal characters that are not all 0")
		}
		if line.List != "" && line.List != f.name {
			return errorAt(file, number, "belongs to the list %s: want entries of %s", clip(line.List), f.name)
		}
		if line.KeyID != nil {
			f.keys[*line.KeyID]++
		}
		if _, known := f.entries[line.Fingerprint]; !known {
			f.entries[line.Fingerprint] = line.entry(file)
		}
	}
	return nil
}

// clip shortens a text for an error: it may be a token.
func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 16)], "") }

func (l *Line) entry(file string) *Entry {
	e := &Entry{Source: l.Source, Reason: l.Reason}
	if e.Source == "" {
		e.Source = filepath.Base(file)
	}
	if e.Reason == "" {
		e.Reason = strings.TrimSpace(l.Rule + " " + l.Location)
	}
	if l.At != nil {
		e.At = l.At.UTC()
	}
	return e
}

type listError string

// Error returns the text.
func (e listError) Error() string { return string(e) }

const (
	errLine = listError("want a fingerprint (32 hexadecimal characters) or a JSON object with one; " +
		"tokens become fingerprints by `tokenwarden watchlist import`")
	errJSON = listError(`want one JSON object with "fingerprint" (32 hexadecimal characters), ` +
		`and as far as known "key_id" (8), "source", "rule", "location", "reason", "at" (RFC 3339)`)
)

func parseLine(text []byte) (Line, error) {
	var l Line
	if text[0] == '{' {
		if json.Unmarshal(text, &l) != nil {
			return l, errJSON
		}
		return l, nil
	}
	first, rest := text, []byte(nil)
	if i := bytes.IndexAny(text, " \t,;"); i >= 0 {
		first, rest = text[:i], bytes.Trim(text[i:], " \t,;#")
	}
	fp, err := tokenwarden.ParseFingerprint(string(first))
	if err != nil {
		return l, errLine
	}
	l.Fingerprint, l.Reason = fp, string(rest)
	return l, nil
}

// ParseEntry parses one line of a list, which is also the format of the revocation topic. A JSON object without a fingerprint
// returns the zero fingerprint. Errors never quote the text.
func ParseEntry(source string, text []byte) (tokenwarden.Fingerprint, *Entry, error) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return tokenwarden.Fingerprint{}, nil, errLine
	}
	l, err := parseLine(text)
	if err != nil {
		return tokenwarden.Fingerprint{}, nil, err
	}
	return l.Fingerprint, l.entry(source), nil
}

// numbered goes over the lines that say something, trimmed, with their numbers from 1.
func contentLines(content []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		number := 0
		for line := range bytes.Lines(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))) {
			number++
			line = bytes.TrimSpace(line)
			if len(line) > 0 && line[0] != '#' && !yield(number, line) {
				return
			}
		}
	}
}
