package accesslog

import (
	"bytes"
	"net/netip"
)

// forwardedClient reads an X-Forwarded-For list, "client, proxy, proxy", and returns the client: the right-most
// address that is not of a trusted proxy, since everything to the left of it is only what that client claims. With no
// trusted proxies the private and loopback addresses (RFC 1918, RFC 4193) count as such, and if all are, the left-most
// is the client. ok is false if b holds anything but addresses.
func forwardedClient(b []byte, trusted []netip.Prefix) (client netip.Addr, ok bool) {
	found := false
	for end := len(b); end >= 0; {
		start := bytes.LastIndexByte(b[:end], ',') + 1
		addr, ok := parseAddrPort(bytes.TrimSpace(b[start:end]))
		if !ok {
			return netip.Addr{}, false
		}
		if !found {
			client = addr
			found = !isTrusted(addr, trusted)
		}
		end = start - 1
	}
	return client, client.IsValid()
}

// isTrusted tells whether addr is one of the trusted proxies.
func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	addr = addr.Unmap().WithZone("")
	if len(trusted) == 0 {
		return addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast()
	}
	for _, p := range trusted {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
