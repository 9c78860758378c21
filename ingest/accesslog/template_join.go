package accesslog

import "strings"

// joinRequest replaces method, target and protocol by one request line, since a malformed request is recognised only as a
// whole. It also joins the parts of a target, and adjacent values without a role.
func joinRequest(parts []part) []part {
	var out []part
	for _, p := range parts {
		n := len(out)
		switch {
		case p.isValue && n >= 4 && p.def.role == roleProtocol && isSpaceLiteral(out[n-1]) && isTarget(out[n-2]) &&
			isSpaceLiteral(out[n-3]) && out[n-4].isValue && out[n-4].def.role == roleMethod:
			out = append(out[:n-4], part{isValue: true, def: def{role: roleRequest, escape: out[n-2].def.escape}, text: p.text})
		case p.isValue && n > 0 && isTarget(out[n-1]) && (p.def.role == roleQuery || hasNoRole(p)):
			// $uri$is_args$args, %U%q: together they are the target.
			out[n-1].def = def{role: roleTarget, escape: out[n-1].def.escape}
		case p.isValue && n > 1 && p.def.role == roleQuery && out[n-1].literal == "?" && isTarget(out[n-2]):
			out = out[:n-1]
			out[n-2].def = def{role: roleTarget, escape: out[n-2].def.escape}
		case n > 0 && hasNoRole(p) && hasNoRole(out[n-1]):
			out[n-1].def = def{}
		default:
			out = append(out, p)
		}
	}
	return out
}

// nameGuesses defines the values whose variable does not say what they are by the name in front of them: auth=%[capture.req.hdr(0)],
// "x_api_key":"%[capture.req.hdr(1)]".
func nameGuesses(parts []part) {
	for i := range parts {
		if i == 0 || !isUnnamed(parts[i]) || parts[i-1].isValue {
			continue
		}
		if name := nameBefore(parts[i-1].literal); name != "" {
			parts[i].def = loneKey([]byte(name)).def
		}
	}
}

// isUnnamed reports whether neither the variable nor its value tells what a value is: HAProxy's captures have numbers.
func isUnnamed(p part) bool {
	return p.isValue && (p.def.role == roleGuess || p.def.role == roleText && strings.HasPrefix(p.text, "%["))
}

// nameBefore returns the name at the end of a literal: of name=, name=", "name":" and the like.
func nameBefore(literal string) string {
	s := strings.TrimRight(strings.TrimSuffix(literal, `"`), " ")
	if !strings.HasSuffix(s, "=") && !strings.HasSuffix(s, ":") {
		return ""
	}
	s = strings.TrimSuffix(strings.TrimRight(s[:len(s)-1], " "), `"`)
	n := len(s)
	for n > 0 && (methodByte(s[n-1]) || isDigit(s[n-1]) || s[n-1] == '.') {
		n--
	}
	return s[n:]
}

// hasNoRole reports whether a value sets no part of the record, so that it may be joined with its neighbour.
func hasNoRole(p part) bool {
	return p.isValue && (p.def.role == roleText || p.def.role == roleNumber || p.def.role == roleAddress)
}

// canFollowDirectly reports whether the start of a value d can be found without a literal between it and the value before.
func canFollowDirectly(before, d def) bool {
	return d.role == roleTarget || d.role == rolePath || d.role == roleQuery || d.role == roleCaptured || before.role == roleCaptured
}

// joinTimes replaces the parts of one time, %{%Y-%m-%d}tT%{%T}t.%{msec_frac}t, by that time. Times in a layout that clock
// cannot parse become text.
func joinTimes(parts []part) []part {
	var out []part
	for _, p := range parts {
		n := len(out)
		if n > 0 && isTime(p) && p.sample != "" {
			before, literal := n-1, ""
			if n > 1 && !out[n-1].isValue {
				before, literal = n-2, out[n-1].literal
			}
			if whole := out[before].sample + literal + p.sample; isTime(out[before]) && out[before].sample != "" && isReadable(whole) {
				out = out[:before+1]
				out[before].sample = whole
				continue
			}
		}
		out = append(out, p)
	}
	for i := range out {
		if p := &out[i]; isTime(*p) && p.sample != "" && !isReadable(p.sample) {
			p.def = def{}
		}
	}
	return out
}

// isReadable reports whether clock can parse a time in the layout of sample.
func isReadable(sample string) bool {
	var c clock
	_, ok := c.parse([]byte(sample))
	return ok
}

func isTime(p part) bool { return p.isValue && p.def.role == roleTime }

func isSpaceLiteral(p part) bool { return !p.isValue && p.literal == " " }

func isTarget(p part) bool {
	return p.isValue && (p.def.role == roleTarget || p.def.role == rolePath)
}
