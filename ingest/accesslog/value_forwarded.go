package accesslog

import (
	"bytes"
	"net/netip"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// forwardedClient reads an X-Forwarded-For list, "client, proxy, proxy", where no proxies are configured: the client is
// the right-most address that is not private or loopback (RFC 1918, RFC 4193), since everything to the left of it is only
// what that client claims; if all are, the left-most. ok is false if b holds anything but addresses.
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

// applyTrustedProxies makes the client what a header says that only trusted proxies write, if the line's own address is one of them:
// of the first of names that the line has and that holds a client.
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

// headerClient returns the client that the header of that name tells of, the invalid address if it does not. A header
// may be there several times: the later are nearer to us.
func headerClient(r *record.Record, name string, trusted []netip.Prefix) (client netip.Addr) {
	for i := len(r.Fields) - 1; i >= 0; i-- {
		f := &r.Fields[i]
		if f.Kind != record.KindHeader || !isSameHeader(f.Name, name) {
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

// isSameHeader compares header names; underscores stand for dashes.
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

// rightmostUntrusted walks a list of hops from the right, the side that our own proxies wrote, to the first that is not trusted:
// the client. What is to the left of it is only what the client claims, and not even looked at. If all are trusted the
// result is the left-most. A hop that is no address ends the walk: what sent it is not known. done tells whether the
// walk ended before the list did.
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
// for="[2001:db8::1]:443", without its quotes. Any other element it returns as it is.
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
