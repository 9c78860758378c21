package accesslog

// joinRequest makes one request line of what formats without a variable for it write as three values: a request that
// was not understood is recognised only as a whole. So it does with the parts of a target. Values of no meaning that
// touch become one.
func joinRequest(parts []part) []part {
	var out []part
	for _, p := range parts {
		n := len(out)
		switch {
		case p.isValue && n >= 4 && p.def.role == roleProtocol && isSpaceLiteral(out[n-1]) && isTarget(out[n-2]) &&
			isSpaceLiteral(out[n-3]) && out[n-4].isValue && out[n-4].def.role == roleMethod:
			out = append(out[:n-4], part{isValue: true, def: def{role: roleRequest}, text: p.text})
		case p.isValue && n > 0 && isTarget(out[n-1]) && (p.def.role == roleQuery || hasNoRole(p)):
			// $uri$is_args$args, %U%q: together they are the target.
			out[n-1].def = def{role: roleTarget}
		case p.isValue && n > 1 && p.def.role == roleQuery && out[n-1].literal == "?" && isTarget(out[n-2]):
			out = out[:n-1]
			out[n-2].def = def{role: roleTarget}
		case n > 0 && hasNoRole(p) && hasNoRole(out[n-1]):
			out[n-1].def = def{}
		default:
			out = append(out, p)
		}
	}
	return out
}

// isPlain tells whether a value means nothing to a record, so that another may touch it.
func hasNoRole(p part) bool {
	return p.isValue && (p.def.role == roleText || p.def.role == roleNumber || p.def.role == roleAddress)
}

// canFollowDirectly tells whether a value shows where it begins behind another that it touches.
func canFollowDirectly(before, d def) bool {
	return d.role == roleTarget || d.role == rolePath || d.role == roleQuery || d.role == roleCaptured || before.role == roleCaptured
}

// joinTimes makes one time of values that are each a part of it, %{%Y-%m-%d}tT%{%T}t.%{msec_frac}t, and text of those
// that write a time in a way that is not read.
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

// isReadable tells whether a time that is written like sample is understood.
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
