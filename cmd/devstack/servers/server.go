package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/child"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/port"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/repo"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// server is a program that writes access logs.
type server struct {
	name    string
	from    source
	files   map[string]string // file in the server's folder <- template in configs, or a template itself if it has {{
	run     []command         // in this order; if they are several, the first listens on the first port, and so on
	after   []command         // run to their end when the plan has been sent
	version []string          // the command that prints the version
	logs    []accessLog
	asProxy bool // clients send it whole URLs
}

// command is a program to start, with its arguments. Both are templates.
type command struct {
	path string
	args []string
	env  []string
	out  string // file in the server's folder that takes its output, "" for <path>.out
}

// accessLog is one log of a server.
type accessLog struct {
	Name   string
	Format string // as it stands in the server's configuration, "" for the server's own
	Option string // what the configuration says besides
	shows  string // the fields that the format shows, separated by spaces
	port   int    // index of the port whose requests it logs
	socket bool   // comes as syslog datagrams over a socket

	// unnamed says that headers stand in columns to which only the format string gives a name.
	unnamed bool
}

// site is what templates see.
type site struct {
	Dir     string
	Ports   []int
	Backend int
	Logs    []logFile
	Tools   installed
}

// logFile is an access log in a site.
type logFile struct {
	accessLog
	Path   string
	Port   int
	Socket string
}

// startWithin bounds the time until a server answers, and the time of a program that runs to its end.
const startWithin = 40 * time.Second

//go:embed configs
var configs embed.FS

// running is a server at work.
type running struct {
	server    *server
	site      site
	edgeKey   func(format string) (string, error) // `tokenwarden key edge`
	children  []*child.Child
	receivers []*receiver
}

// start starts a server in a folder of its own and returns once it accepts connections. On an error nothing is left running.
func (m *measurement) start(ctx context.Context, s *server, tools installed) (*running, error) {
	r := &running{
		server: s, site: site{Dir: filepath.Join(m.dir, s.name), Backend: m.behind.port, Tools: tools},
		edgeKey: func(format string) (string, error) { return m.program.edgeKey(ctx, format) },
	}
	err := r.prepare()
	for i := 0; err == nil && i < len(s.run); i++ {
		err = r.launch(ctx, i, m.log)
	}
	if err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

// prepare makes the folder with the configuration, and chooses ports.
func (r *running) prepare() error {
	if err := os.MkdirAll(r.site.Dir, 0o755); err != nil {
		return fmt.Errorf("make the folder of %s: %w", r.server.name, err)
	}
	if err := os.Chmod(r.site.Dir, 0o777); err != nil { // Squid writes as another user when it is started by root
		return fmt.Errorf("open the folder of %s: %w", r.server.name, err)
	}
	for _, l := range r.server.logs {
		for len(r.site.Ports) <= l.port {
			p, err := port.Choose(0, r.site.Ports...)
			if err != nil {
				return fmt.Errorf("place %s: %w", r.server.name, err)
			}
			r.site.Ports = append(r.site.Ports, p)
		}
		f := logFile{accessLog: l, Path: filepath.Join(r.site.Dir, l.Name+".log"), Port: r.site.Ports[l.port]}
		if l.socket {
			f.Socket = filepath.Join(r.site.Dir, l.Name+".sock")
			received, err := receive(f.Socket, f.Path)
			if err != nil {
				return err
			}
			r.receivers = append(r.receivers, received)
		}
		r.site.Logs = append(r.site.Logs, f)
	}
	for file, name := range r.server.files {
		if err := r.write(file, name); err != nil {
			return err
		}
	}
	return nil
}

// write fills in a template.
func (r *running) write(file, name string) error {
	text := name
	if !strings.Contains(name, "{{") {
		embedded, err := configs.ReadFile("configs/" + name)
		if err != nil {
			return fmt.Errorf("read the configuration of %s: %w", r.server.name, err)
		}
		text = string(embedded)
	}
	filled, err := r.fill(text)
	if err != nil {
		return err
	}
	path := filepath.Join(r.site.Dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the folder of %s: %w", r.server.name, err)
	}
	return os.WriteFile(path, []byte(filled), 0o644)
}

func (r *running) fill(text string) (string, error) {
	functions := template.FuncMap{"quoted": quoted, "json": jsonText, "edge": r.shipped, "edgeKey": r.edgeKey}
	t, err := template.New(r.server.name).Funcs(functions).Option("missingkey=error").Parse(text)
	if err != nil {
		return "", fmt.Errorf("read a template of %s: %w", r.server.name, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, r.site); err != nil {
		return "", fmt.Errorf("fill in a template of %s: %w", r.server.name, err)
	}
	return b.String(), nil
}

// shipped returns a file of deploy/edge with the server's folder in place of /etc/tokenwarden, and with the other pairs of texts
// replaced as well.
func (r *running) shipped(name string, pairs ...string) (string, error) {
	path, err := repo.Path("deploy/edge/" + name)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read a configuration that hashes tokens: %w", err)
	}
	return strings.NewReplacer(append([]string{"/etc/tokenwarden", r.site.Dir}, pairs...)...).Replace(string(text)), nil
}

// quoted returns a text in double quotes, with backslashes before those in it.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// jsonText returns a text as a string of JSON.
func jsonText(s string) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// launch starts one program of the server.
func (r *running) launch(ctx context.Context, i int, log *status.Log) error {
	c := r.server.run[i]
	path, args, err := r.call(append([]string{c.path}, c.args...))
	if err != nil {
		return err
	}
	_, env, err := r.call(append([]string{"env"}, c.env...))
	if err != nil {
		return err
	}
	out := c.out
	if out == "" {
		out = fmt.Sprintf("%s.%d.out", filepath.Base(path), i)
	}
	ports := r.site.Ports
	if len(r.server.run) > 1 {
		ports = ports[:min(i+1, len(ports))]
	}
	started, err := child.Start(ctx, child.Spec{
		Name: r.server.name, Path: path, Args: args, Env: append(r.site.Tools.environment(), env...),
		LogFile: filepath.Join(r.site.Dir, out), Once: true,
		StartTimeout: startWithin, StopTimeout: 10 * time.Second,
		Ready: func(ctx context.Context) error { return accepts(ctx, ports) },
	}, log)
	if err != nil {
		return err
	}
	r.children = append(r.children, started)
	return nil
}

// call fills in a program with its arguments and returns the program's path.
func (r *running) call(words []string) (path string, args []string, err error) {
	filled := make([]string, len(words))
	for i, text := range words {
		if filled[i], err = r.fill(text); err != nil {
			return "", nil, err
		}
	}
	path, err = r.site.Tools.Find(filled[0])
	return path, filled[1:], err
}

// output runs a program to its end and returns what it prints.
func (r *running) output(ctx context.Context, words []string) ([]byte, error) {
	path, args, err := r.call(words)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), r.site.Tools.environment()...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(path), err, out)
	}
	return out, nil
}

// finish runs the programs that read a server's log out of its memory.
func (r *running) finish(ctx context.Context) error {
	for _, c := range r.server.after {
		if _, err := r.output(ctx, append([]string{c.path}, c.args...)); err != nil {
			return err
		}
	}
	return nil
}

// accepts returns nil once every port accepts connections.
func accepts(ctx context.Context, ports []int) error {
	for _, p := range ports {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", port.Address(p))
		if err != nil {
			return err
		}
		_ = conn.Close()
	}
	return nil
}

// stop ends the server, the last program first, and returns what died before.
func (r *running) stop() error {
	var died error
	for _, c := range slices.Backward(r.children) {
		c.Stop()
		died = errors.Join(died, c.Err())
	}
	for _, received := range r.receivers {
		received.stop()
	}
	return died
}
