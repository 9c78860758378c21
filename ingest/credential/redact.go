package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
)

// AppendRedacted appends line to dst with a placeholder for each finding without Keep. fs are the findings of Find for this
// line.
func AppendRedacted(dst, line []byte, fs []Finding) []byte {
	at := 0
	for i := range fs {
		f := &fs[i]
		if f.Keep || f.Start < at || f.End > len(line) {
			continue
		}
		dst = append(dst, line[at:f.Start]...)
		dst = AppendReplacement(dst, f)
		at = f.End
	}
	return append(dst, line[at:]...)
}

// AppendReplacement appends the replacement of f: its placeholder, in quotes for a JSON number.
func AppendReplacement(dst []byte, f *Finding) []byte {
	quote := bareQuotes[min(int(f.Bare), len(bareQuotes)-1)]
	dst = append(dst, quote...)
	dst = AppendPlaceholder(dst, f.Kind, f.Fingerprint)
	return append(dst, quote...)
}

// bareQuotes stand around the placeholder of a JSON number, by Finding.Bare: without quotes the result would be no JSON.
// Within JSON strings of JSON they are escaped once per level.
var bareQuotes = [...]string{"", `"`, `\"`, `\\\"`, `\\\\\\\"`}

// AppendPlaceholder appends the placeholder of a credential.
func AppendPlaceholder(dst []byte, kind string, fp tokenwarden.Fingerprint) []byte {
	return placeholder.Append(dst, kind, fp[:placeholder.Hex/2])
}
