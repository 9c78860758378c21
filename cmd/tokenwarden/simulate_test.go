package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSimulateEvaluation checks that scan reads the lists that simulate writes. `make evaluate` checks the alerts.
func TestSimulateEvaluation(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	key, _, _ := command(t, "", "key", "new")
	_ = os.WriteFile(in("key"), []byte(key), 0o600)
	log, text, code := command(t, "", "simulate", "--preset", "evaluation", "--days", "10", "--tokens", "20", "--instances", "2",
		"--key-file", in("key"), "--truth", in("truth"), "--lists", dir)
	if code != exitDone {
		t.Fatalf("status %d, %s", code, text)
	}
	truth, err := os.ReadFile(in("truth"))
	if n := strings.Count(string(truth), `"type":"attack"`); err != nil || n != 80 {
		t.Fatalf("%d attacks, want 40 in two variants: %v", n, err)
	}
	_, text, code = command(t, log[:strings.IndexByte(log, '\n')+1], "scan", "-", "--key-file", in("key"),
		"--set", "lists.watchlist="+in("watchlist.txt"), "--set", "lists.decoys="+in("decoys.txt"), "--set", "lists.revoked="+in("revoked.ndjson"),
		"--set", "lists.bindings="+in("bindings.yaml"), "--set", "lists.policy="+in("policy.yaml"), "--set", "lists.sensitive="+in("sensitive.txt"),
		"--set", "lists.networks.hosting="+in("hosting.txt"), "--set", "lists.networks.vpn="+in("vpn.txt"), "--set", "lists.networks.mobile="+in("mobile.txt"))
	if code != exitDone {
		t.Fatalf("status %d, %s", code, text)
	}
}
