package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
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

func TestRulesCheckNamesFieldsThatALogLacks(t *testing.T) {
	dir := t.TempDir()
	plain, nginx := filepath.Join(dir, "access.log"), filepath.Join(dir, "access.json")
	write(t, plain, burst(newToken(), 3))
	write(t, nginx, `{"time":"`+time.Now().UTC().Format(time.RFC3339)+`","remote_addr":"192.0.2.7","scheme":"https","request":"GET /v1/me?access_token=`+newToken()+` HTTP/1.1","status":200}`+"\n")
	const noScheme = "token-over-plaintext: not observable: no scheme field in 100 % of events"
	for _, tc := range []struct {
		name       string
		args       []string
		want, deny string
	}{
		{"no scheme", []string{plain, "--format", burstFormat}, noScheme, ""},
		{"no coordinates", []string{plain, "--format", burstFormat}, "impossible-travel: not observable: no coordinates field in 100 % of events", ""},
		{"scheme in JSON", []string{nginx}, "no coordinates field in 100 % of events (1 event", noScheme},
		{"no list", []string{plain, "--format", burstFormat}, "decoy-token-used: not observable: no list decoys configured", ""},
		{"no log", nil, "rules are correct", "not observable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, errOut, code := command(t, "", append([]string{"rules", "check"}, tc.args...)...)
			if code != exitDone || !strings.Contains(out, tc.want) || tc.deny != "" && strings.Contains(out, tc.deny) {
				t.Errorf("code %d, want %q without %q\n%s%s", code, tc.want, tc.deny, out, errOut)
			}
		})
	}
	if _, errOut, code := command(t, "", "rules", "check", plain, "--format", "nonsense"); code != exitUsage || !strings.Contains(errOut, "format") {
		t.Errorf("wrong format: code %d %s", code, errOut)
	}
}
