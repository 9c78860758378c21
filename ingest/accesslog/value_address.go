package accesslog

import (
	"bytes"
	"net/netip"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// maxZone is the maximum length of a network interface's name on Linux (IFNAMSIZ less its zero byte). A longer zone could be
// a credential.
const maxZone = 15

// parseAddr parses an IP address, with or without brackets. The zone of an IPv6 address, which means something on its own host
// alone, is left out.
func parseAddr(b []byte) (netip.Addr, bool) {
	if a, n := scanIPv4(b); n == len(b) && n > 0 {
		return a, true
	}
	if len(b) > 2 && b[0] == '[' && b[len(b)-1] == ']' {
		b = b[1 : len(b)-1]
		if a, n := scanIPv4(b); n == len(b) && n > 0 {
			return a, true
		}
	}
	if i := bytes.IndexByte(b, '%'); i > 0 {
		zone := len(b) - i - 1
		a, ok := parseIPv6(b[:i])
		return a, ok && zone > 0 && zone <= maxZone
	}
	return parseIPv6(b)
}

// parseAddrPort parses an address with or without a port: 192.0.2.1:443, [2001:db8::1]:443. AWS writes an IPv6 address of
// eight groups with its port behind another colon.
func parseAddrPort(b []byte) (netip.Addr, bool) {
	if a, ok := parsePeer4(b); ok {
		return a, true
	}
	if a, ok := parseAddr(b); ok {
		return a, true
	}
	return parsePeer(b)
}

// parsePeer parses an address with a port.
func parsePeer(b []byte) (netip.Addr, bool) {
	if a, ok := parsePeer4(b); ok {
		return a, true
	}
	i := bytes.LastIndexByte(b, ':')
	if i < 0 || len(b)-i > 6 {
		return netip.Addr{}, false
	}
	if _, ok := parseNumber(b[i+1:]); !ok {
		return netip.Addr{}, false
	}
	return parseAddr(b[:i])
}

// parsePeer4 parses an IPv4 address with a port.
func parsePeer4(b []byte) (netip.Addr, bool) {
	a, n := scanIPv4(b)
	if n == 0 || n == len(b) || b[n] != ':' || len(b)-n > 6 {
		return netip.Addr{}, false
	}
	_, ok := parseNumber(b[n+1:])
	return a, ok
}

// scanIPv4 parses the IPv4 address at the start of b and returns its length, 0 without one.
func scanIPv4(b []byte) (netip.Addr, int) {
	var out [4]byte
	part, digits, value := 0, 0, uint32(0)
	for i, c := range b {
		if d := c - '0'; d <= 9 && digits < 3 {
			if digits > 0 && value == 0 {
				return netip.Addr{}, 0
			}
			value = value*10 + uint32(d)
			digits++
			continue
		}
		if digits == 0 || value > 255 || part < 3 && c != '.' {
			return netip.Addr{}, 0
		}
		if out[part] = byte(value); part == 3 {
			return netip.AddrFrom4(out), i
		}
		part, digits, value = part+1, 0, 0
	}
	if part < 3 || digits == 0 || value > 255 {
		return netip.Addr{}, 0
	}
	out[3] = byte(value)
	return netip.AddrFrom4(out), len(b)
}

// parseIPv6 parses the text forms of RFC 4291, 2.2: groups, one "::", IPv4 in the last four bytes.
func parseIPv6(b []byte) (netip.Addr, bool) {
	var out [16]byte
	if len(b) < 2 {
		return netip.Addr{}, false
	}
	at, gap, i := 0, -1, 0
	if b[0] == ':' {
		if b[1] != ':' {
			return netip.Addr{}, false
		}
		gap, i = 0, 2
	}
	for i < len(b) {
		if at == 16 {
			return netip.Addr{}, false
		}
		value, n := parseHexGroup(b[i:])
		if n == 0 {
			return netip.Addr{}, false
		}
		if i+n < len(b) && b[i+n] == '.' {
			v4, m := scanIPv4(b[i:])
			if m == 0 || i+m != len(b) || at > 12 || gap < 0 && at != 12 {
				return netip.Addr{}, false
			}
			four := v4.As4()
			copy(out[at:], four[:])
			at += 4
			break
		}
		out[at], out[at+1] = byte(value>>8), byte(value)
		at, i = at+2, i+n
		if i == len(b) {
			break
		}
		if b[i] != ':' || i+1 == len(b) {
			return netip.Addr{}, false
		}
		i++
		if b[i] == ':' {
			if gap >= 0 {
				return netip.Addr{}, false
			}
			gap, i = at, i+1
		}
	}
	if !expandGap(&out, at, gap) {
		return netip.Addr{}, false
	}
	return netip.AddrFrom16(out), true
}

// expandGap moves the bytes behind the "::" at gap to the end. at is the number of bytes read. It returns false for a wrong
// number of bytes.
func expandGap(out *[16]byte, at, gap int) bool {
	if gap < 0 {
		return at == 16
	}
	if at == 16 {
		return false
	}
	n := copy(out[16-(at-gap):], out[gap:at])
	clear(out[gap : 16-n])
	return true
}

// parseHexGroup parses the one to four hexadecimal digits at the start of b and returns their number, 0 for none or five.
func parseHexGroup(b []byte) (value uint32, n int) {
	for n < len(b) && n < 5 {
		h, ok := record.HexValue(b[n:], 1)
		if !ok {
			break
		}
		value = value<<4 | h
		n++
	}
	if n == 5 {
		return 0, 0
	}
	return value, n
}
