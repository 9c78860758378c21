// Package provider recognises the tokens of providers by their formats: a prefix, an alphabet, a length and, where there is
// one, a checksum.
package provider
