package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
)

// AppendRedacted appends line to dst with a placeholder in the place of each finding that the policy does not keep.
// The findings are those of Find for this line.
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

// AppendReplacement appends what AppendRedacted writes in the place of f: its placeholder, in quotes where f was a number.
func AppendReplacement(dst []byte, f *Finding) []byte {
	quote := bareQuotes[min(int(f.Bare), len(bareQuotes)-1)]
	dst = append(dst, quote...)
	dst = AppendPlaceholder(dst, f.Kind, f.Fingerprint)
	return append(dst, quote...)
}

// bareQuotes are what stands around the placeholder of a JSON number, by Finding.Bare: without quotes the JSON would be
// none. In JSON that stands in JSON strings they are escaped as often.
var bareQuotes = [...]string{"", `"`, `\"`, `\\\"`, `\\\\\\\"`}

// AppendPlaceholder appends what stands for a credential in a redacted line.
func AppendPlaceholder(dst []byte, kind string, fp tokenwarden.Fingerprint) []byte {
	return placeholder.Append(dst, kind, fp[:placeholder.Hex/2])
}
