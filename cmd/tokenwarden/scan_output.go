package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
)

// output is one output of a scan. Writes to the zero output do nothing.
type output struct {
	w    *bufio.Writer
	file *os.File // nil for standard output

	failed bool // write has returned the error that Flush would return again
}

func (o *output) open() bool { return o.w != nil }

func (o *output) write(b []byte) error {
	if o.w == nil {
		return nil
	}
	_, err := o.w.Write(b)
	o.failed = err != nil
	return err
}

func (o *output) close() error {
	if o.w == nil {
		return nil
	}
	var err error
	if !o.failed {
		err = o.w.Flush()
	}
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

// scanOutput is a flag that names an output of a scan.
type scanOutput struct {
	flag, path string
	to         *output
}

// all returns the outputs with the flags that name them.
func (o *outputs) all(f *scanFlags) []scanOutput {
	return []scanOutput{
		{"--redacted", f.redacted, &o.redacted}, {"--alerts", f.alerts, &o.alerts},
		{"--events", f.events, &o.events}, {"--records", f.records, &o.records},
	}
}

// refuseClash returns a usageError if an output is one of the files that the scan reads, or another output.
func (f *scanFlags) refuseClash(g *globals, c *config.Config, paths []string) error {
	inputs, err := g.configFiles(c)
	if err != nil {
		return err
	}
	inputs = append(inputs, named("--key-file", f.keyFiles...)...)
	for _, path := range paths {
		inputs = append(inputs, namedFile{"", path, g.in})
	}
	var written []namedFile
	for _, x := range new(outputs).all(f) {
		if x.path != "" {
			written = append(written, namedFile{x.flag, x.path, g.out})
		}
	}
	return refuseClash(written, inputs)
}

func openOutputs(f scanFlags, stdout io.Writer) (outputs, error) {
	var o outputs
	taken := ""
	for _, x := range o.all(&f) {
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
