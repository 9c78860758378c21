package accesslog

import (
	"fmt"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// apacheDirectives says what the directives of Apache's LogFormat hold (mod_log_config, mod_logio). Those with an
// argument are in apacheArgument.
var apacheDirectives = keyTable([]keyRow{
	{role: roleClient, rank: 2, keys: "a"},
	{role: roleClient, rank: 1, keys: "h"},
	{role: roleAddress, keys: "A"},
	{role: roleUser, keys: "u"},
	{role: roleTime, rank: 1, keys: "t"},
	{role: roleRequest, keys: "r"},
	{role: roleMethod, keys: "m"},
	{role: rolePath, keys: "U"},
	{role: roleQuery, keys: "q"},
	{role: roleProtocol, keys: "H"},
	{role: roleStatus, rank: 1, keys: "s"},
	{role: roleBytes, rank: 2, keys: "b B"},
	{role: roleBytes, rank: 1, keys: "O"},
	{role: roleHost, rank: 1, keys: "v"},
	{role: roleHost, rank: 2, keys: "V"},
	{role: roleNumber, keys: "D T I S k p P X"},
})

// apacheParts takes a LogFormat string apart.
func apacheParts(s string) ([]part, error) {
	s = strings.NewReplacer(`\"`, `"`, `\t`, "\t", `\\`, `\`).Replace(s)
	var parts []part
	for s != "" {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			parts = append(parts, part{literal: s[:i]})
		}
		if s = s[i:]; s == "" {
			break
		}
		if strings.HasPrefix(s, "%%") {
			parts = append(parts, part{literal: "%"})
			s = s[2:]
			continue
		}
		// Modifiers: %>s, %!200,304{Referer}i.
		s = strings.TrimLeft(s[1:], "<>!0123456789,")
		argument := ""
		if strings.HasPrefix(s, "{") {
			var ok bool
			if argument, s, ok = strings.Cut(s[1:], "}"); !ok {
				return nil, errVariable
			}
		}
		if s == "" {
			return nil, errVariable
		}
		n := 1
		if s[0] == '^' {
			n = min(3, len(s)) // %^FB, %{X}^ti
		}
		if s[0] != '^' && strings.IndexByte(apacheLetters, s[0]) < 0 {
			return nil, fmt.Errorf("unknown directive %%%c in the log format string: Apache's are single letters of %s", s[0], apacheLetters)
		}
		parts = append(parts, apacheValue(s[:n], argument)...)
		s = s[n:]
	}
	return parts, nil
}

// apacheLetters are the directives that there are (mod_log_config, mod_logio, mod_ssl).
const apacheLetters = "aABbCcDefhHiIklLmnoOpPqrRsStTuUvVxX"

// apacheValue says what one directive writes. %t writes brackets by itself.
func apacheValue(directive, argument string) []part {
	text := "%" + directive
	if argument != "" {
		p := part{isValue: true, def: apacheArgument(directive, argument), text: "%{" + argument + "}" + directive}
		if directive == "t" {
			p.sample = apacheTime(argument)
		}
		return []part{p}
	}
	value := part{isValue: true, def: apacheDirectives[directive], text: text}
	if directive == "t" {
		return []part{{literal: "["}, value, {literal: "]"}}
	}
	return []part{value}
}

// apacheTime writes a time as %{argument}t does.
func apacheTime(argument string) string {
	argument = strings.TrimPrefix(strings.TrimPrefix(argument, "begin:"), "end:")
	switch argument {
	case "begin", "end", "":
		return "23/Nov/2026:15:04:05 +0000"
	case "sec":
		return "1795446245"
	case "msec":
		return "1795446245123"
	case "usec":
		return "1795446245123456"
	case "msec_frac":
		return "123"
	case "usec_frac":
		return "123456"
	}
	return strftime(argument)
}

func apacheArgument(directive, argument string) def {
	lower := strings.ToLower(argument)
	switch directive {
	case "i":
		d := headerDef(lower)
		d.name = []byte(argument)
		return d
	case "o":
		if lower == "location" {
			return def{role: roleField, kind: record.KindURL}
		}
		return def{role: roleField, kind: record.KindHeader, name: []byte(argument)}
	case "C":
		return def{role: roleField, kind: record.KindCookie, name: []byte(argument)}
	case "t":
		return def{role: roleTime, rank: 1}
	case "a", "h":
		return def{role: roleClient, rank: 1}
	case "p", "P", "T":
		return def{role: roleNumber}
	case "x", "e":
		if lower == "ssl_protocol" || lower == "version" {
			return def{role: roleTLS}
		}
		if lower == "remote_user" || lower == "ssl_client_s_dn" {
			return def{role: roleUser}
		}
	}
	return def{name: []byte(argument)}
}
