package kafka_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

func TestTailReadsAllAndGoesOn(t *testing.T) {
	c := broker(t)
	w := writer(t, c, 900_000)
	topic := unique("tail")
	createTopic(t, w, topic, 3)
	send := func(from, to int) {
		t.Helper()
		for i := from; i < to; i++ {
			r := tokenwarden.Message{Key: fmt.Appendf(nil, "key-%d", i), Value: []byte("v")}
			if i%2 == 1 {
				r.Value = nil
			}
			if err := w.Send(t.Context(), topic, i%2, []tokenwarden.Message{r}); err != nil { // partition 2 stays empty
				t.Fatal(err)
			}
		}
	}
	send(0, 20)
	var mu sync.Mutex
	seen := map[string]bool{}
	count := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		return len(seen), seen["key-1"]
	}
	ctx, cancel := context.WithCancel(t.Context())
	caughtUp, ended := make(chan int, 1), make(chan error, 1)
	o := kafka.Options{Conn: c, Topics: []string{topic}, MaxWait: 20 * time.Millisecond, MaxBytes: 1 << 20, Log: quiet(), Metrics: kafka.NewMetrics(prometheus.NewRegistry())}
	go func() {
		ended <- kafka.Tail(ctx, o, func(_ int32, ms []kafka.Message) {
			mu.Lock()
			defer mu.Unlock()
			for _, m := range ms {
				seen[string(m.Key)] = m.Value == nil
			}
		}, func() { n, _ := count(); caughtUp <- n })
	}()
	select {
	case n := <-caughtUp:
		if _, absent := count(); n != 20 || !absent {
			t.Errorf("caught up after %d of 20 messages; a null value is shown as one: %v", n, absent)
		}
	case <-time.After(time.Minute):
		t.Fatal("it does not catch up")
	}
	send(20, 30)
	waitFor(t, "the messages sent since", func() bool { n, _ := count(); return n == 30 })
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Tail = %v", err)
	}
}

// waitFor asks until ok, at most for a minute.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.After(time.Minute)
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for !ok() {
		select {
		case <-every.C:
		case <-limit:
			t.Fatalf("timed out waiting for %s", what)
		}
	}
}
