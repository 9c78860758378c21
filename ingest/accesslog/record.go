package accesslog

import (
	"errors"
	"net/netip"
	"time"
)

// Kind says what a field of a line is, and so how credentials are looked for in it.
type Kind uint8

// The kinds of field.
const (
	KindText      Kind = iota // anything else: searched for credentials that speak for themselves
	KindTarget                // request target as sent: origin-form, absolute-form, or authority-form
	KindPath                  // a path alone, where the format keeps the query elsewhere
	KindQuery                 // a query alone, without the question mark
	KindURL                   // any other URL: redirect target, upstream URL
	KindReferer               // the Referer
	KindHeader                // a request header; Field.Name is its name
	KindCookies               // a whole Cookie header: a=1; b=2
	KindCookie                // one cookie's value; Field.Name is its name
	KindParam                 // one query parameter's value, already split off; Field.Name is its name
	KindUser                  // the authenticated user
	KindUserAgent             // the User-Agent
	KindHost                  // the Host, or the virtual host
)

// Escape says how a field's bytes are written in the line: so many times as in a JSON string, and innermost with
// backslashes or not.
type Escape uint8

// The ways of escaping. A line inside the JSON of a shipper (Docker, Filebeat) is escaped once more: each time adds
// EscapeJSON, up to maxWraps times. They are undone from the outside in, as [Unescape] does.
const (
	EscapeNone          Escape = iota
	EscapeBackslash            // nginx and Apache: \xHH, \", \\, \n, \t, ...
	EscapeJSON                 // JSON string: \uHHHH, \", \/, ...
	EscapeJSONBackslash        // JSON string around EscapeBackslash
	EscapeJSONJSON             // JSON string around EscapeJSON
)

// Field is a stretch of a line, Line[Start:End], without surrounding quotes. The zero Field is absent: where a log
// writes "-" (or null) for nothing, the field is absent too, and so is any empty value: no writer tells an empty header
// from a missing one. Record.Query and Record.TLSVersion are exceptions.
type Field struct {
	Kind   Kind
	Escape Escape

	// Bare tells that the field is a JSON number, which a text in its place needs quotes for: 1 is a plain quote, each
	// step more one that is escaped once more, because the JSON stands in a JSON string. 0 is anything else.
	Bare uint8

	Start, End int
	Name       []byte // header, cookie, parameter or JSON key; may point into the line; nil where the kind says it all
}

// Present tells whether the log had a value. Only a query and a TLS version may be present and empty.
func (f Field) Present() bool { return f.End > 0 }

// Record is one parsed line. It is reused: everything in it points into the line or into the parser's memory and
// holds until that parser's next Parse.
type Record struct {
	Line     []byte
	Format   string     // name of the format that parsed it; "" if none did
	Time     time.Time  // UTC; zero if the line has none. Where a log has no offset its time is taken as UTC
	ClientIP netip.Addr // invalid if the line has none, or a host name
	Status   int        // 0 if absent
	Bytes    int64      // response body bytes, -1 if absent

	// Target is absent where only Path and Query are logged. Path and Query lie inside Target where there is one. An
	// absolute-form target without a path has the path "/" (RFC 9110, 4.2.3): the last slash of its "://". TLSVersion is
	// present and empty where the log has a place for it and says that there was none: the request came without TLS.
	User, Method, Target, Path, Query, Protocol  Field
	Referer, UserAgent, Host, Scheme, TLSVersion Field

	// Fields are all stretches of the line in which a credential could stand, the named ones above included, in
	// rising order of Start, without overlap and never empty. What is in no field was checked to be of a fixed type
	// (numbers, times, addresses, methods, protocols), is a known key, or punctuation. A method that is not made of
	// capitals is a KindText field, so is an address that is none.
	Fields []Field
}

// Raw returns the bytes of f as they stand in the line.
func (r *Record) Raw(f Field) []byte { return r.Line[f.Start:f.End] }

// Reset makes r ready for another line and keeps its memory.
func (r *Record) Reset(line []byte) {
	fields := r.Fields[:0]
	*r = Record{} // cleared in place; a literal with values in it would be copied
	r.Line, r.Bytes, r.Fields = line, -1, fields
}

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
	Parse(line []byte, r *Record) error
}
