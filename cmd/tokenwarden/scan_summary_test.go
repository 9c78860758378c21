package main

import (
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
