package main

import (
	"bytes"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

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
				_, err := g.out.Write(config.Defaults)
				return err
			},
		},
	)
	return cmd
}

// checkConfig checks everything that can be checked without a connection.
func checkConfig(g *globals) error {
	c, err := g.load()
	if err != nil {
		return err
	}
	for _, w := range c.Warnings() {
		_, _ = printable.Fprintf(g.err, "warning: %s\n", w)
	}
	keys, err := c.Keys()
	if err != nil {
		return err
	}
	if _, err := c.IngestOptions(keys, nil); err != nil {
		return err
	}
	set, err := c.Lists.Load()
	if err != nil {
		return err
	}
	_, defs, err := c.Engine(1, set)
	if err != nil {
		return err
	}
	if n := config.ForeignKeys(set, keys); n > 0 {
		_, _ = printable.Fprintf(g.err, "%d listed fingerprints were made under a key that is not in key_files: they match nothing\n", n)
	}
	if _, err := c.KafkaConn(); err != nil {
		return err
	}
	o, err := c.ClickHouseOptions()
	if err != nil {
		return err
	}
	if err := o.Validate(); err != nil {
		return config.Error{Err: err}
	}
	_, err = printable.Fprintf(g.out, "configuration is correct: %d keys, %d rules, brokers %s, ClickHouse %s\n",
		len(keys), len(defs), strings.Join(c.Kafka.Brokers, ","), strings.Join(c.ClickHouse.Addr, ","))
	return err
}

// printConfig prints the configuration in force, secrets masked.
func printConfig(g *globals) error {
	c, err := g.load()
	if err != nil {
		return err
	}
	text, err := c.YAML()
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		if _, err := printable.Fprintf(g.out, "%s\n", string(bytes.TrimSuffix(line, []byte("\n")))); err != nil {
			return err
		}
	}
	return nil
}
