package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// redacted is the outcome of one line.
type redacted struct {
	line         string
	fingerprints []tokenwarden.Fingerprint
	reasons      []string // of the findings
	guard        bool     // the second check caught something
	parsed       bool
}

// redactor is the implementation under measurement. Tests replace it.
type redactor interface {
	redact(format, line string) (redacted, error)
	fingerprint(text string) tokenwarden.Fingerprint
}

// clock is the wall clock of the measurement: a minute after the lines' own time.
var clock = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// pipeline is the redaction of the product, one Processor per format.
type pipeline struct {
	key           secret.Key
	fingerprinter secret.Fingerprinter
	processors    map[string]*ingest.Processor
}

func newPipeline() (*pipeline, error) {
	seed := sha256.Sum256([]byte("key of the quality measurement"))
	key, _, err := secret.NewKey(bytes.NewReader(seed[:]))
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return &pipeline{key: key, fingerprinter: secret.NewFingerprinter(key), processors: map[string]*ingest.Processor{}}, nil
}

func (p *pipeline) processor(format string) (*ingest.Processor, error) {
	if q := p.processors[format]; q != nil {
		return q, nil
	}
	q, err := ingest.NewProcessor(ingest.Options{Format: format, Credential: credential.Options{Keys: []secret.Key{p.key}}})
	if err != nil {
		return nil, fmt.Errorf("make processor for %s: %w", format, err)
	}
	p.processors[format] = q
	return q, nil
}

func (p *pipeline) redact(format, line string) (redacted, error) {
	q, err := p.processor(format)
	if err != nil {
		return redacted{}, err
	}
	out, res := q.Process(nil, ingest.Line{Text: []byte(line), Source: tokenwarden.Source{File: "quality", Line: 1}, Now: clock})
	r := redacted{line: string(out), guard: res.Reason == ingest.ReasonGuard, parsed: res.Err == nil}
	for _, f := range res.Findings {
		r.fingerprints = append(r.fingerprints, f.Fingerprint)
		r.reasons = append(r.reasons, f.Kind+": "+f.Reason)
	}
	return r, nil
}

func (p *pipeline) fingerprint(text string) tokenwarden.Fingerprint {
	return p.fingerprinter.Fingerprint(secret.NewToken([]byte(text)))
}
