package main

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
)

// tcpProxy forwards a port to a server while it is open.
type tcpProxy struct {
	t      *testing.T
	addr   string
	to     string
	l      net.Listener
	mu     sync.Mutex
	active []net.Conn
}

func newTCPProxy(t *testing.T, to string) *tcpProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &tcpProxy{t: t, addr: l.Addr().String(), to: to}
	_ = l.Close()
	t.Cleanup(d.close)
	return d
}

func (d *tcpProxy) open() {
	d.t.Helper()
	l, err := net.Listen("tcp", d.addr)
	if err != nil {
		d.t.Fatal(err)
	}
	d.l = l
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", d.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			d.mu.Lock()
			d.active = append(d.active, in, out)
			d.mu.Unlock()
			go pipe(in, out)
			go pipe(out, in)
		}
	}()
}

func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
}

// close breaks all connections.
func (d *tcpProxy) close() {
	if d.l == nil {
		return
	}
	_ = d.l.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.active {
		_ = c.Close()
	}
	d.active, d.l = nil, nil
}

// The service waits for a ClickHouse that is away, at the start and later, shows it, and loses nothing.
func TestClickHouseAwayIsWaitedFor(t *testing.T) {
	_, addr := servers(t)
	d := newTCPProxy(t, addr)
	b := newTestEnv(t, 2, "http.listen=127.0.0.1:29473", "detect.checkpoint=100ms", "kafka.fetch_bytes=65536")
	tr := b.generate(simulate.Options{Seed: 6, Start: time.Now().Add(-time.Hour), Lines: 12_000, TokenShare: 0.3})
	b.createInput()
	half := len(tr.lines) / 4 * 2
	b.send(tr.lines[:half])
	p := b.start("--init", "--set", "clickhouse.addr="+d.addr)
	visible := func(what string) {
		eventually(t, what, func() (bool, string) {
			return strings.Count(p.out.String(), "clickhouse does not answer") > 0, tail(p.out.String(), 300)
		})
	}
	visible("the log says that ClickHouse is away")
	d.open()
	eventually(t, "some is written", func() (bool, string) {
		n := b.number("SELECT sum(requests) FROM v_token_usage_1m")
		return n > tr.total/20, fmt.Sprint(n)
	})
	d.close()
	b.send(tr.lines[half:])
	eventually(t, "readiness says so", func() (bool, string) {
		m := scrape("127.0.0.1:29473")
		return m["tokenwarden_clickhouse_retries_total"] > 0 && strings.Contains(ready("127.0.0.1:29473"), "clickhouse"), ready("127.0.0.1:29473")
	})
	d.open()
	b.waitForAll(tr)
	p.stop(t)
	tr.check(b)
}

// The service waits for a broker that is away at the start.
func TestKafkaAwayIsWaitedFor(t *testing.T) {
	brokers, _ := servers(t)
	d := newTCPProxy(t, strings.Split(brokers, ",")[0])
	b := newTestEnv(t, 2)
	tr := b.generate(simulate.Options{Seed: 7, Start: time.Now().Add(-time.Hour), Lines: 3000, TokenShare: 0.3})
	b.createInput()
	b.send(tr.lines)
	p := b.start("--init", "--set", "kafka.brokers="+d.addr)
	eventually(t, "the log says that Kafka is away", func() (bool, string) {
		return strings.Count(p.out.String(), "kafka is not available") >= 2, tail(p.out.String(), 300)
	})
	d.open()
	b.waitForAll(tr)
	p.stop(t)
	tr.check(b)
}

func ready(addr string) string {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	_, _ = io.WriteString(conn, "GET /readyz HTTP/1.0\r\n\r\n")
	text, _ := io.ReadAll(conn)
	return string(text)
}
