package service

import (
	"crypto/rand"
	"log/slog"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/sink"
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

// TestEverySinkIsInTheOrder holds that each package below sink/ takes part. A sink that is off by default is switched on here.
func TestEverySinkIsInTheOrder(t *testing.T) {
	c, err := config.Load("", nil, []string{"kafka.brokers=127.0.0.1:1", "clickhouse.addr=127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Config: c, Role: RoleDetect, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	var got []string
	for _, to := range s.sink.(sink.Ordered) {
		typ := reflect.TypeOf(to)
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		got = append(got, path.Base(typ.PkgPath()))
	}
	if len(got) == 0 || got[len(got)-1] != "clickhouse" {
		t.Errorf("checkpoints are written to %v, want clickhouse last", got)
	}
	for _, pattern := range []string{"../../../sink/*/doc.go", "../../../sink/notify/*/doc.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if name := filepath.Base(filepath.Dir(file)); name != "notify" && !slices.Contains(got, name) {
				t.Errorf("service.New does not write to package %s", filepath.Dir(file))
			}
		}
	}
}
