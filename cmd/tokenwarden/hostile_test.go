package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// hostileText holds what terminals obey, and a line of its own where one can be forged.
const hostileText = "x\x1b]0;owned\x07\x1b[2J\u009b5m\x7f\u202etxt\u2066\u2028\r\nFORGED line\ttab"

// hostileLines are lines of an access log with hostileText in target, host and user agent: raw, as the escapes of nginx, and of JSON.
func hostileLines() map[string]string {
	raw := strings.NewReplacer("\r", "", "\n", "").Replace(hostileText)
	var escaped strings.Builder
	for _, b := range []byte(strings.ReplaceAll(hostileText, " ", "_")) {
		if b < ' ' || b >= 0x7f {
			fmt.Fprintf(&escaped, `\x%02X`, b)
		} else {
			escaped.WriteByte(b)
		}
	}
	line := func(text string) string {
		return `192.0.2.7 - - [23/Nov/2026:12:00:00 +0000] "GET /` + strings.ReplaceAll(text, " ", "_") + `?access_token=` + newToken() + ` HTTP/1.1" 200 5 "-" "curl ` + text + `"`
	}
	object, _ := json.Marshal(map[string]any{
		"time_iso8601": "2026-11-23T12:00:00Z", "remote_addr": "192.0.2.7", "request_method": "GET", "status": 200,
		"request_uri": "/" + hostileText, "host": "h" + hostileText, "http_user_agent": hostileText, "http_authorization": "Bearer " + newToken(),
	})
	return map[string]string{"raw": line(raw), "escapes of nginx": line(escaped.String()), "JSON": string(object), "no access log": raw + " password=" + newToken()}
}

// checkSafe reports every character of out that a terminal could obey, and every forged line.
func checkSafe(t *testing.T, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("output is not UTF-8: %q", out)
	}
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		for _, r := range line {
			if printable.IsControl(r) {
				t.Errorf("%q in %q", r, line)
				break
			}
		}
		if strings.HasPrefix(strings.TrimSpace(line), "FORGED") {
			t.Errorf("a forged line: %q", line)
		}
	}
}

func TestNoCommandPrintsControlCharactersOfLines(t *testing.T) {
	for name, line := range hostileLines() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "access\x1b[2J\u202e.log")
			write(t, path, line+"\n")
			for _, args := range [][]string{
				{"scan", path},
				{"scan", "--alerts", "-", path},
				{"scan", "--events", "-", path},
				{"scan", "--records", "-", path},
				{"explain", "--line", "1", path},
				{"explain", "--line", "1", "--output", "json", path},
				{"rules", "explain", "--line", "1", path},
				{"rules", "explain", "--line", "1", "--output", "json", path},
				{"rules", "backtest", path},
				{"rules", "backtest", "--output", "json", path},
				{"rules", "backtest", "--against", hostileRules(t), path},
				{"rules", "check", path},
			} {
				t.Run(strings.Join(args[:len(args)-1], " "), func(t *testing.T) {
					out, errOut, _ := command(t, "", args...)
					checkSafe(t, out)
					checkSafe(t, errOut)
				})
			}
		})
	}
}

// hostileRules returns a folder with a rule whose title is hostileText.
func hostileRules(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	title, _ := json.Marshal(hostileText)
	write(t, filepath.Join(dir, "hostile.yaml"), fmt.Sprintf("id: any-use\ntitle: %s\nseverity: low\nkind: match\nwhere: 'method == %s'\nsummary: 'seen'\n", title, `"GET"`))
	return dir
}

func TestNoCommandPrintsControlCharactersOfFilesAndArguments(t *testing.T) {
	key, _ := keyFile(t)
	secret := newToken()
	report, _ := json.Marshal([]map[string]any{
		{"RuleID": "r" + hostileText, "Secret": secret, "File": "f" + hostileText, "StartLine": 7}, {"RuleID": hostileText, "Secret": "REDACTED", "File": hostileText},
	})
	rule := filepath.Join(hostileRules(t), "hostile.yaml")
	broken := filepath.Join(t.TempDir(), "broken\x1b[2J.yaml")
	write(t, broken, "id: a\nkind: \"k\\e\\n FORGED\"\nwhere: \"\\e\\nFORGED\"\n")
	settings := filepath.Join(t.TempDir(), "settings.yaml")
	write(t, settings, "kafka: {group: \"g\\e\\nFORGED\\u202e\"}\n")
	list := filepath.Join(t.TempDir(), "list\u009b.ndjson")
	write(t, list, "{\"fingerprint\":\"\\u001b\\nFORGED\"}\n")
	for _, tc := range []struct {
		name, stdin string
		args        []string
	}{
		{"watchlist import", string(report), []string{"watchlist", "import", "--key-file", key, "-"}},
		{"watchlist hunt of a broken list", "", []string{"watchlist", "hunt", list}},
		{"rules check", "", []string{"rules", "check", rule}},
		{"rules check of a broken rule", "", []string{"rules", "check", broken}},
		{"rules list", "", []string{"rules", "list", "--rules", filepath.Dir(rule)}},
		{"rules test", "", []string{"rules", "test", "--rules", filepath.Dir(rule)}},
		{"config print", "", []string{"config", "print", "--config", settings}},
		{"config check", "", []string{"config", "check", "--config", settings}},
		{"config check of an unknown key", "", []string{"config", "check", "--set", hostileText + "=1"}},
		{"config check of a value", "", []string{"config", "check", "--set", "kafka.start=" + hostileText}},
		{"a key that is missing", "", []string{"scan", "--key-file", hostileText, "-"}},
		{"a file that is missing", "", []string{"scan", hostileText}},
		{"a format", "", []string{"scan", "--format", hostileText, "-"}},
		{"a severity", "", []string{"scan", "--fail-on", hostileText, "-"}},
		{"a flag", "", []string{"scan", "--" + hostileText}},
		{"a command", "", []string{"scam" + hostileText}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, errOut, _ := command(t, tc.stdin, tc.args...)
			checkSafe(t, out)
			checkSafe(t, errOut)
			if out+errOut == "" {
				t.Error("no output")
			}
		})
	}
}

func TestHuntPrintsNoControlCharacters(t *testing.T) {
	uses := []clickhouse.TokenHistory{{
		TokenKind: hostileText, Owner: hostileText, Networks: []string{hostileText}, Countries: []string{hostileText}, Clients: []string{hostileText},
		Endpoints: []string{hostileText}, First: time.Unix(1, 0), Last: time.Unix(2, 0),
	}}
	var out bytes.Buffer
	if err := printUses(&out, &lists.Set{}, uses); err != nil {
		t.Fatal(err)
	}
	if err := printUsesJSON(&out, uses); err != nil {
		t.Fatal(err)
	}
	checkSafe(t, out.String())
}

func TestLogsHoldNoControlCharacters(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			var out bytes.Buffer
			log := config.Log{Level: "info", Format: format}.Logger(&out)
			log.Info(hostileText, "key", hostileText, "error", fmt.Errorf("%s", hostileText), "list", []string{hostileText}, "source", tokenwarden.Source{File: hostileText})
			checkSafe(t, out.String())
		})
	}
}
