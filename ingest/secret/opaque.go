// Package secret has the types that hold raw bytes of keys and tokens: [Key], [Token], [Input] and [Fingerprinter].
// Printing, logging or encoding them shows no byte. All other code keeps a credential as its position in a line.
//
// A fingerprint is HMAC-SHA-256 over the canonical form of a token ([Canonical]). It is the same for a token in a query,
// twice encoded in a Referer, and pasted into `tokenwarden fingerprint`.
package secret

// Opaque keeps an unprintable value behind two pointers. One is not enough: for a verb that does not fit the field's type,
// package fmt prints the pointed-to value ("%!s(*[32]uint8=&[234 9 ...])") whatever methods the outer type has. Behind the
// second pointer fmt prints an address.
type Opaque[T any] struct{ p *T }

// Hide returns an Opaque around p.
func Hide[T any](p *T) *Opaque[T] { return &Opaque[T]{p} }

// Get returns the hidden pointer.
func (o *Opaque[T]) Get() *T { return o.p }
