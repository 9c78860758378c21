package main

import (
	"crypto/rand"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// scanFlags are the flags of `scan`. They override the configuration, which scan does not need.
type scanFlags struct {
	format                            string
	redacted, alerts, events, records string
	city, asn                         string
	rules, keyFiles                   []string
	watchlist, decoys                 []string
	failOn                            string
	explain                           int64
	maxProfiles                       int
}

// addInputs adds the flags for the log format, the geo databases and the lists of tokens.
func (f *scanFlags) addInputs(cmd *cobra.Command) {
	f.addLog(cmd)
	fl := cmd.Flags()
	fl.StringArrayVar(&f.watchlist, "watchlist", nil, "fingerprints of leaked tokens, made by the command watchlist import "+
		"(repeatable; adds to lists.watchlist; needs --key-file)")
	fl.StringArrayVar(&f.decoys, "decoys", nil, "fingerprints of decoy tokens (repeatable; adds to lists.decoys; needs --key-file)")
}

// addLog adds the flags for the log format and the geo databases.
func (f *scanFlags) addLog(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.format, "format", "", "log format: a name, auto, or a log_format string (default: format of the configuration)")
	fl.StringVar(&f.city, "geo", "", "city database, .mmdb")
	fl.StringVar(&f.asn, "asn", "", "ASN database, .mmdb")
}

// addOutputs adds the flags for the outputs, the rules, the keys and the bounds.
func (f *scanFlags) addOutputs(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.redacted, "redacted", "", "write every line, redacted")
	fl.StringVar(&f.alerts, "alerts", "", "write alerts, NDJSON")
	fl.StringVar(&f.events, "events", "", "write an event for each credential seen, NDJSON")
	fl.StringVar(&f.records, "records", "", "write a record for each line, NDJSON")
	fl.StringArrayVar(&f.rules, "rules", nil, "folder with further rules (repeatable)")
	fl.StringArrayVar(&f.keyFiles, "key-file", nil, "fingerprint key (repeatable; default: a key made for this run, "+
		"so that fingerprints of two runs do not match)")
	fl.Int64Var(&f.explain, "explain", 0, "explain line N of the file instead, as the command explain does")
	fl.IntVar(&f.maxProfiles, "max-profiles", maxScanProfiles,
		"tokens and other subjects to remember at once, 1 to 6 KB each (at most detect.max_profiles)")
	fl.StringVar(&f.failOn, "fail-on", "", "end with status 3 if there is an alert of this severity or above")
}

// maxScanProfiles is the default of --max-profiles. A scan has no store to which it could move a profile that its cache gives up.
const maxScanProfiles = 40_000

// apply overrides the configuration with the flags.
func (f *scanFlags) apply(c *config.Config) {
	if f.format != "" {
		c.Format = f.format
	}
	if f.city != "" {
		c.Geo.City = f.city
	}
	if f.asn != "" {
		c.Geo.ASN = f.asn
	}
	c.Rules.Dirs = append(c.Rules.Dirs, f.rules...)
	c.Lists.Watchlist = append(c.Lists.Watchlist, f.watchlist...)
	c.Lists.Decoys = append(c.Lists.Decoys, f.decoys...)
}

// lists reads the lists and warns of entries that keys cannot match.
func (f *scanFlags) lists(c *config.Config, keys []secret.Key, warnings io.Writer) (*lists.Set, error) {
	if len(f.keyFiles) == 0 && len(f.watchlist)+len(f.decoys) > 0 {
		return nil, usageError{errors.New("--watchlist and --decoys need --key-file: fingerprints match only under the key that made them")}
	}
	set, err := c.Lists.Load()
	if err != nil {
		return nil, err
	}
	if n := config.ForeignKeys(set, keys); n > 0 {
		_, _ = printable.Fprintf(warnings, "%d listed fingerprints were made under another key: they match nothing\n", n)
	}
	return set, nil
}

// scanKeys reads key files. Without any it returns a key made for this run.
func scanKeys(c *config.Config, paths []string) ([]secret.Key, error) {
	if len(paths) > 0 {
		return config.LoadKeys(paths, c.Insecure)
	}
	key, _, err := secret.NewKey(rand.Reader)
	return []secret.Key{key}, err
}
