package main

import (
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

func keyCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "key", Short: "Make fingerprint keys, derive the keys for proxies", Args: cobra.NoArgs, RunE: needSubcommand}
	cmd.AddCommand(keyNewCommand(g), keyEdgeCommand(g))
	return cmd
}

func keyNewCommand(g *globals) *cobra.Command {
	return &cobra.Command{
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
	}
}

// edgeKeyFormats are the ways in which `key edge` writes a key. The snippets belong to the files of deploy/edge.
var edgeKeyFormats = map[string]func(secret.EdgeKey) string{
	"file":   secret.EdgeKey.Text,
	"hex":    secret.EdgeKey.Hex,
	"base64": secret.EdgeKey.Base64,
	"nginx":  func(k secret.EdgeKey) string { return fmt.Sprintf("js_var $tw_edge_key %s;", k.Text()) },
	"haproxy": func(k secret.EdgeKey) string {
		return fmt.Sprintf("# haproxy.cfg, section global\nsetenv TW_EDGE_ID %s\nsetenv TW_EDGE_KEY %s", k.ID(), k.Base64())
	},
}

func keyEdgeCommand(g *globals) *cobra.Command {
	var keyFiles []string
	var format string
	names := strings.Join(slices.Sorted(maps.Keys(edgeKeyFormats)), ", ")
	cmd := &cobra.Command{
		Use: "edge", Short: "Print the key for proxies that log fingerprints: tokenwarden key edge > edge.key",
		Long: "Prints the key under which a proxy hashes tokens before it logs them, derived from the first key file. Whoever has it can\n" +
			"test guesses of tokens against the logs of these proxies, but not against fingerprints in ClickHouse and redacted logs.\n" +
			"Configurations for nginx, HAProxy, Envoy, Apache and Caddy are in deploy/edge.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			write, ok := edgeKeyFormats[format]
			if !ok {
				return usageError{fmt.Errorf("--format %q: want one of %s", format, names)}
			}
			keys, err := g.keys(keyFiles)
			if err != nil {
				return err
			}
			key := keys[0].Edge()
			_, _ = printable.Fprintf(g.err, "edge key of key id %s; keep the file secret (chmod 600)\n", key.ID())
			_, err = fmt.Fprintln(g.out, write(key))
			return err
		},
	}
	cmd.Flags().StringArrayVar(&keyFiles, "key-file", nil, "key file (default: key_files of the configuration)")
	cmd.Flags().StringVar(&format, "format", "file", names+": the key file of deploy/edge, the key alone, or lines of a configuration")
	return cmd
}
