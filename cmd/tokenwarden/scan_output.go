package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// output is one output of a scan. Writes to the zero output do nothing.
type output struct {
	w    *bufio.Writer
	file *os.File // nil for standard output
}

func (o *output) open() bool { return o.w != nil }

func (o *output) write(b []byte) error {
	if o.w == nil {
		return nil
	}
	_, err := o.w.Write(b)
	return err
}

func (o *output) close() error {
	if o.w == nil {
		return nil
	}
	err := o.w.Flush()
	if o.file != nil {
		err = errors.Join(err, o.file.Close())
	}
	return err
}

type outputs struct {
	redacted, alerts, events, records output
	opened                            bool
	buf, record                       []byte // of the current line
}

func openOutputs(f scanFlags, stdout io.Writer) (outputs, error) {
	var o outputs
	taken := ""
	for _, x := range []struct {
		flag, path string
		to         *output
	}{
		{"--redacted", f.redacted, &o.redacted}, {"--alerts", f.alerts, &o.alerts},
		{"--events", f.events, &o.events}, {"--records", f.records, &o.records},
	} {
		switch x.path {
		case "":
			continue
		case "-":
			if taken != "" {
				return o, usageError{fmt.Errorf("%s and %s cannot both write to standard output", taken, x.flag)}
			}
			taken = x.flag
			x.to.w = bufio.NewWriterSize(stdout, 1<<18)
		default:
			file, err := os.Create(x.path)
			if err != nil {
				return o, usageError{fmt.Errorf("%s: %w", x.flag, err)}
			}
			x.to.w, x.to.file = bufio.NewWriterSize(file, 1<<18), file
		}
		o.opened = true
	}
	return o, nil
}

func (o *outputs) close() error {
	return errors.Join(o.redacted.close(), o.alerts.close(), o.events.close(), o.records.close())
}
