// Package leakreport reads the reports of secret scanners. Each entry becomes fingerprints. Only types of package secret
// hold the secret itself, until its fingerprints are made, and no error and no [Leak] holds a byte of it.
package leakreport

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// Leak is one entry of a report.
type Leak struct {
	Entry        int    // number in the report, from 1
	Scanner      string // "gitleaks", ...; "plain" for a list of tokens
	Rule         string
	Location     string         // file, line and commit, or a URL
	At           time.Time      // commit time, or when the scanner found it; zero if the report has none
	Refused      string         // why there are no fingerprints; "" if there are
	Fingerprints []secret.Keyed // under every key; of every token of the entry
}

// Reasons why an entry has no fingerprint.
const (
	RefusedMasked = "the secret is masked: make the report without redaction"
	RefusedEmpty  = "the report holds no secret"
	RefusedHash   = "the report holds only a SHA-1 hash of the secret, from which no fingerprint can be made"
)

// MaxReport bounds a report, in bytes.
const MaxReport = 1 << 30

// Kinds returns the kinds of report for Read. "auto" recognises the others by their content.
func Kinds() []string {
	return []string{"auto", "gitleaks", "trufflehog", "kingfisher", "detect-secrets", "github", "plain"}
}

// reader reads one report.
type reader struct {
	kind    string // "auto", or the kind of every entry
	file    string
	entries int
	f       secret.Fingerprinter
	each    func(Leak) error
}

// Report is the input of Read.
type Report struct {
	Kind    string // one of Kinds
	File    string // named in errors
	Content io.Reader
}

// Read calls each for every entry of a report. Its errors name file and line or entry.
func Read(report Report, f secret.Fingerprinter, each func(Leak) error) error {
	if !slices.Contains(Kinds(), report.Kind) {
		return fmt.Errorf("unknown kind of report %q: want one of %s", report.Kind, strings.Join(Kinds(), ", "))
	}
	content, err := io.ReadAll(io.LimitReader(report.Content, MaxReport+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", report.File, err)
	}
	if len(content) > MaxReport {
		return fmt.Errorf("%s: is larger than %d bytes", report.File, MaxReport)
	}
	defer clear(content)
	r := &reader{kind: report.Kind, file: report.File, f: f, each: each}
	return r.read(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")))
}

func (r *reader) read(content []byte) error {
	start := bytes.TrimSpace(content)
	switch {
	case r.kind == "plain":
		return r.plain(content)
	case len(start) > 0 && (start[0] == '{' || start[0] == '['):
		return r.json(content)
	case (r.kind == "auto" || r.kind == "gitleaks") && bytes.HasPrefix(start, []byte(csvStart)):
		return r.csv(content)
	case r.kind != "auto" && len(start) > 0:
		return r.errorf(1, "is not a report of %s", r.kind)
	}
	return r.plain(content)
}

// errorf returns an error with the number of a line.
func (r *reader) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.file, line, fmt.Sprintf(format, args...))
}

// add completes an entry by the fingerprints of its secrets and passes it on. Texts with a secret in them are dropped.
func (r *reader) add(l Leak, secrets ...secret.Input) error {
	r.entries++
	l.Entry = r.entries
	l.Rule, l.Location = shortLine(l.Rule), shortLine(l.Location)
	if l.Refused == "" {
		l.Refused = RefusedEmpty
	}
	for _, s := range secrets {
		if s.IsEmpty() {
			continue
		}
		if s.StandsIn(l.Location) {
			l.Location = ""
		}
		if s.StandsIn(l.Rule) {
			l.Rule = ""
		}
		if s.IsMasked() {
			l.Refused = RefusedMasked
			continue
		}
		l.Fingerprints = r.f.AllOfInput(l.Fingerprints, s)
	}
	if len(l.Fingerprints) > 0 {
		l.Refused = ""
	}
	return r.each(l)
}

// maxText bounds each text of a Leak, in bytes.
const maxText = 300

// shortLine returns s as one line of valid UTF-8, cut to maxText.
func shortLine(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7f && c < 0xa0 { // C0, DEL and C1, which terminals obey
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return strings.TrimSpace(s)
}

const notPlain = "is neither a known report nor a token: " +
	"want a report of gitleaks, trufflehog, kingfisher, detect-secrets or GitHub, or a token a line (--kind plain)"

// plain reads one token per line. With kind "auto" a line of more than two words is an error.
func (r *reader) plain(content []byte) error {
	number := 0
	for line := range bytes.Lines(content) {
		number++
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if r.kind == "auto" && (len(bytes.Fields(line)) > 2 || line[0] == '<') {
			return r.errorf(number, notPlain)
		}
		l := Leak{Scanner: "plain", Location: fmt.Sprintf("line %d", number)}
		if err := r.add(l, secret.InputFrom(line)); err != nil {
			return err
		}
	}
	return nil
}

// sourceLocation returns "file:line commit 0123456789ab", without parts missing in the report.
func sourceLocation(file string, line int, commit string) string {
	if file != "" && line > 0 {
		file = fmt.Sprintf("%s:%d", file, line)
	}
	if commit != "" {
		file += " commit " + commit[:min(12, len(commit))]
	}
	return strings.TrimSpace(file)
}

// parseTime parses a time in any format of the reports; zero for another.
func parseTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -0700 MST", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
