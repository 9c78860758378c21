package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// placement is a place where credentials stand: a line of placements.jsonl.
type placement struct {
	Kind, Template, Encoding, Where, Tokens string
	Sensitive                               any `json:"context_sensitive"`
}

// negative is text without a credential: a line of negatives.jsonl.
type negative struct{ URL, Label, Why, Where string }

type corpus struct {
	name       string
	placements []placement
	negatives  []negative
}

// readCorpus reads the two files of dir; missing is true if there is no such directory.
func readCorpus(dir string) (c corpus, missing bool, err error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return corpus{}, true, nil
	}
	c.name = dir
	if c.placements, err = readRows[placement](filepath.Join(dir, "placements.jsonl")); err != nil {
		return c, false, err
	}
	c.negatives, err = readRows[negative](filepath.Join(dir, "negatives.jsonl"))
	return c, false, err
}

func readRows[T any](name string) ([]T, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open corpus: %w", err)
	}
	defer file.Close()
	var rows []T
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		var row T
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("read %s line %d: %w", name, n, err)
		}
		rows = append(rows, row)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return rows, nil
}

// family is the first word of a placement's kind: query, name, header, path, ...
func (p placement) family() string {
	f, _, _ := strings.Cut(p.Kind, "-")
	return f
}

// grade says how a miss counts.
type grade uint8

const (
	counted  grade = iota
	weak           // reasonable people differ about the place
	unlikely       // people do not put such a credential there: a typed password where a random token is expected
	never          // not to be tried
)

var (
	typedPlace = regexp.MustCompile(`(?i)pass|pwd|psw|\bpw\b|secret|userinfo|basic|dsn|cred|senha|clave|contrase|haslo|parol|psk`)
	shortPlace = regexp.MustCompile(`(?i)otp|(^|[^a-z])pin(?:[^a-z]|$)|pin.?code|mfa|2fa|two.?factor|passcode|(verification|backup|recovery).?code`)
)

// accepts says how it counts if t is missed at p.
func (p placement) accepts(t token) grade {
	g := counted
	if p.Sensitive == "weak" {
		g = weak
	}
	if p.Tokens != "" {
		if !slices.Contains(strings.Split(p.Tokens, "|"), t.kind) {
			return never
		}
		return g
	}
	switch t.class {
	case provider:
		return g
	case special:
		return never
	}
	if p.Sensitive == false {
		return never
	}
	name := p.name()
	if t.class == typed && !typedPlace.MatchString(name) || t.class == short && !shortPlace.MatchString(name) {
		return unlikely
	}
	return g
}

// name is what stands before the credential and names it, as far as a regular expression can tell, with the kind.
func (p placement) name() string {
	before, _, _ := strings.Cut(p.Template, "{TOKEN}")
	if strings.HasSuffix(before, "/") && p.family() != "userinfo" {
		return "" // a path: no place for what people type
	}
	if i := strings.LastIndexAny(before, "?&;"); i >= 0 {
		before = before[i:]
	}
	return p.Kind + " " + p.Where + " " + before[max(0, len(before)-40):]
}

var (
	plainURL    = regexp.MustCompile(`^[A-Za-z0-9._~:-]+$`)
	plainCookie = regexp.MustCompile(`^[^;, "\\]+$`)
	plainValue  = regexp.MustCompile(`^[^;, "'()<>\\&]+$`)
)

// fits tells whether t can be written at p without changing what stands around it.
func (p placement) fits(t token) bool {
	if strings.HasPrefix(p.Encoding, "cut") {
		return len(t.text) >= 16
	}
	if p.Encoding != "raw" || !strings.Contains(p.Template, "{TOKEN}") {
		return true
	}
	switch {
	case p.Where == "url" || p.Where == "referer":
		return plainURL.MatchString(t.text)
	case strings.HasSuffix(p.Where, "ookie"):
		return plainCookie.MatchString(t.text)
	case p.Template == "{TOKEN}" && strings.HasPrefix(p.Where, "header:"):
		return true
	}
	return plainValue.MatchString(t.text)
}
