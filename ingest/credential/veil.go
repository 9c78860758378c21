package credential

// veil keeps what must not be printed two pointers away. One is not enough: of a field whose verb does not fit, package
// fmt prints what a pointer points to ("%!s(*[32]uint8=&[234 9 ...])"), whatever methods the type around it has. Behind
// the second one it prints an address.
type veil[T any] struct{ p *T }

func veiled[T any](p *T) *veil[T] { return &veil[T]{p} }
