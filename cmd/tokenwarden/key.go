package main

import (
	"crypto/rand"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

func keyCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "key", Short: "Make fingerprint keys", Args: cobra.NoArgs, RunE: needSubcommand}
	cmd.AddCommand(&cobra.Command{
		Use: "new", Short: "Print a new key: tokenwarden key new > key", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			key, text, err := secret.NewKey(rand.Reader)
			if err != nil {
				return err
			}
			_, _ = printable.Fprintf(g.err, "key id %s; keep the file secret (chmod 600): "+
				"whoever has it can test guesses of tokens against fingerprints\n", key.ID())
			_, err = fmt.Fprintln(g.out, text)
			return err
		},
	})
	return cmd
}
