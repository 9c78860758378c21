package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

func TestPlan(t *testing.T) {
	p := newPlan()
	clients := map[string]bool{}
	for _, r := range p.requests {
		_, message := r.bytes(0)
		sent := unfold(message)
		for _, s := range r.secrets {
			if !holdsWhole(sent, s) {
				t.Errorf("request %d (%s) does not hold its credential", r.seq, r.name)
			}
		}
		for _, s := range p.secrets {
			if r.ordinary() && holdsWhole(sent, s) {
				t.Errorf("request %d (%s) is called ordinary and holds a credential", r.seq, r.name)
			}
		}
		if clients[r.client.String()] {
			t.Errorf("request %d (%s) has the client of another one", r.seq, r.name)
		}
		clients[r.client.String()] = true
		if strings.Count(r.target, fmt.Sprintf("seq=%04d", r.seq)) != 1 {
			t.Errorf("request %d (%s) does not say its number", r.seq, r.name)
		}
	}
	if again := newPlan(); len(again.secrets) != len(p.secrets) || again.secrets[0].value != p.secrets[0].value {
		t.Error("a second plan is not the same")
	}
}

// TestConfigurations holds that the templates of every server can be filled in.
func TestConfigurations(t *testing.T) {
	for _, s := range servers() {
		t.Run(s.name, func(t *testing.T) {
			r := &running{
				server: &s, site: site{Dir: filepath.Join(t.TempDir(), s.name), Backend: 1},
				edgeKey: func(format string) (string, error) { return "key for " + format, nil },
			}
			defer func() { _ = r.stop() }()
			if err := r.prepare(); err != nil {
				t.Fatal(err)
			}
			for _, c := range append(s.run, s.after...) {
				for _, text := range append([]string{c.path}, append(c.args, c.env...)...) {
					if _, err := r.fill(text); err != nil && !errors.Is(err, exec.ErrNotFound) { // the program may not be here
						t.Error(err)
					}
				}
			}
			for _, l := range s.logs {
				for _, field := range strings.Fields(l.shows) {
					if (&logRecord{}).show(field) != "absent" {
						t.Errorf("log %s: a record without %s shows it", l.Name, field)
					}
				}
			}
		})
	}
}

func TestUnfold(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", "a b", "a b"},
		{"percent", "a%20b", "a b"},
		{"percent twice", "a%2520b", "a b"},
		{"broken percent", "100%, a%20b", "100%, a b"},
		{"HAProxy", `a#22b`, `a"b`},
		{"nginx", `a\x22b`, `a"b`},
		{"JSON", `a\u0022b`, `a"b`},
		{"JSON in percent", `a%5Cu0022b`, `a"b`},
		{"backslash", `a\\b`, `a\b`},
		{"quotes doubled", `a""b`, `a"b`},
		{"Latin-1", "Ã¤", "ä"},
		{"UTF-8 of nginx", `\xC3\xA4`, "ä"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !containsText(unfold([]byte(c.text)), []byte(c.want)) {
				t.Errorf("%q is never %q", c.text, c.want)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	const p = "REDACTED.token.0123456789abcdef"
	for _, c := range []struct {
		name, redacted, text string
		want                 bool
	}{
		{"equal", "/a?b=1", "/a?b=1", true},
		{"other", "/a?b=1", "/a?b=2", false},
		{"one", "/a?t=" + p + "&c=1", "/a?t=x&c=1", true},
		{"at the end", "/a?t=" + p, "/a?t=x", true},
		{"two", "/a?t=" + p + "&u=" + p + "&c=1", "/a?t=x&u=y&c=1", true},
		{"nothing replaced", "/a?t=" + p, "/a?t=", false},
		{"more behind", "/a?t=" + p + "&c=1", "/a?t=x&c=2", false},
		{"other in front", "/b?t=" + p, "/a?t=x", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := matches([]byte(c.redacted), []byte(c.text)); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestScore holds that each column of the table sees its fault.
func TestScore(t *testing.T) {
	p := newPlan()
	r := p.requests[len(p.requests)-2]
	for _, candidate := range p.requests {
		if candidate.name == "canary, query" {
			r = candidate
		}
	}
	now := time.Now()
	sent := reply{request: r, line: "GET " + r.target + " HTTP/1.1", start: now, end: now, status: 200, body: 3, total: 90}
	fingerprint := strings.Repeat("0123456789abcdef", 2)
	form := "twfp1.01234567.token." + fingerprint + ".01234567"
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	line := func() parsed {
		redacted := strings.ReplaceAll(r.target, p.canary.value, "REDACTED.token."+fingerprint[:16])
		return parsed{
			raw: []byte(r.client.String() + ` "GET ` + r.target + `" 200`), redacted: []byte(r.client.String() + ` "GET ` + redacted + `" 200`),
			records: []logRecord{{
				Method: text("GET"), Target: &redacted, Client: text(r.client.String()), Status: number(200), Bytes: number(3), Time: &now,
			}},
			events: []logEvent{{Fingerprint: fingerprint}},
		}
	}
	for _, c := range []struct {
		name   string
		change func(*parsed)
		want   string // the tallies that are not whole
	}{
		{"right", func(*parsed) {}, ""},
		{"no record", func(l *parsed) { l.records = nil }, "read fields"},
		{"record with an error", func(l *parsed) { l.records[0].Error = text("no request") }, "read fields"},
		{"other target", func(l *parsed) { l.records[0].Target = text("/") }, "read fields"},
		{"other status", func(l *parsed) { l.records[0].Status = number(404) }, "fields"},
		{"other client", func(l *parsed) { l.records[0].Client = text("127.0.0.1") }, "fields"},
		{"other time", func(l *parsed) { later := now.Add(time.Hour); l.records[0].Time = &later }, "fields"},
		{"left", func(l *parsed) { l.redacted = append(l.redacted, p.canary.value...) }, "kept"},
		{"left in part", func(l *parsed) { l.redacted = append(l.redacted, p.canary.value[9:25]...) }, "kept"},
		{"left in an event", func(l *parsed) { l.texts = [][]byte{[]byte(p.canary.value)} }, "kept"},
		{"other placeholder", func(l *parsed) { l.redacted = bytes.ReplaceAll(l.redacted, []byte("0123"), []byte("3210")) }, "prints"},
		{"no event", func(l *parsed) { l.events = nil }, "events"},
		{"hashed", func(l *parsed) { l.raw = bytes.ReplaceAll(l.raw, []byte(p.canary.value), []byte(form)) }, ""},
		{"hashed otherwise", func(l *parsed) {
			l.raw = bytes.ReplaceAll(l.raw, []byte(p.canary.value), []byte(form))
			l.events[0].Fingerprint = "ff"
		}, "edge"},
		{"other fingerprint", func(l *parsed) { l.events[0].Fingerprint = "ff" }, "events"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &scorer{
				score:   &score{canary: map[string]int{}},
				program: &pipeline{fingerprints: map[*secret]string{p.canary: fingerprint}},
				canary:  p.canary, shows: strings.Fields(common),
			}
			l := line()
			c.change(&l)
			replies := make([]reply, len(p.requests))
			replies[r.seq-1] = sent
			s.all([]parsed{l}, replies)
			var wrong []string
			for _, x := range []struct {
				name string
				tally
			}{{"read", s.read}, {"fields", s.fields}, {"kept", s.kept}, {"prints", s.prints}, {"events", s.score.events}, {"edge", s.edge}} {
				if x.good != x.all {
					wrong = append(wrong, x.name)
				}
			}
			if got := strings.Join(wrong, " "); got != c.want {
				t.Errorf("wrong are %q, want %q", got, c.want)
			}
		})
	}
}

func testLog(t *testing.T) *status.Log {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = null.Close() })
	return status.New("test", null)
}

// TestServerThatCannotStart holds that nothing is left running of a server of which a program fails.
func TestServerThatCannotStart(t *testing.T) {
	behind, err := startBackend()
	if err != nil {
		t.Fatal(err)
	}
	defer behind.stop()
	s := server{name: "odd", run: []command{
		{path: "sh", args: []string{"-c", `echo $$ > "{{.Dir}}/pid"; exec python3 -m http.server --bind 127.0.0.1 {{index .Ports 0}}`}},
		{path: "sh", args: []string{"-c", `echo no such setting; exit 3`}},
	}, logs: []accessLog{{Name: "a", port: 0}, {Name: "b", port: 1}}}
	dir := t.TempDir()
	if _, err := (installed{}).Find("python3"); err != nil {
		skip := t.Skip
		if os.Getenv("CI") != "" { // which fetches servers with it
			skip = t.Fatal
		}
		skip("python3 is not installed")
	}
	m := &measurement{behind: behind, dir: dir, log: testLog(t)}
	_, err = m.start(t.Context(), &s, installed{})
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "no such setting") {
		t.Errorf("got %v, want the status and the log", err)
	}
	pid, err := os.ReadFile(filepath.Join(dir, "odd", "pid"))
	if err != nil {
		t.Fatal(err)
	}
	if exists("/proc/" + strings.TrimSpace(string(pid))) {
		t.Error("the first program still runs")
	}
}

// TestWatchedProgramEnds holds that a program that no signal of its parent's death reaches ends with the pipe.
func TestWatchedProgramEnds(t *testing.T) {
	c := watched("sleep", "60")
	r := &running{server: &server{name: "odd"}}
	path, args, err := r.call(append([]string{c.path}, c.args...))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	pipe, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := pipe.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("it ended with %v", err)
	}
}

// fakeTools makes the scripts the only programs there are, besides sh.
func fakeTools(t *testing.T, scripts map[string]string) {
	t.Helper()
	bin := t.TempDir()
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	t.Setenv(cache.DirVariable, t.TempDir())
}

func TestFetch(t *testing.T) {
	for _, c := range []struct {
		name    string
		from    source
		scripts map[string]string
		offline bool
		want    string
	}{
		{"no apt-get", source{debian: []string{"x"}}, nil, false, "apt-get is needed"},
		{
			"archive out of reach", source{debian: []string{"x"}},
			map[string]string{"apt-get": `echo "W: Failed to fetch: Temporary failure resolving 'a.example'" >&2; exit 100`}, true, "try again with a network",
		},
		{
			"no such package", source{debian: []string{"x"}},
			map[string]string{"apt-get": `case "$*" in *update) ;; *) echo "E: Unable to locate package x" >&2; exit 100;; esac`}, false, "Unable to locate package x",
		},
		{"nothing came", source{debian: []string{"x"}}, map[string]string{"apt-get": ""}, false, "fetched no package"},
		{"no Python", source{pypi: "x==1"}, nil, false, "install Python 3 with pip"},
		{"no such version", source{pypi: "x==1"}, map[string]string{"python3": `echo "ERROR: No matching distribution found" >&2; exit 1`}, false, "No matching"},
		{"npm out of reach", source{npm: "x@1"}, map[string]string{"npm": `echo "npm error code EAI_AGAIN" >&2; exit 1`}, true, "try again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fakeTools(t, c.scripts)
			_, err := (&installer{log: testLog(t)}).install(context.Background(), &server{name: "odd", from: c.from})
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, cache.ErrUnreachable) != c.offline {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestModuleVersion(t *testing.T) {
	if got := moduleVersion("chi"); !strings.HasPrefix(got, "5.") {
		t.Errorf("got %q", got)
	}
}

func TestChoose(t *testing.T) {
	if _, err := choose([]string{"nginx", "iis"}); err == nil || !strings.Contains(err.Error(), `"iis" is not known`) {
		t.Errorf("got %v", err)
	}
	if chosen, err := choose(nil); err != nil || len(chosen) != len(servers()) {
		t.Errorf("%d servers, %v", len(chosen), err)
	}
}

func TestFolderWithFilesIsRefused(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := folder(dir); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "old.log"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := folder(dir); err == nil || !strings.Contains(err.Error(), "name a new folder") {
		t.Errorf("got %v", err)
	}
}
