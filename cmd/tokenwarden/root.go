package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// run runs args.
func run(ctx context.Context, args []string, s streams) error {
	started := false
	root := rootCommand(s)
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !started {
		return usageError{oneLine(err)}
	}
	return err
}

// rootCommand builds the command tree.
func rootCommand(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "tokenwarden",
		Short: "Find, redact and watch the credentials in access logs",
		Long: "tokenwarden reads access logs from Kafka, redacts the credentials in them, gives each a keyed fingerprint,\n" +
			"profiles how each is used, and writes alerts and aggregates to ClickHouse. `tokenwarden scan FILE` needs neither.",
		SilenceErrors: true, SilenceUsage: true,
	}
	g := &globals{streams: s}
	root.PersistentFlags().StringVarP(&g.configPath, "config", "c", "", "configuration file, YAML")
	root.PersistentFlags().StringArrayVar(&g.settings, "set", nil, "override one key: --set kafka.group=x (repeatable)")
	root.PersistentFlags().BoolVar(&g.insecure, "insecure-permissions", false,
		"read keys and passwords from files that group or others can read")
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.AddCommand(
		runCommand(g), scanCommand(g), explainCommand(g), simulateCommand(g), fingerprintCommand(g), rulesCommand(g),
		watchlistCommand(g), schemaCommand(g),
		configCommand(g), keyCommand(g), versionCommand(g),
	)
	return root
}

// oneLine returns the error of a misspelt command with its suggestions in the same line.
func oneLine(err error) error {
	text, suggestions, found := strings.Cut(err.Error(), "\n\nDid you mean this?\n")
	if !found {
		return err
	}
	return fmt.Errorf("%s: did you mean %s?", text, strings.Join(strings.Fields(suggestions), " or "))
}

// globals are the flags that every command has.
type globals struct {
	streams
	configPath string
	settings   []string
	insecure   bool // --insecure-permissions
}

// load reads the configuration.
func (g *globals) load() (*config.Config, error) {
	settings := g.settings
	if g.insecure {
		settings = append(slices.Clone(settings), "insecure_permissions=true")
	}
	return config.Load(g.configPath, g.environ, settings)
}

// needSubcommand runs a command that only groups others.
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

// keys reads the key files, or those of the configuration if there are none.
func (g *globals) keys(files []string) ([]secret.Key, error) {
	c, err := g.load()
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		files = c.KeyFiles
	}
	return config.LoadKeys(files, c.Insecure)
}
