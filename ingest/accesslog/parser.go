package accesslog

import (
	"errors"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Errors of Parse. They say what is wrong with a line, never what is in it.
var (
	// ErrFormat means that the line is not of the format.
	ErrFormat = errors.New("line does not fit the format")
	// ErrNotAccess means that the line belongs to another kind of log, an error log for instance.
	ErrNotAccess = errors.New("line is not an access log line")
	// ErrRequest means that the line fits but holds no usable request line: status, address and time are set.
	ErrRequest = errors.New("line has no usable request line")
)

// Parser reads the lines of one source (a partition, a file). It remembers what the source's lines have taught it: the
// format found by "auto", the columns a W3C #Fields line names, the envelope around the lines. One goroutine at a
// time.
type Parser interface {
	// Name is the format's name as the configuration spells it.
	Name() string
	// Parse fills r from line (without its line ending), which may be of any size and content. The error is nil,
	// ErrFormat, ErrNotAccess or ErrRequest. On an error r.Fields still covers what could be told apart; where
	// nothing could, it is one KindText field over the whole line.
	Parse(line []byte, r *record.Record) error
}

// maxPrefixes is how many prefixes may stand in front of each other: syslog in CRI behind a compose name.
const maxPrefixes = 3

// minEmbedded is how long a string in JSON must be to be tried as a line. The shortest line is longer.
const minEmbedded = 16

// parser is what New returns: a format, and what every format has in common. It looks for the line of the format
// behind prefixes and in the JSON of shippers, and for error-log lines where there is none.
//
// Its methods return ErrFormat only if they made nothing of a line; r is then to be filled by another.
type parser struct {
	name    string
	format  format
	loose   format // tried when nothing else fits; may be nil
	options Options

	clock  clock
	errors errorLog
	levels [record.MaxWraps + 1]level
	level  int // how many JSONs the line that is read stands in
}

// level is what is remembered of lines in so many JSONs.
type level struct {
	prefixed bool // the last line had a prefix
	wrapped  bool // the last line stood in JSON

	wrap  jsonLog        // reads the shipper's JSON
	view  record.View    // the line in it
	inner record.Record  // what that line says
	tail  []record.Field // of the shipper's JSON behind the line
}

// Name implements Parser.
func (p *parser) Name() string { return p.name }

// Parse implements Parser.
func (p *parser) Parse(line []byte, r *record.Record) error {
	p.level = 0
	err := p.parse(line, r)
	if len(p.options.TrustedProxies) > 0 {
		applyTrustedProxies(r, p.options.ClientHeaders, p.options.TrustedProxies)
	}
	switch err {
	case errTruncated:
		return ErrFormat
	case ErrFormat:
		r.Reset(line)
		r.Add(record.Field{End: len(line)})
	}
	return err
}

// parse tries a line with and without a prefix, first what the last line was.
func (p *parser) parse(line []byte, r *record.Record) error {
	prefixed := &p.levels[p.level].prefixed
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
	if p.loose == nil {
		return ErrFormat
	}
	if err := p.lastResortAfterPrefix(line, r); err != ErrFormat {
		return err
	}
	return p.parseLastResort(line, r)
}

func (p *parser) parseLastResort(line []byte, r *record.Record) error {
	r.Reset(line)
	return p.loose.parse(r)
}

// parsePrefixed reads a line behind prefixes.
func (p *parser) parsePrefixed(line []byte, r *record.Record) error {
	return p.parseAfterPrefix(line, r, p.parseUnprefixed)
}

// parseAfterPrefix reads what stands behind the prefixes of a line, trying each place where one ends.
func (p *parser) parseAfterPrefix(line []byte, r *record.Record, parse func([]byte, *record.Record) error) error {
	start := 0
	for range maxPrefixes {
		n := prefixEnd(line[start:], &p.clock)
		if n == 0 {
			break
		}
		start += n
		if err := p.parseFrom(line, start, r, parse); err != ErrFormat {
			return err
		}
	}
	return ErrFormat
}

// lastResortAfterPrefix reads with the loose format what stands behind all prefixes: it would make something of them, too.
func (p *parser) lastResortAfterPrefix(line []byte, r *record.Record) error {
	start := 0
	for range maxPrefixes {
		start += prefixEnd(line[start:], &p.clock)
	}
	if start == 0 {
		return ErrFormat
	}
	return p.parseFrom(line, start, r, p.parseLastResort)
}

// parseFrom reads the line that begins at line[start]. What is before it becomes a field.
func (p *parser) parseFrom(line []byte, start int, r *record.Record, parse func([]byte, *record.Record) error) error {
	end := len(line)
	if line[start-1] == '"' && (start == 1 || line[start-2] == ' ') {
		end-- // the whole line is in quotes
	}
	err := parse(line[start:end], r)
	if err == ErrFormat {
		return err
	}
	if r.Time.IsZero() {
		r.Time = prefixTime(line[:start], &p.clock)
	}
	r.Line = line
	r.Shift(start)
	r.Fields = append(r.Fields, record.Field{})
	copy(r.Fields[1:], r.Fields)
	r.Fields[0] = record.Field{End: start}
	return err
}

// parseUnprefixed reads a line without a prefix: of the format, in a shipper's JSON, or of an error log.
func (p *parser) parseUnprefixed(line []byte, r *record.Record) error {
	l := &p.levels[p.level]
	wrappable := p.level < record.MaxWraps && startsJSON(line)
	if wrappable && l.wrapped {
		if err := p.parseInJSON(line, r); err == nil || err == ErrRequest {
			return err
		}
	}
	r.Reset(line)
	err := p.format.parse(r)
	switch {
	case err == nil || err == ErrRequest:
		l.wrapped = false
		return err
	case wrappable:
		return p.parseInJSON(line, r)
	case err != ErrFormat:
		return err
	}
	r.Reset(line)
	return p.errors.parse(r)
}

// parseInJSON reads a shipper's JSON and the line in one of its strings. Without such a line the fields are those of
// the JSON, and the line is no access: one in JSON is read by a format of its own.
func (p *parser) parseInJSON(line []byte, r *record.Record) error {
	l := &p.levels[p.level]
	r.Reset(line)
	err := l.wrap.parse(r)
	if err == nil || err == ErrRequest {
		err = errTruncated
	}
	r.Format = ""
	w := l.wrap.wrapped
	if l.wrap.several {
		return ErrNotAccess
	}
	if err == ErrFormat || w.end-w.start < minEmbedded {
		return err
	}
	l.view.Load(line, w.start, w.end, record.EscapeJSON)
	p.level++
	innerErr := p.parse(trimNewline(l.view.Text()), &l.inner)
	p.level--
	if innerErr == ErrFormat {
		return err
	}
	l.wrapped = innerErr == nil || innerErr == ErrRequest
	l.unwrap(r, w.field)
	return innerErr
}

// unwrap puts what the line in the string says in the place of that string's field. Of what the shipper said only the
// fields stay, and the time if the line has none.
func (l *level) unwrap(r *record.Record, field int) {
	l.tail = append(l.tail[:0], r.Fields[field+1:]...)
	line, fields, at := r.Line, r.Fields[:field], r.Time
	r.Reset(line)
	r.Fields, r.Time = fields, at
	r.MergeFrom(&l.inner, &l.view)
	r.Fields = append(r.Fields, l.tail...)
}

func startsJSON(line []byte) bool {
	i := skipSpace(line, 0)
	return i < len(line) && line[i] == '{'
}

// trimNewline takes the line ending off that Docker keeps.
func trimNewline(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}
