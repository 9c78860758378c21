package tokenwarden

import "fmt"

// Identity says what a fingerprint was made of. The better a system hides its tokens, the less of them stands in its logs, so
// the log may name a token by something else.
type Identity uint8

// The identities. The numbers are part of the usage format: never reuse one.
const (
	IdentityToken   Identity = 0 // the token itself, which the log shows
	IdentityEdge    Identity = 1 // a digest of the token that a proxy made under the edge key; equals the token's own fingerprint
	IdentityForeign Identity = 2 // an id or a digest that another system logs in place of the token; equal to no token's fingerprint
)

var identities = [...]string{IdentityToken: "token", IdentityEdge: "edge", IdentityForeign: "foreign"}

// String returns token, edge or foreign.
func (i Identity) String() string {
	if int(i) < len(identities) {
		return identities[i]
	}
	return ""
}

// ParseIdentity is the reverse of String.
func ParseIdentity(name string) (Identity, error) {
	for i, n := range identities {
		if n == name {
			return Identity(i), nil
		}
	}
	return 0, fmt.Errorf("unknown identity %q: want token, edge or foreign", name)
}

// MarshalText returns the text of String.
func (i Identity) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text of MarshalText.
func (i *Identity) UnmarshalText(text []byte) error {
	got, err := ParseIdentity(string(text))
	*i = got
	return err
}
