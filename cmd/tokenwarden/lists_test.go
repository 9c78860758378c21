package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// newToken returns a new credential in the format of GitHub.
func newToken() string { return "gh" + "p_" + rand.Text() + rand.Text()[:10] }

// command runs a command line and returns its outputs and exit code.
func command(t *testing.T, stdin string, args ...string) (out, errOut string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = execute(t.Context(), args, streams{strings.NewReader(stdin), &o, &e, nil})
	return o.String(), e.String(), code
}

func keyFile(t *testing.T) (path string, key secret.Key) {
	t.Helper()
	key, text, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "key")
	write(t, path, text)
	return path, key
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWatchlistImport(t *testing.T) {
	path, key := keyFile(t)
	other, otherKey := keyFile(t)
	a, b := newToken(), newToken()
	report, _ := json.Marshal([]map[string]any{
		{"RuleID": "github-pat", "Secret": a, "File": "a.go", "StartLine": 7}, {"RuleID": "again", "Secret": "Bearer " + a}, {"RuleID": "masked", "Secret": "REDACTED", "File": "b.go"},
	})
	file := filepath.Join(t.TempDir(), "leaks.json")
	write(t, file, string(report))
	out, errOut, code := command(t, b+"\n", "watchlist", "import", "--decoy", "--key-file", path, "--key-file", other, file, "-")
	if code != exitDone || strings.Contains(out+errOut, a) || strings.Contains(out+errOut, b) {
		t.Fatalf("exit %d, or a secret is shown", code)
	}
	for _, want := range []string{file + ": entry 3 (masked b.go): the secret is masked", file + ": 3 entries, 2 fingerprints written, 2 already written, 1 entries refused", "-: 1 entries, 2 fingerprints written"} {
		if !strings.Contains(errOut, want) {
			t.Errorf("standard error\n%s\nwants %q", errOut, want)
		}
	}
	list := filepath.Join(t.TempDir(), "decoys.ndjson")
	write(t, list, out)
	set, err := lists.Load(&lists.Files{Decoys: []string{list}})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []secret.Key{key, otherKey} {
		for _, token := range []string{a, b} {
			fp, _ := secret.NewFingerprinter(k).Line([]byte(token))
			if set.Decoy(fp) == nil {
				t.Errorf("a token is not on the list under key %v", k)
			}
		}
		if set.Keys()[k.ID()] != 2 {
			t.Errorf("Keys = %v", set.Keys())
		}
	}
	if _, err := lists.Load(&lists.Files{Watchlist: []string{list}}); err == nil {
		t.Error("a list of decoys was read as a watchlist")
	}
}

func TestWatchlistImportOfHashesFails(t *testing.T) {
	path, _ := keyFile(t)
	baseline := `{"version":"1.5.0","plugins_used":[],"results":{"a.py":[{"type":"Secret Keyword","hashed_secret":"00","line_number":3}]}}`
	out, errOut, code := command(t, baseline, "watchlist", "import", "--key-file", path, "-")
	if code != exitFailed || out != "" || !strings.Contains(errOut, "entry 1 (Secret Keyword a.py:3): the report holds only a SHA-1 hash") {
		t.Errorf("exit %d, output %q, error %q", code, out, errOut)
	}
}

func TestConfigCheckNamesListErrors(t *testing.T) {
	path, _ := keyFile(t)
	list := filepath.Join(t.TempDir(), "allow.yaml")
	write(t, list, "allow:\n  - {rule: new-country, subject: \"*\", reason: x}\n")
	_, errOut, code := command(t, "", "config", "check", "--set", "key_files="+path, "--set", "kafka.brokers=localhost:1", "--set", "lists.allow="+list)
	if code != exitUsage || !strings.Contains(errOut, list+":2: allow[0]: has no until") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

func TestScanNeedsTheKeyOfAWatchlist(t *testing.T) {
	list := filepath.Join(t.TempDir(), "watchlist")
	write(t, list, tokenwarden.Fingerprint{1}.String())
	_, errOut, code := command(t, "", "scan", "--watchlist", list, "-")
	if code != exitUsage || !strings.Contains(errOut, "need --key-file") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

func TestScanFindsListedTokens(t *testing.T) {
	path, _ := keyFile(t)
	leaked, decoy, other := newToken(), newToken(), newToken()
	lists := map[string]string{}
	for name, token := range map[string]string{"watchlist": leaked, "decoys": decoy} {
		args := []string{"watchlist", "import", "--key-file", path, "-"}
		if name == "decoys" {
			args = append(args, "--decoy")
		}
		out, errOut, code := command(t, token+"\n", args...)
		if code != exitDone {
			t.Fatal(errOut)
		}
		lists[name] = filepath.Join(t.TempDir(), name)
		write(t, lists[name], out)
	}
	log := ""
	for _, token := range []string{leaked, decoy, other} {
		log += `192.0.2.7 - - [25/Nov/2026:12:00:00 +0000] "GET /v1/orders?api_key=` + token + ` HTTP/1.1" 200 512 "-" "curl/8.5.0"` + "\n"
	}
	out, errOut, code := command(t, log, "scan", "--format", "combined", "--key-file", path, "--watchlist", lists["watchlist"], "--decoys", lists["decoys"], "--alerts", "-", "-")
	if code != exitDone {
		t.Fatal(errOut)
	}
	got := map[string]string{}
	for line := range strings.Lines(out) {
		var a tokenwarden.Alert
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		if a.Rule == "leaked-token-used" || a.Rule == "decoy-token-used" {
			got[a.Rule] += a.Severity.String()
		}
	}
	if len(got) != 2 || got["leaked-token-used"] != "critical" || got["decoy-token-used"] != "critical" {
		t.Errorf("alerts %v", got)
	}
}
