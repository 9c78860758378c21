package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// The end-to-end tests run the program against a Kafka protocol broker and the ClickHouse engine, which `make test` (kfake)
// or `make integration` (Apache Kafka) start.

// TestMain runs the program instead of the tests if E2E_PROGRAM is set: tests that kill tokenwarden need a process.
func TestMain(m *testing.M) {
	if os.Getenv("E2E_PROGRAM") != "" {
		if path := os.Getenv("E2E_PROFILE"); path != "" { // of the program, for a benchmark
			file, err := os.Create(path)
			if err != nil || pprof.StartCPUProfile(file) != nil {
				os.Exit(exitFailed)
			}
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := execute(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, nil})
		stop()
		pprof.StopCPUProfile()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// testEnv holds the topics, database, key and configuration of one test on the shared servers.
type testEnv struct {
	t          testing.TB
	config     *config.Config
	args       []string // --set ... for every command
	keyFile    string
	dir        string
	partitions int
	applied    bool // the schema is there
	writer     *sinkkafka.Writer
	store      *clickhouse.Client
}

func servers(t testing.TB) (brokers, addr string) {
	t.Helper()
	brokers, addr = os.Getenv("KAFKA_BROKERS"), os.Getenv("CLICKHOUSE_ADDR")
	if brokers == "" || addr == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("KAFKA_BROKERS and CLICKHOUSE_ADDR are not set: run the tests with `make test`")
		}
		t.Skip("KAFKA_BROKERS and CLICKHOUSE_ADDR are not set: run the tests with `make test`")
	}
	return brokers, addr
}

func newTestEnv(t testing.TB, partitions int, settings ...string) *testEnv {
	t.Helper()
	brokers, addr := servers(t)
	random := make([]byte, 5)
	_, _ = rand.Read(random)
	id := hex.EncodeToString(random)
	b := &testEnv{t: t, dir: t.TempDir(), partitions: partitions}
	b.keyFile = b.file("key", newKeyText(t))
	base := []string{
		"key_files=" + b.keyFile, "kafka.brokers=" + brokers, "kafka.group=g-" + id,
		"kafka.topics.input=in-" + id, "kafka.topics.redacted=redacted-" + id, "kafka.topics.quarantine=quarantine-" + id,
		"kafka.topics.usage=usage-" + id, "kafka.topics.alerts=alerts-" + id, "kafka.create.replication=1",
		"kafka.create.partitions=" + strconv.Itoa(partitions), "kafka.create.usage_partitions=3",
		"kafka.fetch_wait=50ms", "kafka.session=6s", "detect.checkpoint=300ms", "http.listen=",
		"clickhouse.addr=" + addr, "clickhouse.database=e2e_" + id,
		"geo.city=../../testdata/geo/city.mmdb", "geo.asn=../../testdata/geo/asn.mmdb",
	}
	for _, s := range append(base, settings...) {
		b.args = append(b.args, "--set", s)
	}
	var err error
	if b.config, err = config.Load("", nil, append(base, settings...)); err != nil {
		t.Fatal(err)
	}
	conn, err := b.config.KafkaConn()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if b.writer, err = b.config.KafkaWriter(conn, config.Log{Level: "error", Format: "text"}.Logger(io.Discard), sinkkafka.NewMetrics(prometheus.NewRegistry())); err != nil {
		t.Fatal(err)
	}
	if b.store, err = b.config.OpenClickHouse(nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	return b
}

func newKeyText(t testing.TB) string {
	t.Helper()
	_, text, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return text + "\n"
}

func (b *testEnv) file(name, content string) string {
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// createInput creates the input topic.
func (b *testEnv) createInput() {
	b.t.Helper()
	err := b.writer.Create(b.t.Context(), []sinkkafka.Topic{{Name: b.config.Kafka.Topics.Input[0], Partitions: b.partitions, Replication: 1}})
	if err != nil {
		b.t.Fatal(err)
	}
}

// send writes lines to the input topic, in turn to each partition.
func (b *testEnv) send(lines [][]byte) {
	b.t.Helper()
	parts := make([][]tokenwarden.Message, b.partitions)
	for i, line := range lines {
		p := i % b.partitions
		parts[p] = append(parts[p], tokenwarden.Message{Key: fmt.Appendf(nil, "host-%d", p), Value: line})
	}
	for p, rs := range parts {
		if err := b.writer.Send(b.t.Context(), b.config.Kafka.Topics.Input[0], p, rs); err != nil {
			b.t.Fatal(err)
		}
	}
}

// process is a running `tokenwarden run`.
type process struct {
	cmd    *exec.Cmd
	out    lockedBuffer
	exited chan error
}

// lockedBuffer is a buffer for one writer and one reader at a time.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start starts `tokenwarden run` with further args.
func (b *testEnv) start(args ...string) *process {
	b.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.t.Fatal(err)
	}
	p := &process{exited: make(chan error, 1)}
	p.cmd = exec.Command(exe, append(append([]string{"run"}, b.args...), args...)...)
	p.cmd.Env = append(os.Environ(), "E2E_PROGRAM=1")
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	go func() { p.exited <- p.cmd.Wait(); close(p.exited) }()
	b.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.exited
		if b.t.Failed() {
			b.t.Logf("output of the process:\n%s", tail(p.out.String(), 4000))
		}
	})
	return p
}

func tail(s string, n int) string {
	if len(s) > n {
		return "..." + s[len(s)-n:]
	}
	return s
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// stop waits for partitions and ends the process with SIGTERM.
func (p *process) stop(t testing.TB) {
	t.Helper()
	eventually(t, "the process works", func() (bool, string) {
		return strings.Contains(p.out.String(), "partitions assigned"), "no partition was assigned"
	})
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.exited:
		if err != nil {
			t.Errorf("the process ended with %v", err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("the process did not end within a minute of SIGTERM")
	}
}

// eventually calls ok every 100 ms until it reports true, for at most two minutes.
func eventually(t testing.TB, what string, ok func() (bool, string)) {
	t.Helper()
	limit := time.After(2 * time.Minute)
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	state := ""
	for {
		var done bool
		if done, state = ok(); done {
			return
		}
		select {
		case <-every.C:
		case <-limit:
			t.Fatalf("timed out waiting until %s: %s", what, state)
		}
	}
}

// query returns the rows of a query as text.
func (b *testEnv) query(sql string) [][]string {
	b.t.Helper()
	res, err := b.store.Run(b.t.Context(), sql, nil)
	if err != nil {
		b.t.Fatalf("%s: %v", sql, err)
	}
	return res.Rows
}

func (b *testEnv) number(sql string) int {
	b.t.Helper()
	if !b.schemaExists() {
		return -1
	}
	ctx, cancel := context.WithTimeout(b.t.Context(), 5*time.Second)
	defer cancel()
	res, err := b.store.Run(ctx, sql, nil)
	if err != nil || len(res.Rows) == 0 {
		return -1
	}
	n, _ := strconv.Atoi(res.Rows[0][0])
	return n
}

// schemaExists reports whether the tables exist. It connects to another database, because the hosted engine aborts when a
// client names a missing one.
func (b *testEnv) schemaExists() bool {
	b.t.Helper()
	if b.applied {
		return true
	}
	c := *b.config
	c.ClickHouse.Database = "system"
	admin, err := c.OpenClickHouse(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = admin.Close() }()
	ctx, cancel := context.WithTimeout(b.t.Context(), 5*time.Second)
	defer cancel()
	res, err := admin.Run(ctx, "SELECT count() FROM system.tables WHERE name = 'v_alerts' AND database = '"+b.config.ClickHouse.Database+"'", nil)
	b.applied = err == nil && res.Rows[0][0] == "1"
	return b.applied
}

// read returns the messages that a topic holds now, by partition.
func (b *testEnv) read(topic string) [][]kafkago.Message {
	b.t.Helper()
	conn, err := kafkago.Dial("tcp", strings.Split(os.Getenv("KAFKA_BROKERS"), ",")[0])
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	partitions, err := conn.ReadPartitions(topic)
	if err != nil {
		b.t.Fatal(err)
	}
	out := make([][]kafkago.Message, len(partitions))
	for p := range out {
		out[p] = b.readPartition(topic, p)
	}
	return out
}

func (b *testEnv) readPartition(topic string, p int) (ms []kafkago.Message) {
	b.t.Helper()
	conn, err := kafkago.DialLeader(b.t.Context(), "tcp", strings.Split(os.Getenv("KAFKA_BROKERS"), ",")[0], topic, p)
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	first, last, err := conn.ReadOffsets()
	if err != nil {
		b.t.Fatal(err)
	}
	for at := first; at < last; {
		if _, err := conn.Seek(at, kafkago.SeekAbsolute); err != nil {
			b.t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		batch := conn.ReadBatch(1, 10<<20)
		for {
			m, err := batch.ReadMessage()
			if err != nil {
				break
			}
			ms = append(ms, m)
			at = m.Offset + 1
		}
		_ = batch.Close()
	}
	return ms
}
