package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/detect"
)

// burst returns a log of n requests with one token, twenty a second.
func burst(token string, n int) string {
	var b strings.Builder
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(&b, "192.0.2.7 - - [%s] \"GET /v1/items HTTP/1.1\" 200 512 \"-\" \"curl/8\" \"Bearer %s\"\n",
			at.Add(time.Duration(i)*50*time.Millisecond).Format("02/Jan/2006:15:04:05 -0700"), token)
	}
	return b.String()
}

const burstFormat = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_authorization"`

func outcomesOf(t *testing.T, out string) map[string]detect.Explanation {
	t.Helper()
	var x struct {
		Problem string `json:"problem"`
		Events  []struct {
			Outcomes []struct {
				Rule, Outcome, Why string
				Closeness          float64
			} `json:"outcomes"`
		} `json:"events"`
	}
	if err := json.Unmarshal([]byte(out), &x); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	byRule := map[string]detect.Explanation{}
	for _, e := range x.Events {
		for _, o := range e.Outcomes {
			byRule[o.Rule] = detect.Explanation{Rule: o.Rule, Outcome: detect.Outcome(o.Outcome), Why: o.Why, Closeness: o.Closeness}
		}
	}
	return byRule
}

func TestExplainLine(t *testing.T) {
	token := newToken()
	log := burst(token, 700)
	args := []string{"rules", "explain", "-", "--format", burstFormat, "--output", "json", "--line"}
	for line, want := range map[string]struct {
		outcome detect.Outcome
		why     string
	}{
		"587": {detect.OutcomeNear, "587 of 600 requests in 60 s"},
		"601": {detect.OutcomeFired, "601 requests in 60 s"},
		"602": {detect.OutcomeFired, "adds to the incident of 2026-11-23T12:00:"},
	} {
		t.Run("line "+line, func(t *testing.T) {
			out, errOut, code := command(t, log, append(args, line)...)
			if code != exitDone {
				t.Fatalf("line %s: code %d: %s", line, code, errOut)
			}
			if o := outcomesOf(t, out)["token-burst"]; o.Outcome != want.outcome || !strings.Contains(o.Why, want.why) {
				t.Errorf("line %s: want %v, got %+v", line, want, o)
			}
			if strings.Contains(out, token) {
				t.Error("the output holds the token")
			}
		})
	}
}

func TestExplainTextSortsByDistance(t *testing.T) {
	out, _, code := command(t, burst(newToken(), 650), "rules", "explain", "-", "--format", burstFormat, "--line", "650")
	fired, near, far := strings.Index(out, "\nFIRED\n"), strings.Index(out, "\nNEAR\n"), strings.Index(out, "\nFAR\n")
	if code != exitDone || fired < 0 || near < fired || far < near || !strings.Contains(out, "threshold: more than 600 in 60 s") {
		t.Errorf("code %d:\n%s", code, out)
	}
}

func TestExplainFingerprintAtATime(t *testing.T) {
	keyPath, _ := keyFile(t)
	token := newToken()
	fp, _, _ := command(t, token+"\n", "fingerprint", "--key-file", keyPath)
	path := filepath.Join(t.TempDir(), "access.log")
	write(t, path, burst(newToken(), 50)+burst(token, 700))
	explain := func(args ...string) (string, int) {
		out, _, code := command(t, "", append([]string{"rules", "explain", path, "--format", burstFormat, "--key-file", keyPath, "--output", "json", "--fingerprint", strings.TrimSpace(fp)}, args...)...)
		return out, code
	}
	out, code := explain("--at", "2026-11-23T12:00:09Z")
	if o := outcomesOf(t, out)["token-burst"]; code != exitDone || o.Why != "200 of 600 requests in 60 s" {
		t.Errorf("code %d: %+v", code, o)
	}
	out, code = explain()
	if o := outcomesOf(t, out)["token-burst"]; code != exitDone || o.Outcome != detect.OutcomeFired {
		t.Errorf("code %d: %+v", code, o)
	}
	if out, _ = explain("--at", "2026-11-22"); !strings.Contains(out, "no use of this token until then") {
		t.Error(out)
	}
}

func TestExplainSaysWhyThereIsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		log  string
		args []string
		code int
		want string
	}{
		"no credential": {`192.0.2.7 - - [23/Nov/2026:12:00:00 +0000] "GET /v1/items HTTP/1.1" 200 512 "-" "curl/8" "-"` + "\n", []string{"--line", "1"}, exitFailed, "the line holds no credential"},
		"no line":       {burst(newToken(), 2), []string{"--line", "3"}, exitFailed, "no such line"},
		"no focus":      {"", nil, exitUsage, "--line N, or --fingerprint"},
		"bad time":      {"", []string{"--fingerprint", strings.Repeat("0", 31) + "1", "--at", "noon"}, exitUsage, "--at: want a time"},
		"bad output":    {"", []string{"--line", "1", "--output", "xml"}, exitUsage, "want text or json"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errOut, code := command(t, c.log, append([]string{"rules", "explain", "-", "--format", burstFormat}, c.args...)...)
			if code != c.code || !strings.Contains(errOut, c.want) {
				t.Errorf("code %d: %s", code, errOut)
			}
		})
	}
}

// tighter returns a folder with a rule token-burst of another limit and severity.
func tighter(t *testing.T, limit int, severity string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "token-burst.yaml"), fmt.Sprintf("id: token-burst\ntitle: t\nwhy: w\nkind: rate\nreplaces: default\nseverity: %s\nwindow: 60s\nlimit: %d\n", severity, limit))
	return dir
}

func TestBacktest(t *testing.T) {
	keyPath, _ := keyFile(t)
	path := filepath.Join(t.TempDir(), "access.log")
	write(t, path, burst(newToken(), 650)+burst(newToken(), 550))
	run := func(args ...string) (backtestReport, string) {
		t.Helper()
		out, errOut, code := command(t, "", append([]string{"rules", "backtest", path, "--format", burstFormat, "--key-file", keyPath, "--output", "json"}, args...)...)
		if code != exitDone {
			t.Fatalf("code %d: %s", code, errOut)
		}
		var r backtestReport
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		return r, out
	}
	counts := func(r backtestReport) [2]int {
		for _, d := range r.Days {
			if d.Rule == "token-burst" && d.Day == "2026-11-23" {
				return d.Alerts
			}
		}
		return [2]int{}
	}

	t.Run("the same rules", func(t *testing.T) {
		if r, _ := run(); counts(r) != [2]int{1, 1} || len(r.New)+len(r.Gone)+len(r.Changed) != 0 || r.Events != 1200 {
			t.Errorf("%+v", r)
		}
	})
	lower := tighter(t, 500, "medium")
	t.Run("a lower limit", func(t *testing.T) {
		// An incident that begins earlier is another incident: of the two new ones one takes the place of the old.
		r, first := run("--against", lower)
		if counts(r) != [2]int{1, 2} || len(r.New) != 2 || len(r.Gone) != 1 || r.New[0].Rule != "token-burst" {
			t.Errorf("%+v", r)
		}
		if _, again := run("--against", lower); first != again {
			t.Error("the same input gave another report")
		}
	})
	t.Run("another severity", func(t *testing.T) {
		r, _ := run("--rules", tighter(t, 600, "low"), "--against", tighter(t, 600, "critical"))
		if len(r.Changed) != 1 || r.Changed[0].Before != "low open" || r.Changed[0].After != "critical open" || len(r.New)+len(r.Gone) != 0 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("a time that holds nothing", func(t *testing.T) {
		if r, _ := run("--from", "2026-11-24"); len(r.Days) != 0 || r.Events != 1200 {
			t.Errorf("%+v", r)
		}
		if r, _ := run("--to", "2026-11-23"); len(r.Days) != 0 || r.Events != 0 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("as text", func(t *testing.T) {
		out, _, code := command(t, "", "rules", "backtest", path, "--format", burstFormat, "--against", lower)
		if code != exitDone || !strings.Contains(out, "2 new: against alone") || !strings.Contains(out, "token-burst") {
			t.Errorf("code %d:\n%s", code, out)
		}
	})
}
