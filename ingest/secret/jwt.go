package secret

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// joinLines removes line breaks from b, with the blanks behind each (folded headers, RFC 9112 section 5.2), within its own
// memory.
func joinLines(b []byte) []byte {
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') < 0 && bytes.IndexByte(b, '\t') < 0 {
		return b
	}
	n, fold := 0, false
	for _, c := range b {
		switch {
		case c == '\r' || c == '\n' || c == '\t':
			fold = true
		case c == ' ' && fold:
		default:
			fold = false
			b[n] = c
			n++
		}
	}
	return b[:n]
}

// canonicalJWT rewrites the parts of a JWT as base64url without padding, white space and unused bits, within the memory of
// b. Any other b is returned unchanged.
func canonicalJWT(b []byte) []byte {
	if !isJWT(b) {
		return b
	}
	n, part := 0, 0
	for _, c := range b {
		switch c {
		case ' ', '=':
			continue
		case '+':
			c = '-'
		case '/':
			c = '_'
		case '.':
			clearUnusedBits(b[part:n])
			part = n + 1
		}
		b[n] = c
		n++
	}
	clearUnusedBits(b[part:n])
	return b[:n]
}

// isJWT reports whether b is made of two parts of base64 or more, joined by dots, and starts as JWTs do.
func isJWT(b []byte) bool {
	if !bytes.HasPrefix(b, []byte("eyJ")) || bytes.IndexByte(b, '.') < 0 {
		return false
	}
	for _, c := range b {
		if ascii.Base64Value[c] > 63 && c != '.' && c != '=' && c != ' ' {
			return false
		}
	}
	return true
}

// clearUnusedBits zeroes the bits of part's last character that decode to nothing.
func clearUnusedBits(part []byte) {
	mask := byte(0)
	switch len(part) % 4 {
	case 2:
		mask = 0x30
	case 3:
		mask = 0x3c
	default:
		return
	}
	last := &part[len(part)-1]
	*last = alphabet[ascii.Base64Value[*last]&mask]
}

// alphabet is the base64url alphabet (RFC 4648 section 5).
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
