package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// newToken makes a credential that no scanner has seen.
func newToken() string { return "gh" + "p_" + rand.Text() + rand.Text()[:10] }

// command runs a command line and returns its outputs and exit code.
func command(t *testing.T, stdin string, args ...string) (out, errOut string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = execute(t.Context(), args, std{strings.NewReader(stdin), &o, &e, nil})
	return o.String(), e.String(), code
}

func keyFile(t *testing.T) (path string, key secret.Key) {
	t.Helper()
	key, text, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "key")
	write(t, path, text)
	return path, key
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWatchlistImport(t *testing.T) {
	path, key := keyFile(t)
	other, otherKey := keyFile(t)
	a, b := newToken(), newToken()
	report, _ := json.Marshal([]map[string]any{
		{"RuleID": "github-pat", "Secret": a, "File": "a.go", "StartLine": 7}, {"RuleID": "again", "Secret": "Bearer " + a}, {"RuleID": "masked", "Secret": "REDACTED", "File": "b.go"},
	})
	file := filepath.Join(t.TempDir(), "leaks.json")
	write(t, file, string(report))
	out, errOut, code := command(t, b+"\n", "watchlist", "import", "--decoy", "--key-file", path, "--key-file", other, file, "-")
	if code != exitDone || strings.Contains(out+errOut, a) || strings.Contains(out+errOut, b) {
		t.Fatalf("exit %d, or a secret is shown", code)
	}
	for _, want := range []string{file + ": entry 3 (masked b.go): the secret is masked", file + ": 3 entries, 2 fingerprints written, 2 already written, 1 entries refused", "-: 1 entries, 2 fingerprints written"} {
		if !strings.Contains(errOut, want) {
			t.Errorf("standard error\n%s\nwants %q", errOut, want)
		}
	}
	list := filepath.Join(t.TempDir(), "decoys.ndjson")
	write(t, list, out)
	set, err := lists.Load(&lists.Files{Decoys: []string{list}})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []secret.Key{key, otherKey} {
		for _, token := range []string{a, b} {
			fp, _ := secret.NewFingerprinter(k).Line([]byte(token))
			if set.Decoy(fp) == nil {
				t.Errorf("a token is not on the list under key %v", k)
			}
		}
		if set.Keys()[k.ID()] != 2 {
			t.Errorf("Keys = %v", set.Keys())
		}
	}
	if _, err := lists.Load(&lists.Files{Watchlist: []string{list}}); err == nil {
		t.Error("a list of decoys was read as a watchlist")
	}
}

func TestWatchlistImportOfHashesFails(t *testing.T) {
	path, _ := keyFile(t)
	baseline := `{"version":"1.5.0","plugins_used":[],"results":{"a.py":[{"type":"Secret Keyword","hashed_secret":"00","line_number":3}]}}`
	out, errOut, code := command(t, baseline, "watchlist", "import", "--key-file", path, "-")
	if code != exitFailed || out != "" || !strings.Contains(errOut, "entry 1 (Secret Keyword a.py:3): the report holds only a SHA-1 hash") {
		t.Errorf("exit %d, output %q, error %q", code, out, errOut)
	}
}

// watchedLists is a list source over one watchlist, without a goroutine: look is called by the test.
func watchedLists(t *testing.T, content string) (l *listSource, r *reloader, path string, log *bytes.Buffer) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "watchlist")
	write(t, path, content)
	log = new(bytes.Buffer)
	logger := slog.New(slog.NewTextHandler(log, nil))
	m := newReloadMetrics(prometheus.NewRegistry())
	c := &Config{Lists: ListsConfig{Watchlist: []string{path}}}
	l = newListSource(c, nil, logger, m)
	r = &reloader{log: logger, metrics: m}
	if err := r.add("lists", c.Lists.files().Paths, l.load); err != nil {
		t.Fatal(err)
	}
	return l, r, path, log
}

func TestListsAreReadAgain(t *testing.T) {
	a, b := tokenwarden.Fingerprint{1}, tokenwarden.Fingerprint{2}
	l, r, path, log := watchedLists(t, a.String())
	failures := func() float64 { return testutil.ToFloat64(r.metrics.failures.WithLabelValues("lists")) }

	write(t, path, a.String()+"\n"+b.String()+"\n")
	r.look(false)
	if l.get().Watched(b) != nil {
		t.Error("a file that may still be written was read")
	}
	r.look(false)
	if l.get().Watched(b) == nil || testutil.ToFloat64(r.metrics.entries.WithLabelValues("watchlist")) != 2 {
		t.Error("a changed file was not read")
	}

	write(t, path, b.String()+"\nnothing of the kind\n")
	r.look(false)
	r.look(false)
	r.look(false)
	if l.get().Watched(a) == nil || failures() != 1 {
		t.Errorf("a wrong file replaced the list, or was told %v times", failures())
	}
	if !strings.Contains(log.String(), path+":2: want a fingerprint") {
		t.Errorf("the log does not name file and line: %s", log)
	}

	write(t, path, b.String())
	r.look(true)
	if l.get().Watched(a) != nil || l.get().Watched(b) == nil {
		t.Error("SIGHUP did not read the file at once")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	r.look(false)
	r.look(false)
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
	if testutil.ToFloat64(r.metrics.unread) != 1 || !strings.Contains(log.String(), "offset=77") || strings.Contains(log.String(), secret) {
		t.Errorf("log: %s", log)
	}
	write(t, path, b.String())
	r.look(true)
	if l.get().Revoked(a) == nil || l.get().Watched(b) == nil {
		t.Error("reading the files again lost the topic's revocations")
	}
	l.revoke(0, []kafka.Message{{Key: []byte(a.String()), Time: at}})
	l.publish(false)
	if l.get().Revoked(a) != nil || set.Revoked(a) == nil {
		t.Error("a null value must take the revocation back, in a new set")
	}
}

func TestConfigCheckNamesListErrors(t *testing.T) {
	path, _ := keyFile(t)
	list := filepath.Join(t.TempDir(), "allow.yaml")
	write(t, list, "allow:\n  - {rule: new-country, subject: \"*\", reason: x}\n")
	_, errOut, code := command(t, "", "config", "check", "--set", "key_files="+path, "--set", "kafka.brokers=localhost:1", "--set", "lists.allow="+list)
	if code != exitUsage || !strings.Contains(errOut, list+":2: allow[0]: has no until") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

func TestScanNeedsTheKeyOfAWatchlist(t *testing.T) {
	list := filepath.Join(t.TempDir(), "watchlist")
	write(t, list, tokenwarden.Fingerprint{1}.String())
	_, errOut, code := command(t, "", "scan", "--watchlist", list, "-")
	if code != exitUsage || !strings.Contains(errOut, "need --key-file") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

func TestScanFindsListedTokens(t *testing.T) {
	path, _ := keyFile(t)
	leaked, decoy, other := newToken(), newToken(), newToken()
	lists := map[string]string{}
	for name, token := range map[string]string{"watchlist": leaked, "decoys": decoy} {
		args := []string{"watchlist", "import", "--key-file", path, "-"}
		if name == "decoys" {
			args = append(args, "--decoy")
		}
		out, errOut, code := command(t, token+"\n", args...)
		if code != exitDone {
			t.Fatal(errOut)
		}
		lists[name] = filepath.Join(t.TempDir(), name)
		write(t, lists[name], out)
	}
	log := ""
	for _, token := range []string{leaked, decoy, other} {
		log += `192.0.2.7 - - [25/Nov/2026:12:00:00 +0000] "GET /v1/orders?api_key=` + token + ` HTTP/1.1" 200 512 "-" "curl/8.5.0"` + "\n"
	}
	out, errOut, code := command(t, log, "scan", "--format", "combined", "--key-file", path, "--watchlist", lists["watchlist"], "--decoys", lists["decoys"], "--alerts", "-", "-")
	if code != exitDone {
		t.Fatal(errOut)
	}
	got := map[string]string{}
	for line := range strings.Lines(out) {
		var a tokenwarden.Alert
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		if a.Rule == "leaked-token-used" || a.Rule == "decoy-token-used" {
			got[a.Rule] += a.Severity.String()
		}
	}
	if len(got) != 2 || got["leaked-token-used"] != "critical" || got["decoy-token-used"] != "critical" {
		t.Errorf("alerts %v", got)
	}
}

func TestGeoIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	city := filepath.Join(dir, "city.mmdb")
	copyFile(t, "../../testdata/geo/city.mmdb", city)
	c := &Config{Format: "auto", Geo: GeoConfig{City: city}}
	key, _, _ := secret.NewKey(rand.Reader)
	o, err := c.ingestOptions([]secret.Key{key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &reloader{log: slog.New(slog.DiscardHandler), metrics: newReloadMetrics(prometheus.NewRegistry())}
	if err := r.add("geo", c.Geo.paths, func() error { return c.Geo.load(o.Geo) }); err != nil {
		t.Fatal(err)
	}
	before := o.Geo.Load()
	write(t, city+".new", "not a database")
	if err := os.Rename(city+".new", city); err != nil {
		t.Fatal(err)
	}
	r.look(true)
	if o.Geo.Load() != before {
		t.Error("a broken database replaced the one in force")
	}
	copyFile(t, "../../testdata/geo/city.mmdb", city+".new")
	if err := os.Rename(city+".new", city); err != nil {
		t.Fatal(err)
	}
	r.look(false)
	r.look(false)
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

// A rule in shadow tells a token's past in shadow too, whoever put it there.
func TestHuntKeepsToTheShadow(t *testing.T) {
	for name, c := range map[string]struct {
		d      rules.Definition
		shadow []string
		want   string
	}{
		"neither":       {rules.Definition{}, nil, "open"},
		"its file":      {rules.Definition{Shadow: true}, nil, "shadow"},
		"experimental":  {rules.Definition{Status: "experimental"}, nil, "shadow"},
		"configuration": {rules.Definition{}, []string{"leaked-token-used"}, "shadow"},
	} {
		config := Config{Rules: RulesConfig{Shadow: c.shadow}}
		defs, err := config.definitions()
		if err != nil {
			t.Fatal(err)
		}
		d := &defs[slices.IndexFunc(defs, func(d rules.Definition) bool { return d.ID == "leaked-token-used" })]
		d.Shadow, d.Status = d.Shadow || c.d.Shadow, c.d.Status
		a := huntAlert(d, &prey{rule: d.ID, entry: &lists.Entry{}}, &clickhouse.Use{})
		if a.Status != c.want || len(a.OWASP) == 0 {
			t.Errorf("%s: status %q, OWASP %v, want %q and the rule's references", name, a.Status, a.OWASP, c.want)
		}
	}
}
