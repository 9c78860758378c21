package service

import (
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

func TestCanariesAreConfigured(t *testing.T) {
	_, text, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "key")
	write(t, key, text)
	c, err := config.Load("", nil, []string{"key_files=" + key, "kafka.brokers=127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Config: c, Role: RoleIngest, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if s.canary.Every != c.Credentials.Canary.Every || s.canary.Every == 0 || s.canary.Log == nil {
		t.Error("run has no canaries")
	}
}
