package clickhouse

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// fault is what the proxy does to one connection.
type fault int

const (
	healthy      fault = iota
	refuse             // closed at once
	cutUpstream        // closed after payload bytes from the client: the server sees half an INSERT
	dropAnswer         // after payload bytes the server's words are lost, and then the connection: it did apply the INSERT
	stall              // after payload bytes nothing moves any more, and the connection stays open
	stallAnswers       // after payload bytes the server's words are lost, and the connection stays open
)

const (
	payload = 20_000                 // more than any handshake and query, less than the INSERTs of the tests
	quiet   = 300 * time.Millisecond // a server that was silent for so long has said all
)

// proxy stands between client and server and gives each new connection the next of its faults, then none.
type proxy struct {
	addr   string
	target string
	mu     sync.Mutex
	faults []fault
}

func newProxy(t *testing.T, faults ...fault) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: listener.Addr().String(), target: server(t), faults: faults}
	p.listen(t, listener)
	return p
}

// listen serves what connects to listener until the test ends.
func (p *proxy) listen(t *testing.T, listener net.Listener) {
	done := make(chan struct{})
	t.Cleanup(func() { close(done); _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(client, done)
		}
	}()
}

// next takes the fault of a new connection.
func (p *proxy) next() fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.faults) == 0 {
		return healthy
	}
	f := p.faults[0]
	p.faults = p.faults[1:]
	return f
}

func (p *proxy) serve(client net.Conn, done chan struct{}) {
	defer func() { _ = client.Close() }()
	f := p.next()
	if f == refuse {
		return
	}
	upstream, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer func() { _ = upstream.Close() }()
	struck := make(chan struct{}) // closed when payload bytes have come from the client
	ended := make(chan struct{}, 2)
	go func() { p.up(upstream, client, f, struck); ended <- struct{}{} }()
	go func() { p.down(client, upstream, f, struck); ended <- struct{}{} }()
	select {
	case <-ended:
		if f == stall || f == stallAnswers {
			<-done
		}
	case <-done:
	}
}

// up carries the client's bytes. The last piece before a cut is cut itself.
func (p *proxy) up(to io.Writer, from io.Reader, f fault, struck chan struct{}) {
	if _, err := io.CopyN(to, from, payload); err != nil {
		return
	}
	close(struck)
	if f == cutUpstream || f == stall {
		return
	}
	_, _ = io.Copy(to, from)
}

// down carries the server's bytes, or swallows them until the server has said all.
func (p *proxy) down(to net.Conn, from net.Conn, f fault, struck chan struct{}) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		select {
		case <-struck:
			if f == dropAnswer || f == stallAnswers {
				for !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, io.EOF) {
					_ = from.SetReadDeadline(time.Now().Add(quiet))
					_, err = from.Read(buf)
				}
				return
			}
		default:
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
