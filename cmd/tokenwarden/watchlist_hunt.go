package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/text"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/service"
	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

func watchlistHuntCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "hunt [WATCHLIST...]", Short: "Show what ClickHouse holds of the past use of listed tokens",
		Long: "Prints for each token of the watchlists given, or of the configuration's lists, that was ever used: first and last\n" +
			"use, requests, how many were accepted, networks, countries and endpoints. Of a revoked token only uses since its\n" +
			"revocation count.",
		RunE: func(cmd *cobra.Command, files []string) error {
			c, err := g.load()
			if err != nil {
				return err
			}
			if len(files) > 0 {
				c.Lists = config.Lists{Watchlist: files, Reload: c.Lists.Reload}
			}
			return hunt(cmd.Context(), g, c, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print NDJSON")
	return cmd
}

func hunt(ctx context.Context, g *globals, c *config.Config, asJSON bool) error {
	set, err := c.Lists.Load()
	if err != nil {
		return err
	}
	var wanted []clickhouse.HistoryQuery
	for fp := range set.Added(nil) {
		if t, ok := service.NewRetroTarget(set, fp); ok {
			wanted = append(wanted, clickhouse.HistoryQuery{Fingerprint: fp, Since: t.Since})
		}
	}
	store, err := c.OpenClickHouse(nil)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	uses, err := store.TokenHistories(ctx, wanted)
	if err != nil {
		return err
	}
	slices.SortFunc(uses, func(a, b clickhouse.TokenHistory) int { return b.Last.Compare(a.Last) })
	_, _ = printable.Fprintf(g.err, "%d tokens listed, %d were used\n", len(wanted), len(uses))
	if asJSON {
		return printUsesJSON(g.out, uses)
	}
	return printUses(g.out, set, uses)
}

func printUsesJSON(out io.Writer, uses []clickhouse.TokenHistory) error {
	for i := range uses {
		if err := writeJSON(out, &uses[i]); err != nil {
			return err
		}
	}
	return nil
}

func printUses(out io.Writer, set *lists.Set, uses []clickhouse.TokenHistory) error {
	for i := range uses {
		u := &uses[i]
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		line := func(name string, value any) { _, _ = printable.Fprintf(w, "  %s\t%v\n", name, value) }
		_, _ = printable.Fprintf(w, "%s %s\n", u.Fingerprint, u.TokenKind)
		line("listed", listedBy(set, u.Fingerprint))
		line("first use", u.First.UTC().Format(time.RFC3339))
		line("last use", u.Last.UTC().Format(time.RFC3339))
		line("requests", fmt.Sprintf("%d, %d accepted", u.Requests, u.Accepted))
		line("networks", fmt.Sprintf("%d: %s", u.NetworkCount, text.FirstFew(u.Networks)))
		line("countries", text.FirstFew(u.Countries))
		line("clients", text.FirstFew(u.Clients))
		line("endpoints", text.FirstFew(u.Endpoints))
		if u.Owner != "" {
			line("owner", u.Owner)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// listedBy returns the list that holds a token, with source and reason.
func listedBy(set *lists.Set, fp tokenwarden.Fingerprint) string {
	for _, l := range []struct {
		name  string
		entry *lists.Entry
	}{{"decoy", set.Decoy(fp)}, {"watchlist", set.Watched(fp)}, {"revoked", set.Revoked(fp)}} {
		if l.entry != nil {
			return l.name + ": " + strings.TrimSpace(l.entry.Source+" "+l.entry.Reason)
		}
	}
	return ""
}
