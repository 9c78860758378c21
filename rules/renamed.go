package rules

import (
	"regexp"
	"strings"
)

// renamedKeys maps keys that the format no longer has to those that took their place, both without the path to them.
// The index is the path of the mapping that holds the key, without list indexes; "" is the top level.
var renamedKeys = map[string]map[string]string{
	"": {
		"times": "factor", "per": "partition_by", "mark": "remember", "habit": "known_after", "least": "min_fields", "only": "values",
		"fleet": "peers", "switches": "transitions", "borders": "cross_border_only",
	},
	"learn":       {"at_least": "min_events"},
	"tests.given": {"first": "first_in_request"},
	"tests.steps": {"first": "first_in_request"},
}

// renamedValues is the same for values, by the path of their key.
var renamedValues = map[string]map[string]string{
	"kind": {"silence": "dormancy", "new": "new_value"},
	"by":   {"client": "network"},
}

// renamedNames is the same for names in conditions, and for the {names} of texts.
var renamedNames = map[string]string{
	"rule.since_mark": "rule.since", "event.first": "event.first_in_request",
	"{said}": "{observed}", "{known}": "{baseline}",
}

// renamedPattern finds what may be a name in a condition or a text.
var renamedPattern = regexp.MustCompile(`\b(rule|event)\.[a-z_]+|\{[a-z]+\}`)

// textsWithNames are the paths of the texts that renamedNames applies to.
var textsWithNames = map[string]bool{
	"where": true, "remember": true, "measure": true, "group": true, "severity_when.if": true, "stages.if": true,
	"summary": true, "observed": true, "baseline": true, "threshold": true,
}

var listIndex = regexp.MustCompile(`\[[0-9]+\]`)

// renamedKey returns what key of the mapping at path is called now, "" if it was never called otherwise.
func renamedKey(path, key string) string {
	return renamedKeys[listIndex.ReplaceAllString(path, "")][key]
}

// renamedIn returns the first word of a scalar at path that has another name now, and that name.
func renamedIn(path, text string) (word, now string) {
	path = strings.TrimPrefix(listIndex.ReplaceAllString(path, ""), ".")
	if now := renamedValues[path][text]; now != "" {
		return text, now
	}
	if !textsWithNames[path] {
		return "", ""
	}
	for _, word := range renamedPattern.FindAllString(text, -1) {
		if now := renamedNames[word]; now != "" {
			return word, now
		}
	}
	return "", ""
}
