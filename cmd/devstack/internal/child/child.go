// Package child runs the servers of the stack as child processes: it waits until they answer, starts them again when
// they die, and sees to it that they end when devstack does, even when devstack is killed.
package child

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

const (
	pollEvery   = 50 * time.Millisecond // between two asks whether a server answers
	maxFailures = 5                     // starts in a row without an answer before a server is given up
)

// Spec describes a server.
type Spec struct {
	Name    string
	Path    string
	Args    []string
	Env     []string // added to devstack's own
	LogFile string   // takes the server's output

	// StartTimeout bounds the time until the server answers.
	StartTimeout time.Duration
	// StopTimeout bounds the time until the server ends; then it is killed.
	StopTimeout time.Duration
	// RetryDelay is the wait before a second attempt to start a server that died, twice that before a third, and so on.
	RetryDelay time.Duration
	// Once leaves a server that died as it is: Err then says how it ended.
	Once bool
	// Ready returns nil once the server answers. It is asked again and again, each time with a short deadline.
	Ready func(ctx context.Context) error
	// Stop asks the server to end. Without it the server is sent SIGTERM.
	Stop func(ctx context.Context) error
}

// Child is a server that is kept running.
type Child struct {
	spec    Spec
	log     *status.Log
	current *process // the watching goroutine's alone

	stop func()
	done chan struct{} // closed when the server runs no more and is not started again
	err  error         // why, readable after done is closed; nil after Stop
}

// Start starts the server and returns once it answers.
func Start(ctx context.Context, spec Spec, log *status.Log) (*Child, error) {
	p, err := start(ctx, spec)
	if err != nil {
		return nil, err
	}
	life, cancel := context.WithCancel(context.Background())
	c := &Child{spec: spec, log: log, current: p, stop: cancel, done: make(chan struct{})}
	if !spec.Once {
		log.Printf("%s runs as process %d", spec.Name, p.pid)
	}
	go c.watch(life)
	return c, nil
}

// Done is closed when the server is stopped or given up.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err returns why the server was given up, nil if it was stopped. It may be called after Done.
func (c *Child) Err() error { return c.err }

// Stop ends the server and waits for its end.
func (c *Child) Stop() {
	c.stop()
	<-c.done
}

// watch starts the server again whenever it ends, until life does.
func (c *Child) watch(life context.Context) {
	defer close(c.done)
	for {
		select {
		case <-life.Done():
			end(c.spec, c.current)
			return
		case <-c.current.exited:
		}
		if c.spec.Once {
			c.err = fmt.Errorf("%s died: %s; the end of %s says:\n%s", c.spec.Name, c.current.cause(), c.spec.LogFile, tail(c.spec.LogFile))
			return
		}
		c.log.Printf("%s died (%s); starting it again in the same place", c.spec.Name, c.current.cause())
		p, err := c.restart(life)
		if life.Err() != nil {
			if err == nil {
				end(c.spec, p)
			}
			return
		}
		if err != nil {
			c.err = fmt.Errorf("%s is given up: %w", c.spec.Name, err)
			return
		}
		c.current = p
		c.log.Printf("%s runs again as process %d", c.spec.Name, p.pid)
	}
}

// restart tries to start the server, up to maxFailures times.
func (c *Child) restart(life context.Context) (p *process, err error) {
	for n := range maxFailures {
		select {
		case <-life.Done():
			return nil, life.Err()
		case <-time.After(time.Duration(n) * c.spec.RetryDelay):
		}
		if p, err = start(life, c.spec); err == nil {
			return p, nil
		}
	}
	return nil, err
}

// start launches the server and waits until it answers; on an error nothing is left running.
func start(ctx context.Context, spec Spec) (*process, error) {
	p, err := launch(spec)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, spec.StartTimeout)
	defer cancel()
	if err := awaitReady(ctx, spec, p); err != nil {
		p.signal(syscall.SIGKILL)
		<-p.exited
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	return p, nil
}

func awaitReady(ctx context.Context, spec Spec, p *process) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	last := errors.New("not asked yet")
	for {
		select {
		case <-p.exited:
			return fmt.Errorf("%s before it answered; the end of %s says:\n%s", p.cause(), spec.LogFile, tail(spec.LogFile))
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w (last attempt: %w); its log is %s", ctx.Err(), last, spec.LogFile)
		case <-ticker.C:
		}
		attempt, cancel := context.WithTimeout(ctx, 2*time.Second)
		last = spec.Ready(attempt)
		cancel()
		if last == nil {
			return nil
		}
	}
}

// end asks the process to end and kills it if it does not.
func end(spec Spec, p *process) {
	ctx, cancel := context.WithTimeout(context.Background(), spec.StopTimeout)
	defer cancel()
	asked := errors.New("no way to ask")
	if spec.Stop != nil {
		asked = spec.Stop(ctx)
	}
	if asked != nil {
		p.signal(syscall.SIGTERM)
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		p.signal(syscall.SIGKILL)
		<-p.exited
	}
}
