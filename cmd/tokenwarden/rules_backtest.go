package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// backtestFlags say what `rules backtest` compares.
type backtestFlags struct {
	sourceFlags
	from, to string
	against  []string
}

func backtestCommand(g *globals, load func() (*config.Config, error)) *cobra.Command {
	var f backtestFlags
	cmd := &cobra.Command{
		Use: "backtest FILE... | - | --topic NAME | --stored", Short: "Replay logs through two rule sets, and say what the second one alerts differently",
		Long: "Reads log files as `scan` does and lets two rule sets judge them: the configured one (rules.dirs, --rules), and one with\n" +
			"the folders of --against in the place of these. Lines before --from are learned from; alerts that began before it are\n" +
			"left out. Lines from --to on are not read. With the same key the same input gives the same alert ids.",
		Args: func(cmd *cobra.Command, args []string) error { return f.check(cmd, args) },
		RunE: func(cmd *cobra.Command, args []string) error { return backtestFiles(cmd.Context(), g, load, f, args) },
	}
	replayFlags(cmd, &f.sourceFlags)
	fl := cmd.Flags()
	fl.StringVar(&f.topic, "topic", "", "read all of a Kafka topic of access logs (section kafka of the configuration) instead of files; its events are kept in memory, about 1 KB each, to be put in the order of their times")
	fl.StringVar(&f.from, "from", "", "time or day (UTC) from which alerts count; default: all")
	fl.StringVar(&f.to, "to", "", "time or day (UTC) at which the replay ends; default: the end of the files")
	fl.StringArrayVar(&f.against, "against", nil, "folder with the rules of the other set (repeatable; default: none, so that it is what tokenwarden comes with)")
	return cmd
}

// period is the time of a backtest, half-open; zero times mean no bound.
type period struct{ from, to time.Time }

func (f *backtestFlags) period() (p period, err error) {
	if f.from != "" {
		if p.from, err = parseTime("--from", f.from); err != nil {
			return p, err
		}
	}
	if f.to != "" {
		p.to, err = parseTime("--to", f.to)
	}
	if err == nil && !p.to.IsZero() && !p.from.Before(p.to) {
		err = usageError{errors.New("--to: want a time after --from")}
	}
	return p, err
}

func backtestFiles(ctx context.Context, g *globals, load func() (*config.Config, error), f backtestFlags, paths []string) error {
	p, err := f.period()
	if err != nil {
		return err
	}
	c, err := load()
	if err != nil {
		return err
	}
	r, err := newReplay(g, c, f.sourceFlags)
	if err != nil {
		return err
	}
	if f.stored {
		r.stored = &clickhouse.EventFilter{To: p.to}
	}
	report, err := r.backtest(ctx, p, f.against, paths)
	if err != nil {
		return err
	}
	if f.output == "json" {
		return writeJSON(g.out, report)
	}
	report.print(g.out)
	return nil
}

// backtest lets the configured rules and those with the folders against judge the files.
func (r *replay) backtest(ctx context.Context, p period, against, paths []string) (*backtestReport, error) {
	other, err := r.config.WithRules(against)
	if err != nil {
		return nil, err
	}
	report := &backtestReport{}
	var sides [2]*judging
	for i, c := range []*config.Config{r.config, other} {
		if sides[i], report.Sets[i], err = newJudgingOf(c, r.lists); err != nil {
			return nil, err
		}
	}
	err = r.each(ctx, paths, func(_ tokenwarden.Source, res ingest.Result) error {
		for i := range res.Events {
			if e := res.Events[i].Clone(); p.to.IsZero() || e.Time.Before(p.to) {
				for _, j := range sides {
					j.drainFull()
					j.Observe(&e)
				}
				report.Events++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, j := range sides {
		j.drain()
		maps.DeleteFunc(j.alerts, func(_ string, a tokenwarden.Alert) bool { return a.FirstSeen.Before(p.from) })
	}
	report.compare(sides[0].alerts, sides[1].alerts)
	return report, nil
}

// ruleSet names one side of a backtest.
type ruleSet struct {
	Dirs  []string `json:"dirs"`
	Rules int      `json:"rules"`
}

// newJudgingOf compiles the rules of c.
func newJudgingOf(c *config.Config, set *lists.Set) (*judging, ruleSet, error) {
	engine, defs, err := c.Engine(1, set)
	if err != nil {
		return nil, ruleSet{}, err
	}
	return newJudging(engine), ruleSet{append([]string{}, c.Rules.Dirs...), len(defs)}, nil
}

// byTime orders alerts by when they began.
func byTime(a, b tokenwarden.Alert) int {
	return cmp.Or(a.FirstSeen.Compare(b.FirstSeen), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.ID, b.ID))
}
