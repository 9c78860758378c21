package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// edgeLabel is what the edge key is derived from. Its number is the version of the contract in deploy/edge/CONTRACT.md.
const edgeLabel = "tokenwarden edge 1"

// EdgePrefix begins an edge form: twfp1.<key id>.<kind>.<32 hex>.<8 hex>.
const EdgePrefix = "twfp1."

// MaxEdgeKind bounds the kind in an edge form, in bytes of a-z and _.
const MaxEdgeKind = 24

// EdgeHash is HMAC-SHA-256 of a canonical token under the edge key, cut to 128 bits: what a proxy logs in place of a token.
type EdgeHash [16]byte

// EdgeKey is the key for proxies, derived from a Key. Whoever has it can test guesses of tokens against the logs of these
// proxies, but neither against fingerprints in redacted logs nor against those in a store. Printed forms show its ID alone.
type EdgeKey struct {
	secret *Opaque[[KeySize]byte]
	id     tokenwarden.KeyID
}

// Edge derives the key for proxies.
func (k Key) Edge() EdgeKey {
	h := hmac.New(sha256.New, k.secret.Get()[:])
	_, _ = h.Write([]byte(edgeLabel))
	var edge [KeySize]byte
	h.Sum(edge[:0])
	return EdgeKey{Hide(&edge), k.id}
}

var errEdgeKey = errors.New("edge key: want 8 and 64 hexadecimal characters joined by a colon: print them with `tokenwarden key edge`")

// ParseEdgeKey reads the text of EdgeKey.Text, "<key id>:<64 hex>". Errors never quote it.
func ParseEdgeKey(text string) (EdgeKey, error) {
	var edge [KeySize]byte
	k := EdgeKey{secret: Hide(&edge)}
	id, key, ok := strings.Cut(strings.TrimSpace(text), ":")
	if !ok || len(key) != 2*KeySize || k.id.UnmarshalText([]byte(id)) != nil {
		return EdgeKey{}, errEdgeKey
	}
	if _, err := hex.Decode(edge[:], []byte(key)); err != nil {
		return EdgeKey{}, errEdgeKey
	}
	return k, nil
}

// ID returns the public name of the Key that k was derived from.
func (k EdgeKey) ID() tokenwarden.KeyID { return k.id }

// Hex returns the key itself as 64 hexadecimal characters. It is meant for the configuration of a proxy.
func (k EdgeKey) Hex() string { return hex.EncodeToString(k.secret.Get()[:]) }

// Base64 returns the key itself in base64 with padding.
func (k EdgeKey) Base64() string { return base64.StdEncoding.EncodeToString(k.secret.Get()[:]) }

// Text returns ID and key for ParseEdgeKey.
func (k EdgeKey) Text() string { return k.id.String() + ":" + k.Hex() }

// String returns "[edge key ID]".
func (k EdgeKey) String() string { return "[edge key " + k.id.String() + "]" }

// GoString returns the ID.
func (k EdgeKey) GoString() string { return k.String() }

// Format prints the ID for every verb.
func (k EdgeKey) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// LogValue logs the ID.
func (k EdgeKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText returns the ID: an edge key leaves the process only through Hex, Base64 and Text.
func (k EdgeKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Edge does what a proxy does: it makes edge forms of tokens. It serves one goroutine at a time and does not allocate once made.
type Edge struct{ in *Opaque[edge] }

type edge struct {
	id    tokenwarden.KeyID
	mac   edgeMAC
	token []byte
}

// NewEdge makes an Edge for one key.
func NewEdge(k EdgeKey) Edge { return Edge{Hide(&edge{id: k.id, mac: newEdgeMAC(k)})} }

// AppendForm appends the edge form of t to dst. Kind says what t is; what is no a-z or _ in it becomes _.
func (e Edge) AppendForm(dst []byte, kind string, t Token) []byte {
	in := e.in.Get()
	in.token = Canonical(in.token[:0], t.bytes())
	hash := in.mac.of(domainToken, in.token)
	clear(in.token)
	from := len(dst)
	dst = append(dst, EdgePrefix...)
	dst = append(hex.AppendEncode(dst, in.id[:]), '.')
	for _, c := range []byte(kind[:min(len(kind), MaxEdgeKind)]) {
		if c = ascii.ToLower(c); !isKindByte(c) {
			c = '_'
		}
		dst = append(dst, c)
	}
	dst = hex.AppendEncode(append(dst, '.'), hash[:])
	sum := in.mac.form(dst[from:])
	return hex.AppendEncode(append(dst, '.'), sum[:])
}

// AppendLine appends the edge form of the token on one line of pasted text, as Fingerprinter.Line reads it. It appends nothing
// for an empty line.
func (e Edge) AppendLine(dst []byte, kind string, line []byte) []byte {
	token := stripWrapping(line)
	if len(token) == 0 {
		return dst
	}
	return e.AppendForm(dst, kind, NewToken(token))
}

// AppendHeader appends the edge form of the credentials in the value of a header, and nothing without credentials that are one
// token. The kind is that of HTTP Basic where the value is that, kind for all other values.
func (e Edge) AppendHeader(dst []byte, kind string, value []byte) []byte {
	scheme, token := headerToken(value)
	if scheme == authscheme.Basic {
		kind = "password"
	}
	if len(token) == 0 {
		return dst
	}
	return e.AppendForm(dst, kind, NewToken(token))
}

func isKindByte(c byte) bool { return ascii.IsLower(c) || c == '_' }

// edgeMAC is a mac under an edge key.
type edgeMAC struct{ mac mac }

func newEdgeMAC(k EdgeKey) edgeMAC { return edgeMAC{newMAC(k.secret.Get())} }

func (m *edgeMAC) of(domain byte, data []byte) EdgeHash { return m.mac.of(domain, data) }

// form returns the MAC of an edge form without its last part.
func (m *edgeMAC) form(text []byte) (sum [4]byte) {
	full := m.of(domainForm, text)
	copy(sum[:], full[:])
	return sum
}

// holds reports whether sum is the MAC of text.
func (m *edgeMAC) holds(text []byte, sum [4]byte) bool {
	want := m.form(text)
	return subtle.ConstantTimeCompare(want[:], sum[:]) == 1
}
