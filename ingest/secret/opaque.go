// Package secret has the types that hold raw bytes of keys and tokens: [Key], [Token], [Input] and [Fingerprinter]. No way of
// printing, logging or encoding them shows a byte. The rest of the code keeps a credential as its position in a line.
//
// A fingerprint is HMAC-SHA-256 over the canonical form of a token ([Canonical]): decoded until nothing more decodes. It is
// the same for a token in a query, twice encoded in a Referer, and pasted into `tokenwarden fingerprint`.
package secret

// Opaque keeps a value that must not be printed behind two pointers. One is not enough: where a verb does not fit the type
// of a field, package fmt prints what a pointer points to ("%!s(*[32]uint8=&[234 9 ...])"), whatever methods the type
// around it has. Behind the second pointer it prints an address.
type Opaque[T any] struct{ p *T }

// Hide returns an Opaque that holds p.
func Hide[T any](p *T) *Opaque[T] { return &Opaque[T]{p} }

// Get returns the hidden pointer.
func (o *Opaque[T]) Get() *T { return o.p }
