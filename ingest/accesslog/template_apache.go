package accesslog

import (
	"fmt"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// apacheDirectives defines the directives of Apache's LogFormat (mod_log_config, mod_logio, 2026-11).
// apacheArgument defines those with an argument.
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

// apacheParts splits a LogFormat string.
func apacheParts(s string) ([]part, error) {
	s = strings.NewReplacer(`\"`, `"`, `\t`, "\t", `\\`, `\`).Replace(s)
	var parts []part
	for {
		if parts, s = appendLiteral(parts, s, '%'); s == "" {
			return parts, nil
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
}

// apacheLetters are the letters of all directives (mod_log_config, mod_logio, mod_ssl, 2026-11).
const apacheLetters = "aABbCcDefhHiIklLmnoOpPqrRsStTuUvVxX"

// apacheValue returns the parts that one directive writes. %t includes brackets.
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

// apacheTime returns a sample time as %{argument}t writes it.
func apacheTime(argument string) string {
	argument = strings.TrimPrefix(strings.TrimPrefix(argument, "begin:"), "end:")
	if sample := apacheTimes[argument]; sample != "" {
		return sample
	}
	return strftime(argument)
}

// apacheTimes are the arguments of %{...}t that are no strftime layout (mod_log_config, 2026-11).
var apacheTimes = map[string]string{
	"": "23/Nov/2026:15:04:05 +0000", "begin": "23/Nov/2026:15:04:05 +0000", "end": "23/Nov/2026:15:04:05 +0000",
	"sec": "1795446245", "msec": "1795446245123", "usec": "1795446245123456", "msec_frac": "123", "usec_frac": "123456",
}

// apacheEnvironment defines variables of %{...}x and %{...}e, in lower case (mod_ssl, CGI, 2026-11).
var apacheEnvironment = map[string]def{
	"ssl_protocol": {role: roleTLS}, "version": {role: roleTLS}, "remote_user": {role: roleUser}, "ssl_client_s_dn": {role: roleUser},
}

// apacheArgument defines a directive with an argument.
func apacheArgument(directive, argument string) def {
	lower := strings.ToLower(argument)
	switch directive {
	case "i":
		return namedHeaderDef(argument)
	case "o":
		return namedResponseHeaderDef(argument)
	case "C":
		return def{role: roleField, kind: record.KindCookie, name: []byte(argument)}
	case "t":
		return def{role: roleTime, rank: 1}
	case "a", "h":
		return def{role: roleClient, rank: 1}
	case "p", "P", "T":
		return def{role: roleNumber}
	case "x", "e":
		if d, ok := apacheEnvironment[lower]; ok {
			return d
		}
	}
	return def{name: []byte(argument)}
}
