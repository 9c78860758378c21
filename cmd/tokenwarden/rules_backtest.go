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
)

// backtestFlags say what `rules backtest` compares.
type backtestFlags struct {
	sourceFlags
	from, to string
	against  []string
	period   period // from and to, parsed
}

func backtestCommand(g *globals, load loadConfig) *cobra.Command {
	var f backtestFlags
	cmd := &cobra.Command{
		Use:   "backtest FILE... | - | --topic NAME | --stored",
		Short: "Replay logs through two rule sets, and say what the second one alerts differently",
		Long: "Reads log files as `scan` does and lets two rule sets judge them: the configured one (rules.dirs, --rules), and one with\n" +
			"the folders of --against in the place of these. Lines before --from are learned from; alerts that began before it are\n" +
			"left out. Lines from --to on are not read. With the same key the same input gives the same alert ids.",
	}
	fl := cmd.Flags()
	fl.StringVar(&f.topic, "topic", "", "read all of a Kafka topic of access logs (section kafka of the configuration) instead of files; "+
		"its events are kept in memory, about 1 KB each, to be put in the order of their times")
	fl.StringVar(&f.from, "from", "", "time or day (UTC) from which alerts count; default: all")
	fl.StringVar(&f.to, "to", "", "time or day (UTC) at which the replay ends; default: the end of the files")
	fl.StringArrayVar(&f.against, "against", nil,
		"folder with the rules of the other set (repeatable; default: none, so that it is what tokenwarden comes with)")
	return replayCommand{&f.sourceFlags, f.parse, func(ctx context.Context, r *replay, paths []string) (report, error) {
		return r.backtest(ctx, f.period, f.against, paths)
	}}.complete(cmd, g, load)
}

// period is the time of a backtest, half-open. A zero time is no bound.
type period struct{ from, to time.Time }

// parse checks the flags of the period.
func (f *backtestFlags) parse([]string) error {
	var err error
	if f.from != "" {
		if f.period.from, err = parseTime("--from", f.from); err != nil {
			return err
		}
	}
	if f.to != "" {
		if f.period.to, err = parseTime("--to", f.to); err != nil {
			return err
		}
	}
	if !f.period.to.IsZero() && !f.period.from.Before(f.period.to) {
		return usageError{errors.New("--to: want a time after --from")}
	}
	return nil
}

// backtest replays paths through the configured rules and through those with the folders against.
func (r *replay) backtest(ctx context.Context, p period, against, paths []string) (*backtestReport, error) {
	other, err := r.config.WithRules(against)
	if err != nil {
		return nil, err
	}
	if r.stored != nil {
		r.stored.To = p.to
	}
	report := &backtestReport{}
	var sides [2]*evaluator
	for i, c := range []*config.Config{r.config, other} {
		if sides[i], report.Sets[i], err = newSide(c, r.lists); err != nil {
			return nil, err
		}
	}
	err = r.each(ctx, paths, func(_ tokenwarden.Source, res ingest.Result) error {
		for i := range res.Events {
			if e := res.Events[i].Clone(); p.to.IsZero() || e.Time.Before(p.to) {
				for _, v := range sides {
					v.collectIfFull()
					v.Observe(&e)
				}
				report.Events++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, v := range sides {
		v.collect()
		maps.DeleteFunc(v.alerts, func(_ string, a tokenwarden.Alert) bool { return a.FirstSeen.Before(p.from) })
	}
	report.compare(sides[0].alerts, sides[1].alerts)
	return report, nil
}

// ruleSet is one side of a backtest.
type ruleSet struct {
	Dirs  []string `json:"dirs"`
	Rules int      `json:"rules"`
}

// newSide compiles the rules of c.
func newSide(c *config.Config, set *lists.Set) (*evaluator, ruleSet, error) {
	engine, defs, err := c.Engine(1, set)
	if err != nil {
		return nil, ruleSet{}, err
	}
	return newEvaluator(engine), ruleSet{append([]string{}, c.Rules.Dirs...), len(defs)}, nil
}

// byTime compares alerts by FirstSeen, then rule and id.
func byTime(a, b tokenwarden.Alert) int {
	return cmp.Or(a.FirstSeen.Compare(b.FirstSeen), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.ID, b.ID))
}
