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
	var all, edge bool
	var kind string
	cmd := &cobra.Command{
		Use: "fingerprint", Short: "Turn tokens on standard input into fingerprints on standard output, a line each",
		Long: "Reads a token a line and prints its fingerprint, the one under which its use is in ClickHouse and in alerts.\n" +
			"A token may be pasted as it stands in a header or URL: a scheme in front (Bearer), quotes and percent-encoding\n" +
			"are taken off. An empty line gives an empty line. Tokens are read from standard input alone, because arguments\n" +
			"end up in histories and process lists. With --edge it prints what a proxy of deploy/edge logs for the token.\n" +
			"A line that is such an edge form gives the fingerprint of its token.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			keys, err := g.keys(keyFiles)
			if err != nil {
				return err
			}
			if edge {
				return printEdgeForms(g.out, g.in, secret.NewEdge(keys[0].Edge()), kind)
			}
			return printFingerprints(g.out, g.in, secret.NewFingerprinter(keys...), all)
		},
	}
	cmd.Flags().StringArrayVar(&keyFiles, "key-file", nil, "key file (repeatable; default: key_files of the configuration)")
	cmd.Flags().BoolVar(&all, "all-keys", false,
		"print the fingerprint under every key, separated by spaces: during a rotation both are in use")
	cmd.Flags().BoolVar(&edge, "edge", false, "print edge forms (twfp1.KEY.KIND.HASH.MAC) under the first key instead of fingerprints")
	cmd.Flags().StringVar(&kind, "kind", "token", "with --edge: the kind in the form (bearer, api_key, password, session)")
	cmd.MarkFlagsMutuallyExclusive("edge", "all-keys")
	return cmd
}

func printFingerprints(out io.Writer, in io.Reader, f secret.Fingerprinter, all bool) error {
	var keyed []secret.Keyed
	return eachToken(out, in, func(dst, line []byte) []byte {
		keyed = f.AllOfLine(keyed[:0], line)
		for i, k := range keyed {
			if i > 0 {
				if !all {
					break
				}
				dst = append(dst, ' ')
			}
			dst = append(dst, k.Fingerprint.String()...)
		}
		return dst
	})
}

func printEdgeForms(out io.Writer, in io.Reader, e secret.Edge, kind string) error {
	return eachToken(out, in, func(dst, line []byte) []byte { return e.AppendLine(dst, kind, line) })
}

// eachToken writes, for each line of in, what appendTo makes of it.
func eachToken(out io.Writer, in io.Reader, appendTo func(dst, line []byte) []byte) error {
	w := bufio.NewWriter(out)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	var text []byte
	for lines.Scan() {
		text = append(appendTo(text[:0], lines.Bytes()), '\n')
		_, _ = w.Write(text)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read tokens: %w", err)
	}
	return w.Flush()
}
