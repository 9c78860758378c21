package rules

import (
	"regexp"
	"strings"
)

// renamedKeys maps keys of drafts of the format to those that replaced them, by the path of the mapping that holds the key,
// without list indexes; "" is the top level.
var renamedKeys = map[string]map[string]string{
	"": {
		"times": "factor", "per": "partition_by", "mark": "remember", "habit": "known_after", "least": "min_fields", "only": "values",
		"fleet": "peers", "switches": "transitions", "borders": "cross_border_only",
	},
	"learn":       {"at_least": "min_events"},
	"tests.given": {"first": "first_in_request"},
	"tests.steps": {"first": "first_in_request"},
}

// renamedValues maps replaced values to new ones, by the path of their key.
var renamedValues = map[string]map[string]string{
	"kind": {"silence": "dormancy", "new": "new_value"},
	"by":   {"client": "network"},
}

// renamedNames maps replaced names in conditions, and {names} in texts, to new ones.
var renamedNames = map[string]string{
	"rule.since_mark": "rule.since", "event.first": "event.first_in_request",
	"{said}": "{observed}", "{known}": "{baseline}",
}

// renamedPattern finds candidates for renamedNames.
var renamedPattern = regexp.MustCompile(`\b(rule|event)\.[a-z_]+|\{[a-z]+\}`)

// textsWithNames are the paths of the values that renamedNames applies to.
var textsWithNames = map[string]bool{
	"where": true, "remember": true, "measure": true, "group": true, "severity_when.if": true, "stages.if": true,
	"summary": true, "observed": true, "baseline": true, "threshold": true,
}

var listIndex = regexp.MustCompile(`\[[0-9]+\]`)

// renamedKey returns the key that replaced one in the mapping at path, or "".
func renamedKey(path, key string) string {
	return renamedKeys[listIndex.ReplaceAllString(path, "")][key]
}

// renamedIn returns the first replaced word in the value at path, and its new name, or "".
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
