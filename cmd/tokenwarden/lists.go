package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// ListsConfig is the section lists: paths and patterns of files.
type ListsConfig struct {
	Watchlist []string `koanf:"watchlist"`
	Decoys    []string `koanf:"decoys"`
	Revoked   []string `koanf:"revoked"`
	Networks  struct {
		Hosting   []string `koanf:"hosting"`
		VPN       []string `koanf:"vpn"`
		Tor       []string `koanf:"tor"`
		Proxy     []string `koanf:"proxy"`
		Mobile    []string `koanf:"mobile"`
		Satellite []string `koanf:"satellite"`
		Anycast   []string `koanf:"anycast"`
		Egress    []string `koanf:"egress"`
	} `koanf:"networks"`
	Bindings  []string      `koanf:"bindings"`
	Policy    []string      `koanf:"policy"`
	OpenAPI   []string      `koanf:"openapi"`
	Sensitive []string      `koanf:"sensitive"`
	Allow     []string      `koanf:"allow"`
	Reload    time.Duration `koanf:"reload"`
}

// files turns the section lists into what package lists reads.
func (c *ListsConfig) files() *lists.Files {
	n := &c.Networks
	return &lists.Files{
		Watchlist: c.Watchlist, Decoys: c.Decoys, Revoked: c.Revoked,
		Networks: map[lists.NetworkClass][]string{
			lists.Hosting: n.Hosting, lists.VPN: n.VPN, lists.Tor: n.Tor, lists.Proxy: n.Proxy,
			lists.Mobile: n.Mobile, lists.Satellite: n.Satellite, lists.Anycast: n.Anycast, lists.Egress: n.Egress,
		},
		Bindings: c.Bindings, Policy: c.Policy, OpenAPI: c.OpenAPI, Sensitive: c.Sensitive, Allow: c.Allow,
	}
}

// load reads the lists once.
func (c *ListsConfig) load() (*lists.Set, error) {
	set, err := lists.Load(c.files())
	if err != nil {
		return nil, configError{err}
	}
	return set, nil
}

// foreignKeys counts the listed fingerprints that none of keys made. Without keys nobody can tell.
func foreignKeys(set *lists.Set, keys []secret.Key) (n int) {
	if len(keys) == 0 {
		return 0
	}
	for id, count := range set.Keys() {
		if !hasKey(keys, id) {
			n += count
		}
	}
	return n
}

func hasKey(keys []secret.Key, id tokenwarden.KeyID) bool {
	for _, k := range keys {
		if k.ID() == id {
			return true
		}
	}
	return false
}

// warnForeignKeys says that entries of a list match nothing.
func warnForeignKeys(log *slog.Logger, n int) {
	if n > 0 {
		log.Warn("listed fingerprints match nothing: they were made under a key that this process does not have; import them again with its key", "entries", n)
	}
}

// lists reads the lists, and says which of them the keys cannot match.
func (f *scanFlags) lists(c *Config, keys []secret.Key, warnings io.Writer) (*lists.Set, error) {
	if len(f.keyFiles) == 0 && len(f.watchlist)+len(f.decoys) > 0 {
		return nil, usageError{errors.New("--watchlist and --decoys need --key-file: fingerprints match only under the key that made them")}
	}
	set, err := c.Lists.load()
	if err != nil {
		return nil, err
	}
	if n := foreignKeys(set, keys); n > 0 {
		_, _ = fmt.Fprintf(warnings, "%d listed fingerprints were made under another key: they match nothing\n", n)
	}
	return set, nil
}

// listSource keeps the lists in force: those of the files, and the revocations of the topic.
type listSource struct {
	config  *ListsConfig
	keys    []secret.Key
	log     *slog.Logger
	metrics *reloadMetrics
	current atomic.Pointer[lists.Set]

	mu      sync.Mutex
	files   *lists.Set
	revoked map[tokenwarden.Fingerprint]*lists.Entry // by the topic
	changed bool                                     // revoked differs from what is in force

	taken func(old, set *lists.Set) // told of each set that takes force after the first; may be nil
}

// newListSource returns a source that holds nothing before its first load.
func newListSource(c *Config, keys []secret.Key, log *slog.Logger, m *reloadMetrics) *listSource {
	return &listSource{config: &c.Lists, keys: keys, log: log, metrics: m, revoked: map[tokenwarden.Fingerprint]*lists.Entry{}}
}

// get returns the lists in force; none for a nil source.
func (l *listSource) get() *lists.Set {
	if l == nil {
		return nil
	}
	return l.current.Load()
}

// load reads the files and puts them in force.
func (l *listSource) load() error {
	set, err := l.config.load()
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.files = set
	l.mu.Unlock()
	l.publish(true)
	n := foreignKeys(set, l.keys)
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

// publish puts files and revocations in force together, if the latter have changed or it is forced.
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
	if old := l.current.Swap(set); l.taken != nil {
		l.taken(old, set)
	}
}

// revoke takes in messages of the revocation topic. They are in force from the next publish on.
func (l *listSource) revoke(_ int32, ms []kafka.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range ms {
		m := &ms[i]
		fp, entry, err := revocation(m)
		if err != nil {
			l.metrics.unread.Inc()
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

// revocation reads one message: the fingerprint is the key, or stands in the value as in a line of a list. A key with a
// null value takes a revocation back, as compaction of the topic would. A revocation without a time holds from the
// message's time on.
func revocation(m *kafka.Message) (tokenwarden.Fingerprint, *lists.Entry, error) {
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
