package ingest

import (
	"errors"
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// AppendRecord appends the last line as one JSON object, redacted: `scan --records` writes it. number is the line's
// number in its file. A line that no format fits has its error and nothing else. One without a usable request, or of another
// log, has its error besides what could be read.
func (p *Processor) AppendRecord(dst []byte, number int64, res Result) []byte {
	dst = append(dst, `{"line":`...)
	dst = strconv.AppendInt(dst, number, 10)
	if !res.searched || errors.Is(res.Err, accesslog.ErrFormat) {
		text := "line is empty"
		if res.Err != nil {
			text = res.Err.Error()
		}
		return append(appendJSON(append(dst, `,"error":`...), text), '}')
	}
	r := &p.rec
	dst = appendJSON(append(dst, `,"format":`...), r.Format)
	dst = appendError(append(dst, `,"error":`...), res.Err)
	dst = append(dst, `,"time":`...)
	dst = appendTime(dst, r.Time)
	dst = append(dst, `,"client_ip":`...)
	dst = appendAddr(dst, r.ClientIP)
	path, query := p.pathAndQuery()
	host, _ := splitPort(p.fieldText(r.Host))
	for _, f := range []struct {
		key, text string
		present   bool
	}{
		{"user", p.fieldText(r.User), r.User.Present() && !p.isCredential(r.User)},
		{"method", p.fieldText(r.Method), r.Method.Present()},
		{"target", p.target(), r.Target.Present() || r.Path.Present()},
		{"path", path, r.Path.Present() || r.Target.Present()},
		{"query", query, r.Query.Present()},
		{"protocol", p.fieldText(r.Protocol), r.Protocol.Present()},
		{"referer", p.fieldText(r.Referer), r.Referer.Present() && !p.isCredential(r.Referer)},
		{"user_agent", p.fieldText(r.UserAgent), r.UserAgent.Present() && !p.isCredential(r.UserAgent)},
		{"host", host, r.Host.Present()},
		{"scheme", p.fieldText(r.Scheme), r.Scheme.Present()},
	} {
		dst = append(append(append(dst, `,"`...), f.key...), `":`...)
		if !f.present {
			dst = append(dst, "null"...)
			continue
		}
		dst = appendJSON(dst, f.text)
	}
	dst = append(dst, `,"status":`...)
	dst = appendNumber(dst, int64(r.Status), r.Status > 0)
	dst = append(dst, `,"bytes":`...)
	dst = appendNumber(dst, r.Bytes, r.Bytes >= 0)
	return append(p.appendFindings(append(dst, `,"findings":[`...), res), "]}"...)
}

// pathAndQuery returns the redacted path and query. A format that logs the whole target has its path from there.
func (p *Processor) pathAndQuery() (path, query string) {
	path, query = p.fieldText(p.rec.Path), p.fieldText(p.rec.Query)
	if !p.rec.Path.Present() {
		path = pathOnly(p.fieldText(p.rec.Target))
	}
	return path, query
}

// appendFindings appends the findings as elements of a JSON array.
func (p *Processor) appendFindings(dst []byte, res Result) []byte {
	for i := range res.Findings {
		f := &res.Findings[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSON(append(dst, `{"kind":`...), f.Kind)
		dst = appendJSON(append(dst, `,"confidence":`...), f.Confidence.String())
		dst = appendJSON(append(dst, `,"location":`...), f.Location.String())
		param, _ := p.decodedText(record.String(f.Param), record.KindText)
		dst = appendJSON(append(dst, `,"param":`...), param)
		dst = appendJSON(append(dst, `,"fingerprint":`...), f.Fingerprint.String())
		dst = appendJSON(append(dst, `,"key_id":`...), f.KeyID.String())
		start, end, _ := p.rec.InMessage(f.Start, f.End)
		dst = strconv.AppendInt(append(dst, `,"start":`...), int64(start), 10)
		dst = strconv.AppendInt(append(dst, `,"end":`...), int64(end), 10)
		dst = strconv.AppendBool(append(dst, `,"public":`...), f.Public)
		dst = strconv.AppendBool(append(dst, `,"redacted":`...), !f.Keep)
		if f.Cut {
			dst = append(dst, `,"cut":true`...)
		}
		dst = append(appendJSON(append(dst, `,"reason":`...), f.Reason), '}')
	}
	return dst
}

func appendError(dst []byte, err error) []byte {
	if err == nil {
		return append(dst, "null"...)
	}
	return appendJSON(dst, err.Error())
}

func appendTime(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(dst, "null"...)
	}
	dst = append(dst, '"')
	return append(t.UTC().AppendFormat(dst, time.RFC3339Nano), '"')
}

func appendAddr(dst []byte, a netip.Addr) []byte {
	if !a.IsValid() {
		return append(dst, "null"...)
	}
	dst = append(dst, '"')
	return append(a.Unmap().AppendTo(dst), '"')
}

func appendNumber(dst []byte, n int64, present bool) []byte {
	if !present {
		return append(dst, "null"...)
	}
	return strconv.AppendInt(dst, n, 10)
}

const hexDigits = "0123456789abcdef"

// appendJSON appends s as a JSON string (RFC 8259). Bytes that are not UTF-8 become U+FFFD.
func appendJSON(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				dst = append(dst, '\\', c)
			case c < ' ' || c == 0x7f:
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			default:
				dst = append(dst, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, "\ufffd"...)
		} else {
			dst = append(dst, s[i:i+size]...)
		}
		i += size
	}
	return append(dst, '"')
}
