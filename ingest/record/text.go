package record

import "unsafe"

// String returns b as a string without copying it. The string changes when b is overwritten: the caller keeps b
// unchanged for as long as the string is in use.
func String(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Bytes returns the bytes of s without copying them. They must not be written to.
func Bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
