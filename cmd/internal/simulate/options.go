package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Format is the format of an access log.
type Format string

// The formats. FormatMix gives each service the one it would have in practice.
const (
	FormatMix      Format = "mix"
	FormatCombined Format = "combined"
	FormatVhost    Format = "vhost_combined"
	FormatJSON     Format = "nginx_json"
)

var formats = []Format{FormatMix, FormatCombined, FormatVhost, FormatJSON}

// Options describe the traffic. The zero value of a field means its default.
type Options struct {
	Seed uint64 // the same options with another seed give other traffic of the same kind

	Start    time.Time     // first live request; required
	Duration time.Duration // of live traffic; 0: as long as Lines take at Rate. Default: none, one of the two is required
	Lines    int           // stop after so many lines, history and attacks included; 0: no limit
	// History is the length of the thinned-out traffic before Start, so that tokens have a past to be compared with.
	// It costs about 5,000 lines for each attack that needs a learned victim, however long it is. 0: none, the
	// victims learn within Duration. A few attacks and hard negatives reach back further by their nature
	// (dormant-token-active by 40 days).
	History time.Duration

	Rate float64 // lines per second of live traffic, mean of a week; default 100
	Flat bool    // the same rate day and night; otherwise it follows the hour and the weekday

	// Tokens is the number of holders of a credential in ordinary traffic, one at a time; default 500. A program sends up to 3
	// requests per second: below Rate x TokenShare / 3 holders they have to send more, which rules may notice.
	Tokens int
	// TokenShare is the share of lines that carry a credential, above 0, attacks included; default 0.10. Where
	// attacks alone are more, ordinary traffic still keeps a third of it.
	TokenShare float64
	// Rhythm gives each holder a calendar: hours of work, days off, one place or several, a client that is updated. A
	// day of it is some 60 requests. Rate is then of the lines around them that carry no credential, and TokenShare is
	// ignored. Otherwise the next holder is drawn, at the same rate for all of a kind.
	Rhythm   bool
	Services []string // of ordinary traffic, see [Services]; default all. Attacks bring what they need
	Format   Format   // default mix

	Attacks   []string // see [Attacks], or "all", or "none"; default none
	Instances int      // of each attack and hard negative; the first is strong, the second weak, and so on; default 2
	Negatives []string // see [Negatives], or "all", or "none"; default none
	Bad       float64  // share of damaged lines, 0..0.5; default 0. One in 64 of them is 1 MiB long
}

// Defaults.
const (
	defaultRate       = 100
	defaultTokens     = 500
	defaultTokenShare = 0.10
	defaultInstances  = 2
)

// Validate returns an error that names the first invalid field.
func (o Options) Validate() error {
	o = o.withDefaults()
	for _, f := range []struct {
		bad  bool
		name string
		want string
	}{
		{o.Start.IsZero(), "start", "a time"},
		{o.Duration < 0, "duration", "0 or more"},
		{o.Lines < 0, "lines", "0 or more"},
		{o.Duration == 0 && o.Lines == 0, "duration", "a duration, or lines"},
		{o.History < 0, "history", "0 or more"},
		{!(o.Rate >= 0.001 && o.Rate <= 1e7), "rate", "0.001 to 10,000,000 lines per second"},
		{o.Tokens < 1 || o.Tokens > 5_000_000, "tokens", "1 to 5,000,000"},
		{!(o.TokenShare > 0 && o.TokenShare <= 1), "token share", "above 0, at most 1"},
		{!slices.Contains(formats, o.Format), "format", fmt.Sprintf("one of %q", formats)},
		{o.Instances < 1 || o.Instances > 10_000, "instances", "1 to 10,000"},
		{!(o.Bad >= 0 && o.Bad <= 0.5), "bad", "0 to 0.5"},
	} {
		if f.bad {
			return fmt.Errorf("simulate: %s: want %s", f.name, f.want)
		}
	}
	return o.validateNames()
}

func (o Options) validateNames() error {
	for _, f := range []struct {
		name  string
		given []string
		known []string
	}{
		{"services", o.Services, Services()},
		{"attacks", o.Attacks, append(Attacks(), "all", "none")},
		{"negatives", o.Negatives, append(Negatives(), "all", "none")},
	} {
		for _, name := range f.given {
			if !slices.Contains(f.known, name) {
				return fmt.Errorf("simulate: %s: unknown %q, want some of %s", f.name, name, strings.Join(f.known, ", "))
			}
		}
	}
	for _, s := range attackScenarios() {
		if s.json && !o.showsHeaders() && slices.Contains(o.Attacks, s.name) {
			return fmt.Errorf("simulate: attacks: %s cannot be seen in format %s, want %s", s.name, o.Format, FormatJSON)
		}
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Rate == 0 {
		o.Rate = defaultRate
	}
	if o.Tokens == 0 {
		o.Tokens = defaultTokens
	}
	if o.TokenShare == 0 {
		o.TokenShare = defaultTokenShare
	}
	if o.Format == "" {
		o.Format = FormatMix
	}
	if o.Instances == 0 {
		o.Instances = defaultInstances
	}
	if len(o.Services) == 0 {
		o.Services = Services()
	}
	return o
}

// named reports whether a list of names selects this one.
func named(given []string, name string) bool {
	return slices.Contains(given, name) || slices.Contains(given, "all")
}

// showsHeaders reports whether some log has schemes and headers.
func (o Options) showsHeaders() bool { return o.Format == FormatMix || o.Format == FormatJSON }
