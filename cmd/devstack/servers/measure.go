package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// logsWithin bounds the wait for the last request in every log of a running server. What a server keeps back until its end is
// there after the stop.
const logsWithin = 6 * time.Second

// measurement is what all servers share.
type measurement struct {
	plan      *plan
	program   *pipeline
	behind    *backend
	dir       string
	installer *installer
	log       *status.Log
}

// outcome is what came of one server.
type outcome struct {
	server           string
	version          string
	fetched, running time.Duration
	err              error // why there are no logs
	scores           []*score
}

// measure runs one server under the plan and scores its logs.
func (m *measurement) measure(ctx context.Context, s *server) outcome {
	out := outcome{server: s.name}
	begin := time.Now()
	tools, err := m.installer.install(ctx, s)
	out.fetched = time.Since(begin)
	if err != nil {
		m.log.Printf("%s: %v", s.name, err)
		out.err = err
		return out
	}
	begin = time.Now()
	r, err := m.start(ctx, s, tools)
	if err != nil {
		m.log.Printf("%v", err)
		out.err = err
		return out
	}
	out.version = r.version(ctx)
	replies := m.drive(ctx, r)
	out.err = errors.Join(r.finish(ctx), r.stop())
	out.running = time.Since(begin)
	for _, l := range r.site.Logs {
		scores, err := m.scoreLog(ctx, l, replies[l.port])
		out.scores, out.err = append(out.scores, scores...), errors.Join(out.err, err)
	}
	if out.err != nil {
		m.log.Printf("%s: %v", s.name, out.err)
	}
	return out
}

// drive sends the plan to each port and waits for the logs.
func (m *measurement) drive(ctx context.Context, r *running) [][]reply {
	proxied := 0
	if r.server.asProxy {
		proxied = m.behind.port
	}
	var replies [][]reply
	for _, p := range r.site.Ports {
		replies = append(replies, send(ctx, m.plan, p, proxied))
	}
	ctx, cancel := context.WithTimeout(ctx, logsWithin)
	defer cancel()
	last := m.plan.requests[len(m.plan.requests)-1]
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for _, l := range r.site.Logs {
		for len(r.server.after) == 0 && !holdsRequest(l.Path, last) {
			select {
			case <-ctx.Done():
				return replies
			case <-ticker.C:
			}
		}
	}
	return replies
}

func holdsRequest(path string, r *request) bool {
	text, err := os.ReadFile(path)
	return err == nil && bytes.Contains(text, []byte(fmt.Sprintf("seq=%04d", r.seq)))
}

var numbers = regexp.MustCompile(`\d+\.\d+(?:\.\d+)*`)

// version asks the server for its version. A library's is where it was fetched from.
func (r *running) version(ctx context.Context) string {
	switch from := r.server.from; {
	case from.npm != "":
		return numbers.FindString(from.npm)
	case from.module != "":
		return moduleVersion(from.module)
	}
	text, err := r.output(ctx, r.server.version)
	if err != nil {
		return ""
	}
	return string(numbers.Find(text))
}
