package accesslog

import (
	"bytes"
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// clf reads the common log format and its extensions:
//
//	common          host ident user [time] "request" status bytes
//	combined        common "referer" "user agent"
//	vhost_combined  vhost:port combined
//
// (Apache mod_log_config; nginx's combined is the same with "-" for ident.) Each may have further columns: the forwarded
// addresses of nginx's sample "main", the upstream columns of the Kubernetes ingress, request times.
type clf struct {
	clock    clock
	name     string // becomes Record.Format; with "" each line is named by its columns
	vhost    bool   // the first column is a virtual host
	combined bool   // Referer and User-Agent are required
}

func newCommon(name string, _ Options) format   { return &clf{name: name} }
func newCombined(name string, _ Options) format { return &clf{name: name, combined: true} }

func newVhostCombined(name string, _ Options) format {
	return &clf{name: name, combined: true, vhost: true}
}

var commonColumns = []column{
	wantAny("a client address or host name"), wantAny("an identity, or -"), wantAny("a user, or -"), wantTime, wantRequest, wantStatus,
	{"bytes, or -", numericColumnEnd},
}

var (
	explainCommon        = explanation{columns: commonColumns}
	explainVhostCombined = explanation{columns: slices.Concat([]column{wantAny("a virtual host")}, commonColumns,
		[]column{{"a referer in quotes", quotedColumnEnd}, {"a user agent in quotes", quotedColumnEnd}})}
)

func (c *clf) parse(r *record.Record) error {
	line := r.Line
	i, ok := 0, false
	if len(line) > 0 && line[0] == '-' {
		i, ok = emptyHeadEnd(line)
	}
	if !ok {
		bracket := c.readHead(r)
		if bracket < 0 {
			return ErrFormat
		}
		i, ok = c.readTime(r, bracket+1)
	}
	if !ok || i+2 >= len(line) || line[i] != ' ' || line[i+1] != '"' {
		return ErrFormat
	}
	request := i + 2
	quote := requestEnd(line, request)
	if quote < 0 {
		return ErrFormat
	}
	err := setRequest(r, request, quote, record.EscapeBackslash)
	i, ok = statusAndBytes(r, quote+2)
	if !ok {
		return ErrFormat
	}
	i, ok = refererAndAgent(r, i)
	if !ok && i < len(line) {
		i, ok = agentBehindNumbers(r, i)
	}
	if !ok && c.combined {
		return ErrFormat
	}
	c.setFormat(r, ok, i)
	if i < len(line) {
		setExtraColumns(r, i)
	}
	return err
}

// setFormat sets Record.Format. combined: the line has Referer and User-Agent, which end at end.
func (c *clf) setFormat(r *record.Record, combined bool, end int) {
	switch {
	case c.name != "":
		r.Format = c.name
	case r.Host.Present() && r.Host.Start == 0:
		r.Format = "vhost_combined"
	case combined && isTraefik(r.Line, end):
		r.Format = "traefik"
	case combined:
		r.Format = "combined"
	default:
		r.Format = "common"
	}
}

// isTraefik reports whether Traefik's columns follow the user agent, which ends at i: count, "router", "server URL", duration.
func isTraefik(line []byte, i int) bool {
	if i+2 >= len(line) || line[len(line)-1] != 's' || !isDigit(line[i+1]) {
		return false
	}
	count := columnEnd(line, i+1)
	return count+1 < len(line) && line[count+1] == '"' && isDuration(line[bytes.LastIndexByte(line, ' ')+1:])
}

// readTime parses the time behind the bracket at line[start-1] and returns the end of the closing bracket.
func (c *clf) readTime(r *record.Record, start int) (int, bool) {
	line := r.Line
	if end := start + clfLen; end < len(line) && line[end] == ']' {
		if t, ok := c.clock.parseCLF(line[start:end]); ok {
			r.Time = t
			return end + 1, true
		}
	}
	end := bytes.IndexByte(line[start:min(start+40, len(line))], ']')
	if end < 0 {
		return 0, false
	}
	end += start
	t, ok := c.clock.parseBracket(line[start:end])
	r.Time = t
	return end + 1, ok
}

// requestEnd returns the index of the quote that ends the request: the first unescaped one before a status. Some writers
// escape nothing, so the request may hold other quotes, or end with a backslash. The result is -1 without such a quote.
func requestEnd(line []byte, from int) int {
	escaped := -1
	for i := from; ; i++ {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			return escaped
		}
		i += n
		if i+2 >= len(line) || line[i+1] != ' ' || !statusFollows(line[i+2:]) {
			continue
		}
		if !isEscaped(line, from, i) {
			return i
		}
		if escaped < 0 {
			escaped = i
		}
	}
}

// statusFollows reports whether the first column of b is a number or a dash.
func statusFollows(b []byte) bool {
	if len(b) > 3 && isDigit(b[0]) && isDigit(b[1]) && isDigit(b[2]) && b[3] == ' ' {
		return true
	}
	n := columnEnd(b, 0)
	if isAbsent(b[:n]) {
		return n > 0
	}
	_, ok := parseNumber(b[:n])
	return ok
}

// statusAndBytes parses the two columns behind the request and returns the end of the second one.
func statusAndBytes(r *record.Record, start int) (int, bool) {
	line := r.Line
	end := columnEnd(line, start)
	status, ok := parseStatus(line[start:end])
	if !ok && !isAbsent(line[start:end]) {
		return 0, false
	}
	r.Status = status
	if end == len(line) {
		return end, true
	}
	start = end + 1
	end = columnEnd(line, start)
	if size, ok := parseNumber(line[start:end]); ok {
		r.Bytes = size
	} else if !isAbsent(line[start:end]) {
		return 0, false
	}
	return end, true
}

// agentBehindNumbers records ` "referer" "user agent"`, or a user agent alone, behind further numbers. Without them it
// returns start and false. A user agent alone has to look like one: other values stand in quotes too.
func agentBehindNumbers(r *record.Record, start int) (int, bool) {
	line := r.Line
	i := start
	for i < len(line) && line[i] == ' ' {
		end := columnEnd(line, i+1)
		if !isNumeric(line[i+1 : end]) {
			break
		}
		i = end
	}
	if i == start || i+2 >= len(line) || line[i+1] != '"' {
		return start, false
	}
	if end, ok := refererAndAgent(r, i); ok {
		return end, true
	}
	from, to, end := quotedColumn(line, i+1)
	if value := line[from:to]; bytes.IndexByte(value, '/') > 0 && looksLikeAgent(value) {
		r.UserAgent = r.Add(record.Field{Kind: record.KindUserAgent, Escape: record.EscapeBackslash, Start: from, End: to})
		return end, true
	}
	return start, false
}

// refererAndAgent records ` "referer" "user agent"` and returns its end, or start and false without it.
func refererAndAgent(r *record.Record, start int) (int, bool) {
	line := r.Line
	if start+2 > len(line) || line[start] != ' ' || line[start+1] != '"' {
		return start, false
	}
	referer := start + 2
	first := closingQuote(line, referer, ` "`)
	if first < 0 {
		return start, false
	}
	agent := first + 3
	second := closingQuote(line, agent, " ")
	if second < 0 {
		return start, false
	}
	if !isAbsent(line[referer:first]) {
		if line[referer] == '/' || bytes.HasPrefix(line[referer:first], httpPrefix) { // nearly always
			r.Referer = r.Add(record.Field{Kind: record.KindReferer, Escape: record.EscapeBackslash, Start: referer, End: first})
		} else {
			setReferer(r, span{referer, first, record.EscapeBackslash}, authscheme.StartsHeader(line[agent:second]))
		}
	}
	if !isAbsent(line[agent:second]) {
		setAgent(r, span{agent, second, record.EscapeBackslash})
	}
	return second + 1, true
}

var httpPrefix = []byte("http")

// setReferer records the value in the place of the Referer. Where other headers follow the request it may be one of them, or the
// user agent if the column behind has credentials.
func setReferer(r *record.Record, s span, credentialsFollow bool) {
	value := r.Line[s.start:s.end]
	f := record.Field{Kind: record.KindReferer, Escape: s.escape, Start: s.start, End: s.end}
	switch {
	case value[0] == '/' || schemeEnd(value) > 0:
	case authscheme.StartsHeader(value):
		setUnnamedColumn(r, s)
		return
	case credentialsFollow && looksLikeAgent(value):
		f.Kind, f.Unnamed = record.KindUserAgent, true
		r.UserAgent = r.Add(f)
		return
	default:
		f.Unnamed = true
	}
	r.Referer = r.Add(f)
}

// setAgent records the value in the place of the user agent.
func setAgent(r *record.Record, s span) {
	if value := r.Line[s.start:s.end]; value[0] != 'M' && (authscheme.StartsHeader(value) || looksLikeCookies(value)) {
		setUnnamedColumn(r, s)
		return
	}
	r.UserAgent = r.Add(record.Field{Kind: record.KindUserAgent, Escape: s.escape, Unnamed: true, Start: s.start, End: s.end})
}
