package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

func versionCommand(g *globals) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(g.out, "tokenwarden %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// release is set by the build: -ldflags "-X main.release=v1.2.3".
var release = ""

func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func keyCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "key", Short: "Make fingerprint keys", Args: cobra.NoArgs, RunE: needSubcommand}
	cmd.AddCommand(&cobra.Command{
		Use: "new", Short: "Print a new key: tokenwarden key new > key", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			key, text, err := secret.NewKey(rand.Reader)
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(g.err, "key id %s; keep the file secret (chmod 600): whoever has it can test guesses of tokens against fingerprints\n", key.ID())
			_, err = fmt.Fprintln(g.out, text)
			return err
		},
	})
	return cmd
}

func needSubcommand(cmd *cobra.Command, _ []string) error {
	return usageError{fmt.Errorf("%s: say which: %s", cmd.CommandPath(), subcommands(cmd))}
}

func subcommands(cmd *cobra.Command) string {
	text := ""
	for _, c := range cmd.Commands() {
		if text != "" {
			text += ", "
		}
		text += c.Name()
	}
	return text
}

// loadKeys reads key files; the first signs.
func loadKeys(paths []string) ([]secret.Key, error) {
	keys := make([]secret.Key, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return nil, configError{fmt.Errorf("key_files: %s does not exist: make a key with `tokenwarden key new > %s`", path, path)}
		}
		if err != nil {
			return nil, configError{fmt.Errorf("key_files: %w", err)}
		}
		key, err := secret.ParseKey(text)
		if err != nil {
			return nil, configError{fmt.Errorf("key_files: %s: %w", path, err)}
		}
		keys = append(keys, key)
	}
	return keys, nil
}

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
			if len(keyFiles) == 0 {
				c, _, err := g.load()
				if err != nil {
					return err
				}
				keyFiles = c.KeyFiles
			}
			keys, err := loadKeys(keyFiles)
			if err != nil {
				return err
			}
			return printFingerprints(g.out, g.in, secret.NewFingerprinter(keys...), all)
		},
	}
	cmd.Flags().StringArrayVar(&keyFiles, "key-file", nil, "key file (repeatable; default: key_files of the configuration)")
	cmd.Flags().BoolVar(&all, "all-keys", false, "print the fingerprint under every key, separated by spaces: during a rotation both are in use")
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

func configCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Check or print the configuration", Args: cobra.NoArgs, RunE: needSubcommand}
	cmd.AddCommand(
		&cobra.Command{
			Use: "check", Short: "Read the configuration, the keys and the rules, and say what is wrong", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return checkConfig(g) },
		},
		&cobra.Command{
			Use: "print", Short: "Print the configuration in force, secrets masked", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return printConfig(g) },
		},
		&cobra.Command{
			Use: "defaults", Short: "Print every key with its default and what it means", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				_, err := g.out.Write(defaultConfig)
				return err
			},
		},
	)
	return cmd
}
