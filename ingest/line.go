package ingest

import (
	"bytes"
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
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Options of a Processor.
type Options struct {
	Format         string              // an accesslog format, "auto", or a format string
	JSONFields     map[string][]string // accesslog.Options.JSONFields
	TrustedProxies []netip.Prefix
	ClientHeaders  []string // accesslog.Options.ClientHeaders
	Credential     credential.Options
	Geo            *atomic.Pointer[geo.DB] // may be nil: places are unknown
	MaxLine        int                     // bytes; a longer line is masked whole. 0 means 1 MiB
	Canary         Canary
	Metrics        *Metrics
}

const defaultMaxLine = 1 << 20

// Reasons why a line goes to the quarantine topic. They are metric labels.
const (
	ReasonUnparsed = "unparsed" // no format fits; redacted as plain text
	ReasonBinary   = "binary"   // not text; masked whole
	ReasonTooLong  = "too_long" // longer than MaxLine; masked whole
	ReasonTime     = "time"     // no time, or one before 2000 or more than a day ahead; redacted, not judged
	ReasonGuard    = "guard"    // the second check found what the first had left; masked
)

// Processor turns lines into redacted lines and events. It is for one goroutine and one source: it remembers the
// format it detected there.
type Processor struct {
	parser  accesslog.Parser
	finder  *credential.Finder
	guard   *guard.Guard
	geo     *geo.Lookup
	clients clients
	maxLine int
	metrics *Metrics
	counts  counts
	canary  *canary      // nil if there are none
	logged  atomic.Int64 // when the last missed canary was logged, Unix seconds; with metrics it stands there

	rec      record.Record
	findings []credential.Finding
	spans    []guard.Span
	caught   []guard.Span // by the second check, where it stood in the line
	hidden   bool         // the line was masked whole because of it
	events   []tokenwarden.Event
	arena    []byte // text of the current line's events
	scratch  []byte
}

// Result is what a line became. It holds until the next call of the Processor.
type Result struct {
	Events   []tokenwarden.Event
	Reason   string               // why the line is quarantined; "" if it is not
	Err      error                // why the line could not be parsed; nil if it could
	Record   *record.Record       // the parsed line, unredacted; for this package's writers only
	Findings []credential.Finding // what was found in Record
}

// NewProcessor returns a Processor; the error names the option that is wrong.
func NewProcessor(o Options) (*Processor, error) {
	finder, err := credential.New(o.Credential)
	if err != nil {
		return nil, err
	}
	parser, err := accesslog.Options{
		TrustedProxies: o.TrustedProxies, ClientHeaders: o.ClientHeaders, JSONFields: o.JSONFields, SecretName: finder.SecretName,
	}.New(o.Format)
	if err != nil {
		return nil, err
	}
	if o.MaxLine == 0 {
		o.MaxLine = defaultMaxLine
	}
	p := &Processor{
		parser: parser, finder: finder, guard: guard.New(guardOptions(o.Credential)), clients: newClients(),
		maxLine: o.MaxLine, metrics: o.Metrics, counts: newCounts(), canary: newCanary(o.Canary),
	}
	if o.Geo != nil {
		p.geo = geo.NewLookup(o.Geo)
	}
	return p, nil
}

// Process appends the redacted line to dst, with the line ending it came with. now is the wall clock, against which
// impossible times are judged; arrived stands in for a time that the line does not have, unless it is zero.
func (p *Processor) Process(dst, line []byte, src tokenwarden.Source, now, arrived time.Time) ([]byte, Result) {
	body := bytes.TrimRight(line, "\r\n")
	p.events, p.findings, p.caught, p.hidden, p.arena = p.events[:0], p.findings[:0], p.caught[:0], false, p.arena[:0]
	p.counts.line(len(line))
	if len(body) == 0 {
		return append(dst, line...), Result{}
	}
	if len(body) > p.maxLine {
		return p.mask(dst, line, body, ReasonTooLong)
	}
	if c := p.canary; c != nil {
		if c.wait--; c.wait <= 0 {
			p.fly(body, now)
		}
	}
	reason, err := p.find(body)
	if reason == ReasonBinary {
		return p.mask(dst, line, body, ReasonBinary)
	}
	start := len(dst)
	dst = credential.AppendRedacted(dst, body, p.findings)
	dst = p.check(dst, start)
	if len(p.caught) > 0 {
		reason = ReasonGuard
		p.countCaught(err)
	}
	dst = append(dst, line[len(body):]...)
	if err == nil && len(p.findings) > 0 {
		if !p.observe(src, now, arrived) && reason == "" {
			reason = ReasonTime
		}
	} else if err == nil && reason == "" && !plausible(p.rec.Time, now) && !p.rec.Time.IsZero() {
		reason = ReasonTime
	}
	p.counts.done(p.findings, err, reason)
	return dst, Result{Events: p.events, Reason: reason, Err: err, Record: &p.rec, Findings: p.findings}
}

// find parses body and finds the credentials in it. The reason is "", ReasonUnparsed, or ReasonBinary.
func (p *Processor) find(body []byte) (reason string, err error) {
	p.findings = p.findings[:0]
	err = p.parser.Parse(body, &p.rec)
	switch {
	case err == nil:
		p.findings = p.finder.Find(&p.rec, p.findings)
	case isBinary(body):
		return ReasonBinary, err
	case errors.Is(err, accesslog.ErrFormat):
		p.findings, reason = p.finder.FindText(body, p.findings), ReasonUnparsed
	case p.isWhole(): // a line of no known parts
		p.findings = p.finder.FindText(body, p.findings)
	default: // told apart, but nothing to judge: another log's line, or no usable request
		p.findings = p.finder.Find(&p.rec, p.findings)
	}
	return reason, err
}

// isWhole tells whether the parser made one text of the whole line: it is not known what is where in it.
func (p *Processor) isWhole() bool {
	f := p.rec.Fields
	return len(f) == 1 && f[0].Kind == record.KindText && f[0].Start == 0 && f[0].End == len(p.rec.Line)
}

// mask forwards nothing of a line but that it was there.
func (p *Processor) mask(dst, line, body []byte, reason string) ([]byte, Result) {
	dst = append(dst, "REDACTED.line."...)
	dst = append(dst, reason...)
	p.counts.done(nil, accesslog.ErrFormat, reason)
	return append(dst, line[len(body):]...), Result{Reason: reason, Err: accesslog.ErrFormat}
}

// isBinary tells bytes that no log writer would write as a line: a NUL, or mostly control characters and broken
// UTF-8. A line in an old 8-bit encoding is not binary.
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

var oldest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// maxAhead is how far a log's clock may be ahead of ours: time zones are mistaken for one another.
const maxAhead = 24 * time.Hour

func plausible(t, now time.Time) bool { return t.After(oldest) && t.Before(now.Add(maxAhead)) }
