package service

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// watchedFiles is a set of files that are read again when they change.
type watchedFiles struct {
	name      string // lists or geo
	paths     func() ([]string, error)
	load      func() error // on an error what was loaded before stays in force
	loaded    string       // fileState at the last load
	candidate string       // fileState at the last poll
}

// reloader polls files from one goroutine. It has no lock: add is called before run.
type reloader struct {
	items   []*watchedFiles
	log     *slog.Logger
	metrics *reloadMetrics
}

// add loads files and adds them to those that run polls. A change during the load is seen by the next poll.
func (r *reloader) add(name string, paths func() ([]string, error), load func() error) error {
	state := fileState(paths)
	if err := load(); err != nil {
		return err
	}
	r.items = append(r.items, &watchedFiles{name: name, paths: paths, load: load, loaded: state, candidate: state})
	r.metrics.loaded.WithLabelValues(name).SetToCurrentTime()
	r.metrics.failures.WithLabelValues(name).Add(0)
	return nil
}

// run polls the files at the interval every until ctx ends. SIGHUP loads them at once, whether they have changed or not.
// after is called at the end of each poll.
func (r *reloader) run(ctx context.Context, every time.Duration, after func()) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
			r.poll(true)
		case <-tick.C:
			r.poll(false)
		}
		after()
	}
}

// poll loads the files that have changed and, unless force, have the same state as at the poll before: a file that is
// still being written waits.
func (r *reloader) poll(force bool) {
	for _, w := range r.items {
		state := fileState(w.paths)
		settled := state == w.candidate
		w.candidate = state
		if !force && (state == w.loaded || !settled) {
			continue
		}
		w.loaded = state
		if err := w.load(); err != nil {
			r.metrics.failures.WithLabelValues(w.name).Inc()
			r.log.Error("what was loaded before stays in force: a file cannot be read", "what", w.name, "error", err)
			continue
		}
		r.metrics.loaded.WithLabelValues(w.name).SetToCurrentTime()
		r.log.Info("files were read again", "what", w.name)
	}
}

// fileState returns a text that changes with the names, sizes and modification times of the files.
func fileState(paths func() ([]string, error)) string {
	files, err := paths()
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, path := range files {
		stat, err := os.Stat(path)
		if err != nil {
			fmt.Fprintf(&b, "%s: %v\n", path, err)
			continue
		}
		fmt.Fprintf(&b, "%s: %d %d\n", path, stat.Size(), stat.ModTime().UnixNano())
	}
	return b.String()
}

// watchInputs starts to watch files and the revocation topic. It returns when all that the topic holds is in force.
func (s *Service) watchInputs(ctx context.Context) error {
	after := func() {}
	if s.lists != nil {
		after = func() { s.lists.publish(false) }
	}
	go s.watch.run(ctx, s.c.Lists.Reload, after)
	topic := s.c.Kafka.Topics.Revocation
	if s.lists == nil || topic == "" {
		return nil
	}
	s.health.set("start-up", "reading the revocation topic")
	ready, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		failed <- kafka.Tail(ctx, s.groupOptions("", []string{topic}), s.lists.revoke, func() { close(ready) })
	}()
	select {
	case <-ready:
		after()
		return nil
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// logListChange logs the rules that lacked a list and have it now, and those that lack one now.
func (s *Service) logListChange(old, set *lists.Set) {
	before, now := s.engine.UnobservableWith(detect.Coverage{}, old), s.engine.UnobservableWith(detect.Coverage{}, set)
	for _, u := range without(before, now) {
		s.metrics.unobservable.WithLabelValues(u.Rule).Set(0)
		s.log.Info("a rule has its list now", "rule", u.Rule)
	}
	for _, u := range without(now, before) {
		s.metrics.unobservable.WithLabelValues(u.Rule).Set(1)
		s.log.Warn("a rule can see nothing", "rule", u.Rule, "reason", u.Reason)
	}
}

// without returns the entries of all whose rules are not in excluded.
func without(all, excluded []detect.Unobservable) []detect.Unobservable {
	return slices.DeleteFunc(slices.Clone(all), func(u detect.Unobservable) bool {
		return slices.ContainsFunc(excluded, func(other detect.Unobservable) bool { return other.Rule == u.Rule })
	})
}
