package lists

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"strconv"
	"strings"
)

// network is one item of a network list: a prefix, or else an autonomous system.
type network struct {
	prefix netip.Prefix
	asn    uint32
}

const wantNetwork = "want a network (192.0.2.0/24, 2001:db8::/32), an address or an autonomous system (AS64500)"

// readNetworks reads a list of networks into add: JSON of any shape (every text that is a network and every number under
// a key asn counts), CSV (the first field of a row that is a network counts; a header is passed over), or a network a line with
// a comment behind it. Tor's exit-addresses file is read as well.
func readNetworks(file string, content []byte, add func(network)) error {
	found := false
	note := func(n network) { found = true; add(n) }
	var err error
	if text := bytes.TrimSpace(content); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		err = networksOfJSON(file, content, note)
	} else {
		err = networksOfLines(file, content, note)
	}
	if err == nil && !found && len(bytes.TrimSpace(content)) > 0 && hasLine(content) {
		return errorAt(file, 0, "holds no network: %s", wantNetwork)
	}
	return err
}

func hasLine(content []byte) bool {
	for range numbered(content) {
		return true
	}
	return false
}

func networksOfLines(file string, content []byte, add func(network)) error {
	first := true
	for number, line := range numbered(content) {
		if line[0] == ';' || line[0] == '/' {
			continue
		}
		n, ok := networkOfLine(string(line))
		header := first && bytes.ContainsAny(line, ",;\t") // a table's first row may name its columns
		first = false
		switch {
		case !ok && !header && !isTorMeta(line):
			return errorAt(file, number, wantNetwork)
		case ok && coversAll(n):
			return errorAt(file, number, "covers every address: want a narrower network")
		case ok:
			add(n)
		}
	}
	return nil
}

// isTorMeta tells whether a line of Tor's exit-addresses file is about an exit and not its address.
func isTorMeta(line []byte) bool {
	for _, word := range []string{"ExitNode ", "Published ", "LastStatus "} {
		if bytes.HasPrefix(line, []byte(word)) {
			return true
		}
	}
	return false
}

func networkOfLine(line string) (network, bool) {
	line = strings.TrimPrefix(line, "ExitAddress ")
	line, _, _ = strings.Cut(line, "#")
	separator := func(r rune) bool { return r == ',' || r == ';' || r == '\t' || r == ' ' || r == '|' }
	bare := true // a number may be an autonomous system in the first field only: others may be anything
	for field := range strings.FieldsFuncSeq(line, separator) {
		if n, ok := parseNetwork(strings.Trim(field, `"'`), bare); ok {
			return n, true
		}
		bare = false
	}
	return network{}, false
}

// parseNetwork reads a prefix, an address, AS64500 or, where bare says so, 64500.
func parseNetwork(s string, bare bool) (network, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return unmapped(p)
	}
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap().WithZone("")
		return network{prefix: netip.PrefixFrom(a, a.BitLen())}, true
	}
	digits := s
	if len(s) > 2 && strings.EqualFold(s[:2], "AS") {
		digits = s[2:]
	} else if !bare {
		return network{}, false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	return network{asn: uint32(n)}, err == nil && n > 0
}

// ParsePrefix reads a network in CIDR notation, masked, or an address as the network of itself. What is IPv4 mapped into
// IPv6 is IPv4.
func ParsePrefix(s string) (netip.Prefix, bool) {
	n, ok := parseNetwork(s, false)
	return n.prefix, ok && n.prefix.IsValid()
}

// unmapped masks p and writes an IPv4 network that is mapped into IPv6 as IPv4.
func unmapped(p netip.Prefix) (network, bool) {
	if a := p.Addr(); a.Is4In6() {
		if p.Bits() < 96 {
			return network{}, false
		}
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return network{prefix: p.Masked()}, true
}

func coversAll(n network) bool { return n.prefix.IsValid() && n.prefix.Bits() == 0 }

// networksOfJSON goes through the tokens of a document: its shape differs by provider, a network does not.
func networksOfJSON(file string, content []byte, add func(network)) error {
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	var w jsonWalk
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && len(w.stack) == 0 {
			return nil
		}
		if err != nil {
			return errorAt(file, lineAt(content, d.InputOffset()), "is not valid JSON")
		}
		n, ok := w.next(t)
		if ok && coversAll(n) {
			return errorAt(file, lineAt(content, d.InputOffset()), "covers every address: want a narrower network")
		}
		if ok {
			add(n)
		}
	}
}

func lineAt(content []byte, offset int64) int { return 1 + bytes.Count(content[:offset], []byte("\n")) }

// jsonWalk remembers where in a document a token stands.
type jsonWalk struct {
	stack []jsonLevel
}

type jsonLevel struct {
	object, isValue bool // isValue: the next token of an object is a value
	key             string
}

func (w *jsonWalk) next(t json.Token) (network, bool) {
	switch v := t.(type) {
	case json.Delim:
		if v == '}' || v == ']' {
			w.stack = w.stack[:len(w.stack)-1]
			w.done()
			return network{}, false
		}
		w.stack = append(w.stack, jsonLevel{object: v == '{', key: w.key()})
	case string:
		if top := w.top(); top != nil && top.object && !top.isValue {
			top.key, top.isValue = v, true
			return network{}, false
		}
		w.done()
		return parseNetwork(v, isASNKey(w.key()))
	case json.Number:
		n, ok := network{}, false
		if isASNKey(w.key()) || len(w.stack) == 1 && !w.top().object {
			n, ok = parseNetwork(v.String(), true)
		}
		w.done()
		return n, ok
	default:
		w.done()
	}
	return network{}, false
}

func (w *jsonWalk) top() *jsonLevel {
	if len(w.stack) == 0 {
		return nil
	}
	return &w.stack[len(w.stack)-1]
}

func (w *jsonWalk) key() string {
	if top := w.top(); top != nil {
		return top.key
	}
	return ""
}

func (w *jsonWalk) done() {
	if top := w.top(); top != nil {
		top.isValue = false
	}
}

func isASNKey(key string) bool {
	switch strings.ToLower(key) {
	case "asn", "asns", "as_number", "asnumber", "autonomous_system_number":
		return true
	}
	return false
}
