package service

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// newToken returns a new credential in the format of GitHub.
func newToken() string { return "gh" + "p_" + rand.Text() + rand.Text()[:10] }

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// watchedLists returns a list source over one watchlist and its reloader, which the test polls.
func watchedLists(t *testing.T, content string) (l *listSource, r *reloader, path string, log *bytes.Buffer) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "watchlist")
	write(t, path, content)
	log = new(bytes.Buffer)
	logger := slog.New(slog.NewTextHandler(log, nil))
	m := newReloadMetrics(prometheus.NewRegistry())
	c := &config.Config{Lists: config.Lists{Watchlist: []string{path}}}
	l = newListSource(c, nil, logger, m)
	r = &reloader{log: logger, metrics: m}
	if err := r.add("lists", c.Lists.Files().Paths, l.load); err != nil {
		t.Fatal(err)
	}
	return l, r, path, log
}

func TestListsAreReadAgain(t *testing.T) {
	a, b := tokenwarden.Fingerprint{1}, tokenwarden.Fingerprint{2}
	l, r, path, log := watchedLists(t, a.String())
	failures := func() float64 { return testutil.ToFloat64(r.metrics.failures.WithLabelValues("lists")) }

	write(t, path, a.String()+"\n"+b.String()+"\n")
	r.poll(false)
	if l.get().Watched(b) != nil {
		t.Error("a file that may still be written was read")
	}
	r.poll(false)
	if l.get().Watched(b) == nil || testutil.ToFloat64(r.metrics.entries.WithLabelValues("watchlist")) != 2 {
		t.Error("a changed file was not read")
	}

	write(t, path, b.String()+"\nnothing of the kind\n")
	r.poll(false)
	r.poll(false)
	r.poll(false)
	if l.get().Watched(a) == nil || failures() != 1 {
		t.Errorf("a wrong file replaced the list, or was told %v times", failures())
	}
	if !strings.Contains(log.String(), path+":2: want a fingerprint") {
		t.Errorf("the log does not name file and line: %s", log)
	}

	write(t, path, b.String())
	r.poll(true)
	if l.get().Watched(a) != nil || l.get().Watched(b) == nil {
		t.Error("SIGHUP did not read the file at once")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	r.poll(false)
	r.poll(false)
	if l.get().Watched(b) == nil || failures() != 2 {
		t.Error("a file that went away emptied the list")
	}
}

func TestRevocationsOfTheTopic(t *testing.T) {
	a, b, c := tokenwarden.Fingerprint{1}, tokenwarden.Fingerprint{2}, tokenwarden.Fingerprint{3}
	l, r, path, log := watchedLists(t, a.String())
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	secret := newToken()
	l.revoke(0, []kafka.Message{
		{Key: []byte(a.String()), Value: []byte{}, Time: at},
		{Value: []byte(`{"fingerprint":"` + b.String() + `","reason":"left","at":"2026-11-01T00:00:00Z"}`), Time: at},
		{Key: []byte(c.String()), Value: []byte(secret), Time: at},
		{Key: []byte(secret), Value: []byte(secret), Time: at, Offset: 77},
	})
	if l.get().Revoked(a) != nil {
		t.Error("revocations are in force before they are published")
	}
	l.publish(false)
	set := l.get()
	if e := set.Revoked(a); e == nil || !e.At.Equal(at) {
		t.Errorf("by key: %+v", e)
	}
	if e := set.Revoked(b); e == nil || e.Reason != "left" || e.At.Month() != time.November || e.At.Day() != 1 {
		t.Errorf("by value: %+v", e)
	}
	if e := set.Revoked(c); e == nil || strings.Contains(e.Reason, secret) {
		t.Errorf("by key, with some value: %+v", e)
	}
	if testutil.ToFloat64(r.metrics.invalidRevocations) != 1 || !strings.Contains(log.String(), "offset=77") || strings.Contains(log.String(), secret) {
		t.Errorf("log: %s", log)
	}
	write(t, path, b.String())
	r.poll(true)
	if l.get().Revoked(a) == nil || l.get().Watched(b) == nil {
		t.Error("reading the files again lost the topic's revocations")
	}
	l.revoke(0, []kafka.Message{{Key: []byte(a.String()), Time: at}})
	l.publish(false)
	if l.get().Revoked(a) != nil || set.Revoked(a) == nil {
		t.Error("a null value must take the revocation back, in a new set")
	}
}

func TestGeoIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	city := filepath.Join(dir, "city.mmdb")
	copyFile(t, "../../../testdata/geo/city.mmdb", city)
	c := &config.Config{Format: "auto", Geo: config.Geo{City: city}}
	key, _, _ := secret.NewKey(rand.Reader)
	o, err := c.IngestOptions([]secret.Key{key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &reloader{log: slog.New(slog.DiscardHandler), metrics: newReloadMetrics(prometheus.NewRegistry())}
	if err := r.add("geo", c.Geo.Paths, func() error { return c.Geo.Open(o.Geo) }); err != nil {
		t.Fatal(err)
	}
	before := o.Geo.Load()
	write(t, city+".new", "not a database")
	if err := os.Rename(city+".new", city); err != nil {
		t.Fatal(err)
	}
	r.poll(true)
	if o.Geo.Load() != before {
		t.Error("a broken database replaced the one in force")
	}
	copyFile(t, "../../../testdata/geo/city.mmdb", city+".new")
	if err := os.Rename(city+".new", city); err != nil {
		t.Fatal(err)
	}
	r.poll(false)
	r.poll(false)
	if o.Geo.Load() == before {
		t.Error("a new database was not taken up")
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, string(content))
}
