package service

import (
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// warnForeignKeys logs that n entries match nothing, unless n is 0.
func warnForeignKeys(log *slog.Logger, n int) {
	if n > 0 {
		log.Warn("listed fingerprints match nothing: they were made under a key that this process does not have; "+
			"import them again with its key", "entries", n)
	}
}

// listSource holds the lists in force: those of the files and the revocations of the topic. It is safe for concurrent use.
type listSource struct {
	config  *config.Lists
	keys    []secret.Key
	log     *slog.Logger
	metrics *reloadMetrics
	current atomic.Pointer[lists.Set]

	mu      sync.Mutex
	files   *lists.Set
	revoked map[tokenwarden.Fingerprint]*lists.Entry // from the topic
	changed bool                                     // revoked differs from what is in force

	onChange func(old, set *lists.Set) // called with mu held whenever a set replaces another; may be nil
}

// newListSource returns a source without lists; load fills it.
func newListSource(c *config.Config, keys []secret.Key, log *slog.Logger, m *reloadMetrics) *listSource {
	return &listSource{config: &c.Lists, keys: keys, log: log, metrics: m, revoked: map[tokenwarden.Fingerprint]*lists.Entry{}}
}

// get returns the lists in force, nil for a nil source.
func (l *listSource) get() *lists.Set {
	if l == nil {
		return nil
	}
	return l.current.Load()
}

// load reads the files and puts them in force.
func (l *listSource) load() error {
	set, err := l.config.Load()
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.files = set
	l.mu.Unlock()
	l.publish(true)
	n := config.ForeignKeys(set, l.keys)
	l.metrics.foreign.Set(float64(n))
	warnForeignKeys(l.log, n)
	c := set.Counts()
	for name, n := range map[string]int{
		"watchlist": c.Watchlist, "decoys": c.Decoys, "revoked": c.Revoked, "prefixes": c.Prefixes, "asns": c.ASNs, "sensitive": c.Sensitive,
		"policy": c.Policy, "openapi": c.OpenAPI, "bindings": c.Bindings, "allow": c.Allow,
	} {
		l.metrics.entries.WithLabelValues(name).Set(float64(n))
	}
	return nil
}

// publish puts the files and the revocations in force as one set. Without force it does nothing unless revocations have
// changed.
func (l *listSource) publish(force bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !force && !l.changed {
		return
	}
	l.changed = false
	l.metrics.entries.WithLabelValues("revocations").Set(float64(len(l.revoked)))
	set := l.files
	if len(l.revoked) > 0 {
		set = set.WithRevoked(maps.Clone(l.revoked))
	}
	if old := l.current.Swap(set); l.onChange != nil {
		l.onChange(old, set)
	}
}

// revoke applies messages of the revocation topic. They are in force after the next publish.
func (l *listSource) revoke(_ int32, ms []kafka.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range ms {
		m := &ms[i]
		fp, entry, err := parseRevocation(m)
		if err != nil {
			l.metrics.invalidRevocations.Inc()
			l.log.Warn("a message of the revocation topic was skipped", "offset", m.Offset, "error", err)
			continue
		}
		l.changed = true
		if entry == nil {
			delete(l.revoked, fp)
		} else {
			l.revoked[fp] = entry
		}
	}
}

// parseRevocation parses a message of the revocation topic. The fingerprint is the key, or stands in the value as in a line
// of a list. The entry is nil for a key with a null value, which takes a revocation back as compaction of the topic would.
// A revocation without a time applies from the time of the message.
func parseRevocation(m *kafka.Message) (tokenwarden.Fingerprint, *lists.Entry, error) {
	const source = "revocation topic"
	key, keyErr := tokenwarden.ParseFingerprint(strings.TrimSpace(string(m.Key)))
	if keyErr == nil && m.Value == nil {
		return key, nil, nil
	}
	fp, entry, err := lists.ParseEntry(source, m.Value)
	if err != nil && keyErr == nil {
		entry, err = &lists.Entry{Source: source}, nil // whatever else the value holds is not ours to keep
	}
	if fp.IsZero() {
		fp = key
	}
	if err == nil && fp.IsZero() {
		err = errNoFingerprint
	}
	if err == nil && entry.At.IsZero() {
		entry.At = m.Time.UTC()
	}
	return fp, entry, err
}

var errNoFingerprint = errors.New("neither key nor value names a fingerprint: want 32 hexadecimal characters")
