package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/rules"
)

func rulesCommand(g *globals) *cobra.Command {
	var dirs []string
	cmd := &cobra.Command{Use: "rules", Short: "List, check, test, explain and compare the rules", Args: cobra.NoArgs, RunE: needSubcommand}
	cmd.PersistentFlags().StringArrayVar(&dirs, "rules", nil, "folder with further rules (repeatable)")
	load := func() (*config.Config, error) {
		c, err := g.load()
		if err == nil {
			c.Rules.Dirs = append(c.Rules.Dirs, dirs...)
		}
		return c, err
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the rules in force", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return listRules(g, load) },
		},
		rulesCheckCommand(g, load),
		&cobra.Command{
			Use: "test", Short: "Run the tests inside the rule files", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return testRules(g, load) },
		},
		rulesExplainCommand(g, load), backtestCommand(g, load),
	)
	return cmd
}

// loadConfig returns the configuration with the folders of --rules.
type loadConfig func() (*config.Config, error)

// definitions returns the rules in force.
func (load loadConfig) definitions() ([]rules.Definition, error) {
	c, err := load()
	if err != nil {
		return nil, err
	}
	return c.Definitions()
}

func listRules(g *globals, load loadConfig) error {
	defs, err := load.definitions()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(g.out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprint(w, "ID\tKIND\tBY\tSEVERITY\tTITLE\n")
	for i := range defs {
		d := &defs[i]
		by, _ := d.Subject()
		_, _ = printable.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", d.ID, d.Kind, by, d.Severity, d.Title)
	}
	return w.Flush()
}

func testRules(g *globals, load loadConfig) error {
	defs, err := load.definitions()
	if err != nil {
		return err
	}
	tests, failed := 0, 0
	for i := range defs {
		tests += len(defs[i].Tests)
		for _, f := range detect.RunTests(defs[i]) {
			failed++
			_, _ = printable.Fprintf(g.out, "FAIL %s: %s: %s: %s\n", f.File, f.Rule, f.Test, f.Problem)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d rule tests failed", failed, tests)
	}
	_, _ = printable.Fprintf(g.out, "%d tests of %d rules passed\n", tests, len(defs))
	return nil
}
