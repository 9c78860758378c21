package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/port"
)

// answerWithin bounds the wait for one answer.
const answerWithin = 5 * time.Second

// reply is what the client saw of one request. The zero reply is none.
type reply struct {
	request    *request
	line       string // the request line as it was sent
	start, end time.Time
	status     int // 0: no answer that is HTTP
	body       int // bytes
	total      int // bytes with the head, as they came
}

// send sends the plan to a port of 127.0.0.1, one request after the other, each on a connection of its own from its own
// loopback address. asProxy sends the whole URL in the request line, as clients do to a proxy, with the server at that port.
func send(ctx context.Context, p *plan, to int, asProxy int) []reply {
	replies := make([]reply, 0, len(p.requests))
	for _, r := range p.requests {
		if ctx.Err() != nil {
			break
		}
		replies = append(replies, sendOne(ctx, r, to, asProxy))
	}
	return replies
}

func sendOne(ctx context.Context, r *request, to, asProxy int) reply {
	line, message := r.bytes(asProxy)
	got := reply{request: r, line: line, start: time.Now()}
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(r.client, 0)), Timeout: answerWithin}
	conn, err := dialer.DialContext(ctx, "tcp", port.Address(to))
	if err != nil {
		return got
	}
	defer func() { _ = conn.Close() }()
	if conn.SetDeadline(time.Now().Add(answerWithin)) != nil {
		return got
	}
	if _, err := conn.Write(message); err != nil {
		return got
	}
	read := &counter{from: conn}
	response, err := http.ReadResponse(bufio.NewReader(read), &http.Request{Method: r.method})
	if err != nil {
		return got
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.Copy(io.Discard, response.Body) // what came before an error counts
	got.end, got.status, got.body, got.total = time.Now(), response.StatusCode, int(body), read.n
	return got
}

// counter counts the bytes that are read.
type counter struct {
	from io.Reader
	n    int
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.n += n
	return n, err
}

// bytes returns the request line and the whole request as they are sent.
func (r *request) bytes(asProxy int) (string, []byte) {
	target := r.target
	if asProxy != 0 {
		target = "http://" + port.Address(asProxy) + target
	}
	line := r.method + " " + target + " HTTP/1.1"
	var b bytes.Buffer
	_, _ = fmt.Fprintf(&b, "%s\r\n", line)
	for _, h := range r.headers {
		_, _ = fmt.Fprintf(&b, "%s: %s\r\n", h.name, h.value)
	}
	if r.method == http.MethodPost {
		_, _ = fmt.Fprintf(&b, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n", len(r.body))
	}
	_, _ = fmt.Fprintf(&b, "Connection: close\r\n\r\n%s", r.body)
	return line, b.Bytes()
}

// backend is the server behind the proxies.
type backend struct {
	server *http.Server
	port   int
}

// startBackend serves on a free port of 127.0.0.1 until stop.
func startBackend() (*backend, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the server behind the proxies: %w", err)
	}
	b := &backend{
		server: &http.Server{Handler: http.HandlerFunc(answer), ReadHeaderTimeout: answerWithin},
		port:   listener.Addr().(*net.TCPAddr).Port,
	}
	go func() { _ = b.server.Serve(listener) }() // it ends with stop
	return b, nil
}

func (b *backend) stop() { _ = b.server.Close() }

func answer(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	switch {
	case strings.HasPrefix(r.URL.Path, "/denied/"):
		status = http.StatusUnauthorized
	case strings.HasPrefix(r.URL.Path, "/missing/"):
		status = http.StatusNotFound
	}
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "answer %d of the server\n", status)
}
