// Package provider recognises the tokens of providers by their formats: a prefix, an alphabet, a length and perhaps a
// checksum.
package provider
