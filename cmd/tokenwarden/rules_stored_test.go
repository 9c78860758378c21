package main

import (
	"crypto/rand"
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// store writes the events of a log to ClickHouse.
func store(t *testing.T, c *config.Config, key secret.Key, path string) {
	t.Helper()
	o, err := c.IngestOptions([]secret.Key{key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var events []tokenwarden.Event
	r := &replay{config: c, options: o}
	if err := r.each(t.Context(), []string{path}, func(_ tokenwarden.Source, res ingest.Result) error {
		for i := range res.Events {
			events = append(events, res.Events[i].Clone())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	client, err := c.OpenClickHouse(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	if err := client.Write(t.Context(), &tokenwarden.Checkpoint{Topic: "u", Events: events}); err != nil {
		t.Fatal(err)
	}
}

// A replay from ClickHouse gives the same alert ids as a replay from files.
func TestStoredEventsGiveTheSameAlerts(t *testing.T) {
	_, addr := servers(t)
	keyPath, key := keyFile(t)
	path := filepath.Join(t.TempDir(), "access.log")
	token := newToken()
	write(t, path, burst(newToken(), 650)+burst(token, 550))
	settings := []string{"--set", "clickhouse.addr=" + addr, "--set", "clickhouse.database=stored_" + strings.ToLower(rand.Text()[:10])}
	if _, errOut, code := command(t, "", append(settings, "schema", "apply")...); code != exitDone {
		t.Fatal(errOut)
	}
	c, err := config.Load("", nil, []string{settings[1], settings[3], "format=" + burstFormat})
	if err != nil {
		t.Fatal(err)
	}
	store(t, c, key, path)

	backtest := func(args ...string) (r backtestReport) {
		t.Helper()
		args = append(append(settings, "rules", "backtest", "--key-file", keyPath, "--output", "json", "--against", tighter(t, 500, "medium")), args...)
		out, errOut, code := command(t, "", args...)
		if err := json.Unmarshal([]byte(out), &r); code != exitDone || err != nil {
			t.Fatalf("code %d, %v: %s", code, err, errOut)
		}
		r.Sets = [2]ruleSet{}
		return r
	}
	fromFile, fromStore := backtest("--format", burstFormat, path), backtest("--stored")
	if len(fromStore.New) != 2 || !reflect.DeepEqual(fromFile, fromStore) {
		t.Errorf("stored\n%+v\nfile\n%+v", fromStore, fromFile)
	}
	if r := backtest("--stored", "--to", "2026-11-23T12:00:05Z"); r.Events == 0 || r.Events >= 1200 || len(r.New) != 0 {
		t.Errorf("until a time: %d events", r.Events)
	}

	fp := secret.NewFingerprinter(key).AllOfLine(nil, []byte(token))[0].Fingerprint
	out, errOut, code := command(t, "", append(settings, "rules", "explain", "--stored", "--fingerprint", fp.String(), "--at", time.Date(2026, 11, 23, 12, 0, 9, 0, time.UTC).Format(time.RFC3339), "--output", "json")...)
	if o := outcomesOf(t, out)["token-burst"]; code != exitDone || o.Outcome != detect.OutcomeFar || o.Why != "200 of 600 requests in 60 s" || !strings.Contains(errOut, storedNote) {
		t.Errorf("explain: code %d, %+v\n%s", code, o, errOut)
	}
}

func TestStoredGoesWithoutFiles(t *testing.T) {
	for _, args := range [][]string{{"rules", "backtest", "--stored", "x.log"}, {"rules", "backtest"}, {"rules", "explain"}, {"rules", "explain", "--stored", "--line", "1"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			if _, errOut, code := command(t, "", args...); code != exitUsage {
				t.Errorf("%q: code %d: %s", args, code, errOut)
			}
		})
	}
}
