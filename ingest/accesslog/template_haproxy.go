package accesslog

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// haproxyAliases defines the variables of HAProxy's log-format (configuration manual, "Custom log format", 2026-11).
// haproxyFetch defines expressions in brackets.
var haproxyAliases = keyTable([]keyRow{
	{role: roleTime, rank: 1, keys: "t T Tl tr trg trl Ts"},
	{role: roleClient, rank: 2, keys: "ci"},
	{role: roleAddress, keys: "bi fi si"},
	{role: roleNumber, keys: "cp bp fp sp ac fc bc sc rc sq bq rt pid ms U Ta Tc Td Th Ti Tq TR Tr Tt Tu Tw lc"},
	{role: roleRequest, keys: "r"},
	{role: roleMethod, keys: "HM"},
	{role: roleTarget, keys: "HU"},
	{role: rolePath, keys: "HP HPO"},
	{role: roleQuery, keys: "HQ"},
	{role: roleProtocol, keys: "HV"},
	{role: roleStatus, rank: 1, keys: "ST"},
	{role: roleBytes, rank: 1, keys: "B"},
	{role: roleTLS, keys: "sslv"},
	{role: roleCaptured, keys: "hr hs"},
	{role: roleGuess, keys: "hrl hsl"},
	{role: roleField, kind: record.KindCookies, keys: "CC CS"},
	{role: roleText, keys: "f ft b s H ID sslc ssle ts tsc rtr OG"},
})

// haproxyEncoded are the variables in which HAProxy writes #HH for what it does not print.
var haproxyEncoded = keySet("r HU HP HPO HQ CC CS hrl hsl")

// haproxyFetches defines sample fetches (configuration manual, "Fetching HTTP samples", 2026-11). haproxyFetch defines
// those of headers, cookies and parameters.
var haproxyFetches = keyTable([]keyRow{
	{role: roleClient, rank: 2, keys: "src"},
	{role: roleAddress, keys: "dst"},
	{role: roleMethod, keys: "method capture.req.method"},
	{role: roleTarget, keys: "url pathq capture.req.uri"},
	{role: rolePath, keys: "path"},
	{role: roleQuery, keys: "query"},
	{role: roleProtocol, keys: "capture.req.ver req.ver"},
	{role: roleStatus, rank: 1, keys: "status txn.status"},
	{role: roleHost, keys: "ssl_fc_sni base"},
	{role: roleTLS, keys: "ssl_fc_protocol"},
})

// haproxySigns are an expression, a flag, and variables of two letters. Apache has none of them.
var haproxySigns = [...]string{"%[", "%{+", "%ci", "%ST", "%HM", "%HU", "%HP", "%tr", "%TR"}

// isHAProxy reports whether s is a log-format of HAProxy rather than a LogFormat of Apache.
func isHAProxy(s string) bool {
	for _, sign := range haproxySigns {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// haproxyParts splits a log-format. Flags apply to the variable behind them, or to all if that variable is o.
func haproxyParts(s string) ([]part, error) {
	var parts []part
	quoteAll := false
	for {
		if parts, s = appendLiteral(parts, s, '%'); s == "" {
			return parts, nil
		}
		if s = s[1:]; strings.HasPrefix(s, "%") {
			parts, s = append(parts, part{literal: "%"}), s[1:]
			continue
		}
		flags, found := "", false
		if strings.HasPrefix(s, "{") {
			if flags, s, found = strings.Cut(s[1:], "}"); !found {
				return nil, errVariable
			}
		}
		if strings.Contains(flags, "+json") || strings.Contains(flags, "+cbor") {
			return nil, errors.New("log-format writes JSON or CBOR by itself (+json, +cbor): " +
				"use format json and say with json_fields what its keys hold")
		}
		if strings.HasPrefix(s, "(") { // a name for the variable
			if _, s, found = strings.Cut(s, ")"); !found {
				return nil, errVariable
			}
		}
		quoted := quoteAll || strings.Contains(flags, "+Q")
		p, rest, err := haproxyValue(s)
		if err != nil {
			return nil, err
		}
		if s = rest; p.text == "%o" {
			quoteAll = quoted
			continue
		}
		if quoted && p.def.role != roleCaptured {
			parts = append(parts, part{literal: `"`}, p, part{literal: `"`})
			continue
		}
		parts = append(parts, p)
	}
}

// haproxyValue reads the variable or expression at the start of s, behind the percent sign, and returns the rest of s.
func haproxyValue(s string) (p part, rest string, err error) {
	if strings.HasPrefix(s, "[") {
		expression, rest, ok := strings.Cut(s[1:], "]")
		if !ok {
			return part{}, "", errVariable
		}
		return part{isValue: true, def: haproxyFetch(expression), text: "%[" + expression + "]"}, rest, nil
	}
	if strings.HasPrefix(s, "o") {
		return part{text: "%o"}, strings.TrimPrefix(s[1:], " "), nil
	}
	for n := min(4, len(s)); n > 0; n-- {
		if d, ok := haproxyAliases[s[:n]]; ok {
			if haproxyEncoded[s[:n]] {
				d.escape = record.EscapeHash
			}
			return part{isValue: true, def: d, text: "%" + s[:n]}, s[n:], nil
		}
	}
	return part{}, "", fmt.Errorf("unknown variable %%%s in the log format string: HAProxy's manual lists them under \"Custom log format\"",
		strings.TrimSpace(s[:min(3, len(s))]))
}

// haproxyFetch defines an expression: fetch(argument),converter.
func haproxyFetch(expression string) def {
	fetch, _, _ := strings.Cut(expression, ",")
	name, argument, _ := strings.Cut(fetch, "(")
	argument, _, _ = strings.Cut(argument, ")")
	if d, ok := haproxyFetches[name]; ok {
		return d
	}
	switch name {
	case "hdr", "req.hdr", "fhdr", "req.fhdr":
		return namedHeaderDef(argument)
	case "cook", "req.cook":
		return def{role: roleField, kind: record.KindCookie, name: []byte(argument)}
	case "url_param", "urlp":
		return def{role: roleField, kind: record.KindParam, name: []byte(argument)}
	case "res.hdr", "res.fhdr", "capture.req.hdr", "capture.res.hdr":
		return def{role: roleGuess}
	}
	return def{name: []byte(name)}
}
