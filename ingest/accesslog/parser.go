package accesslog

import (
	"bytes"
	"errors"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Errors of Parse. Their texts never quote the line.
var (
	// ErrFormat means a line of another format.
	ErrFormat = errors.New("line does not fit the format")
	// ErrNotAccess means a line of another kind of log, an error log for instance.
	ErrNotAccess = errors.New("line is not an access log line")
	// ErrRequest means a line of the format without a usable request line: status, address and time are set.
	ErrRequest = errors.New("line has no usable request line")
)

// errTruncated is ErrFormat for a line that breaks off. The fields cover the line.
var errTruncated = errors.New("line breaks off")

// Parser reads the lines of one source (a partition, a file). It keeps what it learned from earlier lines of the source:
// the format found by "auto", the columns named by a W3C #Fields line, the envelope around the lines. It is for one
// goroutine at a time.
type Parser interface {
	// Name returns the format's name in the configuration.
	Name() string
	// Parse fills r from line (without its line ending), which may be of any size and content. The error is nil,
	// ErrFormat, ErrNotAccess or ErrRequest. On an error r.Fields still covers the line: by the parts that could be
	// recognised, or by one KindText field over the whole line. r.Requests are those of a line that holds several, which is
	// an ErrNotAccess by itself.
	Parse(line []byte, r *record.Record) error
}

// format parses the lines of one format. r.Line is set and the rest of r is reset before parse. With ErrFormat parse may
// leave anything in r; with any other error r holds what Parser.Parse promises.
type format interface {
	parse(r *record.Record) error
}

// noFormat fits no line.
type noFormat struct{}

func (noFormat) parse(*record.Record) error { return ErrFormat }

// parser is the Parser of every format. Around the format it reads what all formats have in common: prefixes and JSON of
// shippers, error-log lines, forwarded addresses.
type parser struct {
	name       string
	format     format
	lastResort format // tried when nothing else fits; may be nil
	options    Options

	clock     clock
	errors    errorLog
	envelopes [record.MaxWraps + 1]envelope // by depth
	depth     int                           // number of JSON strings around the line that is being read
	requests  requests
}

func newParser(name string, f format, o Options) *parser {
	if o.ClientHeaders == nil {
		o.ClientHeaders = []string{"x-forwarded-for"}
	}
	p := &parser{name: name, format: f, options: o}
	for i := range p.envelopes {
		p.envelopes[i].shipper.secretName, p.envelopes[i].shipper.options = o.SecretName, o
	}
	return p
}

// Name implements Parser.
func (p *parser) Name() string { return p.name }

// Parse implements Parser.
func (p *parser) Parse(line []byte, r *record.Record) error {
	p.depth = 0
	p.requests.begin(len(line))
	err := p.parse(line, r)
	if len(p.options.TrustedProxies) > 0 {
		applyTrustedProxies(r, p.options.ClientHeaders, p.options.TrustedProxies)
	}
	if err != ErrNotAccess && len(p.requests.list) > 0 {
		p.requests.drop(r)
	}
	switch err {
	case errTruncated:
		return ErrFormat
	case ErrNotAccess:
		p.finishRequests(r)
	case ErrFormat:
		r.Reset(line)
		r.Add(record.Field{End: len(line)})
	}
	return err
}

// parse reads a line, coloured or not. It returns ErrFormat only if nothing fits; r is then to be filled by the caller.
func (p *parser) parse(line []byte, r *record.Record) error {
	if bytes.IndexByte(line, escapeByte) >= 0 {
		return p.parseColoured(line, r)
	}
	return p.parsePlain(line, r)
}

// parsePlain reads a line with or without a prefix. It tries first whichever the last line had.
func (p *parser) parsePlain(line []byte, r *record.Record) error {
	prefixed := &p.envelopes[p.depth].prefixed
	if *prefixed {
		if err := p.parsePrefixed(line, r); err != ErrFormat {
			return err
		}
	}
	if err := p.parseUnprefixed(line, r); err != ErrFormat {
		*prefixed = false
		return err
	}
	if !*prefixed {
		if err := p.parsePrefixed(line, r); err != ErrFormat {
			*prefixed = true
			return err
		}
	}
	if p.lastResort == nil {
		return ErrFormat
	}
	if err := p.lastResortAfterPrefix(line, r); err != ErrFormat {
		return err
	}
	return p.parseLastResort(line, r)
}

// parseUnprefixed reads a line without a prefix: one of the format, one in a shipper's JSON, or one of an error log.
func (p *parser) parseUnprefixed(line []byte, r *record.Record) error {
	env := &p.envelopes[p.depth]
	wrappable, first := p.depth < record.MaxWraps && startsJSON(line), len(p.requests.list)
	again := wrappable && env.inJSON
	if again {
		if err := p.parseInJSON(line, r, false); err == nil || err == ErrRequest || len(p.requests.list) > first {
			return err
		}
	}
	r.Reset(line)
	err := p.format.parse(r)
	switch {
	case err == nil || err == ErrRequest:
		env.inJSON = false
		return err
	case wrappable:
		return p.parseInJSON(line, r, again)
	case err != ErrFormat:
		return err
	}
	r.Reset(line)
	return p.errors.parse(r)
}

func (p *parser) parseLastResort(line []byte, r *record.Record) error {
	r.Reset(line)
	return p.lastResort.parse(r)
}
