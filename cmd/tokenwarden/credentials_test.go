package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/service"
	"github.com/tokenwarden/tokenwarden/ingest"
)

// TestCredentialSettingsReachFinderAndGuard checks each key of the section credentials in `scan` and in the options of `run`:
// first what the finder does with a line, then what the second check does with a message key, which it alone sees.
func TestCredentialSettingsReachFinderAndGuard(t *testing.T) {
	token := newSecret()
	github, public := "gh"+"p_"+token[:36], "pk_"+"live_"+token[:24]
	for _, tc := range []struct {
		name, yaml string
		target     string // with the setting it becomes what is wanted, without it the opposite
		secret     string
		redacted   bool
		key        string // a message key that the second check masks, or leaves, with the setting and not without; "" for none
	}{
		{"names", "{names: [my_ref]}", "/x?myRef=" + token, token, true, "my-ref=" + token},
		{"patterns", "{patterns: [{kind: acme, regexp: 'acme-([0-9a-f]{8})'}]}", "/x/acme-" + token[:8], token[:8], true, "acme-" + token[:8]},
		{"except_names", "{except_names: [widgetToken]}", "/x?widget_token=" + token, token, false, "widget_token=" + token},
		{"except_paths", "{except_paths: [/public/]}", "/public/x?access_token=" + token, token, false, "/public/x?access_token=" + token},
		{"keep_prefix", "{keep_prefix: true}", "/x?q=" + github, github[:4], false, ""},
		{"policy.least", "{policy: {least: high}}", "/reset/" + token, token, false, ""},
		{"policy.least_in", "{policy: {least_in: {path: high}}}", "/reset/" + token, token, false, ""},
		{"policy.least_in elsewhere", "{policy: {least: high, least_in: {path: low}}}", "/reset/" + token, token, true, ""},
		{"policy.public", "{policy: {public: true}}", "/x?k=" + public, public, true, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "c.yaml")
			if err := os.WriteFile(path, []byte("credentials: "+tc.yaml), 0o600); err != nil {
				t.Fatal(err)
			}
			without := ""
			if tc.name == "policy.least_in elsewhere" {
				without = filepath.Join(t.TempDir(), "without.yaml")
				_ = os.WriteFile(without, []byte("credentials: {policy: {least: high}}"), 0o600)
			}
			for configPath, want := range map[string]bool{path: tc.redacted, without: !tc.redacted} {
				checkRedacted(t, configPath, tc.target, tc.secret, want)
			}
			if tc.key != "" {
				with, plain := serviceProcessor(t, path).Clean([]byte(tc.key)), serviceProcessor(t, "").Clean([]byte(tc.key))
				if masked := string(with) != tc.key; masked != tc.redacted || masked == (string(plain) != tc.key) {
					t.Errorf("the second check: with the setting masked %v, want %v; without it masked %v", masked, tc.redacted, string(plain) != tc.key)
				}
			}
		})
	}
}

// checkRedacted redacts a line with `scan` and with the options of `run`.
func checkRedacted(t *testing.T, configPath, target, secret string, want bool) {
	t.Helper()
	line := accessLine(target)
	args := []string{"scan", "--redacted", "-", "-"}
	if configPath != "" {
		args = append(args, "--config", configPath)
	}
	scanned, errOut, code := command(t, line+"\n", args...)
	if code != exitDone || strings.Contains(scanned, secret) == want {
		t.Errorf("scan, %q: status %d, redacted %v, want %v: %s", filepath.Base(configPath), code, !want, want, strings.ReplaceAll(scanned+errOut, secret, "SECRET"))
	}
	served, res := serviceProcessor(t, configPath).Process(nil, ingest.Line{Text: []byte(line), Now: time.Now()})
	if strings.Contains(string(served), secret) == want || res.Reason != "" {
		t.Errorf("run, %q: redacted %v, want %v; quarantined %q", filepath.Base(configPath), !want, want, res.Reason)
	}
}

// serviceProcessor returns a Processor with the options that `run` has under a configuration file.
func serviceProcessor(t *testing.T, configPath string) *ingest.Processor {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(newKeyText(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(configPath, nil, []string{"key_files=" + key, "kafka.brokers=127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := service.New(service.Options{Config: c, Role: service.RoleIngest, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p, err := ingest.NewProcessor(s.IngestOptions())
	if err != nil {
		t.Fatal(err)
	}
	return p
}
