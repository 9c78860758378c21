package simulate

import (
	"strconv"
	"time"
)

// request holds the fields of one line.
type request struct {
	at         int64 // Unix nanoseconds
	endpoint   *endpoint
	from       site
	ua         string
	status     int
	size       int64
	referer    string
	plaintext  bool   // http instead of https
	tls        string // with https
	cookie     string // an ordinary one; beside the credential, if any
	object     string // what {own} stands for
	place      placement
	param      string
	wire       string // the credential as the line writes it
	expires    int64  // Unix seconds, of a signed URL
	literal    string // the whole target, if not empty
	badTime    int64  // Unix seconds to write instead of at; 0: none
	tokenIndex int
}

// stamps are the texts of the last second that was written.
type stamps struct {
	second       int64
	clf, iso8601 []byte
}

func (s *stamps) set(second int64) {
	if s.second == second && len(s.clf) > 0 {
		return
	}
	t := time.Unix(second, 0).UTC()
	s.second = second
	s.clf = t.AppendFormat(s.clf[:0], "02/Jan/2006:15:04:05 +0000")
	s.iso8601 = t.AppendFormat(s.iso8601[:0], "2006-01-02T15:04:05+00:00")
}

// format returns the format of the log of s.
func (g *Generator) format(s *service) Format {
	if g.o.Format == FormatMix {
		return s.format
	}
	return g.o.Format
}

// visible replaces a placement that a format does not log by the one that clients without headers use.
func visible(p placement, f Format) placement {
	if f != FormatJSON && (p == inBearer || p == inBasic || p == inAPIKey || p == inCookie) {
		return inQuery
	}
	return p
}

// render appends the line of q.
func (g *Generator) render(dst []byte, q *request) []byte {
	second := q.at / int64(time.Second)
	if q.badTime != 0 {
		second = q.badTime
	}
	g.stamps.set(second)
	f := g.format(q.endpoint.svc)
	if f == FormatJSON {
		return g.renderJSON(dst, q)
	}
	if f == FormatVhost {
		dst = append(dst, q.endpoint.svc.host...)
		if q.plaintext {
			dst = append(dst, ":80 "...)
		} else {
			dst = append(dst, ":443 "...)
		}
	}
	return g.renderCombined(dst, q)
}

func (g *Generator) renderCombined(dst []byte, q *request) []byte {
	dst = append(dst, q.from.ip...)
	dst = append(dst, " - - ["...)
	dst = append(dst, g.stamps.clf...)
	dst = append(dst, `] "`...)
	dst = append(dst, q.endpoint.method...)
	dst = append(dst, ' ')
	dst = g.appendTarget(dst, q)
	dst = append(dst, ` HTTP/1.1" `...)
	dst = strconv.AppendInt(dst, int64(q.status), 10)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, q.size, 10)
	dst = append(dst, ` "`...)
	dst = g.appendReferer(dst, q, "-")
	dst = append(dst, `" "`...)
	if q.ua == "" {
		dst = append(dst, '-')
	}
	dst = append(dst, q.ua...)
	return append(dst, '"')
}

func (g *Generator) renderJSON(dst []byte, q *request) []byte {
	svc := q.endpoint.svc
	dst = append(append(dst, `{"time_iso8601":"`...), g.stamps.iso8601...)
	dst = append(append(dst, `","remote_addr":"`...), q.from.ip...)
	dst = append(append(dst, `","request_method":"`...), q.endpoint.method...)
	dst = append(dst, `","request_uri":"`...)
	dst = g.appendTarget(dst, q)
	dst = append(dst, `","server_protocol":"HTTP/1.1","status":`...)
	dst = strconv.AppendInt(dst, int64(q.status), 10)
	dst = append(dst, `,"body_bytes_sent":`...)
	dst = strconv.AppendInt(dst, q.size, 10)
	dst = append(dst, `,"request_time":0.0`...)
	dst = strconv.AppendInt(dst, q.at%90+10, 10)
	dst = append(dst, `,"http_referer":"`...)
	dst = g.appendReferer(dst, q, "")
	dst = append(append(dst, `","http_user_agent":"`...), q.ua...)
	dst = appendHeaders(append(dst, `","http_authorization":"`...), q)
	dst = append(append(dst, `","host":"`...), svc.host...)
	if q.plaintext {
		dst = append(dst, `","scheme":"http","ssl_protocol":"`...)
	} else {
		dst = append(append(dst, `","scheme":"https","ssl_protocol":"`...), q.tls...)
	}
	dst = append(dst, `","request_id":"`...)
	a, b := g.traffic.pcg.Uint64(), g.traffic.pcg.Uint64()
	return append(appendHex(appendHex(dst, a), b), `"}`...)
}

// appendHeaders writes Authorization, Cookie and X-Api-Key, from within the first one's value.
func appendHeaders(dst []byte, q *request) []byte {
	switch q.place {
	case inBearer:
		dst = append(append(dst, "Bearer "...), q.wire...)
	case inBasic:
		dst = append(append(dst, "Basic "...), q.wire...)
	}
	dst = append(append(dst, `","http_cookie":"`...), q.cookie...)
	if q.place == inCookie {
		if q.cookie != "" {
			dst = append(dst, "; "...)
		}
		dst = append(append(append(dst, q.param...), '='), q.wire...)
	}
	dst = append(dst, `","http_x_api_key":"`...)
	if q.place == inAPIKey {
		dst = append(dst, q.wire...)
	}
	return dst
}

func appendHex(dst []byte, v uint64) []byte {
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, lowerHex[v>>shift&15])
	}
	return dst
}

// appendTarget writes the request target with its placeholders filled.
func (g *Generator) appendTarget(dst []byte, q *request) []byte {
	if q.literal != "" {
		return append(dst, q.literal...)
	}
	e := q.endpoint
	for i := range e.parts {
		switch p := &e.parts[i]; p.pool {
		case poolNone:
			dst = append(dst, p.text...)
		case poolOwn:
			dst = append(dst, q.object...)
		case poolToken:
			dst = append(dst, q.wire...)
		default:
			dst = append(dst, pick(g.traffic, g.pools[p.pool])...)
		}
	}
	if q.place != inQuery && q.place != inBoth && q.place != inSigned {
		return dst
	}
	if e.query {
		dst = append(dst, '&')
	} else {
		dst = append(dst, '?')
	}
	if q.place == inSigned {
		dst = strconv.AppendInt(append(dst, "Expires="...), q.expires, 10)
		dst = append(dst, '&')
	}
	dst = append(append(append(dst, q.param...), '='), q.wire...)
	if q.place == inSigned {
		dst = append(dst, "&Key-Pair-Id=K2EXAMPLE7JWT9"...)
	}
	return dst
}

// appendReferer writes the Referer, with the credential in it if it travels there.
func (g *Generator) appendReferer(dst []byte, q *request, none string) []byte {
	switch {
	case q.place == inReferer:
		dst = append(append(dst, "https://www.shop.example/account?"...), q.param...)
		return append(append(dst, '='), q.wire...)
	case q.place == inBoth && q.endpoint.write:
		dst = append(append(append(dst, "https://"...), q.endpoint.svc.host...), q.endpoint.parts[0].text...)
		return append(append(append(append(dst, '?'), q.param...), '='), q.wire...)
	case q.referer == "":
		return append(dst, none...)
	}
	return append(dst, q.referer...)
}
