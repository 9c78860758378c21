package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// edgeDir holds the configurations that the tests run with real servers.
const edgeDir = "../../deploy/edge/"

// edgeServer is a server with a configuration of edgeDir.
type edgeServer struct {
	name    string
	program string // looked up in PATH and in bin/edge
	needs   string // file without which the server lacks a module; empty for none
	places  string // where it hashes tokens: "authorization api_key cookie query"

	// configure writes the configuration into s.dir and returns the arguments of the program.
	configure func(s *edgeSite) []string

	differs []string // vectors that it hashes otherwise, as deploy/edge/README.md says
}

// edgeSite is a server in a test.
type edgeSite struct {
	t       *testing.T
	dir     string // temporary
	keyFile string // with K
	port    int
	log     string // the access log; the server's standard output without one
	process *exec.Cmd
}

// find returns the path of the server's program. Without it, the test is skipped, or fails if EDGE_SERVERS names the server.
func (e *edgeServer) find(t *testing.T) string {
	t.Helper()
	skip := t.Skipf
	if slices.Contains(strings.Fields(os.Getenv("EDGE_SERVERS")), e.name) {
		skip = t.Fatalf
	}
	path, err := exec.LookPath("../../bin/edge/bin/" + e.program)
	if err != nil {
		if path, err = exec.LookPath(e.program); err != nil {
			skip("%s is not installed: `deploy/dev/edge.sh install` fetches it", e.program)
		}
	}
	if _, err := os.Stat(e.needs); e.needs != "" && err != nil {
		skip("%s lacks %s: `deploy/dev/edge.sh install` fetches it", e.program, e.needs)
	}
	return path
}

// start starts the server and returns when it accepts connections.
func (e *edgeServer) start(t *testing.T, program, keyFile string) *edgeSite {
	t.Helper()
	s := &edgeSite{t: t, dir: t.TempDir(), keyFile: keyFile, port: freePort(t)}
	s.log = filepath.Join(s.dir, "access.log")
	s.process = exec.Command(program, e.configure(s)...)
	s.process.Env = append(os.Environ(), "TOKENWARDEN_EDGE_DIR="+s.dir)
	out, err := os.Create(filepath.Join(s.dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	s.process.Stdout, s.process.Stderr = out, out
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	eventually(t, e.name+" accepts connections", func() (bool, string) {
		conn, err := net.Dial("tcp", s.addr())
		if err != nil {
			return false, err.Error()
		}
		return conn.Close() == nil, ""
	})
	return s
}

// stop ends the server, which writes what it has of its log.
func (s *edgeSite) stop() {
	if s.process.ProcessState != nil {
		return
	}
	_ = s.process.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(10*time.Second, func() { _ = syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL) })
	_ = s.process.Wait()
	timer.Stop()
	if out, _ := os.ReadFile(filepath.Join(s.dir, "out")); s.t.Failed() && len(out) > 0 {
		s.t.Logf("output of the server: %.2000s", out)
	}
}

func (s *edgeSite) addr() string { return "127.0.0.1:" + strconv.Itoa(s.port) }

// key returns what key edge prints.
func (s *edgeSite) key(format string) string {
	s.t.Helper()
	out, text, code := command(s.t, "", "key", "edge", "--key-file", s.keyFile, "--format", format)
	if code != exitDone {
		s.t.Fatal(text)
	}
	return out
}

func (s *edgeSite) write(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	write(s.t, path, content)
	return path
}

// shipped returns a file of edgeDir with replacements, each of which must stand in it.
func (s *edgeSite) shipped(name string, oldNew ...string) string {
	s.t.Helper()
	text, err := os.ReadFile(edgeDir + name)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(oldNew); i += 2 {
		if !bytes.Contains(text, []byte(oldNew[i])) {
			s.t.Fatalf("%s has no %q to replace", name, oldNew[i])
		}
	}
	return strings.NewReplacer(oldNew...).Replace(string(text))
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// send sends a request as it stands on a connection of its own and returns the status.
func (s *edgeSite) send(target string, headers ...string) int {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr())
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: edge.example\r\nConnection: close\r\n%s\r\n", target, strings.Join(append(headers, ""), "\r\n"))
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		s.t.Fatalf("request %s: %v", target[:min(len(target), 8)], err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}
