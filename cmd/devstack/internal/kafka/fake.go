package kafka

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/port"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

const (
	kfakeModule   = "github.com/twmb/franz-go/pkg/kfake"
	fakeClusterID = "kfake"
)

// fake is a kfake broker inside this process.
type fake struct {
	cluster *kfake.Cluster
	address string
	done    chan struct{}
}

// StartFake starts a kfake broker that keeps its data in the folder kafka/kfake of opt.Dir. What it acknowledged is
// there again after devstack was killed; a crash of the whole machine may lose it.
func StartFake(opt Options, log *status.Log) (Broker, error) {
	dir := filepath.Join(opt.Dir, "kafka", "kfake")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("start kfake: %w", err)
	}
	options := []kfake.Opt{
		kfake.Ports(opt.Port),
		kfake.ClusterID(fakeClusterID),
		kfake.DataDir(dir),
		kfake.DefaultNumPartitions(defaultPartitions),
		kfake.WithLogger(kfakeLog{log}),
	}
	if opt.AutoCreateTopics {
		options = append(options, kfake.AllowAutoTopicCreation())
	}
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		return nil, fmt.Errorf("start kfake: %w", err)
	}
	return &fake{cluster: cluster, address: port.Address(opt.Port), done: make(chan struct{})}, nil
}

// Address implements Broker.
func (f *fake) Address() string { return f.address }

// Done implements Broker.
func (f *fake) Done() <-chan struct{} { return f.done }

// Err implements Broker. It returns nil: kfake ends by Stop alone.
func (f *fake) Err() error { return nil }

// Stop implements Broker.
func (f *fake) Stop() {
	f.cluster.Close()
	close(f.done)
}

// Version implements Broker.
func (f *fake) Version() string {
	version := "(unknown version)"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == kfakeModule {
				version = module.Version
			}
		}
	}
	return "kfake " + version
}

// kfakeLog passes kfake's errors on.
type kfakeLog struct{ log *status.Log }

// Logf implements kfake.Logger.
func (l kfakeLog) Logf(level kfake.LogLevel, format string, args ...any) {
	if level == kfake.LogLevelError {
		l.log.Printf("kfake: %s", strings.TrimSpace(fmt.Sprintf(format, args...)))
	}
}
