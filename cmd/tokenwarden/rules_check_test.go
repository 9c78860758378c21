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
	const id = "sigma-11111111-2222-4333-8444-666666666666"
	t.Run("check", func(t *testing.T) {
		out, errOut, code := command(t, "", "rules", "check", path)
		if code != exitDone || !strings.Contains(out, id+" is correct: match by token, high") ||
			!strings.Contains(out, `event.status == 200`) || !strings.Contains(out, sigmaNote) {
			t.Errorf("code %d\n%s%s", code, out, errOut)
		}
	})
	t.Run("scan", func(t *testing.T) {
		log := strings.ReplaceAll(burst(newToken(), 3), "curl/8", "SQLmap/1.8")
		out, errOut, code := command(t, log, "scan", "-", "--format", burstFormat, "--rules", dir, "--alerts", "-")
		if code != exitDone || !strings.Contains(out, `"rule":"`+id+`"`) || !strings.Contains(out, `"title":"Scanner with a token"`) {
			t.Errorf("code %d\n%s%s", code, out, errOut)
		}
	})
	t.Run("explain", func(t *testing.T) {
		log := burst(newToken(), 3)
		out, _, code := command(t, log, "rules", "explain", "-", "--format", burstFormat, "--rules", dir, "--line", "3", "--output", "json")
		if o := outcomesOf(t, out)[id]; code != exitDone || !strings.Contains(o.Why, `event.user_agent is "curl/8"`) {
			t.Errorf("code %d %+v", code, o)
		}
	})
}

func TestSigmaRulesAreRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "scanner.yml")
	write(t, path, strings.Replace(sigmaRule, "c-useragent", "cs-cookie", 1))
	want := path + ":7: rule sigma-11111111-2222-4333-8444-666666666666: cs-cookie"
	for name, args := range map[string][]string{"check": {"rules", "check", path}, "scan": {"scan", "-", "--rules", dir}} {
		t.Run(name, func(t *testing.T) {
			if _, errOut, code := command(t, "", args...); code != exitUsage || !strings.Contains(errOut, want) {
				t.Errorf("code %d, want %s\n%s", code, want, errOut)
			}
		})
	}
}
