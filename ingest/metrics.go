package ingest

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
)

// Metrics of ingest. No label holds anything of a line.
type Metrics struct {
	lines       prometheus.Counter
	bytes       prometheus.Counter
	parsed      *prometheus.CounterVec
	findings    *prometheus.CounterVec
	redactions  prometheus.Counter
	quarantined *prometheus.CounterVec
	guard       *prometheus.CounterVec
	canaries    *prometheus.CounterVec
	canaryRatio prometheus.GaugeFunc
	canaryTally canaryTally
	batch       prometheus.Histogram
	format      *prometheus.GaugeVec
	changes     *prometheus.CounterVec
}

// NewMetrics registers the metrics on reg.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		lines: prometheus.NewCounter(prometheus.CounterOpts{Name: "tokenwarden_ingest_lines_total", Help: "Lines read."}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{Name: "tokenwarden_ingest_bytes_total", Help: "Bytes of lines read."}),
		parsed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_parsed_total",
			Help: "Lines by format and outcome: ok, format (does not fit), not_access (another log's line), request (no usable request).",
		}, []string{"format", "outcome"}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_findings_total", Help: "Credentials found, by kind and place.",
		}, []string{"kind", "location"}),
		redactions: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_redactions_total", Help: "Credentials replaced by a placeholder.",
		}),
		quarantined: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_quarantined_total", Help: "Lines reported to the quarantine topic, by reason.",
		}, []string{"reason"}),
		guard: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_guard_caught_total",
			Help: "What the second check caught after redaction, by reason and field of the line. Anything but 0 is a defect: please report both.",
		}, []string{"reason", "place"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tokenwarden_ingest_batch_seconds", Help: "Time from fetched to durable, by batch.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 15),
		}),
		format: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_ingest_format",
			Help: "1 for the format that the lines of a partition have; auto while it is not known.",
		}, []string{"topic", "partition", "format"}),
		changes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_format_changes_total",
			Help: "How often a detected format stopped fitting the lines of a partition and was looked for anew.",
		}, []string{"topic", "partition"}),
	}
	m.canaries = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tokenwarden_ingest_canary_total",
		Help: "Tokens made to test redaction, by outcome: found, guard (left by the search, caught by the second check), missed (came out).",
	}, []string{"outcome"})
	m.canaryRatio = prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tokenwarden_ingest_canary_miss_ratio", Help: "Share of this process's canaries that came out, 0 to 1; NaN before the first. Anything but 0 is a defect.",
	}, m.missRatio)
	reg.MustRegister(m.canaries, m.canaryRatio, m.lines, m.bytes, m.parsed, m.findings, m.redactions, m.quarantined, m.guard, m.batch, m.format, m.changes)
	return m
}

func (m *Metrics) missRatio() float64 {
	return float64(m.canaryTally.missed.Load()) / float64(m.canaryTally.ran.Load())
}

// counts collects what one Processor counts until Flush: a shared counter per line would cost as much as the parsing.
type counts struct {
	lines, bytes, redactions int
	parsed                   [len(outcomes)]int
	findings                 map[place]int
	quarantined              map[string]int
	guard                    map[caughtIn]int
	canaries                 [len(canaryOutcomes)]int
}

// caughtIn is what the second check caught, and in which field.
type caughtIn struct{ reason, place string }

type place struct {
	kind     string
	location tokenwarden.Location
}

func newCounts() counts {
	return counts{findings: map[place]int{}, quarantined: map[string]int{}, guard: map[caughtIn]int{}}
}

func (c *counts) line(size int) {
	c.lines++
	c.bytes += size
}

func (c *counts) done(fs []credential.Finding, err error, reason string) {
	c.parsed[outcome(err)]++
	if reason != "" {
		c.quarantined[reason]++
	}
	for i := range fs {
		c.findings[place{fs[i].Kind, fs[i].Location}]++
		if !fs[i].Keep {
			c.redactions++
		}
	}
}

func (c *counts) caught(reason, place string) { c.guard[caughtIn{reason, place}]++ }

// outcomes of parsing a line, as the metric spells them.
var outcomes = [...]string{"ok", "not_access", "request", "format"}

// outcome is an index of outcomes.
func outcome(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, accesslog.ErrNotAccess):
		return 1
	case errors.Is(err, accesslog.ErrRequest):
		return 2
	}
	return 3
}

// Flush adds what was counted to the metrics.
func (p *Processor) Flush() {
	c := &p.counts
	if m := p.metrics; m != nil {
		m.lines.Add(float64(c.lines))
		m.bytes.Add(float64(c.bytes))
		m.redactions.Add(float64(c.redactions))
		format := p.Format()
		for o, n := range c.parsed {
			if n > 0 {
				m.parsed.WithLabelValues(format, outcomes[o]).Add(float64(n))
			}
		}
		for k, n := range c.findings {
			m.findings.WithLabelValues(k.kind, k.location.String()).Add(float64(n))
		}
		for reason, n := range c.quarantined {
			m.quarantined.WithLabelValues(reason).Add(float64(n))
		}
		for outcome, n := range c.canaries {
			if n > 0 {
				m.canaries.WithLabelValues(canaryOutcomes[outcome]).Add(float64(n))
				m.canaryTally.ran.Add(int64(n))
			}
		}
		m.canaryTally.missed.Add(int64(c.canaries[canaryMissed]))
		for k, n := range c.guard {
			m.guard.WithLabelValues(k.reason, k.place).Add(float64(n))
		}
	}
	c.lines, c.bytes, c.redactions = 0, 0, 0
	c.parsed = [len(outcomes)]int{}
	clear(c.findings)
	clear(c.quarantined)
	clear(c.guard)
	c.canaries = [len(canaryOutcomes)]int{}
}

// shownFormat is what the metrics say of the format of one partition.
type shownFormat struct {
	topic, partition, format string
	changes                  int
}

// update shows the format that the partition's lines have now.
func (s *shownFormat) update(m *Metrics, p *Processor) {
	if format := p.Format(); format != s.format {
		s.remove(m)
		s.format = format
		m.format.WithLabelValues(s.topic, s.partition, format).Set(1)
	}
	if d, ok := p.parser.(interface{ Changes() int }); ok {
		m.changes.WithLabelValues(s.topic, s.partition).Add(float64(d.Changes() - s.changes))
		s.changes = d.Changes()
	}
}

// remove takes the format away: the partition is another process's now, or it changed.
func (s *shownFormat) remove(m *Metrics) {
	if s.format != "" {
		m.format.DeleteLabelValues(s.topic, s.partition, s.format)
	}
	s.format = ""
}

// Format is the format in use; with "auto" the one detected so far, or "auto".
func (p *Processor) Format() string {
	if d, ok := p.parser.(interface{ Pinned() string }); ok {
		if name := d.Pinned(); name != "" {
			return name
		}
		return "auto"
	}
	return p.parser.Name()
}
