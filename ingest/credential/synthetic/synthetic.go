// Package synthetic makes credentials from a seed, for canaries, the traffic simulator, the measurement of quality and
// tests. They have the formats of live ones and open nothing. They are made at run time, and their prefixes are put
// together here, so that no file of the repository looks like a leak.
package synthetic

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/checksum"
)

// The alphabets of credentials.
const (
	Digits     = "0123456789"
	NonZero    = "123456789"
	Lower      = "abcdefghijklmnopqrstuvwxyz"
	Upper      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	LowerHex   = Digits + "abcdef"
	LowerAlnum = Digits + Lower
	UpperAlnum = Upper + Digits
	Alnum      = Digits + Upper + Lower
	URLSafe    = Alnum + "-_" // base64url, RFC 4648 section 5
	Base32     = Upper + "234567"
	Bech32     = checksum.Bech32Alphabet
)

// Source draws the characters of credentials.
type Source interface {
	// Text returns n characters of alphabet.
	Text(alphabet string, n int) string
}

// Rand is a Source that takes one number from a math/rand source for each character.
type Rand struct{ *rand.Rand }

// New returns the Rand of a seed.
func New(seed, stream uint64) Rand {
	return Rand{rand.New(rand.NewPCG(seed, stream))}
}

// Text returns n characters of alphabet.
func (r Rand) Text(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

// Pattern is a credential of a prefix and characters of one alphabet.
type Pattern struct {
	Prefix   string
	Alphabet string
	Length   int // of the part behind the prefix
}

// The patterns that several programs use.
var (
	GitLabPAT    = Pattern{"gl" + "pat-", Alnum, 20}
	StripeKey    = Pattern{"sk_" + "live_", Alnum, 24}
	ShopifyToken = Pattern{"shp" + "at_", LowerHex, 32}
	AWSKeyID     = Pattern{"AK" + "IA", Base32, 16}
)

// Make returns a credential of the pattern.
func (p Pattern) Make(s Source) string { return p.Prefix + s.Text(p.Alphabet, p.Length) }

// SlackBotPrefix begins the bot tokens of Slack.
const SlackBotPrefix = "xo" + "xb-"

// GitHub returns a token of the form that GitHub and npm issue: prefix, 30 random characters and their checksum.
func GitHub(s Source, prefix string) string {
	random := s.Text(Alnum, checksum.Random62)
	sum := checksum.Of62([]byte(random))
	return prefix + random + string(sum[:])
}

// GitHubPAT returns a classic personal access token of GitHub.
func GitHubPAT(s Source) string { return GitHub(s, "gh"+"p_") }

// GitLabRoutable returns before, a token up to its last dot and the two characters behind it, with its checksum.
func GitLabRoutable(before string) string {
	sum := checksum.Of36([]byte(before))
	return before + string(sum[:])
}

// Grafana returns before, a service account's token up to its last _, with its checksum.
func Grafana(before string) string {
	sum := checksum.OfHex([]byte(before))
	return before + "_" + string(sum[:])
}

// UUID returns a UUID of version 4 (RFC 9562 section 5.4).
func UUID(s Source) string {
	h := s.Text(LowerHex, 32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-" + s.Text("89ab", 1) + h[17:20] + "-" + h[20:]
}

// JWT returns a token of header and claims, values that encoding/json writes, and a signature of so many characters.
func JWT(s Source, header, claims any, signature int) string {
	return Base64JSON(header) + "." + Base64JSON(claims) + "." + s.Text(URLSafe, signature)
}

// JWE returns an encrypted token of five parts. sizes are the lengths of the key, the initialization vector, the content
// and the tag, in characters.
func JWE(s Source, sizes [4]int) string {
	parts := []string{Base64JSON(map[string]any{"alg": "RSA-OAEP", "enc": "A256GCM"})}
	for _, n := range sizes {
		parts = append(parts, s.Text(URLSafe, n))
	}
	return strings.Join(parts, ".")
}

// Base64JSON returns v, a value that encoding/json writes, in base64url without padding.
func Base64JSON(v any) string {
	b, _ := json.Marshal(v) // maps of strings and numbers
	return base64.RawURLEncoding.EncodeToString(b)
}
