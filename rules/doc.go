// Package rules is the format of rule files: it decodes and validates them, and turns the tests inside them into events. It
// holds no state and evaluates no expression; package detect does.
//
// A [Definition] has the keys that all kinds share, and a [Spec] with those of its kind, in spec_KIND.go. README.md documents
// the format and the language of the tests.
package rules
