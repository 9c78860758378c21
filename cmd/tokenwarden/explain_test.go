package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest"
)

// newSecret returns a new opaque token.
func newSecret() string {
	b := make([]byte, 20)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

func accessLine(target string) string {
	return `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET ` + target + ` HTTP/1.1" 200 512 "-" "curl/8.5.0"`
}

// TestExplainTakesALineFromEverywhere explains the same line as an argument, on standard input, and in a file.
func TestExplainTakesALineFromEverywhere(t *testing.T) {
	token := newSecret()
	line := accessLine("/orders/17?access_token=" + token + "&page_token=" + token[:30] + "&utm_source=autumn-newsletter-2026")
	path := filepath.Join(t.TempDir(), "log")
	text := "#Fields: nothing\n" + accessLine("/") + "\n" + line + "\n" + accessLine("/last") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"argument": {"explain", "--", line}, "stdin": {"explain"}, "dash": {"explain", "-"}, "file": {"explain", "--line", "3", path},
		"scan": {"scan", "--explain", "3", path}, "format": {"explain", "--format", "combined", "--", line},
	} {
		t.Run(name, func(t *testing.T) {
			out, errOut, code := command(t, line+"\n"+accessLine("/other"), args...)
			if code != exitDone || strings.Contains(out+errOut, token) {
				t.Fatalf("status %d: %s", code, strings.ReplaceAll(errOut, token, "TOKEN"))
			}
			for _, want := range []string{
				"combined", "made for this run", "FOUND: 1 credential\n", "query access_token, a token: redacted, high confidence",
				"strength: 40 characters, about 1", "to leave it: credentials.except_names: [access_token]", "LEFT: 2 look-alikes",
				"page cursor", "credentials.names: [page_token]", "tracker", "catches nothing", "/orders/17?access_token=REDACTED.token.",
			} {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing in\n%s", want, out)
				}
			}
		})
	}
}

func TestExplainJSONIsOneObjectWithTheSame(t *testing.T) {
	token := newSecret()
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(newKeyText(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, code := command(t, "", "explain", "--output", "json", "--key-file", key, "--", accessLine("/x?token="+token+"&state=on"))
	var e struct {
		ingest.Explanation
		KeyID   string `json:"key_id"`
		MadeKey bool   `json:"key_made_for_this_run"`
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil || code != exitDone {
		t.Fatalf("status %d: %v", code, err)
	}
	fp, _, _ := command(t, token, "fingerprint", "--key-file", key)
	if len(e.Findings) != 1 || e.Findings[0].Fingerprint != strings.TrimSpace(fp) || e.MadeKey || e.KeyID != e.Findings[0].KeyID {
		t.Errorf("findings %+v, key %s", e.Findings, e.KeyID)
	}
	if e.Format != "combined" || len(e.Left) != 1 || e.Left[0].Param != "state" || e.SecondCheck.Caught == nil || strings.Contains(out, token) {
		t.Errorf("got %+v", e)
	}
}

func TestExplainOfNoFormatSaysWhereEachStopsFitting(t *testing.T) {
	out, _, code := command(t, "", "explain", "--", `192.0.2.7 - - (05/Jan/2026) "GET /?token=`+newSecret()+`"`)
	if code != exitDone || !strings.Contains(out, "for common, combined, traefik") || !regexp.MustCompile(`byte 14 +want a time in brackets`).MatchString(out) ||
		!strings.Contains(out, "want a JSON object") || !strings.Contains(out, "unparsed") {
		t.Errorf("status %d:\n%s", code, out)
	}
}

// TestExplainObeysNoEscapes explains a line with terminal escapes.
func TestExplainObeysNoEscapes(t *testing.T) {
	out, _, _ := command(t, "", "explain", "--", accessLine("/x\x1b[2J\u009b1m\u202ey?a=1"))
	if strings.ContainsAny(out, "\x1b\u009b\u202e") || !strings.Contains(out, `\x1b`) {
		t.Errorf("got %q", out)
	}
}

func TestExplainUsage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	_ = os.WriteFile(path, []byte(accessLine("/")), 0o600)
	for _, args := range [][]string{
		{"explain", path}, {"explain", path, path}, {"explain", path, "--", "x"}, {"explain", "--line", "0", path}, {"explain", "--output", "xml", "--", "x"},
		{"explain", "--format", "nonsense", "--", "x"}, {"scan", "--explain", "1", path, path},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			if _, text, code := command(t, "", args...); code != exitUsage || text == "" {
				t.Errorf("status %d, %q", code, text)
			}
		})
	}
	if _, text, code := command(t, "", "explain", "--line", "7", path); code != exitFailed || !strings.Contains(text, "no line 7") {
		t.Errorf("status %d, %q", code, text)
	}
}

// TestAdviceWorksAsConfiguration writes each piece of advice into a configuration file and reads the line again.
func TestAdviceWorksAsConfiguration(t *testing.T) {
	token := newSecret()
	line := accessLine("/v1/orders/0b0f3a52-63a0-4b5c-9d63-2f6a4c3f2d11/reset/" + token + "?page_token=" + token[:32] + "&token=refresh&state=on&user[auth]=" + token[1:] +
		"&q=gh" + "p_" + token[:36] + "&k=pk_" + "live_" + token[:24] + "&api-key=it's")
	out, _, _ := command(t, "", "explain", "--output", "json", "--", line)
	var e ingest.Explanation
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		t.Fatal(err)
	}
	if len(e.Findings) != 6 || len(e.Left) != 3 {
		t.Fatalf("%d found, %d left: %s", len(e.Findings), len(e.Left), out)
	}
	for _, f := range e.Findings {
		checkAdvice(t, line, f.Advice, f.Start, f.Action != "redacted")
	}
	for _, l := range e.Left {
		checkAdvice(t, line, l.Advice, l.Start, true)
	}
}

// checkAdvice checks whether the value at byte start of line is redacted under the advised configuration.
func checkAdvice(t *testing.T, line, advice string, start int, want bool) {
	t.Helper()
	key, value, _ := strings.Cut(advice, ": ")
	var yaml strings.Builder
	for depth, part := range strings.Split(key, ".") {
		yaml.WriteString("\n" + strings.Repeat("  ", depth) + part + ":")
	}
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(yaml.String()+" "+value+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut, code := command(t, "", "explain", "--config", path, "--output", "json", "--", line)
	var e ingest.Explanation
	if err := json.Unmarshal([]byte(out), &e); err != nil || code != exitDone {
		t.Fatalf("%s: status %d: %s", advice, code, errOut)
	}
	got := false
	for _, f := range e.Findings {
		got = got || f.Start <= start && start < f.End && f.Action == "redacted"
	}
	if got != want {
		t.Errorf("%s: redacted %v, want %v", advice, got, want)
	}
}

func TestArticleOfAKind(t *testing.T) {
	for noun, want := range map[string]string{"api_key": "an api_key", "jwt": "a jwt", "uuid": "a uuid", "": "a "} {
		t.Run(noun, func(t *testing.T) {
			if got := withArticle(noun); got != want {
				t.Errorf("want %q, got %q", want, got)
			}
		})
	}
}
