package accesslog

import (
	"fmt"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// squidCodes defines the format codes of Squid's logformat (squid.conf, "logformat", 2026-12), without the classes before a
// double colon (http::, ssl::). squidHeader defines those of headers.
var squidCodes = keyTable([]keyRow{
	{role: roleClient, rank: 2, keys: ">a"},
	{role: roleClient, rank: 1, keys: ">A"},
	{role: roleAddress, keys: ">la la <a <la"},
	{role: roleNumber, keys: ">p >lp lp <p <lp tr dt >st >sh <sh <sH <sS st <pt <tt sn >rP <rP busy_time"},
	{role: roleTime, rank: 1, keys: "ts tu tl tg"},
	{role: roleUser, keys: "un ul ue us"},
	{role: roleField, kind: record.KindUser, keys: "ui"},
	{role: roleStatus, rank: 2, keys: ">Hs"},
	{role: roleStatus, rank: 1, keys: "Hs <Hs"},
	{role: roleBytes, rank: 1, keys: "<st"},
	{role: roleMethod, keys: "rm >rm <rm"},
	{role: roleTarget, rank: 1, keys: "ru >ru <ru"},
	{role: rolePath, keys: "rp >rp <rp"},
	{role: roleProtocol, keys: "rv >rv <rv"},
	{role: roleHost, keys: ">rd <rd >sni"},
	{role: roleHeaders, keys: ">h >ha <h"},
	{role: roleTLS, keys: ">negotiated_version"},
	{role: roleText, keys: "Ss Sh err_code err_detail note et mt <A >eui >qos <qos >nfmark <nfmark <rs >rs rs credentials ea"},
})

// squidTimes are samples of Squid's times: of the response's end, in seconds with a fraction, local and in GMT.
var squidTimes = map[string]string{
	"ts": "1795446245", "tu": "123", "tl": "23/Nov/2026:15:04:05 +0000", "tg": "23/Nov/2026:15:04:05 +0000",
}

// squidSigns are codes that no other server has.
var squidSigns = [...]string{"%>a", "%ru", "%>ru", "%rm", "%>Hs", "%<st", "%>h", "%[un ", "%Ss:", "}>h"}

func isSquid(s string) bool {
	for _, sign := range squidSigns {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// squidParts splits a logformat: %, a sign of quoting, a width, an {argument} before or behind the code.
func squidParts(s string) ([]part, error) {
	s = strings.ReplaceAll(s, "HTTP/%rv", "%rv") // together they are the protocol
	var parts []part
	for {
		if parts, s = appendLiteral(parts, s, '%'); s == "" {
			return parts, nil
		}
		if strings.HasPrefix(s, "%%") {
			parts, s = append(parts, part{literal: "%"}), s[2:]
			continue
		}
		s = strings.TrimLeft(s[1:], `"[#'/`)
		padded := s != "" && (isDigit(s[0]) && s[0] != '0' || s[0] == '-')
		s = strings.TrimLeft(s, "-0123456789.")
		argument, found := "", false
		if strings.HasPrefix(s, "{") {
			if argument, s, found = strings.Cut(s[1:], "}"); !found {
				return nil, errVariable
			}
		}
		for _, class := range [...]string{"http::", "ssl::", "adapt::", "icap::", "tls::", "proxy_protocol::", "transport::"} {
			s = strings.TrimPrefix(s, class)
		}
		code := squidCode(s)
		if code == "" {
			return nil, fmt.Errorf("unknown code %%%s in the log format string: squid.conf lists Squid's under \"logformat\"", s[:min(3, len(s))])
		}
		if s = s[len(code):]; strings.HasPrefix(s, "{") {
			if argument, s, found = strings.Cut(s[1:], "}"); !found {
				return nil, errVariable
			}
		}
		p := squidValue(code, argument)
		p.padded = padded
		parts = append(parts, p)
	}
}

// squidCode returns the longest code at the start of s, "" without one.
func squidCode(s string) string {
	for n := min(len(s), len(">negotiated_version")); n > 0; n-- {
		if _, ok := squidCodes[s[:n]]; ok {
			return s[:n]
		}
	}
	return ""
}

func squidValue(code, argument string) part {
	p := part{isValue: true, def: squidCodes[code], text: "%" + code, sample: squidTimes[code]}
	if argument == "" {
		return p
	}
	switch code {
	case ">h", ">ha":
		name, _, _ := strings.Cut(argument, ":") // of a member of the header: Cookie:;name
		p.def = namedHeaderDef(name)
	case "<h":
		p.def = namedResponseHeaderDef(argument)
	case "tl", "tg":
		p.sample = strftime(argument)
	case "note", "credentials":
		p.def.name = []byte(argument)
	}
	return p
}
