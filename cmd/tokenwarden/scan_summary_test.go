package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSummaryOfAScan(t *testing.T) {
	dir := t.TempDir()
	line := func(at time.Time) string {
		return `192.0.2.7 - - [` + at.Format("02/Jan/2006:15:04:05 -0700") + `] "GET /v1/me?access_token=` + newToken() + ` HTTP/1.1" 200 5 "-" "curl/8"` + "\n"
	}
	plain, nginx := filepath.Join(dir, "access.log"), filepath.Join(dir, "access.json")
	write(t, plain, line(time.Now()))
	write(t, nginx, `{"time":"`+time.Now().UTC().Format(time.RFC3339)+`","remote_addr":"192.0.2.7","request":"GET / HTTP/1.1","status":200}`+"\n")
	for _, tc := range []struct {
		name, stdin string
		files       []string
		want        string
	}{
		{"one line", line(time.Now()), []string{"-"}, "1 line read (format combined), 1 credential redacted, 1 token\n"},
		{"one alert", line(time.Now()), []string{"-"}, "\n1 ALERT\n"},
		{"two formats", "", []string{plain, nginx}, "2 lines read (format combined, "},
		{"same format", "", []string{plain, plain}, "2 lines read (format combined), "},
		{"quarantine", line(time.Now().Add(72 * time.Hour)), []string{"-"}, "1 line would go to quarantine: time: before 2000 or more than a day ahead"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if out, errOut, code := command(t, tc.stdin, append([]string{"scan"}, tc.files...)...); code != exitDone || !strings.Contains(out, tc.want) {
				t.Errorf("code %d, want %q\n%s%s", code, tc.want, out, errOut)
			}
		})
	}
}

// TestScanLinesWithoutTime checks that lines without a time make events with the file's time, and that no rule judges them: each
// of these tokens would be a burst.
func TestScanLinesWithoutTime(t *testing.T) {
	dir := t.TempDir()
	log, events := filepath.Join(dir, "app.log"), filepath.Join(dir, "events")
	write(t, log, strings.Repeat("GET /v1/me?access_token="+newToken()+" 401 12 - 1.962 ms\n", 500))
	at := time.Date(2026, 1, 5, 8, 59, 58, 0, time.UTC)
	if err := os.Chtimes(log, at, at); err != nil {
		t.Fatal(err)
	}
	out, errOut, code := command(t, "", "scan", log)
	if code != exitDone || !strings.Contains(out, "no alerts") || !strings.Contains(out, "500 events of lines without a time") {
		t.Errorf("code %d\n%s%s", code, out, errOut)
	}
	if _, errOut, code := command(t, "", "scan", "--events", events, log); code != exitDone {
		t.Fatalf("code %d\n%s", code, errOut)
	}
	text, err := os.ReadFile(events)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), `"2026-01-05T08:59:58Z"`); n != 500 {
		t.Errorf("%d events have the file's time, not 500:\n%.300s", n, text)
	}
}
