package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest"
)

// explainFlags are the flags of `explain`.
type explainFlags struct {
	format, output string
	keyFiles       []string
	line           int64
}

func explainCommand(g *globals) *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use: "explain [-- LINE | --line N FILE]", Short: "Say of one line what was parsed, found and left, and why",
		Long: "Reads one line: the argument after --, line N of a file (plain, gzip, zstd; - is standard input), or the first\n" +
			"line of standard input. It says what was parsed, which credentials were found and why, which look-alikes were left\n" +
			"and why, what the second check says, and what to put in the configuration to have it otherwise. Lines before line N\n" +
			"are read too: they settle the format. The output never holds more than the redacted line does.\n" +
			"Arguments end up in histories and process lists: give a line with a live credential on standard input.",
		RunE: func(cmd *cobra.Command, args []string) error {
			x := lineExplainer{streams: g.streams, lineFlag: cmd.Flags().Changed("line"), dash: cmd.ArgsLenAtDash()}
			if err := x.prepare(g, f); err != nil {
				return err
			}
			return x.run(args, f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.format, "format", "", "log format: a name, auto, or a log_format string (default: format of the configuration)")
	fl.StringArrayVar(&f.keyFiles, "key-file", nil, "fingerprint key (repeatable; default: a key made for this run)")
	fl.Int64Var(&f.line, "line", 1, "number of the line in FILE")
	outputFlag(cmd, &f.output)
	return cmd
}

// lineExplainer is one run of `tokenwarden explain`.
type lineExplainer struct {
	streams
	lineFlag  bool
	dash      int // number of arguments before --, -1 without --
	options   ingest.Options
	processor *ingest.Processor
	madeKey   bool
	maxLine   int
}

func (x *lineExplainer) prepare(g *globals, f explainFlags) error {
	if err := checkOutput(f.output); err != nil {
		return err
	}
	c, err := g.load()
	if err != nil {
		return err
	}
	if f.format != "" {
		c.Format = f.format
	}
	keys, err := scanKeys(c, f.keyFiles)
	if err != nil {
		return err
	}
	x.madeKey, x.maxLine = len(f.keyFiles) == 0, c.Credentials.MaxLine
	c.Geo = config.Geo{}
	if x.options, err = c.IngestOptions(keys, nil); err != nil {
		return err
	}
	if x.processor, err = ingest.NewProcessor(x.options); err != nil {
		return usageError{fmt.Errorf("--format: %w", err)}
	}
	return nil
}

func (x *lineExplainer) run(args []string, f explainFlags) error {
	line, err := x.read(args, f.line)
	if err != nil {
		return err
	}
	e := x.processor.Explain(line, x.options, time.Now())
	if f.output == "json" {
		return writeJSON(x.out, explainedJSON{e, x.options.Credential.Keys[0].ID().String(), x.madeKey})
	}
	return printExplanation(x.out, &e, x.keyNote())
}

// explainedJSON adds the key that made the fingerprints to an explanation.
type explainedJSON struct {
	ingest.Explanation
	KeyID   string `json:"key_id"`
	MadeKey bool   `json:"key_made_for_this_run"`
}

func (x *lineExplainer) keyNote() string {
	id := x.options.Credential.Keys[0].ID().String()
	if x.madeKey {
		return id + ", made for this run: fingerprints of two runs do not match (--key-file)"
	}
	return id
}

// read returns the line to explain. It processes the lines before it, because they settle the format.
func (x *lineExplainer) read(args []string, number int64) ([]byte, error) {
	switch {
	case x.dash == 0 && len(args) > 0:
		return []byte(strings.Join(args, " ")), nil
	case x.dash > 0:
		return nil, usageError{errors.New("explain: a file and a line after -- do not go together")}
	case len(args) > 1:
		return nil, usageError{errors.New("explain: want one file, or a line after --")}
	case len(args) == 1 && !x.lineFlag && args[0] != "-":
		return nil, usageError{errors.New("explain: say which line: --line N FILE, or -- LINE")}
	case number < 1:
		return nil, usageError{errors.New("--line: want 1 or more")}
	}
	path := "-"
	if len(args) == 1 {
		path = args[0]
	}
	var line, out []byte
	files := ingest.Files{Stdin: x.in, MaxLine: x.maxLine}
	err := files.Each(path, func(text []byte, n int64) error {
		if n == number {
			line = append([]byte{}, text...)
			return errLineFound
		}
		out, _ = x.processor.Process(out[:0], ingest.Line{Text: text, Source: tokenwarden.Source{File: path, Line: n}, Now: time.Now()})
		return nil
	})
	switch {
	case errors.Is(err, errLineFound):
		return line, nil
	case err != nil:
		return nil, err
	}
	return nil, fmt.Errorf("explain: %s has no line %d", path, number)
}

var errLineFound = errors.New("line found")

// explainScan explains a line of a file for `scan --explain`.
func explainScan(g *globals, f scanFlags, args []string) error {
	if len(args) != 1 {
		return usageError{errors.New("scan --explain: want one file")}
	}
	x := lineExplainer{streams: g.streams, lineFlag: true, dash: -1}
	ef := explainFlags{format: f.format, output: "text", keyFiles: f.keyFiles, line: f.explain}
	if err := x.prepare(g, ef); err != nil {
		return err
	}
	return x.run(args, ef)
}
