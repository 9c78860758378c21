package lists

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// network is one item of a network list: a prefix, or an autonomous system.
type network struct {
	prefix netip.Prefix
	asn    uint32
}

const wantNetwork = "want a network (192.0.2.0/24, 2001:db8::/32), an address or an autonomous system (AS64500)"

// readNetworks calls add for each network of a file: JSON of any shape (every string that is a network, every number under a
// key of asnKeys), CSV (the first field of a row that is a network; a header is skipped), Tor's exit-addresses file, or a
// network a line followed by a comment.
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
	for range contentLines(content) {
		return true
	}
	return false
}

func networksOfLines(file string, content []byte, add func(network)) error {
	first := true
	for number, line := range contentLines(content) {
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

// torKeywords begin the lines of Tor's exit-addresses file that hold no address. Source: the format "tordnsel 1.0" of Tor's
// CollecTor; 2026-11.
var torKeywords = []string{"ExitNode ", "Published ", "LastStatus "}

func isTorMeta(line []byte) bool {
	return slices.ContainsFunc(torKeywords, func(word string) bool { return bytes.HasPrefix(line, []byte(word)) })
}

func networkOfLine(line string) (network, bool) {
	line = strings.TrimPrefix(line, "ExitAddress ")
	line, _, _ = strings.Cut(line, "#")
	separator := func(r rune) bool { return r == ',' || r == ';' || r == '\t' || r == ' ' || r == '|' }
	first := true // only there a plain number is an autonomous system
	for field := range strings.FieldsFuncSeq(line, separator) {
		if n, ok := parseNetwork(strings.Trim(field, `"'`), first); ok {
			return n, true
		}
		first = false
	}
	return network{}, false
}

// parseNetwork parses a prefix, an address, AS64500 or, with plainASN, 64500.
func parseNetwork(s string, plainASN bool) (network, bool) {
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
	} else if !plainASN {
		return network{}, false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	return network{asn: uint32(n)}, err == nil && n > 0
}

// ParsePrefix parses a prefix in CIDR notation and masks it, or an address as the prefix of itself. IPv4 mapped into IPv6
// becomes IPv4.
func ParsePrefix(s string) (netip.Prefix, bool) {
	n, ok := parseNetwork(s, false)
	return n.prefix, ok && n.prefix.IsValid()
}

// unmapped returns p masked, and as IPv4 if it is IPv4 mapped into IPv6.
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

// networksOfJSON calls add for each network of a JSON document of any shape: the shape differs by provider.
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

// jsonWalk tracks the key of each token of a JSON document.
type jsonWalk struct {
	stack []jsonLevel
}

// jsonLevel is an open object or list.
type jsonLevel struct {
	object  bool
	isValue bool   // the next token of the object is a value
	key     string // of that value; of a list, its own key
}

// next returns the network that the token is, if it is one.
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

// key returns the key of the current value.
func (w *jsonWalk) key() string {
	if top := w.top(); top != nil {
		return top.key
	}
	return ""
}

// done notes the end of a value.
func (w *jsonWalk) done() {
	if top := w.top(); top != nil {
		top.isValue = false
	}
}

// asnKeys are the keys, in lower case, under which JSON lists have autonomous systems as plain numbers. Source: Spamhaus
// ASN-DROP and PeeringDB (asn), MaxMind (autonomous_system_number); the others are usual spellings; 2026-11.
var asnKeys = []string{"asn", "asns", "as_number", "asnumber", "autonomous_system_number"}

func isASNKey(key string) bool { return slices.Contains(asnKeys, strings.ToLower(key)) }
