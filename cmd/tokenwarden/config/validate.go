package config

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
)

// durationHook reads a duration from text with a unit. It refuses a bare number: 5 would mean 5 nanoseconds.
func durationHook(from, to reflect.Type, value any) (any, error) {
	if to != reflect.TypeFor[time.Duration]() {
		return value, nil
	}
	if from.Kind() != reflect.String {
		return nil, fmt.Errorf("want a duration with its unit, such as 5s")
	}
	d, err := time.ParseDuration(value.(string))
	if err != nil {
		return nil, fmt.Errorf("want a duration with its unit, such as 5s")
	}
	return d, nil
}

// validate returns an error that names the first key whose value cannot work.
func (c *Config) validate() error {
	if err := c.validateAddresses(); err != nil {
		return err
	}
	for _, check := range []struct {
		key       string
		value     int64
		low, high int64
	}{
		{"kafka.fetch_bytes", int64(c.Kafka.FetchBytes), 64 << 10, 64 << 20},
		{"kafka.request_bytes", int64(c.Kafka.RequestBytes), 16 << 10, 64 << 20},
		{"kafka.create.partitions", int64(c.Kafka.Create.Partitions), 1, 10000},
		{"kafka.create.usage_partitions", int64(c.Kafka.Create.UsagePartitions), 1, 1000},
		{"kafka.create.replication", int64(c.Kafka.Create.Replication), -1, 100},
		{"credentials.canary.every", int64(c.Credentials.Canary.Every), 0, 1_000_000_000},
		{"credentials.max_line", int64(c.Credentials.MaxLine), 1 << 10, 16 << 20},
		{"detect.max_profiles", int64(c.Detect.MaxProfiles), 1000, 100_000_000},
	} {
		if check.value < check.low || check.value > check.high {
			return fmt.Errorf("%s: %d is outside %d to %d", check.key, check.value, check.low, check.high)
		}
	}
	for _, check := range []struct {
		key              string
		value, low, high time.Duration
	}{
		{"kafka.session", c.Kafka.Session, 6 * time.Second, 5 * time.Minute},
		{"kafka.fetch_wait", c.Kafka.FetchWait, 10 * time.Millisecond, 30 * time.Second},
		{"detect.checkpoint", c.Detect.Checkpoint, 100 * time.Millisecond, 5 * time.Minute},
		{"detect.lateness", c.Detect.Lateness, time.Second, 24 * time.Hour},
		{"lists.reload", c.Lists.Reload, 100 * time.Millisecond, time.Hour},
	} {
		if check.value < check.low || check.value > check.high {
			return fmt.Errorf("%s: %v is outside %v to %v", check.key, check.value, check.low, check.high)
		}
	}
	if err := c.validateChoices(); err != nil {
		return err
	}
	return c.validatePresent()
}

// confidences are the names of tokenwarden.Confidence by number. The first, in policy.least_in, means policy.least.
var confidences = []string{"", "low", "medium", "high"}

func (c *Config) validateChoices() error {
	for _, check := range []struct {
		key, value string
		want       []string
	}{
		{"kafka.start", c.Kafka.Start, []string{"earliest", "latest"}},
		{"kafka.compression", c.Kafka.Compression, []string{"none", "lz4", "zstd", "snappy", "gzip"}},
		{"kafka.sasl.mechanism", c.Kafka.SASL.Mechanism, []string{"", "plain", "scram-sha-256", "scram-sha-512"}},
		{"credentials.policy.least", c.Credentials.Policy.Least, confidences[1:]},
		{"credentials.policy.unknown", c.Credentials.Policy.Unknown, []string{"keep", "redact"}},
		{"log.level", c.Log.Level, []string{"debug", "info", "warn", "error"}},
		{"log.format", c.Log.Format, []string{"json", "text"}},
	} {
		if !slices.Contains(check.want, check.value) {
			return fmt.Errorf("%s: %q is not one of %q", check.key, check.value, check.want)
		}
	}
	for location, value := range c.Credentials.Policy.LeastIn {
		if !slices.Contains(confidences, value) {
			return fmt.Errorf("credentials.policy.least_in.%s: %q is not one of %q", location, value, confidences)
		}
	}
	if _, err := c.Identities.set(); err != nil {
		return err
	}
	if _, err := c.sourceNames(); err != nil {
		return err
	}
	o := accesslog.Options{JSONFields: c.JSONFields, ClientHeaders: c.ClientHeaders}
	if err := o.Validate(); err != nil {
		return err
	}
	if _, err := o.New(c.Format); err != nil {
		return fmt.Errorf("format: %w", err)
	}
	return nil
}

func (c *Config) validatePresent() error {
	for _, check := range []struct {
		key   string
		empty bool
	}{
		{"key_files", len(c.KeyFiles) == 0},
		{"kafka.group", c.Kafka.Group == ""},
		{"kafka.topics.input", len(c.Kafka.Topics.Input) == 0},
		{"kafka.topics.redacted", c.Kafka.Topics.Redacted == ""},
		{"kafka.topics.quarantine", c.Kafka.Topics.Quarantine == ""},
		{"kafka.topics.usage", c.Kafka.Topics.Usage == ""},
		{"kafka.topics.alerts", c.Kafka.Topics.Alerts == ""},
		{"clickhouse.addr", len(c.ClickHouse.Addr) == 0},
		{"clickhouse.database", c.ClickHouse.Database == ""},
	} {
		if check.empty {
			return fmt.Errorf("%s: must not be empty", check.key)
		}
	}
	topics := map[string]string{}
	for key, names := range map[string][]string{
		"input": c.Kafka.Topics.Input, "redacted": {c.Kafka.Topics.Redacted}, "quarantine": {c.Kafka.Topics.Quarantine},
		"usage": {c.Kafka.Topics.Usage}, "alerts": {c.Kafka.Topics.Alerts}, "revocations": {c.Kafka.Topics.Revocation},
	} {
		for _, name := range names {
			if name == "" {
				continue
			}
			if other, taken := topics[name]; taken {
				return fmt.Errorf("kafka.topics.%s: %q is kafka.topics.%s as well: what is written would be read again",
					max(key, other), name, min(key, other))
			}
			topics[name] = key
		}
	}
	return nil
}
