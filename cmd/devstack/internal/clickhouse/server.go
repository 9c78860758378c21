package clickhouse

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/child"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/port"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

const (
	startTimeout = time.Minute
	// stopTimeout cuts short the wait for clients that do not hang up, which the engine would draw out to five seconds.
	// What it acknowledged is safe without a good end.
	stopTimeout = 2 * time.Second
)

// Options are the folder and the ports of a server.
type Options struct {
	Dir        string // holds the folder clickhouse and its log; kept after the end
	NativePort int    // 0 for any
	HTTPPort   int    // 0 for any
}

// Server is a running engine. A crash does not end it: it comes back with its data, on the same ports.
type Server struct {
	*child.Child
	Native  string // HOST:PORT of the native protocol
	HTTP    string // HOST:PORT of the HTTP protocol
	Version string // as SELECT version() returns it
}

// Start fetches the engine if need be, starts it and returns once both protocols answer.
func Start(ctx context.Context, opt Options, log *status.Log) (*Server, error) {
	library, err := Library(ctx, log)
	if err != nil {
		return nil, err
	}
	e, err := place(opt, library)
	if err != nil {
		return nil, fmt.Errorf("place ClickHouse: %w", err)
	}
	self, err := executable()
	if err != nil {
		return nil, fmt.Errorf("find devstack itself: %w", err)
	}
	s := &Server{Native: port.Address(e.native), HTTP: port.Address(e.http)}
	s.Child, err = child.Start(ctx, child.Spec{
		Name:         "ClickHouse",
		Path:         self,
		Args:         e.arguments(),
		LogFile:      filepath.Join(opt.Dir, "clickhouse.log"),
		StartTimeout: startTimeout,
		StopTimeout:  stopTimeout,
		RetryDelay:   time.Second,
		Ready:        s.answers,
		Stop:         func(ctx context.Context) error { _, err := s.query(ctx, stopQuery); return err },
	}, log)
	if err != nil {
		return nil, err
	}
	if s.Version, err = s.query(ctx, "SELECT version()"); err != nil {
		s.Stop()
		return nil, fmt.Errorf("ask ClickHouse for its version: %w", err)
	}
	return s, nil
}

// place makes the data directory and chooses the ports.
func place(opt Options, library string) (engine, error) {
	e := engine{library: library, dir: filepath.Join(opt.Dir, "clickhouse")}
	if err := os.MkdirAll(e.dir, 0o755); err != nil {
		return e, err
	}
	var err error
	if e.native, err = port.Choose(opt.NativePort, opt.HTTPPort); err != nil {
		return e, err
	}
	e.http, err = port.Choose(opt.HTTPPort, e.native)
	return e, err
}

// executable returns a path that starts this very program, even after its file was replaced or deleted.
func executable() (string, error) {
	const self = "/proc/self/exe"
	if _, err := os.Stat(self); err == nil {
		return self, nil
	}
	return os.Executable()
}

// answers returns nil once both protocols do.
func (s *Server) answers(ctx context.Context) error {
	if _, err := s.query(ctx, "SELECT 1"); err != nil {
		return err
	}
	_, err := ServerVersion(ctx, s.Native)
	return err
}

// query runs one statement over HTTP and returns its output.
func (s *Server) query(ctx context.Context, statement string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.HTTP, strings.NewReader(statement))
	if err != nil {
		return "", err
	}
	request.Close = true // the engine waits for open connections when it ends
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(body))
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("HTTP status %d: %s", response.StatusCode, text)
	}
	return text, nil
}
