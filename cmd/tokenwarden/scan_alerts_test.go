package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// testAlert returns a version of alert n: alerts of even numbers are critical.
func testAlert(n, version int) *tokenwarden.Alert {
	severity := tokenwarden.SeverityLow
	if n%2 == 0 {
		severity = tokenwarden.SeverityCritical
	}
	return &tokenwarden.Alert{
		ID: fmt.Sprintf("%016x%016x", n+1, 0), Rule: fmt.Sprint("rule-", n%3), Severity: severity, Status: tokenwarden.StatusOpen,
		FirstSeen: time.Unix(int64(1000+n), 0).UTC(), Count: uint64(version), Summary: fmt.Sprint("alert ", n), Evidence: []string{"GET /"},
	}
}

// written returns what a store writes.
func written(t *testing.T, s *alertStore) string {
	t.Helper()
	var b bytes.Buffer
	o := output{w: bufio.NewWriter(&b)}
	if err := s.write(&o); err != nil {
		t.Fatal(err)
	}
	if err := o.close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A store that keeps next to nothing in memory gives the same as one that keeps all.
func TestAlertsInAFileAreTheSame(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	small, large := newAlertStore(true), newAlertStore(true)
	small.maxHeld = 5
	for version := range 3 {
		for n := 0; n < 40; n += version + 1 {
			for _, s := range []*alertStore{small, large} {
				if err := s.add(testAlert(39-n, version)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if small.file == nil || large.file != nil {
		t.Fatal("the small store alone needs a file")
	}
	got, want := written(t, small), written(t, large)
	if got != want || strings.Count(got, "\n") != 40 {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var groups [2][]string
	for i, s := range []*alertStore{small, large} {
		if err := s.groups(func(n int, first []tokenwarden.Alert) {
			text, _ := json.Marshal(first)
			groups[i] = append(groups[i], fmt.Sprint(n, string(text)))
		}); err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprint(groups[0]) != fmt.Sprint(groups[1]) || len(groups[0]) != 6 || !strings.Contains(groups[0][0], "critical") {
		t.Errorf("got\n%s\nwant\n%s", groups[0], groups[1])
	}
	if err := small.close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("files stay: %v", left)
	}
}

func TestAlertsThatAreNotKeptAreCounted(t *testing.T) {
	s := newAlertStore(false)
	s.maxIndexed = 3
	for _, n := range []int{1, 3, 5, 7, 8} { // 8 alone is critical
		if err := s.add(testAlert(n, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if s.lost != 2 || len(s.entries) != 3 || !s.reached(tokenwarden.SeverityCritical) {
		t.Errorf("%d lost, %d kept, critical reached: %v", s.lost, len(s.entries), s.reached(tokenwarden.SeverityCritical))
	}
	var out bytes.Buffer
	if err := newSummary().print(&out, "combined", s); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "5 ALERTS") || !strings.Contains(out.String(), "2 alerts were not kept") {
		t.Error(out.String())
	}
}

// A flood of tokens writes each alert once, says what was given up, and --fail-on still works.
func TestScanOfAFloodOfTokens(t *testing.T) {
	const tokens = 6000
	var log strings.Builder
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for i := range tokens {
		fmt.Fprintf(&log, "192.0.2.%d - - [%s] \"GET /v1/x?access_token=%s HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n", i%250,
			at.Add(time.Duration(i)*time.Second/20).Format("02/Jan/2006:15:04:05 -0700"), newToken())
	}
	alerts := filepath.Join(t.TempDir(), "alerts.ndjson")
	_, errOut, code := command(t, log.String(), "scan", "--max-profiles", "1000", "--alerts", alerts, "--fail-on", "medium", "-")
	if code != exitFound {
		t.Fatalf("code %d: %s", code, errOut)
	}
	content, err := os.ReadFile(alerts)
	if err != nil {
		t.Fatal(err)
	}
	ids, last := map[string]bool{}, time.Time{}
	for line := range bytes.Lines(content) {
		var a tokenwarden.Alert
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		if a.Rule == "token-in-url" {
			ids[a.ID] = true
		}
		if a.FirstSeen.Before(last) || a.SQL == "" {
			t.Fatalf("out of order, or not whole: %s", line)
		}
		last = a.FirstSeen
	}
	if len(ids) != tokens || !strings.Contains(errOut, "profiles were given up") {
		t.Errorf("%d alerts, %q", len(ids), errOut)
	}
	out, _, _ := command(t, log.String(), "scan", "--max-profiles", "1000", "-")
	if !strings.Contains(out, "profiles were given up") || !strings.Contains(out, "and 5,997 more") {
		t.Error(out)
	}
}

func TestKeysThatOthersCanReadNeedAFlag(t *testing.T) {
	path, _ := keyFile(t)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "list.ndjson")
	write(t, list, "")
	line := newToken() + "\n"
	for _, args := range [][]string{
		{"scan", "--key-file", path, "-"}, {"explain", "--key-file", path, "-"}, {"fingerprint", "--key-file", path},
		{"watchlist", "import", "--key-file", path, "-"}, {"rules", "backtest", "--key-file", path, "-"},
		{"config", "check", "--set", "kafka.brokers=127.0.0.1:1", "--set", "key_files=" + path},
		{"simulate", "--lines", "1", "--truth", filepath.Join(t.TempDir(), "truth"), "--key-file", path},
	} {
		t.Run(strings.Join(args[:2], " "), func(t *testing.T) {
			if _, errOut, code := command(t, line, args...); code != exitUsage || !strings.Contains(errOut, "mode 0644") || !strings.Contains(errOut, "chmod 600 "+path) {
				t.Errorf("code %d: %s", code, errOut)
			}
			if _, errOut, code := command(t, line, append(args, "--insecure-permissions")...); code != exitDone {
				t.Errorf("with the flag: code %d: %s", code, errOut)
			}
		})
	}
}
