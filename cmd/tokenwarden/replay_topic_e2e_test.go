package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// A topic is replayed in the order of the times of its lines, whatever their partitions: two replays give the same ids.
func TestBacktestOfATopic(t *testing.T) {
	b := newTestEnv(t, 3)
	b.createInput()
	var lines [][]byte
	for line := range strings.Lines(burst(newToken(), 650) + burst(newToken(), 550)) {
		lines = append(lines, []byte(strings.TrimSuffix(line, "\n")))
	}
	b.send(lines)
	against := tighter(t, 500, "medium")
	backtest := func() (r backtestReport) {
		t.Helper()
		args := append(b.args, "--set", "format="+burstFormat, "rules", "backtest", "--key-file", b.keyFile, "--output", "json",
			"--against", against, "--topic", b.config.Kafka.Topics.Input[0])
		out, errOut, code := command(t, "", args...)
		if err := json.Unmarshal([]byte(out), &r); code != exitDone || err != nil {
			t.Fatalf("code %d, %v: %s", code, err, errOut)
		}
		return r
	}
	first, again := backtest(), backtest()
	if first.Events != 1200 || len(first.New) != 2 {
		t.Errorf("%d events, %d new alerts", first.Events, len(first.New))
	}
	if !reflect.DeepEqual(first, again) {
		t.Errorf("first\n%+v\nthen\n%+v", first, again)
	}
}
