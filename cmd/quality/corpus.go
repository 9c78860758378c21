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

// placement is a template with a place for a credential: one line of placements.jsonl.
type placement struct {
	Kind, Template, Encoding, Where, Tokens string
	Sensitive                               any `json:"context_sensitive"`
}

// negative is a text without a credential: one line of negatives.jsonl.
type negative struct{ URL, Label, Why, Where string }

type corpus struct {
	name       string
	placements []placement
	negatives  []negative
}

// readCorpora reads the batches of dir, each a corpus of its own: placements.jsonl with negatives.jsonl, and each pair of files whose names
// have the same ending behind these words, such as placements_more.jsonl with negatives_more.jsonl. It returns none if there is no
// such directory.
func readCorpora(dir string) ([]corpus, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "placements*.jsonl"))
	if err != nil {
		return nil, fmt.Errorf("list corpora: %w", err)
	}
	var all []corpus
	for _, file := range files {
		batch := strings.TrimPrefix(filepath.Base(file), "placements")
		c := corpus{name: strings.TrimSuffix(dir+strings.Replace(batch, "_", ": ", 1), ".jsonl")}
		if c.placements, err = readRows[placement](file); err != nil {
			return nil, err
		}
		if c.negatives, err = readRows[negative](filepath.Join(dir, "negatives"+batch)); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func readRows[T any](name string) ([]T, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open corpus: %w", err)
	}
	defer func() { _ = file.Close() }()
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

// family returns the first word of a placement's kind: query, name, header, path, ...
func (p placement) family() string {
	f, _, _ := strings.Cut(p.Kind, "-")
	return f
}

// grade is the weight of a miss.
type grade uint8

const (
	counted  grade = iota
	weak           // reasonable people differ about the place
	unlikely       // people do not put such a credential there: a typed password where a random token is expected
	never          // not to be tried
)

var (
	typedPlace = regexp.MustCompile(`(?i)(^|[^y])pass([^a-z]|$)|pass(word|wd|phrase|wort)|pwd|psw|pw([^a-z]|$)|` +
		`senha|clave|contrase|haslo|parol|mot_de_passe|psk|loginpas|^basic|^userinfo`)
	tokenPlace = regexp.MustCompile(`(?i)token|secret|session|auth|api.?key`)
	// randomUnderPassword matches names that contain a word for passwords and hold something random.
	randomUnderPassword = regexp.MustCompile(`(?i)(token|salt|proof|key|code)[^a-z]*$`)
	shortPlace          = regexp.MustCompile(`(?i)(^|[^a-z0-9])x?-?(otp|pin|mfa|2fa)([^a-z]|$)|pin.?code|otp.?code|totp|two.?factor|` +
		`passcode|(verification|backup|recovery).?code|(github|x)-otp|2fa-code`)
)

// gradeOf returns how a miss of t at p counts.
func (p placement) gradeOf(t token) grade {
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
	if !p.plausible(t) {
		return unlikely
	}
	return g
}

// plausible reports whether people put credentials made like t there.
func (p placement) plausible(t token) bool {
	name := p.name()
	switch {
	case t.kind == "digits20" || t.kind == "colon": // no signature or code looks so, and in a path a number is an id
		return tokenPlace.MatchString(name) && !shortPlace.MatchString(name)
	case t.class == typed:
		return typedPlace.MatchString(name) && !randomUnderPassword.MatchString(name)
	case t.class == short:
		return shortPlace.MatchString(name)
	}
	return true
}

// name returns the parameter, header or cookie name before the credential, guessed from the template; "" for a path.
func (p placement) name() string {
	before, _, _ := strings.Cut(p.Template, "{TOKEN}")
	before = unescape(unescape(unescape(before)))
	switch {
	case p.family() == "userinfo":
		return "userinfo"
	case strings.HasPrefix(p.Encoding, "b64_"):
		return "basic"
	case strings.HasPrefix(p.Where, "header:") && before == "":
		return p.Where[len("header:"):]
	case strings.HasSuffix(before, "/"):
		return ""
	}
	if i := strings.LastIndexAny(before, "?&; #"); i >= 0 {
		before = before[i+1:]
	}
	return before[max(0, len(before)-40):]
}

var (
	plainURL    = regexp.MustCompile(`^[A-Za-z0-9._~:-]+$`)
	plainCookie = regexp.MustCompile(`^[^;, "\\]+$`)
	plainValue  = regexp.MustCompile(`^[^;, "'()<>\\&]+$`)
)

// canHold reports whether t can be written at p without changing the text around it.
func (p placement) canHold(t token) bool {
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
