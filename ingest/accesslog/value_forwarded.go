package accesslog

import (
	"bytes"
	"net/netip"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// forwardedClient returns the client of an X-Forwarded-For list, "client, proxy, proxy", where no proxies are configured.
// That is the right-most address that is not private or loopback (RFC 1918, RFC 4193): the client itself could have sent
// everything to the left of it. If all are private, it is the left-most. ok is false if b holds anything but addresses.
func forwardedClient(b []byte) (client netip.Addr, ok bool) {
	found := false
	for end := len(b); end >= 0; {
		start := bytes.LastIndexByte(b[:end], ',') + 1
		addr, ok := parseAddrPort(bytes.TrimSpace(b[start:end]))
		if !ok {
			return netip.Addr{}, false
		}
		if !found {
			client = addr
			found = !isTrusted(addr, nil)
		}
		end = start - 1
	}
	return client, client.IsValid()
}

// applyTrustedProxies sets the client from the first of the named headers that holds one, if the line's own address is a
// trusted proxy.
func applyTrustedProxies(r *record.Record, names []string, trusted []netip.Prefix) {
	if !r.ClientIP.IsValid() || !isTrusted(r.ClientIP, trusted) {
		return
	}
	for _, name := range names {
		if client := headerClient(r, name, trusted); client.IsValid() {
			r.ClientIP = client
			return
		}
	}
}

// headerClient returns the client named by the header, or an invalid address. Of several headers of that name the last was
// written by the nearest proxy.
func headerClient(r *record.Record, name string, trusted []netip.Prefix) (client netip.Addr) {
	for i := len(r.Fields) - 1; i >= 0; i-- {
		f := &r.Fields[i]
		if f.Kind != record.KindHeader || f.Client || !isSameHeader(f.Name, name) {
			continue
		}
		hop, done := rightmostUntrusted(r.Raw(*f), trusted)
		if hop.IsValid() {
			client = hop
		}
		if done {
			break
		}
	}
	return client
}

// isSameHeader reports whether b is the header name, in any case and with underscores or dashes.
func isSameHeader(b []byte, name string) bool {
	if len(b) != len(name) {
		return false
	}
	for i, c := range b {
		if c == '_' {
			c = '-'
		}
		if c != name[i] && (c|0x20 != name[i]|0x20 || !isLetter(c)) {
			return false
		}
	}
	return true
}

// rightmostUntrusted walks a list of hops from the right, the side that our own proxies wrote, and returns the first that is
// not trusted. The client could have sent everything to the left of it. If all are trusted, it returns the left-most. An
// invalid address ends the walk, because its sender is unknown. done reports whether the walk ended before the list did.
func rightmostUntrusted(b []byte, trusted []netip.Prefix) (client netip.Addr, done bool) {
	for end := len(b); end >= 0; {
		start := bytes.LastIndexByte(b[:end], ',') + 1
		addr, ok := parseAddrPort(forwardedFor(bytes.TrimSpace(b[start:end])))
		if !ok {
			return client, true
		}
		if client = addr; !isTrusted(addr, trusted) {
			return client, true
		}
		end = start - 1
	}
	return client, false
}

// forwardedFor returns the node in the "for" of an element of Forwarded (RFC 7239), for=192.0.2.1;proto=https or
// for="[2001:db8::1]:443", without its quotes. It returns any other element unchanged.
func forwardedFor(b []byte) []byte {
	for rest := b; len(rest) > 0; {
		var pair []byte
		pair, rest, _ = bytes.Cut(rest, []byte(";"))
		if pair = bytes.TrimSpace(pair); len(pair) > 4 && pair[3] == '=' && bytes.EqualFold(pair[:3], []byte("for")) {
			return bytes.Trim(pair[4:], "\"\\")
		}
	}
	return b
}

// isTrusted reports whether addr is in one of the trusted networks. Without trusted networks private addresses are trusted.
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
