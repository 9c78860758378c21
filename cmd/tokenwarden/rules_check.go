package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/rules/sigma"
)

func rulesCheckCommand(g *globals, load loadConfig) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Check every rule; of rule files (*.yaml, *.yml, Sigma's too) say what they became, of logs which rules see nothing in them",
		RunE: func(cmd *cobra.Command, files []string) error {
			return checkRules(cmd.Context(), g, load, f, files)
		},
	}
	f.addLog(cmd)
	return cmd
}

// checkRules compiles the rules of the configuration and then those in files. For logs in files it prints the rules that
// lack a field in them. f has their format and the geo databases. Errors name file, rule and key and end with exitUsage.
func checkRules(ctx context.Context, g *globals, load loadConfig, f scanFlags, files []string) error {
	c, err := load()
	if err != nil {
		return err
	}
	f.apply(c)
	set, err := c.Lists.Load()
	if err != nil {
		return err
	}
	c.Detect.MaxProfiles = min(c.Detect.MaxProfiles, maxScanProfiles)
	engine, defs, err := c.Engine(1, set)
	if err != nil {
		return err
	}
	_, _ = printable.Fprintf(g.out, "%d rules are correct\n", len(defs))
	ruleFiles := slices.DeleteFunc(slices.Clone(files), func(path string) bool { return !isRuleFile(path) })
	if err := checkRuleFiles(g.out, ruleFiles, set); err != nil {
		return err
	}
	files = slices.DeleteFunc(slices.Clone(files), isRuleFile)
	if len(files) == 0 {
		return nil
	}
	s, err := newCoverageScan(g, c, engine)
	if err != nil {
		return err
	}
	if err := s.run(ctx, files); err != nil {
		return err
	}
	unobservable := engine.Unobservable(s.detect.Coverage())
	if len(unobservable) == 0 {
		_, _ = fmt.Fprintln(g.out, "every rule can see what it needs in these logs")
	}
	for _, u := range unobservable {
		_, _ = printable.Fprintf(g.out, "%s\n", u)
	}
	return nil
}

// newCoverageScan returns a scan that prints nothing: its partition knows afterwards which fields the events have.
func newCoverageScan(g *globals, c *config.Config, engine *detect.Engine) (*scan, error) {
	keys, err := scanKeys(c, nil)
	if err != nil {
		return nil, err
	}
	o, err := c.IngestOptions(keys, nil)
	if err != nil {
		return nil, err
	}
	p, err := ingest.NewProcessor(o)
	if err != nil {
		return nil, usageError{fmt.Errorf("--format: %w", err)}
	}
	return &scan{
		streams: g.streams, config: c, options: o, processor: p, detect: engine.NewPartition(), outputs: outputs{opened: true},
		summary: newSummary(), alerts: newAlertStore(false), progress: newProgress(g.err), now: time.Now(),
		evaluates: true,
	}, nil
}

// isRuleFile reports whether the name is that of a rule file, not of a log.
func isRuleFile(path string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path))
}

// sigmaNote is printed after Sigma rules: they see fewer requests here than where they came from.
const sigmaNote = "tokenwarden judges events of credentials alone: requests without a credential are no events, " +
	"and a Sigma rule does not see them"

// checkRuleFiles compiles rule files apart from those of the configuration, and prints a line for each rule.
func checkRuleFiles(out io.Writer, paths []string, set *lists.Set) error {
	var defs []rules.Definition
	var foreign []rules.File
	var errs []error
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return usageError{fmt.Errorf("read rule: %w", err)}
		}
		if sigma.Is(content) {
			foreign = append(foreign, rules.File{Name: path, Content: content})
			continue
		}
		d, err := rules.Decode(path, content)
		defs, errs = append(defs, d), append(errs, err)
	}
	translated, err := sigma.Read(foreign)
	if err := errors.Join(append(errs, err)...); err != nil {
		return config.Error{Err: err}
	}
	defs = append(defs, translated...)
	if _, err := detect.New(defs, detect.Options{Lists: set}); err != nil {
		return config.Error{Err: err}
	}
	for i := range defs {
		printChecked(out, &defs[i])
	}
	if len(translated) > 0 {
		_, _ = fmt.Fprintln(out, sigmaNote)
	}
	return nil
}

func printChecked(out io.Writer, d *rules.Definition) {
	by, _ := d.Subject()
	shadow := ""
	if d.InShadow() {
		shadow = ", in shadow"
	}
	_, _ = printable.Fprintf(out, "%s: %s is correct: %s by %s, %s%s\n", d.File, d.ID, d.Kind, by, d.Severity, shadow)
	for _, e := range d.Expressions() {
		_, _ = printable.Fprintf(out, "  %s: %s\n", e.Key, e.Text)
	}
}
