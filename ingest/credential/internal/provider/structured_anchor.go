package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// anchored recognises tokens by a fixed text within or at their end, the length of the token and the offset of the text.
func anchored(b []byte, start, end int) (Match, bool) {
	for i := range anchors {
		if a := &anchors[i]; a.isAt(b, start, end) && a.rest(b[start:start+a.size]) {
			return found(start, start+a.size, a.kind)
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

// anchors are the formats with such a text. Dropbox: long-lived access tokens. MaxMind: "License keys". New Relic: "License
// key". Mailchimp: "API keys", the data centre behind a dash. Microsoft: identifiable keys of Azure DevOps, Azure AI services,
// Azure Functions and Azure AI Search.
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

// isAt reports whether the run from start to end begins with a token's size and text.
func (a *anchor) isAt(b []byte, start, end int) bool {
	return endsAfter(b, start, end, a.size) && ascii.HasAt(b, start+a.at, a.text)
}

// minAnchor is the size of the shortest of anchors.
const minAnchor = 36

// mayAnchor reports whether the run from start to end begins with the size and the text of an anchored token.
func mayAnchor(b []byte, start, end int) bool {
	if end-start < minAnchor {
		return false
	}
	for i := range anchors {
		if anchors[i].isAt(b, start, end) {
			return true
		}
	}
	return false
}
