package accesslog

import (
	"fmt"
	"strings"
)

// gunicornAtoms defines the atoms of Gunicorn's access_log_format, which Hypercorn shares (Gunicorn documentation, "Settings",
// access_log_format; Hypercorn documentation, "Logging"; 2026-11). Those of headers and variables are Apache's.
var gunicornAtoms = keyTable([]keyRow{
	{role: roleClient, rank: 1, keys: "h"},
	{role: roleUser, keys: "u"},
	{role: roleTime, rank: 1, keys: "t"},
	{role: roleRequest, keys: "r R"},
	{role: roleMethod, keys: "m"},
	{role: rolePath, keys: "U"},
	{role: roleQuery, keys: "q"},
	{role: roleProtocol, keys: "H"},
	{role: roleScheme, keys: "S"},
	{role: roleStatus, rank: 1, keys: "s"},
	{role: roleBytes, rank: 2, keys: "b B"},
	{role: roleReferer, keys: "f"},
	{role: roleAgent, keys: "a"},
	{role: roleNumber, keys: "T M D L p"},
	{role: roleText, keys: "l st"},
})

// isGunicorn reports whether s is a format string of Gunicorn: %(h)s.
func isGunicorn(s string) bool {
	_, rest, ok := strings.Cut(s, "%(")
	return ok && strings.Contains(rest, ")s")
}

// gunicornParts splits a format string of Gunicorn.
func gunicornParts(s string) ([]part, error) {
	s = strings.ReplaceAll(s, `\"`, `"`)
	var parts []part
	for {
		if parts, s = appendLiteral(parts, s, '%'); s == "" {
			return parts, nil
		}
		if rest, ok := strings.CutPrefix(s, "%%"); ok {
			parts, s = append(parts, part{literal: "%"}), rest
			continue
		}
		atom, rest, ok := strings.Cut(strings.TrimPrefix(s, "%("), ")s")
		if !ok || !strings.HasPrefix(s, "%(") {
			return nil, errVariable
		}
		values, err := gunicornValue(atom)
		if err != nil {
			return nil, err
		}
		parts, s = append(parts, values...), rest
	}
}

// gunicornValue returns the parts that one atom writes. The time has brackets.
func gunicornValue(atom string) ([]part, error) {
	if argument, letter, ok := strings.Cut(strings.TrimPrefix(atom, "{"), "}"); ok && len(letter) == 1 && atom[0] == '{' {
		return []part{{isValue: true, def: apacheArgument(letter, argument), text: "%(" + atom + ")s"}}, nil
	}
	d, ok := gunicornAtoms[atom]
	if !ok {
		return nil, fmt.Errorf("unknown atom %%(%s)s in the log format string: Gunicorn's documentation lists them under access_log_format", atom)
	}
	value := part{isValue: true, def: d, text: "%(" + atom + ")s"}
	if d.role == roleTime {
		return []part{{literal: "["}, value, {literal: "]"}}, nil
	}
	return []part{value}, nil
}
