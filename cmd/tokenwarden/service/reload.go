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

// watched is something that is read from files and read again when they change.
type watched struct {
	name    string // lists or geo
	paths   func() ([]string, error)
	load    func() error // leaves what was loaded before in force when it fails
	loaded  string       // state of the files when they were last read
	pending string       // state of the files when they were last looked at
}

// reloader looks after what is watched, from one goroutine.
type reloader struct {
	items   []*watched
	log     *slog.Logger
	metrics *reloadMetrics
}

// add reads an item and looks after it from then on. What changes while it is read is seen at the next look.
func (r *reloader) add(name string, paths func() ([]string, error), load func() error) error {
	state := stateOf(paths)
	if err := load(); err != nil {
		return err
	}
	r.items = append(r.items, &watched{name: name, paths: paths, load: load, loaded: state, pending: state})
	r.metrics.loaded.WithLabelValues(name).SetToCurrentTime()
	r.metrics.failures.WithLabelValues(name).Add(0)
	return nil
}

// run looks at the files every so often until ctx ends, and at SIGHUP reads them whether they have changed or not.
// after is called at the end of each look.
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
			r.look(true)
		case <-tick.C:
			r.look(false)
		}
		after()
	}
}

// look reads what has changed. Files that are still being written differ from look to look: they are read when they
// have been the same twice.
func (r *reloader) look(force bool) {
	for _, w := range r.items {
		state := stateOf(w.paths)
		settled := state == w.pending
		w.pending = state
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

// stateOf describes files so that any change of them shows, short of one that keeps size and time.
func stateOf(paths func() ([]string, error)) string {
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

// follow begins to look after files and the revocation topic, and returns when all that the topic holds is in force.
func (s *Service) follow(ctx context.Context) error {
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
		failed <- kafka.Tail(ctx, s.groupOptions("", []string{topic}), topic, s.lists.revoke, func() { close(ready) })
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

// tellConfigured says which rules could see nothing for want of a list and can now, and the other way round.
func (s *Service) tellConfigured(old, set *lists.Set) {
	before, now := s.engine.UnobservableWith(detect.Coverage{}, old), s.engine.UnobservableWith(detect.Coverage{}, set)
	for _, u := range without(before, now) {
		s.metrics.blind.WithLabelValues(u.Rule).Set(0)
		s.log.Info("a rule has its list now", "rule", u.Rule)
	}
	for _, u := range without(now, before) {
		s.metrics.blind.WithLabelValues(u.Rule).Set(1)
		s.log.Warn("a rule can see nothing", "rule", u.Rule, "reason", u.Reason)
	}
}

// without returns the rules of all that are not among some.
func without(all, some []detect.Unobservable) []detect.Unobservable {
	return slices.DeleteFunc(slices.Clone(all), func(u detect.Unobservable) bool {
		return slices.ContainsFunc(some, func(other detect.Unobservable) bool { return other.Rule == u.Rule })
	})
}
