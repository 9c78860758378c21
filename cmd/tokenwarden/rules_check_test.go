package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const sigmaRule = `title: Scanner with a token
id: 11111111-2222-4333-8444-666666666666
status: stable
level: high
logsource: {category: webserver}
detection:
  agents: {c-useragent|startswith: [sqlmap, nikto]}
  answered: {sc-status: 200}
  condition: agents and answered
`

func TestSigmaRulesAreLoaded(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "scanner.yml")
	write(t, path, sigmaRule)

	out, errOut, code := command(t, "", "rules", "check", path)
	if code != exitDone || !strings.Contains(out, "sigma-11111111-2222-4333-8444-666666666666 is correct: match by token, high") ||
		!strings.Contains(out, `event.status == 200`) || !strings.Contains(out, sigmaNote) {
		t.Errorf("check: code %d\n%s%s", code, out, errOut)
	}
	out, errOut, code = command(t, strings.ReplaceAll(burst(newToken(), 3), "curl/8", "SQLmap/1.8"), "scan", "-", "--format", burstFormat, "--rules", dir, "--alerts", "-")
	if code != exitDone || !strings.Contains(out, `"rule":"sigma-11111111-2222-4333-8444-666666666666"`) || !strings.Contains(out, `"title":"Scanner with a token"`) {
		t.Errorf("scan: code %d\n%s%s", code, out, errOut)
	}
	out, _, code = command(t, burst(newToken(), 3), "rules", "explain", "-", "--format", burstFormat, "--rules", dir, "--line", "3", "--output", "json")
	if o := outcomesOf(t, out)["sigma-11111111-2222-4333-8444-666666666666"]; code != exitDone || !strings.Contains(o.Why, `event.user_agent is "curl/8"`) {
		t.Errorf("explain: code %d %+v", code, o)
	}
}

func TestSigmaRulesAreRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "scanner.yml")
	write(t, path, strings.Replace(sigmaRule, "c-useragent", "cs-cookie", 1))
	want := path + ":7: rule sigma-11111111-2222-4333-8444-666666666666: cs-cookie|startswith"
	_, errOut, code := command(t, "", "rules", "check", path)
	if want = strings.TrimSuffix(want, "|startswith"); code != exitUsage || !strings.Contains(errOut, want) {
		t.Errorf("check: code %d, want %s\n%s", code, want, errOut)
	}
	if _, errOut, code = command(t, "", "scan", "-", "--rules", dir); code != exitUsage || !strings.Contains(errOut, want) {
		t.Errorf("scan: code %d\n%s", code, errOut)
	}
}
