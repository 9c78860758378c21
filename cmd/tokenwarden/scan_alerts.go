package main

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/tokenwarden/tokenwarden"
)

// Bounds of what a scan keeps of alerts: anybody who can write lines makes as many as he likes.
const (
	maxHeldAlerts    = 4096      // in memory, some 4 KB each; when there are more, all go to a temporary file
	maxIndexedAlerts = 1_000_000 // 60 bytes each; of further ones the number and the greatest severity are kept
)

// alertStore keeps the newest version of each alert of a scan.
type alertStore struct {
	whole   bool // all fields are kept, for --alerts; otherwise those that the summary shows
	held    map[uint64]tokenwarden.Alert
	index   map[uint64]int32 // into entries
	entries []alertEntry
	rules   []string
	ruleIDs map[string]uint16
	file    *os.File // nil until held was full
	w       *bufio.Writer
	size    int64 // bytes written to file

	maxHeld, maxIndexed int
	lost                int // alerts that were not kept
	lostReached         tokenwarden.Severity
	lostOpen            bool // one of lost is open, of the severity lostReached or below
}

// alertEntry is the index entry of one alert.
type alertEntry struct {
	id       uint64 // first half of the id
	first    int64  // FirstSeen, Unix microseconds
	offset   int64  // of the newest version in the file, -1 if it is in held
	size     uint32
	rule     uint16
	severity tokenwarden.Severity
	open     bool
}

func newAlertStore(whole bool) *alertStore {
	return &alertStore{
		whole: whole, held: map[uint64]tokenwarden.Alert{}, index: map[uint64]int32{}, ruleIDs: map[string]uint16{},
		maxHeld: maxHeldAlerts, maxIndexed: maxIndexedAlerts,
	}
}

// add replaces the older version of the same incident.
func (s *alertStore) add(a *tokenwarden.Alert) error {
	id := alertKey(a.ID)
	at, known := s.index[id]
	if !known {
		if len(s.entries) == s.maxIndexed {
			s.lose(a)
			return nil
		}
		at = int32(len(s.entries)) //nolint:gosec // at most maxIndexedAlerts
		s.index[id] = at
		s.entries = append(s.entries, alertEntry{id: id, rule: s.ruleID(a.Rule)})
	}
	e := &s.entries[at]
	e.first, e.severity, e.open, e.offset = a.FirstSeen.UnixMicro(), a.Severity, a.Status == tokenwarden.StatusOpen, -1
	if s.whole {
		s.held[id] = *a
	} else {
		s.held[id] = tokenwarden.Alert{ID: a.ID, Rule: a.Rule, Severity: a.Severity, Status: a.Status, FirstSeen: a.FirstSeen, Summary: a.Summary}
	}
	if len(s.held) > s.maxHeld {
		return s.spill()
	}
	return nil
}

// alertKey returns the first half of an alert's id.
func alertKey(id string) uint64 {
	var b [8]byte
	_, _ = hex.Decode(b[:], []byte(id[:min(len(id), 16)]))
	return binary.BigEndian.Uint64(b[:])
}

func (s *alertStore) ruleID(rule string) uint16 {
	id, known := s.ruleIDs[rule]
	if !known {
		id = uint16(len(s.rules)) //nolint:gosec // there are some hundred rules
		s.rules, s.ruleIDs[rule] = append(s.rules, rule), id
	}
	return id
}

func (s *alertStore) lose(a *tokenwarden.Alert) {
	s.lost++
	if a.Status == tokenwarden.StatusOpen {
		s.lostOpen, s.lostReached = true, max(s.lostReached, a.Severity)
	}
}

// spill moves the held alerts to the temporary file.
func (s *alertStore) spill() error {
	if s.file == nil {
		file, err := os.CreateTemp("", "tokenwarden-scan-*.ndjson")
		if err != nil {
			return fmt.Errorf("keep alerts in a temporary file: %w", err)
		}
		_ = os.Remove(file.Name()) // while it is open, where the system allows it; close tries again
		s.file, s.w = file, bufio.NewWriterSize(file, 1<<18)
	}
	for id := range s.held {
		a := s.held[id]
		line, err := lineJSON(&a)
		if err != nil {
			return err
		}
		if _, err := s.w.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("keep alerts in a temporary file: %w", err)
		}
		e := &s.entries[s.index[id]]
		e.offset, e.size = s.size, uint32(len(line)+1) //nolint:gosec // texts of alerts are bounded
		s.size += int64(e.size)
	}
	clear(s.held)
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("keep alerts in a temporary file: %w", err)
	}
	return nil
}

// line returns the alert of an entry as one line of JSON with its line feed.
func (s *alertStore) line(e *alertEntry, buf []byte) ([]byte, error) {
	if e.offset < 0 {
		a := s.held[e.id]
		line, err := lineJSON(&a)
		return append(line, '\n'), err
	}
	buf = slices.Grow(buf[:0], int(e.size))[:e.size]
	if _, err := s.file.ReadAt(buf, e.offset); err != nil {
		return nil, fmt.Errorf("read alerts from the temporary file: %w", err)
	}
	return buf, nil
}

// alert returns the alert of an entry.
func (s *alertStore) alert(e *alertEntry) (a tokenwarden.Alert, err error) {
	if e.offset < 0 {
		return s.held[e.id], nil
	}
	line, err := s.line(e, nil)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, fmt.Errorf("read alerts from the temporary file: %w", err)
	}
	return a, nil
}

// reached reports whether an open alert has the severity least or a greater one.
func (s *alertStore) reached(least tokenwarden.Severity) bool {
	return s.lostOpen && s.lostReached >= least ||
		slices.ContainsFunc(s.entries, func(e alertEntry) bool { return e.open && e.severity >= least })
}

// write writes the alerts to o by time, then by falling severity. It reorders the entries.
func (s *alertStore) write(o *output) error {
	s.sort(func(a, b *alertEntry) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.severity, a.severity), cmp.Compare(a.id, b.id))
	})
	var buf []byte
	for i := range s.entries {
		line, err := s.line(&s.entries[i], buf)
		if err != nil {
			return err
		}
		if err := o.write(line); err != nil {
			return err
		}
		buf = line
	}
	return nil
}

// groups calls each with the alerts of one rule and severity: how many they are, and the first shownOfRule by time. It reorders the
// entries.
func (s *alertStore) groups(each func(n int, first []tokenwarden.Alert)) error {
	s.sort(func(a, b *alertEntry) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(s.rules[a.rule], s.rules[b.rule]),
			cmp.Compare(a.first, b.first), cmp.Compare(a.id, b.id))
	})
	for rest := s.entries; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].rule == rest[0].rule && rest[n].severity == rest[0].severity {
			n++
		}
		var first []tokenwarden.Alert
		for i := range rest[:min(n, shownOfRule)] {
			a, err := s.alert(&rest[i])
			if err != nil {
				return err
			}
			first = append(first, a)
		}
		each(n, first)
		rest = rest[n:]
	}
	return nil
}

// sort orders the entries. The index no longer holds afterwards.
func (s *alertStore) sort(compare func(a, b *alertEntry) int) {
	s.index = nil
	slices.SortFunc(s.entries, func(a, b alertEntry) int { return compare(&a, &b) })
}

// close removes the temporary file.
func (s *alertStore) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if removed := os.Remove(s.file.Name()); removed != nil && !errors.Is(removed, os.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}
