package kafka

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/child"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/port"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

const (
	apacheStartTimeout = 2 * time.Minute
	apacheStopTimeout  = 15 * time.Second
)

// clusterID is the sixteen bytes "tokenwarden_devs" in the form that Kafka wants.
const clusterID = "dG9rZW53YXJkZW5fZGV2cw"

// apache is Apache Kafka in a child process.
type apache struct {
	*child.Child
	address string
	version string
}

// Address implements Broker.
func (a *apache) Address() string { return a.address }

// Version implements Broker.
func (a *apache) Version() string { return "Apache Kafka " + a.version }

// StartApache fetches Apache Kafka if need be, starts it as a single node that is broker and controller, with its
// data in the folder kafka/apache of opt.Dir, and returns once it answers.
func StartApache(ctx context.Context, opt Options, log *status.Log) (Broker, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, errors.New("java is needed to run Apache Kafka and is not installed: install a Java runtime of version 17 " +
			"or later, or set KAFKA_BROKERS to a running broker, or use --kafka kfake")
	}
	classes, err := jars(ctx, log)
	if err != nil {
		return nil, err
	}
	a := &apache{address: port.Address(opt.Port)}
	if a.version, err = apacheVersion(classes); err != nil {
		return nil, err
	}
	properties, err := configure(opt)
	if err != nil {
		return nil, fmt.Errorf("configure Apache Kafka: %w", err)
	}
	run := append(javaOptions(), "-cp", filepath.Join(classes, "*"))
	if err := format(ctx, dataDir(opt), append([]string{java}, run...), properties); err != nil {
		return nil, err
	}
	a.Child, err = child.Start(ctx, child.Spec{
		Name:         a.Version(),
		Path:         java,
		Args:         append(run, "kafka.Kafka", properties),
		LogFile:      filepath.Join(opt.Dir, "kafka.log"),
		StartTimeout: apacheStartTimeout,
		StopTimeout:  apacheStopTimeout,
		RetryDelay:   time.Second,
		Ready:        a.answers,
	}, log)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// answers returns nil once the node serves its metadata and coordinates groups.
func (a *apache) answers(ctx context.Context) error {
	if _, err := Probe(ctx, a.address); err != nil {
		return err
	}
	return probeGroups(ctx, a.address)
}

// javaOptions make a small and quickly started virtual machine.
func javaOptions() []string {
	return []string{
		"-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true",
		"-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
	}
}

// apacheVersion reads Kafka's version off the name of its file.
func apacheVersion(classes string) (string, error) {
	const prefix, suffix = "kafka_2.13-", ".jar"
	found, err := filepath.Glob(filepath.Join(classes, prefix+"*"+suffix))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("%s holds %d files %s*%s, want 1: remove the folder and try again", classes, len(found), prefix, suffix)
	}
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), prefix), suffix), nil
}

func dataDir(opt Options) string { return filepath.Join(opt.Dir, "kafka", "apache") }

// configure writes the server's properties and returns their path.
func configure(opt Options) (string, error) {
	controller, err := port.Choose(0, opt.Port)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dataDir(opt), 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(opt.Dir, "kafka", "apache.properties")
	return path, os.WriteFile(path, []byte(properties(opt, controller)), 0o644)
}

// properties configure one small node: no replication, and no waiting for further group members.
func properties(opt Options, controller int) string {
	return fmt.Sprintf(`process.roles=broker,controller
node.id=1
controller.quorum.voters=1@%[1]s
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://%[2]s,CONTROLLER://%[1]s
advertised.listeners=PLAINTEXT://%[2]s
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=%[3]s
num.partitions=%[4]d
auto.create.topics.enable=%[5]t
default.replication.factor=1
min.insync.replicas=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=1000
broker.session.timeout.ms=5000
log.cleaner.dedupe.buffer.size=4194304
num.network.threads=2
num.io.threads=4
`, port.Address(controller), port.Address(opt.Port), filepath.ToSlash(dataDir(opt)), defaultPartitions, opt.AutoCreateTopics)
}

// format prepares the data directory, unless it holds a node's data already. run is the command that runs a class of Kafka.
func format(ctx context.Context, dir string, run []string, properties string) error {
	if _, err := os.Stat(filepath.Join(dir, "meta.properties")); err == nil {
		return nil
	}
	args := append(run[1:len(run):len(run)], "kafka.tools.StorageTool", "format", "--ignore-formatted",
		"--cluster-id", clusterID, "--config", properties)
	if output, err := exec.CommandContext(ctx, run[0], args...).CombinedOutput(); err != nil {
		return fmt.Errorf("format Kafka's storage: %w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}
