package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
)

// class is the property that gives a token away.
type class uint8

const (
	provider class = iota // its own format
	opaque                // nothing but randomness
	typed                 // made by people: passwords and passphrases
	short                 // one-time codes and PINs
	special               // of one place: tried only where a placement names it
)

// token is one synthetic credential. It is made at run time, so that no file holds one.
type token struct {
	kind  string
	class class
	text  string
	forms []string // see forms
}

func (c class) String() string {
	return [...]string{"provider", "opaque", "typed", "short", "special"}[c]
}

// name is class and kind; the report sums over what stands before the slash.
func (t token) name() string { return t.class.String() + "/" + t.kind }

const (
	digits   = "0123456789"
	lowerHex = digits + "abcdef"
	lower    = "abcdefghijklmnopqrstuvwxyz"
	upper    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowNum   = digits + lower
	alnum    = digits + upper + lower
	urlSafe  = alnum + "-_"
	base32   = upper + "234567"
)

// maker makes tokens from a seed.
type maker struct{ r *rand.Rand }

func (m maker) of(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[m.r.IntN(len(alphabet))]
	}
	return string(b)
}

func (m maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.r.Uint32())
	}
	return b
}

func (m maker) hex(n int) string   { return m.of(lowerHex, n) }
func (m maker) alnum(n int) string { return m.of(alnum, n) }

func (m maker) uuid() string {
	h := m.hex(32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-" + m.of("89ab", 1) + h[17:20] + "-" + h[20:]
}

// crc62 appends the checksum that GitHub and npm tokens end in: the CRC-32 of the random part, base 62, six digits.
func (m maker) crc62(prefix string) string {
	body := m.alnum(30)
	sum := crc32.ChecksumIEEE([]byte(body))
	var tail [6]byte
	for i := len(tail) - 1; i >= 0; i-- {
		tail[i] = alnum[sum%62]
		sum /= 62
	}
	return prefix + body + string(tail[:])
}

// crcHex appends the CRC-32 of all before it, in hexadecimal.
func crcHex(s, separator string) string {
	return s + separator + fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(s)))
}

func b64(v any) string {
	b, _ := json.Marshal(v) // maps of strings and numbers
	return base64.RawURLEncoding.EncodeToString(b)
}

func (m maker) jwt(alg string, signature int) string {
	return b64(map[string]any{"alg": alg, "typ": "JWT"}) + "." +
		b64(map[string]any{"iss": "https://id.example", "sub": m.of(digits, 8), "aud": "api", "exp": 1767607198, "scope": "read"}) + "." +
		m.of(urlSafe, signature)
}

func (m maker) jwe() string {
	header := b64(map[string]any{"alg": "RSA-OAEP", "enc": "A256GCM"})
	return strings.Join([]string{header, m.of(urlSafe, 342), m.of(urlSafe, 16), m.of(urlSafe, 120), m.of(urlSafe, 22)}, ".")
}

var words = strings.Fields(`sunshine monkey dragon football summer winter purple orange coffee guitar hockey silver tiger charlie michael
	jessica princess shadow falcon pepper ginger cookie banana yellow hamburg berlin london freedom welcome qwertz`)

func (m maker) word() string { return words[m.r.IntN(len(words))] }

func (m maker) title() string {
	w := m.word()
	return strings.ToUpper(w[:1]) + w[1:]
}

func (m maker) ofPeople() map[string]string {
	return map[string]string{
		"pw_word":           m.word(), // among the most used passwords there are
		"pw_word_digit":     m.word() + m.of("123456789", 2),
		"pw_title_year":     m.title() + "202" + m.of("0123456", 1) + "!",
		"pw_leet":           strings.NewReplacer("o", "0", "e", "3", "a", "@", "i", "1").Replace(m.title()) + m.of(digits, 3),
		"pw_special":        m.alnum(4) + m.of("!$%&*?#@", 2) + m.alnum(4),
		"pw_generated":      m.of(alnum+"!$%&*?#@+=^~", 16),
		"pw_german":         "Grün" + m.word() + m.of(digits, 2),
		"pw_digits":         m.of("123456789", 8),
		"pw_mixed8":         m.alnum(8),
		"passphrase":        m.word() + "-" + m.word() + "-" + m.word() + "-" + m.of("123456789", 2),
		"passphrase_spaces": m.word() + " " + m.word() + " " + m.word() + " " + m.word(),
	}
}

func (m maker) opaques() map[string]string {
	out := map[string]string{
		"uuid4":        m.uuid(),
		"uuid_upper":   strings.ToUpper(m.uuid()),
		"HEX32":        strings.ToUpper(m.hex(32)),
		"lower26":      m.of(lower+"234567", 26),
		"base32_32":    m.of(base32, 32),
		"b64pad24":     base64.StdEncoding.EncodeToString(m.bytes(16)),
		"b64std44":     base64.StdEncoding.EncodeToString(m.bytes(32)),
		"b64std88":     base64.StdEncoding.EncodeToString(m.bytes(64)),
		"dotted":       m.alnum(12) + "." + m.alnum(24),
		"colon":        m.of(digits, 6) + ":" + m.alnum(32),
		"grouped":      m.of(upper+digits, 5) + "-" + m.of(upper+digits, 5) + "-" + m.of(upper+digits, 5) + "-" + m.of(upper+digits, 5),
		"prefixed":     "acme_" + m.alnum(32),
		"signed_value": m.of(urlSafe, 30) + "--" + m.hex(40),
		"itsdangerous": m.of(urlSafe, 24) + "." + m.of(urlSafe, 6) + "." + m.of(urlSafe, 27),
		"digits20":     "7" + m.of(digits, 19),
	}
	for _, n := range []int{16, 24, 32, 40, 48, 64} {
		out[fmt.Sprintf("hex%d", n)] = m.hex(n)
	}
	for _, n := range []int{16, 22, 27, 32, 43, 64} {
		out[fmt.Sprintf("b64url%d", n)] = m.of(urlSafe[:62], 1) + m.of(urlSafe, n-2) + m.of(urlSafe[:62], 1)
	}
	for _, n := range []int{16, 20, 24, 32, 40, 64} {
		out[fmt.Sprintf("alnum%d", n)] = m.alnum(n)
	}
	return out
}

func (m maker) specials() map[string]string {
	return map[string]string{
		"django_reset":   m.of(lowNum, 6) + "-" + m.hex(32),
		"alnum12":        m.alnum(12),
		"b64url8":        m.of(urlSafe, 8),
		"lower54":        m.of(lowNum, 54),
		"digits3":        m.of(digits, 3),
		"digits10":       m.of("123456789", 10),
		"discord_hook":   m.of(urlSafe, 68),
		"salesforce_sid": "00D" + m.alnum(12) + "!AQ" + m.of(alnum+"._", 93),
		"b64long":        base64.StdEncoding.EncodeToString(m.bytes(300)),
	}
}

func (m maker) codes() map[string]string {
	return map[string]string{
		"otp6":  m.of("123456789", 6),
		"otp8":  m.of("123456789", 8),
		"pin4":  m.of("123456789", 4),
		"code8": m.of(base32, 4) + "-" + m.of(base32, 4),
		"code6": m.of(base32, 6),
	}
}

// tokens makes one of each kind, sorted by kind within class.
func tokens(seed uint64) []token {
	m := maker{rand.New(rand.NewPCG(seed, 20260105))} //nolint:gosec // synthetic credentials have to come again by their seed
	var out []token
	for _, c := range []struct {
		class class
		made  map[string]string
	}{
		{provider, m.providers()}, {opaque, m.opaques()}, {typed, m.ofPeople()}, {special, m.specials()},
		{short, m.codes()},
	} {
		for kind, text := range c.made {
			out = append(out, token{kind: kind, class: c.class, text: text, forms: forms(text)})
		}
	}
	return sortTokens(out)
}
