package secret

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// MaxDecode bounds the levels of percent-encoding that are decoded. A value with more is taken as it stands then.
const MaxDecode = 5

// Canonical appends to dst version 1 of the form of a token that is fingerprinted: percent-decoded until nothing more
// decodes, at most MaxDecode times, without line breaks within and blanks around. A token that is base64 of text as a
// whole is replaced by this text, twice at most. Escapes that do not decode ("100%sure") stay, and "+" stays "+": base64
// tokens hold a raw "+" more often than a credential holds a space. A JWT gets the form of RFC 7515 section 2.
//
// Proxies hash this form too. A change is a new version of the contract in deploy/edge/CONTRACT.md, with another label in
// Key.Edge, and changes every fingerprint.
func Canonical(dst, token []byte) []byte {
	from := len(dst)
	dst = append(dst, token...)
	for range maxWraps {
		for range MaxDecode {
			n, changed := unescapeInPlace(dst[from:])
			dst = dst[:from+n]
			if !changed {
				break
			}
		}
		dst = dst[:from+trimInPlace(joinLines(dst[from:]))]
		n, ok := unwrapInPlace(dst[from:])
		if !ok {
			break
		}
		dst = dst[:from+n]
	}
	return dst[:from+len(canonicalJWT(dst[from:]))]
}

// trimInPlace moves b without the blanks around to its start and returns the new length.
func trimInPlace(b []byte) int { return copy(b, trimBlanks(b)) }

// trimBlanks returns b without bytes up to 32 around: spaces and control characters. Unicode's white space stays, so that a
// proxy need not know it.
func trimBlanks(b []byte) []byte {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	return b
}

// maxWraps bounds the layers of base64 that are decoded.
const maxWraps = 2

// unwrapInPlace decodes b within its own memory if b is base64 of printable ASCII without spaces.
func unwrapInPlace(b []byte) (n int, ok bool) {
	src := bytes.TrimRight(b, "=")
	if len(src) < ascii.MinBase64 || len(b)-len(src) > 2 || len(src)%4 == 1 || !ascii.StartsText(src) {
		return len(b), false
	}
	for pass := range 2 { // look at all of it before the first byte is overwritten
		var acc uint32
		var bits uint
		n = 0
		for _, c := range src {
			x := ascii.Base64Value[c]
			if x > 63 {
				return len(b), false
			}
			acc = acc<<6 | uint32(x)
			if bits += 6; bits >= 8 {
				bits -= 8
				c := byte(acc >> bits)
				if c <= ' ' || c >= 0x7f {
					return len(b), false
				}
				if pass == 1 {
					b[n] = c
				}
				n++
			}
		}
	}
	return n, true
}

// unescapeInPlace percent-decodes b once within its own memory and returns the new length.
func unescapeInPlace(b []byte) (n int, changed bool) {
	r := bytes.IndexByte(b, '%')
	if r < 0 {
		return len(b), false
	}
	n = r
	for r < len(b) {
		if c, ok := ascii.PercentAt(b, r); ok {
			b[n] = c
			r += 3
			changed = true
		} else {
			b[n] = b[r]
			r++
		}
		n++
	}
	return n, changed
}

// maxBasic bounds the decoded credentials of HTTP Basic, in bytes.
const maxBasic = 16 << 10

// stripWrapping removes white space, quotes, a header name and an authentication scheme around a pasted token.
func stripWrapping(line []byte) []byte {
	line = trimQuotes(trimBlanks(line))
	if i := bytes.IndexByte(line, ':'); i > 0 && authscheme.IsHeader(line[:i]) {
		line = trimBlanks(line[i+1:])
	}
	s, n := authscheme.At(line)
	line = line[n:]
	if s != nil && s.Form == authscheme.Basic {
		if pass, ok := basicPassword(line); ok {
			return pass
		}
	}
	return trimQuotes(trimBlanks(line))
}

// basicPassword returns the credential in those of HTTP Basic (RFC 7617): the password, or the user beside a password that
// stands in for none.
func basicPassword(b []byte) ([]byte, bool) {
	user, pass, ok := bytes.Cut(ascii.AppendBase64(nil, b, maxBasic), []byte{':'})
	if ok && authscheme.IsStandIn(pass) {
		return user, true
	}
	return pass, ok
}

// bareSchemes are schemes that stand in headers without credentials behind.
var bareSchemes = ascii.Words(`basic bearer digest negotiate token`)

// headerToken returns the token in the value of a header: what stands behind the scheme, for HTTP Basic its password. Any
// word with a blank behind is a scheme. Nothing is returned for schemes with several parameters (Digest, AWS4-HMAC-SHA256).
func headerToken(value []byte) (authscheme.Form, []byte) {
	value = trimBlanks(value)
	n := 0
	for n < len(value) && n < authscheme.MaxName && ascii.Class[value[n]]&ascii.Run != 0 {
		n++
	}
	if n == len(value) && bareSchemes[string(bytes.ToLower(value))] {
		return authscheme.Token, nil
	}
	if n == 0 || n == len(value) || value[n] != ' ' && value[n] != '\t' {
		return authscheme.Token, trimQuotes(value)
	}
	isBasic := bytes.EqualFold(value[:n], []byte("basic"))
	value = bytes.TrimLeft(value[n:], " \t")
	if isBasic {
		if pass, ok := basicPassword(value); ok {
			return authscheme.Basic, pass
		}
	}
	inner := bytes.TrimRight(value, "=")
	if bytes.LastIndexByte(inner, '=') > 0 && bytes.ContainsAny(inner, ", \"") {
		return authscheme.Params, nil
	}
	return authscheme.Token, trimQuotes(value)
}

func trimQuotes(b []byte) []byte {
	if len(b) >= 2 && (b[0] == '"' || b[0] == '\'') && b[len(b)-1] == b[0] {
		return b[1 : len(b)-1]
	}
	return b
}
