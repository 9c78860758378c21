package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// variable is a value of a pattern.
type variable struct {
	def     def
	accepts func(value []byte) bool // the values that it may have; nil: any
	short   bool                    // it has at most maxToken bytes and no blank: what stands before ends where one of these follows
	greedy  bool                    // a client may write any text into it
	starts  func(c byte) bool       // the first bytes that it may have; nil: any
	isTime  bool                    // a time, which may have blanks
	maxLen  int                     // in bytes; 0: no bound
	special func(a *assigner, r *record.Record, s span) bool
}

// patternVariables are the variables by name. Their roles are those of the other formats.
var patternVariables = map[string]*variable{
	"time":     {def: def{role: roleTime}, starts: isDigit, isTime: true, maxLen: maxTime},
	"date":     {def: def{role: roleDate}, maxLen: maxToken},
	"clock":    {def: def{role: roleTimeOfDay}, starts: isDigit, short: true, accepts: isTimeOfDay},
	"client":   {def: def{role: roleClient}, starts: startsAddress, short: true, accepts: isClient},
	"address":  {def: def{role: roleAddress}, short: true, accepts: isClient},
	"user":     {def: def{role: roleUser}, accepts: isWordOrEmpty},
	"method":   {starts: isLetter, short: true, accepts: isMethod, special: setPatternMethod},
	"target":   {special: setPatternTarget},
	"route":    {special: setPatternRoute},
	"path":     {def: def{role: rolePath}},
	"query":    {def: def{role: roleQuery}},
	"request":  {def: def{role: roleRequest}},
	"protocol": {def: def{role: roleProtocol}, short: true, accepts: isProtocolOrAbsent},
	"status":   {def: def{role: roleStatus}, short: true, accepts: isStatus},
	"bytes":    {def: def{role: roleBytes}, short: true, accepts: isIntegerOrAbsent},
	"size":     {short: true, accepts: isSize, special: setPatternSize},
	"number":   {def: def{role: roleNumber}, short: true, accepts: isNumeric},
	"duration": {short: true, accepts: isDurationOrNumber, special: func(*assigner, *record.Record, span) bool { return true }},
	"referer":  {def: def{role: roleReferer}, accepts: isURL},
	"agent":    {def: def{role: roleAgent}, greedy: true},
	"host":     {def: def{role: roleHost}, accepts: isHost},
	"tls":      {def: def{role: roleTLS}},
	"word":     {def: def{role: roleGuess}, accepts: isWord},
	"owner":    {def: def{role: roleGuess}, accepts: isOwner},
	"label":    {def: def{role: roleGuess}},
	"text":     {def: def{role: roleGuess}, greedy: true},
	"headers":  {special: setHeaderLines, greedy: true},
}

// mayBe reports whether value may be the whole value, for a time, which may have blanks.
func (v *variable) mayBe(value []byte) bool {
	if !v.isTime {
		return true
	}
	var c clock
	_, ok := c.parse(value)
	return ok && value[0] != '['
}

// maxTime is the length in bytes of the longest notation of a time.
const maxTime = 40

func startsAddress(c byte) bool { return isDigit(c) || c|0x20-'a' <= 'f'-'a' || c == ':' || c == '[' }

func isCapital(c byte) bool { return c-'A' <= 'Z'-'A' }

func isTimeOfDay(b []byte) bool {
	_, ok := parseTimeOfDay(b)
	return ok
}

func isClient(b []byte) bool {
	_, ok := parseAddrPort(b)
	return ok || isAbsent(b)
}

func isMethod(b []byte) bool {
	for _, c := range b {
		if !methodByte(c) {
			return false
		}
	}
	return len(b) > 0 && len(b) <= maxMethod
}

func isStatus(b []byte) bool {
	return len(b) == 3 && isDigit(b[0]) && isDigit(b[1]) && isDigit(b[2]) || isAbsent(b)
}

func isProtocolOrAbsent(b []byte) bool { return isProtocol(b) || isAbsent(b) }

func isDurationOrNumber(b []byte) bool { return isAbsent(b) || isNumeric(b) || isDuration(b) }

func isWord(b []byte) bool {
	return len(b) > 0 && bytes.IndexByte(b, ' ') < 0 && bytes.IndexByte(b, '\t') < 0
}

// isOwner accepts the canonical user id of AWS.
func isOwner(b []byte) bool { return len(b) == 64 && isHex(b) }

func isWordOrEmpty(b []byte) bool { return len(b) == 0 || isWord(b) }

func isIntegerOrAbsent(b []byte) bool { return isInteger(b) || isAbsent(b) }

// isHost reports whether b may be a host name or an address, with or without a port, or is absent.
func isHost(b []byte) bool {
	return len(b) > 0 && nameEnd(bytes.Trim(b, "[]"), 0) == len(bytes.Trim(b, "[]"))
}

// isURL reports whether b is a URL or absent.
func isURL(b []byte) bool { return isAbsent(b) || isWord(b) && schemeEnd(b) > 0 }

// isSize accepts 123b and 1.2kb, as the Node package bytes writes sizes.
func isSize(b []byte) bool {
	digits := 0
	for digits < len(b) && (isDigit(b[digits]) || b[digits] == '.') {
		digits++
	}
	unit := string(b[digits:])
	return isAbsent(b) || digits > 0 && digits < 20 && (unit == "b" || unit == "kb" || unit == "mb" || unit == "gb")
}

// setPatternSize records a size in bytes. One in a greater unit is rounded and so is left out.
func setPatternSize(_ *assigner, r *record.Record, s span) bool {
	if n, ok := parseNumber(bytes.TrimSuffix(r.Line[s.start:s.end], []byte("b"))); ok {
		r.Bytes = n
	}
	return true
}

func setPatternMethod(a *assigner, r *record.Record, s span) bool {
	a.malformed = isAbsent(r.Line[s.start:s.end])
	setMethod(r, s.start, s.end, s.escape)
	return true
}

// setPatternTarget records a target behind its method. What is none, such as the errors that Squid writes in its place, is
// searched and makes the line one without a usable request.
func setPatternTarget(a *assigner, r *record.Record, s span) bool {
	value := r.Line[s.start:s.end]
	if s.escape == record.EscapeNone && !isAbsent(value) && !isWord(value) {
		return false
	}
	return setPatternRoute(a, r, s)
}

// setPatternRoute is setPatternTarget for a decoded target, which may have blanks.
func setPatternRoute(a *assigner, r *record.Record, s span) bool {
	value := r.Line[s.start:s.end]
	if a.malformed || !usableTarget(r.Raw(r.Method), value, schemeEnd(value) > 0 || len(value) > 0 && value[0] == '/') {
		a.malformed = true
		r.Add(record.Field{Kind: record.KindTarget, Escape: s.escape, Start: s.start, End: s.end})
		return true
	}
	setTarget(r, s.start, s.end, s.escape)
	return true
}

// setHeaderLines records headers that are joined by an escaped line ending, `Host: a\r\nCookie: b\r\n` (Squid, log_mime_hdrs).
func setHeaderLines(a *assigner, r *record.Record, s span) bool {
	const ending = `\r\n`
	for i := s.start; i < s.end && !isFull(r, i); {
		end := s.end
		if n := bytes.Index(r.Line[i:s.end], []byte(ending)); n >= 0 {
			end = i + n
		}
		setHeaderLine(a, r, span{i, end, record.EscapeBackslash})
		i = end + len(ending)
	}
	return true
}

// setHeaderLine records the header "name: value" at s. The name is searched as well unless it is a plain one.
func setHeaderLine(a *assigner, r *record.Record, s span) {
	colon := bytes.IndexByte(r.Line[s.start:s.end], ':')
	if colon <= 0 {
		setExtraColumn(r, s.start, s.end, s.escape)
		return
	}
	name := r.Line[s.start : s.start+colon]
	if len(name) >= minUnknownKey || nameEnd(name, 0) != len(name) {
		r.Add(record.Field{Escape: s.escape, Start: s.start, End: s.start + colon})
	}
	d := headerDefOf(name)
	s.start = min(blanksEnd(r.Line, s.start+colon+1), s.end)
	a.set(r, &d, s)
}

// headerDefOf defines a header by its name as it stands in a line, which becomes its Field.Name.
func headerDefOf(name []byte) def {
	var lower [32]byte
	d := def{role: roleField, kind: record.KindHeader}
	if len(name) <= len(lower) {
		for i, c := range name {
			if c-'A' <= 'Z'-'A' {
				c |= 0x20
			}
			lower[i] = c
		}
		if known, ok := headers[string(lower[:len(name)])]; ok {
			d = known
		}
	}
	d.name = name
	return d
}
