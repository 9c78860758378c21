package main

import (
	"bytes"
	"encoding/hex"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// undo are the escapes of servers and browsers. Each returns the text without one level of it.
var undo = []func([]byte) []byte{percent, backslash, numberSign, doubledQuote, latin1}

// unfold returns a text in all the ways in which it can be read: as it is, and with up to three levels of escapes undone.
func unfold(text []byte) [][]byte {
	all := [][]byte{text}
	begin := 0
	for range 3 {
		end := len(all)
		for _, t := range all[begin:end] {
			for _, f := range undo {
				if u := f(t); !containsText(all, u) {
					all = append(all, u)
				}
			}
		}
		begin = end
	}
	return all
}

func containsText(all [][]byte, text []byte) bool {
	for _, t := range all {
		if bytes.Equal(t, text) {
			return true
		}
	}
	return false
}

// percent undoes URL escapes, also beside percent signs that are none.
func percent(text []byte) []byte {
	return replace(text, '%', func(rest []byte) ([]byte, int) {
		if len(rest) < 3 {
			return nil, 0
		}
		s, err := url.PathUnescape(string(rest[:3]))
		if err != nil {
			return nil, 0
		}
		return []byte(s), 3
	})
}

// numberSign undoes the escapes of HAProxy, #22 for a quote.
func numberSign(text []byte) []byte {
	return replace(text, '#', func(rest []byte) ([]byte, int) {
		if len(rest) < 3 {
			return nil, 0
		}
		b, err := hex.DecodeString(string(rest[1:3]))
		return b, 3 * btoi(err == nil)
	})
}

// backslash undoes the escapes of C, JSON and nginx.
func backslash(text []byte) []byte {
	return replace(text, '\\', func(rest []byte) ([]byte, int) {
		switch {
		case len(rest) >= 6 && rest[1] == 'u':
			n, err := strconv.ParseUint(string(rest[2:6]), 16, 16)
			return utf8.AppendRune(nil, rune(n)), 6 * btoi(err == nil)
		case len(rest) >= 4 && rest[1] == 'x':
			b, err := hex.DecodeString(string(rest[2:4]))
			return b, 4 * btoi(err == nil)
		case len(rest) >= 2 && bytes.IndexByte([]byte(`"\/`), rest[1]) >= 0:
			return rest[1:2], 2
		}
		return nil, 0
	})
}

// doubledQuote undoes the escapes of CSV.
func doubledQuote(text []byte) []byte { return bytes.ReplaceAll(text, []byte(`""`), []byte(`"`)) }

// latin1 undoes that a program took the bytes of UTF-8 for characters.
func latin1(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if r > 0xff {
			return text
		}
		out = append(out, byte(r))
	}
	return out
}

// replace calls f at each mark; f returns what stands for the first n bytes, n 0 for none.
func replace(text []byte, mark byte, f func(rest []byte) ([]byte, int)) []byte {
	if bytes.IndexByte(text, mark) < 0 {
		return text
	}
	var out []byte
	for i := 0; i < len(text); {
		if text[i] == mark {
			if with, n := f(text[i:]); n > 0 {
				out, i = append(out, with...), i+n
				continue
			}
		}
		out, i = append(out, text[i]), i+1
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
