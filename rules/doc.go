// Package rules is the rule format: it reads rule files, says what is wrong with them, and turns the tests inside
// them into events. It knows no state and evaluates nothing; that is package detect.
//
// The format and the little language of the tests are described in README.md beside this file.
package rules
