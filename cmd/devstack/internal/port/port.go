// Package port chooses the TCP ports that the stack listens on.
package port

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
)

// Ports are chosen below the range that systems take outgoing connections' ports from. A port of that range could be
// taken by a client while a server restarts, even by the very client that tries to reconnect to it.
const (
	first = 20000
	last  = 29999
	tries = 100
)

// Choose returns wanted if nothing listens on it on the loopback address, and a free port if wanted is 0. It returns
// none of the ports that are promised to others.
func Choose(wanted int, promised ...int) (int, error) {
	if wanted != 0 {
		if slices.Contains(promised, wanted) {
			return 0, fmt.Errorf("port %d is asked for twice", wanted)
		}
		if err := probe(wanted); err != nil {
			return 0, fmt.Errorf("port %d: %w: choose another one, or 0 for any", wanted, err)
		}
		return wanted, nil
	}
	for range tries {
		p := first + rand.IntN(last-first+1)
		if !slices.Contains(promised, p) && probe(p) == nil {
			return p, nil
		}
	}
	return 0, errors.New("no free port found on 127.0.0.1")
}

// Address returns the loopback address of a port as HOST:PORT.
func Address(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

func probe(port int) error {
	l, err := net.Listen("tcp", Address(port))
	if err != nil {
		return err
	}
	return l.Close()
}
