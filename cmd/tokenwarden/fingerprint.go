package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

func fingerprintCommand(g *globals) *cobra.Command {
	var keyFiles []string
	var all bool
	cmd := &cobra.Command{
		Use: "fingerprint", Short: "Turn tokens on standard input into fingerprints on standard output, a line each",
		Long: "Reads a token a line and prints its fingerprint, the one under which its use is in ClickHouse and in alerts.\n" +
			"A token may be pasted as it stands in a header or URL: a scheme in front (Bearer), quotes and percent-encoding\n" +
			"are taken off. An empty line gives an empty line. Tokens are read from standard input alone, because arguments\n" +
			"end up in histories and process lists.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			keys, err := g.keys(keyFiles)
			if err != nil {
				return err
			}
			return printFingerprints(g.out, g.in, secret.NewFingerprinter(keys...), all)
		},
	}
	cmd.Flags().StringArrayVar(&keyFiles, "key-file", nil, "key file (repeatable; default: key_files of the configuration)")
	cmd.Flags().BoolVar(&all, "all-keys", false,
		"print the fingerprint under every key, separated by spaces: during a rotation both are in use")
	return cmd
}

func printFingerprints(out io.Writer, in io.Reader, f secret.Fingerprinter, all bool) error {
	w := bufio.NewWriter(out)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	var keyed []secret.Keyed
	for lines.Scan() {
		keyed = f.AllOfLine(keyed[:0], lines.Bytes())
		for i, k := range keyed {
			if i > 0 {
				if !all {
					break
				}
				_ = w.WriteByte(' ')
			}
			_, _ = w.WriteString(k.Fingerprint.String())
		}
		_ = w.WriteByte('\n')
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read tokens: %w", err)
	}
	return w.Flush()
}
