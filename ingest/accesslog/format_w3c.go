package accesslog

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// w3c reads the W3C extended log file format (WD-logfile), which IIS and CloudFront write. Lines that begin with # are
// directives. #Fields names the columns of the following lines of the source, until the next #Fields. Without one the columns
// are guessed from their number, their separator and their content.
type w3c struct {
	columns
	name    string  // becomes Record.Format; with "" each line is named by its columns
	learned *layout // from a directive
	shapes  map[iisShape]*layout
	recent  *layout // one of shapes
}

// layout is the columns of a line.
type layout struct {
	defs   []def
	width  int    // minimum number of columns
	format string // the format that has these columns: w3c, iis or cloudfront
}

// The columns of CloudFront ("Standard logging reference", "Real-time access logs", 2026-11), for lines without a directive.
// Standard logs have the first twelve since the beginning. Real-time logs must have all their columns; a selection needs the
// format string "#Fields: ...". The columns of IIS are in format_iis.go.
var (
	cloudfrontColumns = strings.Fields("date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) " +
		"cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken " +
		"x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields " +
		"c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end")
	realtimeColumns = strings.Fields("timestamp c-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host cs-uri-stem " +
		"cs-bytes " +
		"x-edge-location x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version cs(User-Agent) cs(Referer) " +
		"cs(Cookie) cs-uri-query x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher x-edge-result-type " +
		"fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end c-port " +
		"x-edge-detailed-result-type c-country cs-accept-encoding cs-accept cache-behavior-path-pattern cs-headers cs-header-names " +
		"cs-headers-count")
)

// w3cFields defines the fields by name. w3cHeader defines those with a header in parentheses.
var w3cFields = keyTable([]keyRow{
	{role: roleDate, keys: "date"},
	{role: roleTimeOfDay, keys: "time"},
	{role: roleTime, keys: "timestamp"},
	{role: roleClient, rank: 2, keys: "c-ip"},
	{role: roleClient, keys: "c-dns"},
	{role: roleAddress, keys: "s-ip r-ip"},
	{role: roleMethod, keys: "cs-method"},
	{role: roleTarget, keys: "cs-uri"},
	{role: rolePath, keys: "cs-uri-stem"},
	{role: roleQuery, keys: "cs-uri-query"},
	{role: roleUser, keys: "cs-username"},
	{role: roleStatus, rank: 1, keys: "sc-status"},
	{role: roleBytes, rank: 1, keys: "sc-bytes bytes"},
	{role: roleHost, rank: 3, keys: "x-host-header cs-host"},
	{role: roleProtocol, keys: "cs-version cs-protocol-version"},
	{role: roleScheme, keys: "cs-protocol cs-uri-scheme"},
	{role: roleTLS, keys: "ssl-protocol"},
	{role: roleForwarded, keys: "x-forwarded-for"},
	{role: roleField, kind: record.KindHeader, keys: "cs-headers"},
	{role: roleNumber, keys: "sc-substatus sc-win32-status time-taken s-port c-port cs-bytes time-to-first-byte " +
		"sc-content-len sc-range-start sc-range-end"},
})

// The layouts of CloudFront's logs without a directive.
var (
	cloudfrontLayout = newLayout(cloudfrontColumns, 12)
	realtimeLayout   = newLayout(realtimeColumns, 30)
)

func newW3C(name string, _ Options) format { return &w3c{name: name} }

var explainW3C = explanation{find: func([]byte) (int, string) { return 0, "a #Fields: line somewhere before this one" }}

func (w *w3c) parse(r *record.Record) error {
	line := r.Line
	if len(line) > 0 && line[0] == '#' {
		return w.directive(r)
	}
	w.sep = ' '
	tabs := bytes.Count(line, []byte("\t"))
	if tabs >= 2 {
		w.sep = '\t'
	}
	l := w.learned
	if l == nil {
		l = w.guessLayout(line, tabs)
	}
	if l == nil {
		return ErrFormat
	}
	w.begin()
	w.defs, w.double = l.defs, true
	if n, ok := w.read(r, 0, 0); !ok || n < l.width {
		if l == w.recent { // the same number of columns, but others
			w.recent = nil
			r.Reset(line)
			return w.parse(r)
		}
		return ErrFormat
	}
	if l.format == "iis" && w.learned == nil {
		w.recent = l
	}
	if r.Format = w.name; r.Format == "" {
		r.Format = l.format
	}
	return w.finish(r)
}

// guessLayout returns the layout of a line without a directive before it, or nil.
func (w *w3c) guessLayout(line []byte, tabs int) *layout {
	if tabs >= realtimeLayout.width && isDigit(line[0]) && line[10] == '.' {
		return realtimeLayout
	}
	if len(line) < 20 || line[4] != '-' || line[7] != '-' || line[10] != ' ' && line[10] != '\t' {
		return nil
	}
	if tabs >= cloudfrontLayout.width-1 {
		return cloudfrontLayout
	}
	if w.recent != nil && bytes.Count(line, []byte(" ")) == w.recent.width-1 {
		return w.recent
	}
	shape, ok := guessIISShape(line)
	if !ok {
		return nil
	}
	l := w.shapes[shape]
	if l == nil {
		if w.shapes == nil {
			w.shapes = make(map[iisShape]*layout) // there are fewer than 200
		}
		l = shape.layout()
		w.shapes[shape] = l
	}
	return l
}

// directive reads a line that begins with #, and returns ErrNotAccess if it is a known directive.
func (w *w3c) directive(r *record.Record) error {
	r.Add(record.Field{Kind: record.KindText, Start: 1, End: len(r.Line)})
	fields, ok := bytes.CutPrefix(r.Line, []byte("#Fields:"))
	if ok {
		names := strings.Fields(string(fields))
		names = names[:min(len(names), maxColumns)]
		w.learned = newLayout(names, len(names))
	}
	if ok || w.name != "" {
		return ErrNotAccess
	}
	for _, d := range w3cDirectives {
		if bytes.HasPrefix(r.Line, []byte(d)) {
			return ErrNotAccess
		}
	}
	return ErrFormat
}

// w3cDirectives are the directives besides #Fields (WD-logfile-960323, "Directives").
var w3cDirectives = [...]string{"#Version:", "#Software:", "#Date:", "#Start-Date:", "#End-Date:", "#Remark:"}

// maxColumns bounds the columns that a directive may name.
const maxColumns = 200

// layoutFormats maps columns that only one format has to that format.
var layoutFormats = map[string]string{"x-edge-location": "cloudfront", "sc-win32-status": "iis", "s-sitename": "iis"}

// newLayout returns the layout of the named columns.
func newLayout(names []string, width int) *layout {
	l := &layout{defs: make([]def, len(names)), width: max(width, 1), format: "w3c"}
	for i, name := range names {
		d, ok := w3cFields[name]
		if !ok {
			d = w3cHeader(name)
		}
		if d.name == nil {
			d.name = []byte(name)
		}
		l.defs[i] = d
		if format := layoutFormats[name]; format != "" {
			l.format = format
		}
	}
	return l
}

// w3cHeader defines cs(User-Agent), sc(Location) and the like. Fields without parentheses are unknown.
func w3cHeader(name string) def {
	side, header, ok := strings.Cut(strings.TrimSuffix(name, ")"), "(")
	if !ok {
		return def{}
	}
	if strings.HasPrefix(side, "c") {
		return namedHeaderDef(header)
	}
	d := responseHeaderDef(strings.ToLower(header))
	d.name = []byte(header)
	return d
}
