package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/leakreport"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

func watchlistCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use: "watchlist", Short: "Make watchlists of scanners' reports, and look for what is on them",
		Args: cobra.NoArgs, RunE: needSubcommand,
	}
	cmd.AddCommand(watchlistImportCommand(g), watchlistHuntCommand(g))
	return cmd
}

func watchlistImportCommand(g *globals) *cobra.Command {
	var kind string
	var decoy bool
	var keyFiles []string
	cmd := &cobra.Command{
		Use: "import REPORT... | -", Short: "Turn the reports of secret scanners into a watchlist of fingerprints",
		Long: "Reads reports and writes an entry of a watchlist for each secret: its fingerprint under every key, which scanner and\n" +
			"rule found it, and where. The secret itself is not stored and not printed. Entries that hold no secret, because the\n" +
			"report was redacted or has only hashes, are named on standard error and left out.\n\n" +
			"Reports: gitleaks (JSON, CSV, SARIF), trufflehog (--json), kingfisher (--format json or jsonl), detect-secrets\n" +
			"(.secrets.baseline; has hashes only), GitHub secret scanning alerts (REST API), or a token a line (plain).",
		Example: "  gitleaks git --report-path leaks.json . ; tokenwarden watchlist import --key-file key leaks.json > watchlist.ndjson\n" +
			"  gh api --paginate /orgs/ORG/secret-scanning/alerts | tokenwarden watchlist import --key-file key - > github.ndjson",
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			keys, err := g.keys(keyFiles)
			if err != nil {
				return err
			}
			w := &watchlistImport{
				streams: g.streams, kind: kind, f: secret.NewFingerprinter(keys...), out: bufio.NewWriter(g.out),
				seen: map[tokenwarden.Fingerprint]bool{},
			}
			if decoy {
				w.list = "decoys"
			}
			return w.run(args)
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "auto", "kind of the reports: "+strings.Join(leakreport.Kinds(), ", "))
	cmd.Flags().BoolVar(&decoy, "decoy", false, "the tokens are decoys: nobody rightful uses them")
	cmd.Flags().StringArrayVar(&keyFiles, "key-file", nil, "key file (repeatable; default: key_files of the configuration)")
	return cmd
}

// watchlistImport is one run of `watchlist import`.
type watchlistImport struct {
	streams
	kind, list string
	f          secret.Fingerprinter
	out        *bufio.Writer
	seen       map[tokenwarden.Fingerprint]bool
	total      importCounts
}

// importCounts counts entries of reports and fingerprints written.
type importCounts struct{ entries, written, known, refused int }

func (w *watchlistImport) run(reports []string) error {
	for _, path := range reports {
		if err := w.report(path); err != nil {
			return err
		}
	}
	if w.total.entries > 0 && w.total.refused == w.total.entries {
		return fmt.Errorf("none of %d entries holds a secret that can be fingerprinted", w.total.entries)
	}
	return nil
}

func (w *watchlistImport) report(path string) error {
	in := w.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return usageError{err}
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	var n importCounts
	err := leakreport.Read(leakreport.Report{Kind: w.kind, File: path, Content: in}, w.f, func(l leakreport.Leak) error {
		n.entries++
		if l.Refused == "" {
			return w.write(&l, &n)
		}
		n.refused++
		_, err := printable.Fprintf(w.err, "%s: entry %d%s: %s\n", path, l.Entry, about(&l), l.Refused)
		return err
	})
	if err := errors.Join(err, w.out.Flush()); err != nil {
		return err
	}
	w.total.entries, w.total.refused = w.total.entries+n.entries, w.total.refused+n.refused
	_, _ = printable.Fprintf(w.err, "%s: %d entries, %d fingerprints written, %d already written, %d entries refused\n",
		path, n.entries, n.written, n.known, n.refused)
	return nil
}

// about returns rule and location of a leak in parentheses, "" if it has neither.
func about(l *leakreport.Leak) string {
	text := strings.TrimSpace(l.Rule + " " + l.Location)
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func (w *watchlistImport) write(l *leakreport.Leak, n *importCounts) error {
	for i := range l.Fingerprints {
		k := &l.Fingerprints[i]
		if w.seen[k.Fingerprint] {
			n.known++
			continue
		}
		w.seen[k.Fingerprint] = true
		n.written++
		line := lists.Line{Fingerprint: k.Fingerprint, KeyID: &k.KeyID, List: w.list, Source: l.Scanner, Rule: l.Rule, Location: l.Location}
		if !l.At.IsZero() {
			line.At = &l.At
		}
		if err := writeJSON(w.out, &line); err != nil {
			return err
		}
	}
	return nil
}
