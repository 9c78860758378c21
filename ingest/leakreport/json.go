package leakreport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// shape is how one kind of entry is recognised by its keys and read.
type shape struct {
	kind string
	keys []string // all of them
	read func(r *reader, entry []byte) error
}

// shapes are the objects that reports are made of, the most particular first.
var shapes = []shape{
	{"gitleaks", []string{"runs", "version"}, (*reader).sarif},
	{"detect-secrets", []string{"plugins_used", "results"}, (*reader).baseline},
	{"trufflehog", []string{"SourceMetadata", "DetectorName"}, (*reader).trufflehog},
	{"kingfisher", []string{"findings"}, (*reader).kingfisherReport},
	{"kingfisher", []string{"rule", "finding"}, (*reader).kingfisher},
	{"kingfisher", []string{"audit"}, (*reader).kingfisherSummary},
	{"github", []string{"secret_type", "number"}, (*reader).github},
	{"gitleaks", []string{"RuleID"}, (*reader).gitleaks},
}

// json reads one value, several one after the other (NDJSON), or arrays of them.
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

func (r *reader) array(value []byte) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(value, &elements); err != nil {
		return r.wrong()
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

func (r *reader) object(value []byte) error {
	var keys map[string]json.RawMessage
	if json.Unmarshal(value, &keys) != nil {
		return r.wrong()
	}
	for _, s := range shapes {
		if (r.kind == "auto" || r.kind == s.kind) && s.fits(keys) {
			return s.read(r, value)
		}
	}
	return r.wrong()
}

func (s *shape) fits(keys map[string]json.RawMessage) bool {
	for _, k := range s.keys {
		if _, ok := keys[k]; !ok {
			return false
		}
	}
	return true
}

// wrong says that the entry after the last one is not what it should be.
func (r *reader) wrong() error {
	what := "a known report: want gitleaks, trufflehog, kingfisher, detect-secrets or GitHub secret scanning alerts"
	if r.kind != "auto" {
		what = "one of a report of " + r.kind
	}
	return r.entryError("is not " + what)
}

func (r *reader) entryError(problem string) error {
	return fmt.Errorf("%s: entry %d %s", r.file, r.entries+1, problem)
}
