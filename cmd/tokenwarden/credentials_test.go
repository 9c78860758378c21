package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest"
)

// TestCredentialSettingsReachFinderAndGuard holds each key of the section credentials, through the command line of `scan`
// and the options of `run`: what the finder does with a line, and what the second check, which alone looks at message
// keys, does with the same.
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
			for config, want := range map[string]bool{path: tc.redacted, without: !tc.redacted} {
				checkRedacted(t, config, tc.target, tc.secret, want)
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

// checkRedacted reads a line with scan and with the options of run.
func checkRedacted(t *testing.T, config, target, secret string, want bool) {
	t.Helper()
	line := accessLine(target)
	args := []string{"scan", "--redacted", "-", "-"}
	if config != "" {
		args = append(args, "--config", config)
	}
	code, scanned, errOut := invoke(t, line+"\n", args...)
	if code != exitDone || strings.Contains(scanned, secret) == want {
		t.Errorf("scan, %q: status %d, redacted %v, want %v: %s", filepath.Base(config), code, !want, want, strings.ReplaceAll(scanned+errOut, secret, "SECRET"))
	}
	served, res := serviceProcessor(t, config).Process(nil, ingest.Line{Text: []byte(line), Now: time.Now()})
	if strings.Contains(string(served), secret) == want || res.Reason != "" {
		t.Errorf("run, %q: redacted %v, want %v; quarantined %q", filepath.Base(config), !want, want, res.Reason)
	}
}

// serviceProcessor is a Processor with the options that `run` has with a configuration file.
func serviceProcessor(t *testing.T, config string) *ingest.Processor {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(newKeyText(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	c, _, err := loadConfig(config, nil, []string{"key_files=" + key, "kafka.brokers=127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := newService(c, "ingest", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	if s.canary.Every != c.Credentials.Canary.Every || s.canary.Log == nil {
		t.Error("run has no canaries")
	}
	p, err := ingest.NewProcessor(s.ingest)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPolicySettings(t *testing.T) {
	c, _, err := loadConfig("", []string{"TOKENWARDEN_CREDENTIALS__POLICY__LEAST_IN__PATH=high", "TOKENWARDEN_CREDENTIALS__CANARY__EVERY=5"}, []string{"credentials.policy.least_in.query=low"})
	if err != nil {
		t.Fatal(err)
	}
	p := c.policy()
	if p.Least != tokenwarden.ConfidenceLow || len(p.LeastIn) != 1 || p.LeastIn[tokenwarden.LocationPath] != tokenwarden.ConfidenceHigh || c.Credentials.Canary.Every != 5 {
		t.Errorf("policy %+v, canary %d", p, c.Credentials.Canary.Every)
	}
	for key, want := range map[string]string{
		"credentials.policy.least=sometimes": "credentials.policy.least", "credentials.policy.least=": "credentials.policy.least",
		"credentials.policy.least_in.path=lowest": "credentials.policy.least_in.path", "credentials.canary.every=-1": "credentials.canary.every",
		"credentials.policy.least_in.body=low": "credentials.policy.least_in",
	} {
		if _, _, err := loadConfig("", nil, []string{key}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
