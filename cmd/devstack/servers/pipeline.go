package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// pipeline is the program that is measured, with a key of its own.
type pipeline struct {
	bin, key     string
	fingerprints map[*secret]string
}

// newPipeline makes a key and asks the program for the fingerprint of each planted credential.
func newPipeline(ctx context.Context, bin, dir string, p *plan) (*pipeline, error) {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	l := &pipeline{bin: bin, key: filepath.Join(dir, "key"), fingerprints: map[*secret]string{}}
	key, err := l.output(ctx, nil, "key", "new")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(l.key, key, 0o600); err != nil {
		return nil, fmt.Errorf("keep the key: %w", err)
	}
	var values bytes.Buffer
	for _, s := range p.secrets {
		_, _ = fmt.Fprintln(&values, s.value)
	}
	printed, err := l.output(ctx, &values, "fingerprint", "--key-file", l.key)
	if err != nil {
		return nil, err
	}
	lines := strings.Fields(string(printed))
	if len(lines) != len(p.secrets) {
		return nil, fmt.Errorf("fingerprint: %d lines for %d credentials", len(lines), len(p.secrets))
	}
	for i, s := range p.secrets {
		l.fingerprints[s] = lines[i]
	}
	return l, nil
}

func (l *pipeline) output(ctx context.Context, stdin *bytes.Buffer, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, l.bin, args...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if stdin != nil {
		cmd.Stdin = stdin
	}
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s: build it with make build", l.bin, args[0], err, bytes.TrimSpace(complaint.Bytes()))
	}
	return out, nil
}

// edgeKey returns the key for servers that hash tokens, as their configuration wants it.
func (l *pipeline) edgeKey(ctx context.Context, format string) (string, error) {
	text, err := l.output(ctx, nil, "key", "edge", "--key-file", l.key, "--format", format)
	return string(text), err
}

// parsed is what came of one line.
type parsed struct {
	raw, redacted []byte
	records       []logRecord
	events        []logEvent
	texts         [][]byte // records and events as they were written
}

// logRecord is the part of a record that is scored.
type logRecord struct {
	Line    int        `json:"line"`
	Error   *string    `json:"error"`
	Time    *time.Time `json:"time"`
	Client  *string    `json:"client_ip"`
	Method  *string    `json:"method"`
	Target  *string    `json:"target"`
	Referer *string    `json:"referer"`
	Agent   *string    `json:"user_agent"`
	Host    *string    `json:"host"`
	Status  *int       `json:"status"`
	Bytes   *int       `json:"bytes"`
}

// logEvent is the part of an event that is scored.
type logEvent struct {
	Fingerprint string `json:"fingerprint"`
	Source      string `json:"source"`
}

// scan puts a log through the program. format is the format string, "" to let the program find the format.
func (l *pipeline) scan(ctx context.Context, log, format string) ([]parsed, error) {
	base := log
	args := []string{"scan", "--key-file", l.key}
	if format != "" {
		base += ".given"
		args = append(args, "--format", format)
	}
	redacted, records, events := base+".redacted", base+".records", base+".events"
	args = append(args, "--redacted", redacted, "--records", records, "--events", events, log)
	if _, err := l.output(ctx, nil, args...); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(log)
	if err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	changed, err := os.ReadFile(redacted)
	if err != nil {
		return nil, fmt.Errorf("read the redacted log: %w", err)
	}
	before, after := splitLines(raw), splitLines(changed)
	if len(before) != len(after) {
		return nil, fmt.Errorf("%s: %d lines became %d", log, len(before), len(after))
	}
	lines := make([]parsed, len(before))
	for i := range lines {
		lines[i].raw, lines[i].redacted = before[i], after[i]
	}
	err = eachLine(records, func(text []byte) (int, error) {
		var r logRecord
		if err := json.Unmarshal(text, &r); err != nil || r.Line < 1 || r.Line > len(lines) {
			return 0, fmt.Errorf("line %d of %d: %w", r.Line, len(lines), err)
		}
		lines[r.Line-1].records = append(lines[r.Line-1].records, r)
		return r.Line, nil
	}, lines)
	if err != nil {
		return nil, err
	}
	return lines, eachLine(events, func(text []byte) (int, error) {
		var e logEvent
		if err := json.Unmarshal(text, &e); err != nil {
			return 0, err
		}
		n, err := strconv.Atoi(e.Source[strings.LastIndexByte(e.Source, ':')+1:])
		if err != nil || n < 1 || n > len(lines) {
			return 0, fmt.Errorf("source %q: %w", e.Source, err)
		}
		lines[n-1].events = append(lines[n-1].events, e)
		return n, nil
	}, lines)
}

// eachLine calls f for each line of a file; f returns the number of the line of the log that it is about.
func eachLine(path string, f func(text []byte) (int, error), lines []parsed) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read what came of the log: %w", err)
	}
	defer func() { _ = file.Close() }()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<22)
	for scanner.Scan() {
		n, err := f(scanner.Bytes())
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		lines[n-1].texts = append(lines[n-1].texts, bytes.Clone(scanner.Bytes()))
	}
	return scanner.Err()
}

func splitLines(text []byte) [][]byte {
	return bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
}
