package clickhouse

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/sink"
)

// retries gathers what OnRetry is told.
type retries struct {
	mu      sync.Mutex
	classes []Class
}

func (r *retries) hook(t *testing.T) func(Class, int, time.Duration, error) {
	return func(class Class, attempt int, wait time.Duration, err error) {
		t.Logf("attempt %d: %s, again in %s: %v", attempt, class, wait, err)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.classes = append(r.classes, class)
	}
}

// faulty is a checkpoint of which the events, usage and profiles are each larger than what a fault lets pass.
func faulty() *tokenwarden.Checkpoint {
	return &tokenwarden.Checkpoint{
		Topic: "u", Position: tokenwarden.Position{Offset: 9}, Events: testEvents(5000), Alerts: testAlerts(500),
		Usage: testUsage(5000), Profiles: testProfiles(0, 1000, 1),
	}
}

func TestWriteThroughFaults(t *testing.T) {
	direct, written := newTest(t), faulty()
	mustWrite(t, direct, written)
	want := contents(t, direct)
	for _, test := range []struct {
		name   string
		faults []fault
		class  Class
	}{
		{"refused", []fault{refuse, refuse, refuse}, ClassNetwork},
		{"cut in the middle", []fault{cutUpstream, cutUpstream, cutUpstream, cutUpstream}, ClassNetwork},
		{"cut after the server has applied", []fault{dropAnswer, dropAnswer, dropAnswer, dropAnswer}, ClassNetwork},
		{"stalled", []fault{stall, stallAnswers}, ClassTimeout},
		{"all of them", []fault{dropAnswer, refuse, cutUpstream, stallAnswers, dropAnswer, cutUpstream, refuse, stall}, ClassNetwork},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := testOptions(t)
			newTestWith(t, o)
			p := newProxy(t, test.faults...)
			var seen retries
			o.Addr, o.OnRetry, o.WriteTimeout = []string{p.addr}, seen.hook(t), 2*time.Second
			c := mustNew(t, o)
			mustWrite(t, c, written)
			if got := contents(t, c); got != want {
				t.Error("the database does not hold what was written")
			}
			if len(p.faults) > 0 {
				t.Errorf("%d faults were not met", len(p.faults))
			}
			if !slices.Contains(seen.classes, test.class) {
				t.Errorf("no error was of class %s: %v", test.class, seen.classes)
			}
		})
	}
}

func TestReadThroughFaults(t *testing.T) {
	o := testOptions(t)
	direct := newTestWith(t, o)
	mustWrite(t, direct, faulty())
	p := newProxy(t, refuse, refuse)
	o.Addr = []string{p.addr}
	c := mustNew(t, o)
	got, err := c.Profiles(testContext(t), []tokenwarden.Subject{tokenwarden.TokenSubject(testFingerprint(5))})
	if err != nil || len(got) != 1 {
		t.Errorf("profiles: %d, %v", len(got), err)
	}
	if _, found, err := c.Checkpoint(testContext(t), "u", 0); err != nil || !found {
		t.Errorf("position: %t, %v", found, err)
	}
}

// A server that is away at start is waited for.
func TestServerThatComesLate(t *testing.T) {
	o := testOptions(t)
	p := newProxy(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	late := listener.Addr().String()
	_ = listener.Close() // nobody listens there until the second retry
	o.Addr = []string{late}
	o.OnRetry = func(_ Class, attempt int, _ time.Duration, _ error) {
		if attempt == 2 {
			listener, err := net.Listen("tcp", late)
			if err != nil {
				t.Error(err)
				return
			}
			p.listen(t, listener)
		}
	}
	c := mustNew(t, o)
	if err := c.Apply(testContext(t)); err != nil {
		t.Error(err)
	}
	if err := c.Ping(testContext(t)); err != nil {
		t.Error(err)
	}
}

func TestNextAddressIsTried(t *testing.T) {
	o := testOptions(t)
	newTestWith(t, o)
	o.Addr = []string{"127.0.0.1:1", o.Addr[0]}
	o.OnRetry = func(Class, int, time.Duration, error) { t.Error("the second address was not tried") }
	if err := mustNew(t, o).Check(testContext(t)); err != nil {
		t.Error(err)
	}
}

func TestWriteEndsWithTheContext(t *testing.T) {
	for name, faults := range map[string][]fault{"refused": slices.Repeat([]fault{refuse}, 1000), "stalled": {stall, stall, stall, stall, stall}} {
		t.Run(name, func(t *testing.T) {
			o := testOptions(t)
			newTestWith(t, o)
			o.Addr = []string{newProxy(t, faults...).addr}
			ctx, cancel := context.WithCancel(testContext(t))
			defer cancel()
			if name == "refused" {
				o.OnRetry = func(_ Class, attempt int, _ time.Duration, _ error) {
					if attempt == 2 {
						cancel()
					}
				}
			} else {
				time.AfterFunc(time.Second, cancel)
			}
			c := mustNew(t, o)
			start := time.Now()
			err := c.Write(ctx, faulty())
			if !errors.Is(err, context.Canceled) || Classify(err) != ClassCanceled {
				t.Errorf("got %v, want the end of the context", err)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("Write returned %s after it was told to end", took)
			}
		})
	}
}

func TestMissingTableIsPermanent(t *testing.T) {
	c := newTest(t)
	exec(t, c, "DROP TABLE alerts SYNC")
	err := c.Write(testContext(t), faulty())
	if Classify(err) != ClassSchema || !sink.IsPermanent(err) || !strings.Contains(err.Error(), "alerts") || !strings.Contains(err.Error(), "tokenwarden schema apply") {
		t.Errorf("got %v, want a schema error that says what to do", err)
	}
}

func TestMissingDatabaseIsPermanent(t *testing.T) {
	err := mustNew(t, testOptions(t)).Write(testContext(t), faulty())
	if Classify(err) != ClassSchema || !sink.IsPermanent(err) || !strings.Contains(err.Error(), "tokenwarden schema apply") {
		t.Errorf("got %v, want a schema error that says what to do", err)
	}
}
