// Package status prints the progress of a program on stderr.
package status

import (
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// Log writes lines that begin with the program's name. On a terminal it can also show one line that rewrites itself.
type Log struct {
	name     string
	mu       sync.Mutex
	out      *os.File
	terminal bool
	pending  bool // the cursor stands behind a line that Update wrote
}

// New returns a Log of the program with that name that writes to out.
func New(name string, out *os.File) *Log {
	terminal := term.IsTerminal(int(out.Fd())) && os.Getenv("TERM") != "dumb"
	return &Log{name: name, out: out, terminal: terminal}
}

// Printf writes one line.
func (l *Log) Printf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pending {
		_, _ = fmt.Fprint(l.out, "\r\x1b[K")
		l.pending = false
	}
	_, _ = fmt.Fprintf(l.out, "%s: %s\n", l.name, fmt.Sprintf(format, args...))
}

// Update replaces the line that the previous Update wrote. Where out is not a terminal it writes nothing.
func (l *Log) Update(format string, args ...any) {
	if !l.terminal {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = fmt.Fprintf(l.out, "\r\x1b[K%s: %s", l.name, fmt.Sprintf(format, args...))
	l.pending = true
}

// While does something that takes long and shows for how long, on a terminal.
func (l *Log) While(what string, do func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- do() }()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for seconds := 1; ; seconds++ {
		select {
		case err := <-ended:
			return err
		case <-ticker.C:
			l.Update("%s: %d s", what, seconds)
		}
	}
}
