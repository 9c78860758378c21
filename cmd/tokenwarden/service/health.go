package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
)

// health holds what keeps the process from its work, by part. It is safe for concurrent use.
type health struct {
	mu       sync.Mutex
	problems map[string]string
}

func newHealth() *health { return &health{problems: map[string]string{}} }

// set replaces the problem of a part; "" removes it.
func (h *health) set(part, problem string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if problem == "" {
		delete(h.problems, part)
		return
	}
	h.problems[part] = problem
}

// text returns one line for each problem, sorted by part.
func (h *health) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var lines []string
	for part, problem := range h.problems {
		lines = append(lines, part+": "+problem)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// ServeHTTP answers /readyz: 200, or 503 with the problems.
func (h *health) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if text := h.text(); text != "" {
		http.Error(w, text, http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

// serveHTTP serves /metrics, /healthz and /readyz on addr until stop is called. An empty addr serves nothing.
func serveHTTP(addr string, reg *prometheus.Registry, h *health, log *slog.Logger) (stop func(), err error) {
	if addr == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, config.Error{Err: fmt.Errorf("http.listen: %w", err)}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg}))
	mux.Handle("GET /readyz", h)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("alive\n")) })
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("http server ended", "error", err)
		}
	}()
	log.Info("http listens", "addr", l.Addr().String())
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = srv.Shutdown(ctx)
	}, nil
}
