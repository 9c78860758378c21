package sink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

// writeFunc is a Sink of one function.
type writeFunc func(context.Context, *tokenwarden.Checkpoint) error

func (f writeFunc) Write(ctx context.Context, c *tokenwarden.Checkpoint) error { return f(ctx, c) }

func TestOrdered(t *testing.T) {
	for _, tc := range []struct {
		name    string
		results []error // by sink
		want    []int   // sinks that get the checkpoint
		err     error
	}{
		{"no sinks", nil, nil, nil},
		{"all succeed", []error{nil, nil, nil}, []int{0, 1, 2}, nil},
		{"the first fails", []error{io.EOF, nil}, []int{0}, io.EOF},
		{"the second fails", []error{nil, io.EOF, nil}, []int{0, 1}, io.EOF},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sent := &tokenwarden.Checkpoint{Topic: "usage"}
			var got []int
			var o Ordered
			for i, err := range tc.results {
				o = append(o, writeFunc(func(_ context.Context, c *tokenwarden.Checkpoint) error {
					if c != sent {
						t.Errorf("sink %d gets another checkpoint", i)
					}
					got = append(got, i)
					return err
				}))
			}
			if err := o.Write(t.Context(), sent); !errors.Is(err, tc.err) || !slices.Equal(got, tc.want) {
				t.Errorf("Write returns %v after sinks %v, want %v after %v", err, got, tc.err, tc.want)
			}
		})
	}
}

func TestPermanent(t *testing.T) {
	marked := Permanent(fmt.Errorf("insert: %w", io.EOF))
	for _, tc := range []struct {
		name string
		err  error
		want bool
	}{
		{"nil", Permanent(nil), false},
		{"not marked", io.EOF, false},
		{"marked", marked, true},
		{"marked and wrapped", fmt.Errorf("write: %w", marked), true},
		{"marked and joined", errors.Join(io.ErrClosedPipe, marked), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := IsPermanent(tc.err); got != tc.want {
				t.Errorf("IsPermanent(%v) = %v, want %v", tc.err, got, tc.want)
			}
		})
	}
	if !errors.Is(marked, io.EOF) || marked.Error() != "insert: EOF" {
		t.Errorf("the mark hides the error: %v", marked)
	}
}
