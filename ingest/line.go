package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/geo"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/internal/cleantext"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Options of a Processor.
type Options struct {
	Format         string              // an accesslog format, "auto", or a format string
	JSONFields     map[string][]string // accesslog.Options.JSONFields
	TrustedProxies []netip.Prefix
	ClientHeaders  []string // accesslog.Options.ClientHeaders
	Credential     credential.Options
	Sources        *Sources                // nil: events have no service and no environment
	Geo            *atomic.Pointer[geo.DB] // nil: events have no Geo
	MaxLine        int                     // bytes; a longer line is masked whole. 0 means 1 MiB
	Metrics        *Metrics                // nil: nothing is counted
}

const defaultMaxLine = 1 << 20

// Reasons why a line goes to the quarantine topic. They are metric labels.
const (
	ReasonUnparsed = "unparsed" // no format fits; redacted as plain text
	ReasonBinary   = "binary"   // not text; masked whole
	ReasonTooLong  = "too_long" // longer than MaxLine; masked whole
	ReasonTime     = "time"     // no time, or one before 2000 or more than a day ahead; redacted, no events
	ReasonGuard    = "guard"    // the second check found what the finder had left; masked
)

// Processor turns lines into redacted lines and events. It is for one goroutine and one source: it remembers the
// format that it detected there.
type Processor struct {
	parser        accesslog.Parser
	finder        *credential.Finder
	guard         *guard.Guard
	hasPatterns   bool        // of the configuration, which may match any text
	identityMarks uint8       // marks of fields up to this one are identities, those behind it fields of Sources
	geo           *geo.Lookup // nil without databases
	clients       clients
	cleanTexts    cleantext.Cache[searchedAs]
	maxLine       int
	metrics       *Metrics
	counts        counts

	// The line at hand. Everything below is reset by Redact and holds until its next call.
	rec         record.Record
	findings    []credential.Finding
	guardSpans  []guard.Span // what the second check masked, by its place in the original line
	masks       edits        // made by the second check in the redacted line
	maskedWhole bool         // masking guardSpans was not enough: the line became REDACTED.line.guard
	lineClean   bool         // the second check found nothing at all in the redacted line
	events      []tokenwarden.Event
	message     message // if the line holds several requests
	source      sourceValues
	arena       []byte   // text of the events and the record
	texts       []string // scopes of the events

	// Texts beside the line: decoded ones, keys and headers of messages. Their finder is another one, because the
	// findings of the line hold until the next call of finder.
	textFinder    *credential.Finder
	textRecord    record.Record
	textRedaction redaction
	headerText    []byte

	redaction  redaction    // of the line
	spans      []guard.Span // scratch of the second check
	fieldKept  []guard.Span // what the policy keeps in the text of a field
	candidates []int        // findings of which events may be made
	scratch    []byte
	plain      []byte // the redacted line before its base64 is encoded again
}

// Result describes what became of a line. It holds until the next call of the Processor.
type Result struct {
	Events   []tokenwarden.Event
	Reason   string               // a Reason constant: the line is quarantined; "" if it is not
	Err      error                // why the line could not be parsed; nil if it could
	Findings []credential.Finding // the credentials in the line, by position; none if it was masked unread

	// Requests is the number of requests of a message that holds several: Request gives the result of each. It is 0 for any
	// other line. The Result of such a message has no events.
	Requests int

	searched bool // the line was parsed and searched: the Processor holds its record
}

// IsEmpty reports whether the line had nothing but a line ending.
func (r *Result) IsEmpty() bool { return !r.searched && r.Err == nil }

// NewProcessor returns a Processor; the error names the option that is wrong.
func NewProcessor(o Options) (*Processor, error) {
	finder, err := credential.New(o.Credential)
	if err != nil {
		return nil, err
	}
	textFinder, err := credential.New(o.Credential)
	if err != nil {
		return nil, err
	}
	parser, err := accesslog.Options{
		TrustedProxies: o.TrustedProxies, ClientHeaders: o.ClientHeaders, JSONFields: o.JSONFields, SecretName: finder.SecretName,
		Mark: o.mark,
	}.New(o.Format)
	if err != nil {
		return nil, err
	}
	if o.MaxLine == 0 {
		o.MaxLine = defaultMaxLine
	}
	p := &Processor{
		parser: parser, finder: finder, guard: guard.New(guardOptions(o.Credential)), clients: newClients(),
		maxLine: o.MaxLine, metrics: o.Metrics, counts: newCounts(), textFinder: textFinder, cleanTexts: newCleanTexts(),
		hasPatterns: len(o.Credential.Patterns) > 0, identityMarks: uint8(o.Credential.Identities.Len()),
		source: sourceValues{sources: o.Sources},
	}
	if o.Geo != nil {
		p.geo = geo.NewLookup(o.Geo)
	}
	return p, nil
}

// Line is a log line and where it comes from.
type Line struct {
	Text    []byte               // with its line ending, if it has one
	Headers []tokenwarden.Header // of its Kafka message
	Source  tokenwarden.Source
	Now     time.Time // wall clock: times far ahead of it are impossible
	Arrived time.Time // used for a line without a time; may be zero
}

// Process appends the redacted line to dst, with the line ending it came with, and makes the line's events.
func (p *Processor) Process(dst []byte, l Line) ([]byte, Result) {
	p.counts.addLine(len(l.Text))
	start := len(dst)
	dst, res := p.Redact(dst, l.Text)
	if res.IsEmpty() {
		return dst, res
	}
	if res.searched && p.breaksJSON(l.Text, dst[start:]) {
		p.counts.jsonBroken++
	}
	if res.Reason == ReasonGuard {
		p.countGuardSpans(res.Err)
	}
	switch {
	case res.Requests > 0:
		p.message.line = l
		p.counts.addCut(cutRequests, p.rec.MoreRequests)
	case res.Err == nil:
		if !p.makeEvents(&l) && res.Reason == "" {
			res.Reason = ReasonTime
		}
		res.Events = p.events
	}
	p.counts.addResult(&res)
	return dst, res
}

// Redact appends the redacted line as Process does, but counts nothing and makes no events. It parses the line, finds the
// credentials in its fields, replaces each by a placeholder, and masks what the second check still finds.
func (p *Processor) Redact(dst, line []byte) ([]byte, Result) {
	p.endMessage()
	p.events, p.findings, p.guardSpans, p.maskedWhole = p.events[:0], p.findings[:0], p.guardSpans[:0], false
	p.lineClean, p.masks = false, nil
	p.arena, p.texts = p.arena[:0], p.texts[:0]
	body := TrimEnding(line)
	ending := line[len(body):]
	switch {
	case len(body) == 0:
		return append(dst, line...), Result{}
	case len(body) > p.maxLine:
		return maskLine(dst, ending, ReasonTooLong)
	}
	reason, err := p.find(body)
	if reason == ReasonBinary {
		return maskLine(dst, ending, ReasonBinary)
	}
	start, text := len(dst), body
	if len(p.rec.Encoded) > 0 {
		text = p.rec.Line
	}
	p.redaction.text, p.redaction.findings, p.redaction.isLine = text, p.findings, true
	dst = p.releaseLine(credential.AppendRedacted(dst, text, p.findings), start, &p.redaction)
	dst = p.encodeAgain(dst, start, body)
	if len(p.guardSpans) > 0 {
		reason = ReasonGuard
	}
	p.keepMessage()
	return append(dst, ending...), Result{Reason: reason, Err: err, Findings: p.findings, Requests: len(p.rec.Requests), searched: true}
}

// TrimEnding returns line without its line feeds and carriage returns.
func TrimEnding(line []byte) []byte { return bytes.TrimRight(line, "\r\n") }

// find parses body and finds the credentials in it. The reason is "", ReasonUnparsed, or ReasonBinary.
func (p *Processor) find(body []byte) (reason string, err error) {
	err = p.parser.Parse(body, &p.rec)
	switch {
	case err == nil:
		p.findings = p.finder.Find(&p.rec, p.findings)
	case isBinary(body):
		return ReasonBinary, err
	case errors.Is(err, accesslog.ErrFormat) && !p.isOneText() && json.Valid(body): // whole JSON of another format
		p.findings, reason = p.finder.Find(&p.rec, p.findings), ReasonUnparsed
	case errors.Is(err, accesslog.ErrFormat):
		p.findings, reason = p.finder.FindText(body, p.findings), ReasonUnparsed
	case p.isOneText():
		p.findings = p.finder.FindText(body, p.findings)
	case len(p.rec.Requests) > 0:
		p.findings, err = p.finder.Find(&p.rec, p.findings), nil
	default: // parsed into fields, but no access: another log's line, or no usable request
		p.findings = p.finder.Find(&p.rec, p.findings)
	}
	return reason, err
}

// isOneText reports whether the parser made one text field of the whole line.
func (p *Processor) isOneText() bool {
	f := p.rec.Fields
	return len(f) == 1 && f[0].Kind == record.KindText && f[0].Start == 0 && f[0].End == len(p.rec.Line)
}

// maskLine appends a placeholder in place of a whole line, and its line ending.
func maskLine(dst, ending []byte, reason string) ([]byte, Result) {
	dst = append(append(append(dst, lineMask...), reason...), ending...)
	return dst, Result{Reason: reason, Err: accesslog.ErrFormat}
}

// isBinary reports whether b has a NUL, or more than a quarter of its characters are control characters or broken UTF-8.
// Text in an old 8-bit encoding is not binary.
func isBinary(b []byte) bool {
	if bytes.IndexByte(b, 0) >= 0 {
		return true
	}
	odd := 0
	for rest := b; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if (r == utf8.RuneError && size == 1) || (r < ' ' && r != '\t') {
			odd++
		}
		rest = rest[size:]
	}
	return odd*4 > len(b)
}

// HasTime reports whether the last line, or the request that Request returned last, has a time of its own.
func (p *Processor) HasTime() bool { return !p.rec.Time.IsZero() }

// FieldSpan is the position of a field of the last line, Line[Start:End]. It holds no text.
type FieldSpan struct {
	Kind       record.Kind
	Start, End int
}

// Name returns the name of the field's kind, as metrics spell it.
func (f FieldSpan) Name() string { return fieldNames[f.Kind] }

// AppendFieldSpans appends the fields of the last line, in rising order of Start, without those in base64. It needs a Result without
// accesslog.ErrFormat.
func (p *Processor) AppendFieldSpans(dst []FieldSpan) []FieldSpan {
	p.endMessage()
	for i := range p.rec.Fields {
		f := &p.rec.Fields[i]
		if start, end, encoded := p.rec.InMessage(f.Start, f.End); !encoded {
			dst = append(dst, FieldSpan{f.Kind, start, end})
		}
	}
	return dst
}
