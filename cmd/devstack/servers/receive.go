package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
)

// receiver writes syslog datagrams to a file, a line each, as a syslog daemon that changes nothing.
type receiver struct {
	conn *net.UnixConn
	done chan struct{}
}

// receive listens on a socket until stop.
func receive(socket, file string) (*receiver, error) {
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("receive syslog: %w", err)
	}
	out, err := os.Create(file)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("receive syslog: %w", err)
	}
	r := &receiver{conn: conn, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		defer func() { _ = out.Close() }()
		buffer := make([]byte, 1<<17)
		for {
			n, err := conn.Read(buffer)
			if err != nil {
				return
			}
			if _, err := out.Write(append(bytes.TrimRight(buffer[:n], "\n\x00"), '\n')); err != nil {
				return
			}
		}
	}()
	return r, nil
}

// stop closes the socket and the file.
func (r *receiver) stop() {
	_ = r.conn.Close()
	<-r.done
}
