package record

import (
	"net/netip"
	"sort"
	"time"
)

// Kind classifies a field of a line. It decides how credentials are searched for in the field.
type Kind uint8

// The kinds of field.
const (
	KindText      Kind = iota // anything else: searched for credentials with a recognisable format
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

// Field is a stretch of a line, Line[Start:End], without surrounding quotes. The zero Field is absent. A field is also
// absent where the log writes "-", null or an empty value: no writer distinguishes an empty header from a missing one.
// Record.Query and Record.TLSVersion are exceptions.
type Field struct {
	Kind   Kind
	Escape Escape

	// Bare is above 0 for a JSON number, or a text as an array of the numbers of its bytes, which needs quotes when text
	// replaces it: 1 is a plain quote, each further step is a quote that is escaped once more, because the JSON stands in a
	// JSON string. 0 is anything else.
	Bare uint8

	Client       bool // the value stands in an object that a client wrote, or may have written
	Unnamed      bool // the value fills a column behind the request that the line does not name; any header may stand there
	Unsearchable bool // the stretch cannot be searched and is to be masked whole
	Decoded      bool // the stretch is base64, and what it holds is to take its place; no field of a parsed line

	Mark  uint8 // what accesslog.Options.Mark says of the field, 0 for most
	Depth uint8 // strings of shippers around the field

	Start, End int
	Name       []byte // header, cookie, parameter or JSON key; may point into the line; nil where Kind is enough
}

// Present reports whether the log has a value. Only a query and a TLS version may be present and empty.
func (f Field) Present() bool { return f.End > 0 }

// Record is one parsed line. It is reused: all its slices point into the line or into the parser's memory and are
// valid until the next Parse of that parser.
type Record struct {
	Line     []byte
	Format   string     // name of the format that parsed it; "" if none did
	Time     time.Time  // UTC; zero if the line has none. A time without an offset is taken as UTC
	ClientIP netip.Addr // invalid if the line has none, or a host name
	Status   int        // 0 if absent
	Bytes    int64      // response body bytes, -1 if absent

	// Target is absent where only Path and Query are logged. Path and Query lie inside Target where there is one. An
	// absolute-form target without a path has the path "/" (RFC 9110, 4.2.3): the last slash of its "://". TLSVersion is
	// present and empty where the log has a place for it and it holds nothing: the request came without TLS.
	User, Method, Target, Path, Query, Protocol  Field
	Referer, UserAgent, Host, Scheme, TLSVersion Field
	Action                                       Field // what was done, in an audit log: "git.clone"

	// Fields are all stretches of the line in which a credential could stand, the named ones above included, in
	// rising order of Start, without overlap and never empty. Bytes outside of all fields were checked to be of a fixed
	// type (numbers, times, addresses, methods, protocols), are a known key, or punctuation. A method that is not made
	// of capitals is a KindText field, and so is an invalid address.
	Fields []Field

	// Requests are those of a message that holds several, in rising order of Start. The record then has the fields of the
	// whole message, and its other parts say nothing.
	Requests     []Request
	MoreRequests int // those beyond the parser's bound, which are fields of the message and no Requests

	// Encoded are the stretches of Line that the message has in base64 (RFC 4648 section 4), in rising order. Line is then
	// the message with their content in their place.
	Encoded []Encoded
}

// Encoded is a stretch of a record's Line, and what the message has in its place.
type Encoded struct {
	Start, End   int // in Line
	From, Before int // in the message
}

// InMessage maps a stretch of Line to the message. One within base64 becomes the whole of it.
func (r *Record) InMessage(start, end int) (from, before int, encoded bool) {
	i := sort.Search(len(r.Encoded), func(i int) bool { return r.Encoded[i].Start > start }) - 1
	if i < 0 {
		return start, end, false
	}
	e := &r.Encoded[i]
	if start < e.End {
		return e.From, e.Before, true
	}
	return start + e.Before - e.End, end + e.Before - e.End, false
}

// Request is one request of a message that holds several.
type Request struct {
	Record           // its Line is that of the message
	Start, End int   // its stretch of Line
	Err        error // why it could not be read; nil if it could
	Decoded    bool  // it was in base64
}

// Raw returns the bytes of f as they stand in the line.
func (r *Record) Raw(f Field) []byte { return r.Line[f.Start:f.End] }

// Reset clears r for line and keeps the memory of Fields.
func (r *Record) Reset(line []byte) {
	fields := r.Fields[:0]
	*r = Record{} // cleared in place; a literal with values in it would be copied
	r.Line, r.Bytes, r.Fields = line, -1, fields
}

// Add appends f to Fields unless it is empty, and returns it.
func (r *Record) Add(f Field) Field {
	if f.Start < f.End {
		r.Fields = append(r.Fields, f)
	}
	return f
}

// Shift adds n to all offsets of r, for a record that was parsed from Line[n:].
func (r *Record) Shift(n int) {
	for i := range r.Fields {
		r.Fields[i].Start += n
		r.Fields[i].End += n
	}
	for _, f := range r.NamedFields() {
		if f.Present() {
			f.Start += n
			f.End += n
		}
	}
}

// MergeFrom appends the fields of inner to those of r and overwrites everything else that inner has. inner is a record
// of v's text; its offsets become offsets of r.Line.
func (r *Record) MergeFrom(inner *Record, v *View) {
	for _, f := range inner.Fields {
		r.Fields = append(r.Fields, v.inLine(f))
	}
	into, from := r.NamedFields(), inner.NamedFields()
	for i := range from {
		if from[i].Present() {
			*into[i] = v.inLine(*from[i])
		}
	}
	if inner.Format != "" {
		r.Format = inner.Format
	}
	if !inner.Time.IsZero() {
		r.Time = inner.Time
	}
	if inner.ClientIP.IsValid() {
		r.ClientIP = inner.ClientIP
	}
	if inner.Status != 0 {
		r.Status = inner.Status
	}
	if inner.Bytes >= 0 {
		r.Bytes = inner.Bytes
	}
}

// NamedFields returns pointers to the fields that Record has names for, from User to Action, present or not.
func (r *Record) NamedFields() [12]*Field {
	return [...]*Field{
		&r.User, &r.Method, &r.Target, &r.Path, &r.Query, &r.Protocol,
		&r.Referer, &r.UserAgent, &r.Host, &r.Scheme, &r.TLSVersion, &r.Action,
	}
}
