package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

func TestWrongConfigurationEndsWithStatusTwoAndNamesTheKey(t *testing.T) {
	for _, tc := range []struct{ name, yaml, want string }{
		{"unknown key", "kafka: {brokerz: [a:1]}", "kafka.brokerz"},
		{"suggestion", "kafka: {brokerz: [a:1]}", "kafka.brokers"},
		{"unknown section", "kafak: {}", "kafak"},
		{"bare number as duration", "detect: {checkpoint: 5}", "detect.checkpoint"},
		{"duration out of range", "detect: {checkpoint: 1ms}", "detect.checkpoint"},
		{"number out of range", "kafka: {fetch_bytes: 1}", "kafka.fetch_bytes"},
		{"text for a number", "kafka: {fetch_bytes: lots}", "kafka.fetch_bytes"},
		{"not a choice", "kafka: {start: sometimes}", "kafka.start"},
		{"format", "format: combind", "format"},
		{"list of topics empty", "kafka: {topics: {input: []}}", "kafka.topics.input"},
		{"topic twice", "kafka: {topics: {redacted: access-logs}}", "kafka.topics"},
		{"not YAML", "kafka: [", "yaml"},
		{"proxy", "trusted_proxies: [nonsense]", "trusted_proxies"},
		{"shadow of a rule that is none", "rules: {shadow: [token-burstt]}", "token-burst"},
		{"disabled rule that is none", "rules: {disable: [token-burstt]}", "token-burst"},
		{"pattern", "credentials: {patterns: [{kind: x, regexp: '('}]}", "patterns[0]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "c.yaml")
			key := filepath.Join(t.TempDir(), "key")
			_ = os.WriteFile(path, []byte(tc.yaml), 0o600)
			_ = os.WriteFile(key, []byte(newKeyText(t)), 0o600)
			_, text, code := command(t, "", "config", "check", "--config", path, "--set", "key_files="+key)
			if code != exitUsage || !strings.Contains(text, tc.want) {
				t.Errorf("status %d, message %q does not name %q", code, text, tc.want)
			}
		})
	}
}

func TestMissingKeyFileSaysHowToMakeOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	for _, args := range [][]string{{"run"}, {"config", "check"}, {"fingerprint"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			_, text, code := command(t, "", append(args, "--set", "key_files="+path, "--set", "kafka.brokers=127.0.0.1:1")...)
			if code != exitUsage || !strings.Contains(text, "tokenwarden key new > "+path) {
				t.Errorf("%v: status %d, %q", args, code, text)
			}
		})
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	secret := "pass" + "word-of-the-test"
	out, text, code := command(t, "", "config", "print", "--set", "clickhouse.password="+secret, "--set", "kafka.sasl.password="+secret)
	if code != exitDone || strings.Contains(out+text, secret) || !strings.Contains(out, "(set)") {
		t.Errorf("status %d\n%s%s", code, out, text)
	}
}

func TestWrongUsageEndsWithStatusTwo(t *testing.T) {
	for _, args := range [][]string{
		{"nonsense"}, {"run", "--role", "x"}, {"run", "--nonsense"}, {"scan"}, {"scan", "--format", "nonsense", "x"}, {"rules"},
		{"scan", "--redacted", "-", "--events", "-", "x"}, {"scan", "--fail-on", "awful", "x"}, {"simulate", "--format", "x"},
		{"simulate", "--preset", "x"}, {"simulate", "--preset", "evaluation", "--days", "9"}, {"--set", "x", "config", "print"}, {"key", "edge", "--format", "x"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			if _, text, code := command(t, "", args...); code != exitUsage {
				t.Errorf("%v: status %d, %s", args, code, text)
			}
		})
	}
}

func TestKeyAndFingerprint(t *testing.T) {
	text, _, code := command(t, "", "key", "new")
	if code != exitDone {
		t.Fatal(code)
	}
	path := filepath.Join(t.TempDir(), "key")
	_ = os.WriteFile(path, []byte(text), 0o600)
	token := strings.Repeat("ab12", 10)
	out, _, code := command(t, token+"\n\nBearer "+token+"\n"+token, "fingerprint", "--key-file", path)
	lines := strings.Split(out, "\n")
	if code != exitDone || len(lines) != 5 || len(lines[0]) != 32 || lines[1] != "" || lines[2] != lines[0] || lines[3] != lines[0] {
		t.Errorf("status %d, %q", code, lines)
	}
}

func TestDefaultsAreWhatTheExampleSays(t *testing.T) {
	out, _, code := command(t, "", "config", "defaults")
	path := filepath.Join(t.TempDir(), "c.yaml")
	_ = os.WriteFile(path, []byte(out), 0o600)
	if _, err := config.Load(path, nil, nil); code != exitDone || err != nil {
		t.Errorf("status %d, %v", code, err)
	}
}

// TestEdgeKeyAndForms wants the key for proxies in every format, and one fingerprint for a token and for its edge form.
func TestEdgeKeyAndForms(t *testing.T) {
	key, _ := keyFile(t)
	file, _, code := command(t, "", "key", "edge", "--key-file", key)
	edge, err := secret.ParseEdgeKey(file)
	if code != exitDone || err != nil {
		t.Fatalf("status %d, %v", code, err)
	}
	for format, want := range map[string]string{
		"file": edge.Text(), "hex": edge.Hex(), "base64": edge.Base64(), "nginx": "js_var $tw_edge_key " + edge.Text() + ";",
		"haproxy": "setenv TW_EDGE_KEY " + edge.Base64(),
	} {
		t.Run(format, func(t *testing.T) {
			if out, _, _ := command(t, "", "key", "edge", "--key-file", key, "--format", format); !strings.HasSuffix(out, want+"\n") {
				t.Errorf("--format %s does not end with the key", format)
			}
		})
	}
	token := strings.Repeat("ab12", 10)
	plain, _, _ := command(t, token+"\n", "fingerprint", "--key-file", key)
	form, _, _ := command(t, "Bearer "+token+"\n", "fingerprint", "--key-file", key, "--edge", "--kind", "Api-Key")
	if want := string(secret.NewEdge(edge).AppendForm(nil, "api_key", secret.NewToken([]byte(token)))) + "\n"; form != want {
		t.Errorf("edge form %q, want %q", form, want)
	}
	if back, _, _ := command(t, form, "fingerprint", "--key-file", key); back != plain || len(plain) != 33 {
		t.Errorf("the edge form has fingerprint %q, its token %q", back, plain)
	}
}
