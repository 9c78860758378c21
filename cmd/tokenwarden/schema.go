package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

func schemaCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "schema", Short: "Print or apply the ClickHouse schema", Args: cobra.NoArgs, RunE: needSubcommand}
	cmd.AddCommand(
		&cobra.Command{
			Use: "print", Short: "Print the DDL", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				c, err := g.load()
				if err != nil {
					return err
				}
				o, err := c.ClickHouseOptions()
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(g.out, clickhouse.Print(o))
				return err
			},
		},
		&cobra.Command{
			Use: "apply", Short: "Make what is missing in ClickHouse, and bring older tables up to date", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return applySchema(cmd.Context(), g) },
		},
	)
	return cmd
}

func applySchema(ctx context.Context, g *globals) error {
	c, err := g.load()
	if err != nil {
		return err
	}
	client, err := c.OpenClickHouse(nil)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	if err := client.Apply(ctx); err != nil {
		return err
	}
	_, err = printable.Fprintf(g.out, "schema of database %s is up to date\n", c.ClickHouse.Database)
	return err
}
