package leakreport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// entryFormat is one kind of JSON object in a report, recognised by its keys.
type entryFormat struct {
	kind string
	keys []string // all must be there
	read func(r *reader, entry []byte) error
}

// entryFormats are tried in this order: the most particular first.
var entryFormats = []entryFormat{
	{"gitleaks", []string{"runs", "version"}, (*reader).sarifReport},
	{"detect-secrets", []string{"plugins_used", "results"}, (*reader).detectSecretsBaseline},
	{"trufflehog", []string{"SourceMetadata", "DetectorName"}, (*reader).trufflehog},
	{"kingfisher", []string{"findings"}, (*reader).kingfisherReport},
	{"kingfisher", []string{"rule", "finding"}, (*reader).kingfisher},
	{"kingfisher", []string{"audit"}, (*reader).kingfisherSummary},
	{"github", []string{"secret_type", "number"}, (*reader).github},
	{"gitleaks", []string{"RuleID"}, (*reader).gitleaks},
}

// json reads a JSON value, several in a row (NDJSON), or arrays of them.
func (r *reader) json(content []byte) error {
	d := json.NewDecoder(bytes.NewReader(content))
	for {
		var value json.RawMessage
		start := d.InputOffset()
		err := d.Decode(&value)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.errorf(1+bytes.Count(content[:start], []byte("\n")), "is not valid JSON from here on")
		}
		if value[0] != '[' {
			err = r.object(value)
		} else {
			err = r.array(value)
		}
		if err != nil {
			return err
		}
	}
}

// array reads each element of a JSON array.
func (r *reader) array(value []byte) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(value, &elements); err != nil {
		return r.unknownEntry()
	}
	for _, e := range elements {
		if len(e) > 0 && e[0] == '[' { // pages of an API, one array each
			if err := r.array(e); err != nil {
				return err
			}
			continue
		}
		if err := r.object(e); err != nil {
			return err
		}
	}
	return nil
}

// object reads a JSON object by the first format that matches.
func (r *reader) object(value []byte) error {
	var keys map[string]json.RawMessage
	if json.Unmarshal(value, &keys) != nil {
		return r.unknownEntry()
	}
	for _, s := range entryFormats {
		if (r.kind == "auto" || r.kind == s.kind) && s.matches(keys) {
			return s.read(r, value)
		}
	}
	return r.unknownEntry()
}

func (s *entryFormat) matches(keys map[string]json.RawMessage) bool {
	for _, k := range s.keys {
		if _, ok := keys[k]; !ok {
			return false
		}
	}
	return true
}

// unknownEntry returns the error for an entry of no known format.
func (r *reader) unknownEntry() error {
	what := "a known report: want gitleaks, trufflehog, kingfisher, detect-secrets or GitHub secret scanning alerts"
	if r.kind != "auto" {
		what = "one of a report of " + r.kind
	}
	return r.entryError("is not " + what)
}

// entryError returns an error that names the entry after the last one added.
func (r *reader) entryError(problem string) error {
	return fmt.Errorf("%s: entry %d %s", r.file, r.entries+1, problem)
}
