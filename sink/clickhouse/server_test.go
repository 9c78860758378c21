package clickhouse

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"
	"time"
)

// server returns the address of the ClickHouse that the tests use.
func server(t testing.TB) string {
	t.Helper()
	addr := os.Getenv("CLICKHOUSE_ADDR")
	switch {
	case addr != "":
	case os.Getenv("CI") == "true":
		t.Fatal("CLICKHOUSE_ADDR is not set, and CI runs all tests")
	default:
		t.Skip("CLICKHOUSE_ADDR is not set: start a server with `go run ./cmd/devstack --dir DIR --only clickhouse`")
	}
	return addr
}

// testOptions point to a database of the test's own that is dropped at its end.
func testOptions(t testing.TB) Options {
	t.Helper()
	o := Options{Addr: []string{server(t)}, Database: "test_" + strings.ToLower(rand.Text()[:12]), DialTimeout: 2 * time.Second}
	o.OnRetry = func(class Class, attempt int, wait time.Duration, err error) {
		t.Logf("attempt %d: %s, again in %s: %v", attempt, class, wait, err)
	}
	t.Cleanup(func() {
		c := mustNew(t, Options{Addr: o.Addr, Database: "system"})
		defer func() { _ = c.Close() }()
		exec(t, c, "DROP DATABASE IF EXISTS "+o.Database+" SYNC")
	})
	return o
}

func mustNew(t testing.TB, o Options) *Client {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// newTest returns a client of a new database with the schema in it.
func newTest(t testing.TB) *Client {
	t.Helper()
	return newTestWith(t, testOptions(t))
}

func newTestWith(t testing.TB, o Options) *Client {
	t.Helper()
	c := mustNew(t, o)
	if err := c.Apply(testContext(t)); err != nil {
		t.Fatal(err)
	}
	return c
}

// testContext ends when no test can still be right.
func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// answer returns the rows of a query, a line each, fields separated by a bar. It retries, because the engine that
// devstack hosts may start anew when a test cuts a connection.
func answer(t testing.TB, c *Client, sql string) string {
	t.Helper()
	var res *Result
	err := c.retry(testContext(t), "ask", time.Minute, func(ctx context.Context) (err error) {
		res, err = c.run(ctx, sql, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := make([]string, len(res.Rows))
	for i, row := range res.Rows {
		lines[i] = strings.Join(row, "|")
	}
	return strings.Join(lines, "\n")
}

func expect(t testing.TB, c *Client, sql, want string) {
	t.Helper()
	if got := answer(t, c, sql); got != want {
		t.Errorf("%s\n got %s\nwant %s", sql, got, want)
	}
}

// exec runs a statement, with retries.
func exec(t testing.TB, c *Client, sql string) {
	t.Helper()
	err := c.retry(testContext(t), "exec", time.Minute, func(ctx context.Context) error { return c.conn.Exec(ctx, sql) })
	if err != nil {
		t.Fatal(err)
	}
}
