package main

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
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

// maker makes tokens from a seed.
type maker struct{ synthetic.Rand }

func (m maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.Uint32())
	}
	return b
}

func (m maker) hex(n int) string   { return m.Text(synthetic.LowerHex, n) }
func (m maker) alnum(n int) string { return m.Text(synthetic.Alnum, n) }
func (m maker) uuid() string       { return synthetic.UUID(m) }

var words = strings.Fields(`sunshine monkey dragon football summer winter purple orange coffee guitar hockey silver tiger charlie michael
	jessica princess shadow falcon pepper ginger cookie banana yellow hamburg berlin london freedom welcome qwertz`)

func (m maker) word() string { return words[m.IntN(len(words))] }

func (m maker) title() string {
	w := m.word()
	return strings.ToUpper(w[:1]) + w[1:]
}

func (m maker) ofPeople() map[string]string {
	return map[string]string{
		"pw_word":           m.word(), // among the most used passwords there are
		"pw_word_digit":     m.word() + m.Text(synthetic.NonZero, 2),
		"pw_title_year":     m.title() + "202" + m.Text("0123456", 1) + "!",
		"pw_leet":           strings.NewReplacer("o", "0", "e", "3", "a", "@", "i", "1").Replace(m.title()) + m.Text(synthetic.Digits, 3),
		"pw_special":        m.alnum(4) + m.Text("!$%&*?#@", 2) + m.alnum(4),
		"pw_generated":      m.Text(synthetic.Alnum+"!$%&*?#@+=^~", 16),
		"pw_german":         "Grün" + m.word() + m.Text(synthetic.Digits, 2),
		"pw_digits":         m.Text(synthetic.NonZero, 8),
		"pw_mixed8":         m.alnum(8),
		"passphrase":        m.word() + "-" + m.word() + "-" + m.word() + "-" + m.Text(synthetic.NonZero, 2),
		"passphrase_spaces": m.word() + " " + m.word() + " " + m.word() + " " + m.word(),
	}
}

func (m maker) opaques() map[string]string {
	out := map[string]string{
		"uuid4":      m.uuid(),
		"uuid_upper": strings.ToUpper(m.uuid()),
		"HEX32":      strings.ToUpper(m.hex(32)),
		"lower26":    m.Text(synthetic.Lower+"234567", 26),
		"base32_32":  m.Text(synthetic.Base32, 32),
		"b64pad24":   base64.StdEncoding.EncodeToString(m.bytes(16)),
		"b64std44":   base64.StdEncoding.EncodeToString(m.bytes(32)),
		"b64std88":   base64.StdEncoding.EncodeToString(m.bytes(64)),
		"dotted":     m.alnum(12) + "." + m.alnum(24),
		"colon":      m.Text(synthetic.Digits, 6) + ":" + m.alnum(32),
		"grouped": m.Text(synthetic.UpperAlnum, 5) + "-" + m.Text(synthetic.UpperAlnum, 5) + "-" +
			m.Text(synthetic.UpperAlnum, 5) + "-" + m.Text(synthetic.UpperAlnum, 5),
		"prefixed":     "acme_" + m.alnum(32),
		"signed_value": m.Text(synthetic.URLSafe, 30) + "--" + m.hex(40),
		"itsdangerous": m.Text(synthetic.URLSafe, 24) + "." + m.Text(synthetic.URLSafe, 6) + "." + m.Text(synthetic.URLSafe, 27),
		"digits20":     "7" + m.Text(synthetic.Digits, 19),
	}
	for _, n := range []int{16, 24, 32, 40, 48, 64} {
		out[fmt.Sprintf("hex%d", n)] = m.hex(n)
	}
	for _, n := range []int{16, 22, 27, 32, 43, 64} {
		out[fmt.Sprintf("b64url%d", n)] = m.Text(synthetic.URLSafe[:62], 1) + m.Text(synthetic.URLSafe, n-2) + m.Text(synthetic.URLSafe[:62], 1)
	}
	for _, n := range []int{16, 20, 24, 32, 40, 64} {
		out[fmt.Sprintf("alnum%d", n)] = m.alnum(n)
	}
	return out
}

func (m maker) specials() map[string]string {
	return map[string]string{
		"django_reset":   m.Text(synthetic.LowerAlnum, 6) + "-" + m.hex(32),
		"alnum12":        m.alnum(12),
		"b64url8":        m.Text(synthetic.URLSafe, 8),
		"lower54":        m.Text(synthetic.LowerAlnum, 54),
		"digits3":        m.Text(synthetic.Digits, 3),
		"digits10":       m.Text(synthetic.NonZero, 10),
		"discord_hook":   m.Text(synthetic.URLSafe, 68),
		"salesforce_sid": "00D" + m.alnum(12) + "!AQ" + m.Text(synthetic.Alnum+"._", 93),
		"b64long":        base64.StdEncoding.EncodeToString(m.bytes(300)),
	}
}

func (m maker) codes() map[string]string {
	return map[string]string{
		"otp6":  m.Text(synthetic.NonZero, 6),
		"otp8":  m.Text(synthetic.NonZero, 8),
		"pin4":  m.Text(synthetic.NonZero, 4),
		"code8": m.Text(synthetic.Base32, 4) + "-" + m.Text(synthetic.Base32, 4),
		"code6": m.Text(synthetic.Base32, 6),
	}
}

// tokens makes one of each kind, sorted by kind within class.
func tokens(seed uint64) []token {
	m := maker{synthetic.New(seed, 20260105)}
	var out []token
	for _, c := range []struct {
		class class
		made  map[string]string
	}{
		{provider, synthetic.Providers(m)}, {opaque, m.opaques()}, {typed, m.ofPeople()}, {special, m.specials()},
		{short, m.codes()}, {provider, synthetic.Issued(m)},
	} {
		for kind, text := range c.made {
			out = append(out, token{kind: kind, class: c.class, text: text, forms: forms(text)})
		}
	}
	return sortTokens(out)
}

func sortTokens(ts []token) []token {
	slices.SortFunc(ts, func(a, b token) int { return cmp.Or(int(a.class)-int(b.class), cmp.Compare(a.kind, b.kind)) })
	return ts
}
