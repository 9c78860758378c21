package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/tokenwarden/tokenwarden/cmd/internal/text"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

// printExplanation writes e as text. It escapes what a terminal could obey.
func printExplanation(w io.Writer, e *ingest.Explanation, key string) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	p := func(format string, args ...any) { _, _ = printable.Fprintf(t, format, args...) }
	p("format\t%s\n", formatText(e))
	if e.Quarantine != "" {
		p("quarantine\t%s\n", quarantineText[e.Quarantine])
	}
	p("key\t%s\n", key)
	_ = t.Flush()
	for _, m := range e.Mismatches {
		p("  byte %d\twant %s\tfor %s\n", m.At, m.Want, m.Formats)
	}
	printFields(p, e)
	_ = t.Flush()
	p("\nFOUND: %s\n", text.Count(len(e.Findings), "credential"))
	for i := range e.Findings {
		printFinding(p, &e.Findings[i])
	}
	p("\nLEFT: %s\n", text.Count(len(e.Left), "look-alike"))
	for i := range e.Left {
		printLeft(p, &e.Left[i])
	}
	printSecondCheck(p, e)
	p("\nREDACTED\n  %s\n", e.Redacted)
	_ = t.Flush()
	_, err := w.Write(b.Bytes())
	return err
}

type printer func(format string, args ...any)

var quarantineText = map[string]string{
	ingest.ReasonUnparsed: "unparsed: no format fits; redacted as plain text",
	ingest.ReasonBinary:   "binary: not text; masked whole",
	ingest.ReasonTooLong:  "too_long: longer than credentials.max_line; masked whole",
	ingest.ReasonTime:     "time: before 2000 or more than a day ahead; redacted, not judged",
	ingest.ReasonGuard:    "guard: the second check caught what the search had left; masked. Please report it",
}

func formatText(e *ingest.Explanation) string {
	format := e.Format
	switch {
	case e.Requests > 0:
		format = fmt.Sprintf("a message of %d requests", e.Requests)
		if e.Requests == 1 {
			format = "a message of 1 request"
		}
	case format == "" && e.Error == "":
		format = "none: the line is empty"
	case format == "":
		format = "none: " + e.Error
	case e.Error != "":
		format += ": " + e.Error
	}
	if e.Envelope != "" {
		format += ", inside " + e.Envelope
	}
	return format
}

func printFields(p printer, e *ingest.Explanation) {
	if len(e.Fields) == 0 {
		return
	}
	p("\nFIELDS\n")
	for _, f := range e.Fields {
		at := ""
		if f.End > 0 {
			at = fmt.Sprintf("%d-%d", f.Start, f.End)
		}
		p("  %s\t%s\t%s\n", f.Name, at, f.Value)
	}
}

func printFinding(p printer, f *ingest.ExplainedFinding) {
	p("  %s, %s: %s, %s confidence\n", locationText(f.Location, f.Param), withArticle(f.Kind), f.Action, f.Confidence)
	p("    why: %s (bytes %d-%d)\n", f.Reason, f.Start, f.End)
	if f.Action == "foreign" {
		printForeign(p, f)
		return
	}
	strength := fmt.Sprintf("%d characters", f.Length)
	if f.Bits > 0 {
		strength += fmt.Sprintf(", about %.0f bits", f.Bits)
	}
	p("    strength: %s; fingerprint: %s\n", strength, f.Fingerprint)
	switch {
	case f.Advice != "" && f.Action == "redacted":
		p("    to leave it: %s\n", f.Advice)
	case f.Advice != "":
		p("    to redact it: %s\n", f.Advice)
	default:
		p("    no exception leaves it: its format says that it is a credential\n")
	}
}

func printForeign(p printer, f *ingest.ExplainedFinding) {
	p("    identity: foreign; fingerprint: %s\n", f.Fingerprint)
	if f.PairedWith != "" {
		p("    paired with the token: %s\n", f.PairedWith)
	}
	p("    to make no events of it: %s\n", f.Advice)
}

func printLeft(p printer, l *ingest.ExplainedLeft) {
	p("  %s, %d characters, %s (bytes %d-%d)\n", locationText(l.Location, l.Param), l.Length, l.Shape, l.Start, l.End)
	p("    why: %s\n    to redact it: %s\n", l.Reason, l.Advice)
}

func printSecondCheck(p printer, e *ingest.Explanation) {
	p("\nSECOND CHECK: %s\n", secondCheckText(e))
	for _, c := range e.SecondCheck.Caught {
		p("  %s, bytes %d-%d: %s\n", c.Location, c.Start, c.End, c.Reason)
	}
}

func secondCheckText(e *ingest.Explanation) string {
	switch {
	case e.SecondCheck.Whole:
		return "caught something, and still did after masking it: the line is masked whole"
	case len(e.SecondCheck.Caught) > 0:
		return "caught and masked what the search had left"
	}
	return "catches nothing in the redacted line"
}

// locationText returns the location and, if there is one, the name of the parameter.
func locationText(location, param string) string {
	if param == "" {
		return location
	}
	return location + " " + param
}

// withArticle returns the noun after "a", or "an" if its first letter is a vowel.
func withArticle(noun string) string {
	if noun != "" && strings.ContainsRune("aeio", rune(noun[0])) { // not u: "a uuid"
		return "an " + noun
	}
	return "a " + noun
}
