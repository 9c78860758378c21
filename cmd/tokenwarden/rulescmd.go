package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

func rulesCommand(g *globals) *cobra.Command {
	var dirs []string
	cmd := &cobra.Command{Use: "rules", Short: "List, check, test, explain and compare the rules", Args: cobra.NoArgs, RunE: needSubcommand}
	cmd.PersistentFlags().StringArrayVar(&dirs, "rules", nil, "folder with further rules (repeatable)")
	load := func() (*Config, error) {
		c, _, err := g.load()
		if err == nil {
			c.Rules.Dirs = append(c.Rules.Dirs, dirs...)
		}
		return c, err
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "List the rules in force", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return listRules(g, load) }},
		&cobra.Command{
			Use: "check [FILE...]", Short: "Check every rule; of rule files (*.yaml, *.yml, Sigma's too) say what they became, of logs which rules see nothing in them",
			RunE: func(cmd *cobra.Command, files []string) error { return checkRules(cmd.Context(), g, load, files) },
		},
		&cobra.Command{Use: "test", Short: "Run the tests inside the rule files", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return testRules(g, load) }},
		rulesExplainCommand(g, load), backtestCommand(g, load),
	)
	return cmd
}

func listRules(g *globals, load func() (*Config, error)) error {
	c, err := load()
	if err != nil {
		return err
	}
	defs, err := c.definitions()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(g.out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprint(w, "ID\tKIND\tBY\tSEVERITY\tTITLE\n")
	for i := range defs {
		d := &defs[i]
		by, _ := d.Subject()
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", d.ID, d.Kind, by, d.Severity, d.Title)
	}
	return w.Flush()
}

// checkRules loads and compiles the rules; an error names file, rule and key and ends with status 2. With log files it
// counts which fields they carry.
func checkRules(ctx context.Context, g *globals, load func() (*Config, error), files []string) error {
	c, err := load()
	if err != nil {
		return err
	}
	set, err := c.Lists.load()
	if err != nil {
		return err
	}
	engine, defs, err := c.engine(1, set)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(g.out, "%d rules are correct\n", len(defs))
	ruleFiles := slices.DeleteFunc(slices.Clone(files), func(path string) bool { return !isRuleFile(path) })
	if err := checkRuleFiles(g.out, ruleFiles, set); err != nil {
		return err
	}
	files = slices.DeleteFunc(slices.Clone(files), isRuleFile)
	if len(files) == 0 {
		return nil
	}
	part, err := observeFiles(ctx, g, c, engine, files)
	if err != nil {
		return err
	}
	blind := engine.Unobservable(part.Coverage())
	if len(blind) == 0 {
		_, _ = fmt.Fprintln(g.out, "every rule can see what it needs in these logs")
	}
	for _, u := range blind {
		_, _ = fmt.Fprintln(g.out, u)
	}
	return nil
}

func observeFiles(ctx context.Context, g *globals, c *Config, engine *detect.Engine, files []string) (*detect.Partition, error) {
	keys, err := scanKeys(nil)
	if err != nil {
		return nil, err
	}
	o, err := c.ingestOptions(keys, nil)
	if err != nil {
		return nil, err
	}
	p, err := ingest.NewProcessor(o)
	if err != nil {
		return nil, err
	}
	s := &scan{std: g.std, config: c, options: o, processor: p, detect: engine.NewPartition(), summary: newSummary(), progress: newProgress(g.err), now: time.Now()}
	s.outputs.any = true
	return s.detect, s.run(ctx, files)
}

func testRules(g *globals, load func() (*Config, error)) error {
	c, err := load()
	if err != nil {
		return err
	}
	defs, err := c.definitions()
	if err != nil {
		return err
	}
	tests, failed := 0, 0
	for i := range defs {
		tests += len(defs[i].Tests)
		for _, f := range detect.RunTests(defs[i]) {
			failed++
			_, _ = fmt.Fprintf(g.out, "FAIL %s: %s: %s: %s\n", f.File, f.Rule, f.Test, f.Problem)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d rule tests failed", failed, tests)
	}
	_, _ = fmt.Fprintf(g.out, "%d tests of %d rules passed\n", tests, len(defs))
	return nil
}

// checkConfig goes as far as it can without a connection.
func checkConfig(g *globals) error {
	c, _, err := g.load()
	if err != nil {
		return err
	}
	keys, err := loadKeys(c.KeyFiles)
	if err != nil {
		return err
	}
	if _, err := c.ingestOptions(keys, nil); err != nil {
		return err
	}
	set, err := c.Lists.load()
	if err != nil {
		return err
	}
	_, defs, err := c.engine(1, set)
	if err != nil {
		return err
	}
	if n := foreignKeys(set, keys); n > 0 {
		_, _ = fmt.Fprintf(g.err, "%d listed fingerprints were made under a key that is not in key_files: they match nothing\n", n)
	}
	if _, err := c.kafkaConn(); err != nil {
		return err
	}
	o, err := c.clickhouseOptions()
	if err != nil {
		return err
	}
	if err := o.Validate(); err != nil {
		return configError{err}
	}
	_, err = fmt.Fprintf(g.out, "configuration is correct: %d keys, %d rules, brokers %s, ClickHouse %s\n",
		len(keys), len(defs), strings.Join(c.Kafka.Brokers, ","), strings.Join(c.ClickHouse.Addr, ","))
	return err
}

// printConfig prints what is in force. Secrets are shown as "(set)".
func printConfig(g *globals) error {
	_, k, err := g.load()
	if err != nil {
		return err
	}
	for _, key := range []string{"kafka.sasl.password", "clickhouse.password"} {
		if k.String(key) != "" {
			if err := k.Set(key, "(set)"); err != nil {
				return err
			}
		}
	}
	text, err := yaml.Parser().Marshal(k.Raw())
	if err != nil {
		return fmt.Errorf("print configuration: %w", err)
	}
	_, err = g.out.Write(text)
	return err
}

func schemaCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "schema", Short: "Print or apply the ClickHouse schema", Args: cobra.NoArgs, RunE: needSubcommand}
	cmd.AddCommand(
		&cobra.Command{
			Use: "print", Short: "Print the DDL", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				c, _, err := g.load()
				if err != nil {
					return err
				}
				o, err := c.clickhouseOptions()
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
	c, _, err := g.load()
	if err != nil {
		return err
	}
	client, err := c.clickhouse(nil)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	if err := client.Apply(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.out, "schema of database %s is up to date\n", c.ClickHouse.Database)
	return err
}
