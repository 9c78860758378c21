package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/internal/backoff"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// stack holds the processes and connections of the demo.
type stack struct {
	dir        string
	config     string
	devstack   *exec.Cmd
	service    *exec.Cmd
	serviceLog string
	Kafka      string `json:"kafka"`
	ClickHouse string `json:"clickhouse"`
	HTTP       string `json:"clickhouse_http"`
	metrics    string // address of the service's /metrics
	conn       *kafka.Conn
	store      *clickhouse.Client
}

const (
	bin     = "bin/tokenwarden"
	metrics = "127.0.0.1:29180"
)

// startStack starts the broker and the database, or takes those that KAFKA_BROKERS and CLICKHOUSE_ADDR name.
func startStack(ctx context.Context) (*stack, error) {
	dir, err := os.MkdirTemp("", "tokenwarden-demo-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	s := &stack{
		dir: dir, metrics: metrics,
		Kafka: os.Getenv("KAFKA_BROKERS"), ClickHouse: os.Getenv("CLICKHOUSE_ADDR"), HTTP: os.Getenv("CLICKHOUSE_HTTP_ADDR"),
	}
	if s.Kafka == "" || s.ClickHouse == "" {
		if err := s.startDevstack(ctx); err != nil {
			s.close()
			return nil, err
		}
	}
	printf("Kafka at %s, ClickHouse at %s", s.Kafka, s.ClickHouse)
	if s.conn, err = kafka.Connect(strings.Split(s.Kafka, ","), kafka.Security{}); err != nil {
		return nil, err
	}
	s.store, err = clickhouse.New(clickhouse.Options{Addr: []string{s.ClickHouse}, Database: database})
	return s, err
}

const database = "tokenwarden_demo"

func (s *stack) startDevstack(ctx context.Context) error {
	args := []string{"--dir", filepath.Join(s.dir, "stack")}
	if s.Kafka != "" {
		args = append(args, "--only", "clickhouse")
	} else if s.ClickHouse != "" {
		args = append(args, "--only", "kafka")
	}
	s.devstack = exec.Command("bin/devstack", args...)
	s.devstack.Stderr = os.Stderr
	s.devstack.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt ends the demo first, the stack last
	out, err := s.devstack.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.devstack.Start(); err != nil {
		return fmt.Errorf("start bin/devstack: %w", err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return errors.New("the local stack did not start; its reason stands above")
	}
	kafkaAddr, clickhouseAddr := s.Kafka, s.ClickHouse
	if err := json.Unmarshal(line, s); err != nil {
		return fmt.Errorf("read the stack's addresses: %w", err)
	}
	if kafkaAddr != "" {
		s.Kafka = kafkaAddr
	}
	if clickhouseAddr != "" {
		s.ClickHouse = clickhouseAddr
	}
	return ctx.Err()
}

const configText = `key_files: [%[1]s/key]
kafka:
  brokers: [%[2]s]
  create: {replication: 1}
clickhouse: {addr: ["%[3]s"], database: %[4]s}
geo: {city: testdata/geo/city.mmdb, asn: testdata/geo/asn.mmdb}
detect: {checkpoint: 1s}
rules:
  scopes:
%[6]shttp: {listen: "%[5]s"}
log: {format: text}
`

// startService makes a key and a configuration, applies the schema and starts `tokenwarden run`.
func (s *stack) startService(ctx context.Context) error {
	key, err := exec.CommandContext(ctx, bin, "key", "new").Output()
	if err != nil {
		return fmt.Errorf("tokenwarden key new: %w", err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "key"), key, 0o600); err != nil {
		return err
	}
	s.config = filepath.Join(s.dir, "tokenwarden.yaml")
	text := fmt.Sprintf(configText, s.dir, s.Kafka, s.ClickHouse, database, s.metrics, scopePolicy())
	if err := os.WriteFile(s.config, []byte(text), 0o600); err != nil {
		return err
	}
	if err := s.command(ctx, "schema", "apply"); err != nil {
		return err
	}
	s.serviceLog = filepath.Join(s.dir, "tokenwarden.log")
	log, err := os.Create(s.serviceLog)
	if err != nil {
		return err
	}
	s.service = exec.Command(bin, "run", "--init", "--config", s.config)
	s.service.Stdout, s.service.Stderr = log, log
	s.service.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.service.Start(); err != nil {
		return fmt.Errorf("start tokenwarden run: %w", err)
	}
	printf("tokenwarden run --init  %s", dim("metrics at http://"+s.metrics+"/metrics"))
	return s.ready(ctx)
}

// command runs a tokenwarden command with the output of the demo.
func (s *stack) command(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, bin, append(args, "--config", s.config)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("tokenwarden %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// ready waits until /readyz is 200.
func (s *stack) ready(ctx context.Context) error {
	for ctx.Err() == nil {
		res, err := http.Get("http://" + s.metrics + "/readyz")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		if !backoff.Sleep(ctx, 100*time.Millisecond) {
			break
		}
		if exited(s.service) {
			return fmt.Errorf("tokenwarden run ended:\n%s", tailOf(s.serviceLog))
		}
	}
	return ctx.Err()
}

// exited reports whether a started process has ended. It does not block.
func exited(cmd *exec.Cmd) bool {
	var info syscall.WaitStatus
	pid, err := syscall.Wait4(cmd.Process.Pid, &info, syscall.WNOHANG, nil)
	return err != nil || pid == cmd.Process.Pid
}

// tailOf returns the last 2,000 bytes of a file.
func tailOf(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

// scrape returns counters of the service, each the sum over all label values.
func (s *stack) scrape(names ...string) map[string]float64 {
	out := map[string]float64{}
	res, err := http.Get("http://" + s.metrics + "/metrics")
	if err != nil {
		return out
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(res.Body)
	for line := range strings.Lines(string(text)) {
		for _, name := range names {
			if rest, ok := strings.CutPrefix(line, name); ok && (rest[0] == ' ' || rest[0] == '{') {
				var v float64
				_, _ = fmt.Sscan(line[strings.LastIndexByte(line, ' ')+1:], &v)
				out[name] += v
			}
		}
	}
	return out
}

// close stops the processes, the service first, and removes their files.
func (s *stack) close() {
	for _, cmd := range []*exec.Cmd{s.service, s.devstack} {
		if cmd != nil && cmd.Process != nil {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			_, _ = cmd.Process.Wait()
		}
	}
	if s.conn != nil {
		s.conn.Close()
	}
	if s.store != nil {
		_ = s.store.Close()
	}
	_ = os.RemoveAll(s.dir)
}

// keep waits for an interrupt.
func (s *stack) keep() {
	printf("\n%s", bold("Everything stays up until Ctrl-C."))
	printf("  Kafka        %s   topics access-logs, access-logs.redacted, access-logs.quarantine, tokenwarden.alerts", s.Kafka)
	printf("  ClickHouse   %s   native, database %s", s.ClickHouse, database)
	printf("  HTTP         curl -s 'http://%s/?database=%s' -d 'SELECT * FROM v_alerts LIMIT 3 FORMAT Vertical'", s.HTTP, database)
	printf("  metrics      http://%s/metrics", s.metrics)
	printf("  configuration %s, log %s", s.config, s.serviceLog)
	interrupt := make(chan os.Signal, 1)
	signal.Notify(interrupt, os.Interrupt, syscall.SIGTERM)
	<-interrupt
}
