package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/service"
)

func runCommand(g *globals) *cobra.Command {
	var role string
	var initialise bool
	cmd := &cobra.Command{
		Use: "run", Short: "Run the service: Kafka in, redacted logs, alerts and ClickHouse out", Args: cobra.NoArgs,
		Long: "Reads access logs from Kafka until SIGINT or SIGTERM. Role ingest redacts and hands usages on, role detect\n" +
			"profiles and judges them, role all does both. Any number of processes of any role share the work.\n" +
			"Brokers and databases that are away are waited for; missing topics and tables are named, or made with --init.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains([]string{service.RoleAll, service.RoleIngest, service.RoleDetect}, role) {
				return usageError{fmt.Errorf("--role %s: want all, ingest or detect", role)}
			}
			c, err := g.load()
			if err != nil {
				return err
			}
			s, err := service.New(service.Options{Config: c, Role: role, Version: version(), Log: c.Log.Logger(g.err)})
			if err != nil {
				return err
			}
			defer s.Close()
			return s.Run(cmd.Context(), initialise)
		},
	}
	cmd.Flags().StringVar(&role, "role", service.RoleAll, "what this process does: all, ingest or detect")
	cmd.Flags().BoolVar(&initialise, "init", false, "make missing topics, database and tables")
	return cmd
}
