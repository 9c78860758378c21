package clickhouse

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

func TestClassify(t *testing.T) {
	code := func(n int32) error { return fmt.Errorf("insert: %w", &clickhouse.Exception{Code: n, Message: "m"}) }
	for _, test := range []struct {
		err  error
		want Class
	}{
		{nil, ""},
		{code(252), ClassOverload}, // TOO_MANY_PARTS
		{code(202), ClassOverload}, // TOO_MANY_SIMULTANEOUS_QUERIES
		{code(218), ClassOverload}, // TABLE_IS_DROPPED
		{code(241), ClassOverload}, // MEMORY_LIMIT_EXCEEDED
		{code(999), ClassOverload}, // KEEPER_EXCEPTION
		{code(159), ClassTimeout},
		{code(210), ClassNetwork},
		{code(516), ClassAuth},
		{code(497), ClassAuth},
		{code(60), ClassSchema},
		{code(81), ClassSchema},
		{code(16), ClassSchema},
		{code(691), ClassData},
		{code(62), ClassOther},
		{code(99999), ClassOther},
		{io.EOF, ClassNetwork},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), ClassNetwork},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, ClassNetwork},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, ClassNetwork},
		{&net.OpError{Op: "write", Err: syscall.EPIPE}, ClassNetwork},
		{&net.DNSError{Err: "no such host", Name: "clickhouse", IsNotFound: true}, ClassNetwork},
		{&net.DNSError{Err: "i/o timeout", Name: "clickhouse", IsTimeout: true}, ClassTimeout},
		{os.ErrDeadlineExceeded, ClassTimeout},
		{context.DeadlineExceeded, ClassTimeout},
		{clickhouse.ErrAcquireConnTimeout, ClassTimeout},
		{clickhouse.ErrConnectionClosed, ClassNetwork},
		{errors.New("attempted sending on closed connection"), ClassNetwork},
		{errors.New("unexpected state: c.reader is nil"), ClassNetwork},
		{context.Canceled, ClassCanceled},
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, ClassAuth},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, ClassAuth},
		{&proto.BlockError{Op: "AppendRow", Err: errors.New("e")}, ClassData},
		{&dataError{"row 1"}, ClassData},
		{&schemaError{"table t is missing"}, ClassSchema},
		{errors.New("something"), ClassOther},
	} {
		t.Run(fmt.Sprint(test.err), func(t *testing.T) {
			got := Classify(test.err)
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			retried := got == ClassNetwork || got == ClassTimeout || got == ClassOverload
			if Retryable(test.err) != retried {
				t.Errorf("retryable is %t", Retryable(test.err))
			}
		})
	}
}

func TestPermanentErrorsSayWhatToDo(t *testing.T) {
	for class, want := range map[int32]string{516: "clickhouse.password_file", 60: "tokenwarden schema apply", 117: "please report"} {
		t.Run(fmt.Sprint("code ", class), func(t *testing.T) {
			err := permanent("insert into alerts", &clickhouse.Exception{Code: class, Message: "refused"})
			if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "insert into alerts") {
				t.Errorf("%v: want the table and %q in it", err, want)
			}
		})
	}
}

func TestBackoff(t *testing.T) {
	for range 100 {
		waits := newBackoff()
		for attempt := 1; attempt < 100; attempt++ {
			most := min(200*time.Millisecond<<min(attempt-1, 10), 30*time.Second)
			if wait := waits.Next(); wait < most/2 || wait > most {
				t.Fatalf("attempt %d: waits %s, want %s to %s", attempt, wait, most/2, most)
			}
		}
	}
}

// idle is a client for the tests of retry, which need no server.
func idle(hook func(Class, int, time.Duration, error)) *Client {
	return &Client{opts: Options{OnRetry: hook}, slots: make(chan struct{}, 1)}
}

func TestRetryUntilItSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		c := idle(func(class Class, attempt int, wait time.Duration, err error) {
			told = append(told, fmt.Sprint(class, attempt, wait > 0, err))
		})
		failures := []error{io.EOF, context.DeadlineExceeded, &clickhouse.Exception{Code: 252, Message: "m"}}
		err := c.retry(t.Context(), "try", time.Second, func(context.Context) error {
			if len(failures) == 0 {
				return nil
			}
			err := failures[0]
			failures = failures[1:]
			return err
		})
		if err != nil || len(told) != 3 || told[0] != "network1 true clickhouse: try: EOF" {
			t.Errorf("got %v after %q", err, told)
		}
	})
}

func TestRetryStopsAtPermanentErrors(t *testing.T) {
	c := idle(func(Class, int, time.Duration, error) { t.Error("retried") })
	err := c.retry(t.Context(), "try", time.Second, func(context.Context) error { return &clickhouse.Exception{Code: 60} })
	if Classify(err) != ClassSchema {
		t.Errorf("got %v", err)
	}
}

func TestRetryEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		err := idle(nil).retry(ctx, "try", time.Second, func(context.Context) error { attempts++; return io.EOF })
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "EOF") {
			t.Errorf("got %v, want the end of the context and the last error", err)
		}
		if took := time.Since(start); took != time.Hour || attempts < 120 || attempts > 250 {
			t.Errorf("%d attempts in %s", attempts, took)
		}
	})
}

func TestRetryBoundsEachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var classes []Class
		c := idle(func(class Class, _ int, _ time.Duration, _ error) { classes = append(classes, class) })
		stalls := 2
		err := c.retry(t.Context(), "try", time.Minute, func(ctx context.Context) error {
			if stalls--; stalls < 0 {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		})
		if err != nil || len(classes) != 2 || classes[0] != ClassTimeout {
			t.Errorf("got %v after %v", err, classes)
		}
	})
}
