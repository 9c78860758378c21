package main

import (
	"strings"
	"syscall"
	"testing"
)

func TestApacheKafkaServesKafkaGo(t *testing.T) {
	needs(t, "java", "mvn")
	dir := t.TempDir()
	r := startDevstack(t, "--dir", dir, "--only", "kafka", "--kafka", "apache")
	if !strings.Contains(r.stderr.String(), "Apache Kafka 4.") {
		t.Errorf("no version in %s", r.stderr)
	}
	checkBroker(t, r.Kafka)
	createTopic(t, r.Kafka, "kept", -1)
	produce(t, r.Kafka, "kept", 1000)
	r.stop(t, syscall.SIGKILL)

	r = startDevstack(t, "--dir", dir, "--only", "kafka", "--kafka", "apache")
	if got := countMessages(t, r.Kafka, "kept"); got != 1000 {
		t.Errorf("%d messages after SIGKILL, want 1000", got)
	}
}
