package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// anchored recognises tokens by a fixed text within or at their end, the length of the token and the offset of the text.
func anchored(b []byte, start, end int) (Match, bool) {
	for i := range anchors {
		if a := &anchors[i]; end-start == a.size && ascii.HasAt(b, start+a.at, a.text) && a.rest(b[start:end]) {
			return found(start, end+ascii.Padding(b[end:]), a.kind)
		}
	}
	return Match{}, false
}

// anchor is a fixed text in every token of a kind.
type anchor struct {
	kind string
	size int // of the token
	at   int // where the text starts
	text string
	tail uint8 // classes of the bytes around it
}

// anchors are the formats with such a text. Dropbox: long-lived access tokens. MaxMind: "License keys". New Relic: "License key". Mailchimp: "API keys", the
// data centre behind a dash. Microsoft: identifiable keys of Azure DevOps, Azure AI services, Azure Functions and Azure AI
// Search.
var anchors = [...]anchor{
	{"dropbox_token", 64, 11, "AAAAAAAAAA", ascii.Alnum | ascii.Join},
	{"maxmind_key", 40, 36, "_mmk", ascii.Alnum | ascii.Join},
	{"newrelic_license", 40, 36, "NRAL", ascii.Lower | ascii.Digit},
	{"mailchimp_key", 36, 32, "-us", ascii.Hex},
	{"mailchimp_key", 37, 32, "-us", ascii.Hex},
	{"azure_devops_pat", 84, 76, "AZDO", ascii.Alnum},
	{"azure_ai_key", 84, 52, "JQQJ99", ascii.Alnum},
	{"azure_functions_key", 54, 44, "AzFu", ascii.Alnum | ascii.Join},
	{"azure_search_key", 52, 42, "AzSe", ascii.Alnum},
}

// rest reports whether the bytes around the text are of the token's alphabet.
func (a *anchor) rest(token []byte) bool {
	for i, c := range token {
		if ascii.Class[c]&a.tail == 0 && (i < a.at || i >= a.at+len(a.text)) {
			return false
		}
	}
	return true
}

// anchorSizes is a bit set of the sizes of anchored tokens.
var anchorSizes = func() (set [2]uint64) {
	for _, a := range anchors {
		set[a.size/64] |= 1 << (a.size % 64)
	}
	return set
}()

// mayAnchor reports whether the run from start to end has the size and the text of an anchored token.
func mayAnchor(b []byte, start, end int) bool {
	n := end - start
	if n >= 128 || anchorSizes[n/64]>>(n%64)&1 == 0 {
		return false
	}
	for i := range anchors {
		if a := &anchors[i]; a.size == n && ascii.HasAt(b, start+a.at, a.text) {
			return true
		}
	}
	return false
}
