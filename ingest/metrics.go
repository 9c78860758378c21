package ingest

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// Metrics of ingest. No label holds text of a line.
type Metrics struct {
	lines       prometheus.Counter
	bytes       prometheus.Counter
	parsed      *prometheus.CounterVec
	findings    *prometheus.CounterVec
	redactions  prometheus.Counter
	quarantined *prometheus.CounterVec
	guard       *prometheus.CounterVec
	batch       prometheus.Histogram
	format      *prometheus.GaugeVec
	changes     *prometheus.CounterVec
	cut         *prometheus.CounterVec
	jsonBroken  prometheus.Counter
	requests    prometheus.Counter
	edge        *prometheus.CounterVec
}

// NewMetrics registers the metrics on reg.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		lines: prometheus.NewCounter(prometheus.CounterOpts{Name: "tokenwarden_ingest_lines_total", Help: "Lines read."}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{Name: "tokenwarden_ingest_bytes_total", Help: "Bytes of lines read."}),
		parsed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_parsed_total",
			Help: "Lines, and requests of messages that hold several, by format and outcome: ok, format (does not fit), not_access " +
				"(another log's line), request (no usable request).",
		}, []string{"format", "outcome"}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_findings_total", Help: "Credentials found, by kind and location.",
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
		}, []string{"reason", "location"}),
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
		cut: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_cut_total",
			Help: "What was over a bound and left out, by what: events (credentials of a line beyond 64), text (texts of events, cut), " +
				"usages (beyond what fits into one Kafka record for one message), quarantine (records beyond 64 of one message), " +
				"binary (keys and headers of messages that are no text, masked), requests (those of a message beyond 4096). What is left out " +
				"of events is redacted as everything else.",
		}, []string{"what"}),
		jsonBroken: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_json_broken_total",
			Help: "Lines that were JSON and are none after redaction. Anything but 0 is a defect: please report the shape of the line.",
		}),
		requests: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_message_requests_total",
			Help: "Requests of messages that hold several (JSON arrays, records, logEvents, streams, resourceLogs, ...), bad ones included.",
		}),
		edge: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_ingest_edge_total",
			Help: "Hashes that a proxy logged in place of tokens, by result: ok, forged (wrong MAC), unknown_key (of none of the keys). The last " +
				"two are masked and make no event.",
		}, []string{"result"}),
	}
	reg.MustRegister(m.lines, m.bytes, m.parsed, m.findings, m.redactions, m.quarantined, m.guard, m.batch, m.format, m.changes, m.cut,
		m.jsonBroken, m.requests, m.edge)
	return m
}

// counts are one Processor's counts since the last Flush: shared counters for each line would cost as much as parsing it.
type counts struct {
	lines, bytes, redactions int
	parsed                   [len(parseOutcomes)]int
	findings                 map[findingLabels]int
	quarantined              map[string]int
	guard                    map[guardLabels]int
	cut                      [len(cutNames)]int
	jsonBroken               int // lines that are no JSON any more
	requests                 int // of messages that hold several
	edge                     [len(edgeResults)]int
}

// guardLabels are the reason of a catch and the field that it was in.
type guardLabels struct{ reason, location string }

type findingLabels struct {
	kind     string
	location tokenwarden.Location
}

func newCounts() counts {
	return counts{findings: map[findingLabels]int{}, quarantined: map[string]int{}, guard: map[guardLabels]int{}}
}

func (c *counts) addLine(size int) {
	c.lines++
	c.bytes += size
}

func (c *counts) addResult(res *Result) {
	if res.Requests == 0 {
		c.parsed[parseOutcome(res.Err)]++
	}
	if res.Reason != "" {
		c.quarantined[res.Reason]++
	}
	for i := range res.Findings {
		f := &res.Findings[i]
		c.findings[findingLabels{f.Kind, f.Location}]++
		c.edge[f.Edge]++
		if !f.Keep {
			c.redactions++
		}
	}
}

// addRequest adds one request of a message that holds several. The findings are added with the message.
func (c *counts) addRequest(res *Result) {
	c.requests++
	c.parsed[parseOutcome(res.Err)]++
	if res.Reason != "" {
		c.quarantined[res.Reason]++
	}
}

func (c *counts) addGuard(reason, location string) { c.guard[guardLabels{reason, location}]++ }

// The things that are cut: indexes of cutNames, which are metric labels.
const (
	cutEvents = iota
	cutText
	cutUsages
	cutQuarantine
	cutBinary
	cutRequests
)

var cutNames = [...]string{
	cutEvents: "events", cutText: "text", cutUsages: "usages", cutQuarantine: "quarantine", cutBinary: "binary",
	cutRequests: "requests",
}

// edgeResults are metric labels.
var edgeResults = [...]string{secret.EdgeOK: "ok", secret.EdgeForged: "forged", secret.EdgeUnknownKey: "unknown_key"}

func (c *counts) addCut(what, n int) { c.cut[what] += n }

// parseOutcomes are the outcomes of parsing a line. They are metric labels.
var parseOutcomes = [...]string{"ok", "not_access", "request", "format"}

// parseOutcome returns an index of parseOutcomes.
func parseOutcome(err error) int {
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

// Flush adds the counts to the metrics.
func (p *Processor) Flush() {
	c := &p.counts
	if m := p.metrics; m != nil {
		m.lines.Add(float64(c.lines))
		m.bytes.Add(float64(c.bytes))
		m.redactions.Add(float64(c.redactions))
		m.jsonBroken.Add(float64(c.jsonBroken))
		m.requests.Add(float64(c.requests))
		format := p.Format()
		for o, n := range c.parsed {
			if n > 0 {
				m.parsed.WithLabelValues(format, parseOutcomes[o]).Add(float64(n))
			}
		}
		for k, n := range c.findings {
			m.findings.WithLabelValues(k.kind, k.location.String()).Add(float64(n))
		}
		for reason, n := range c.quarantined {
			m.quarantined.WithLabelValues(reason).Add(float64(n))
		}
		for k, n := range c.guard {
			m.guard.WithLabelValues(k.reason, k.location).Add(float64(n))
		}
		for what, n := range c.cut {
			if n > 0 {
				m.cut.WithLabelValues(cutNames[what]).Add(float64(n))
			}
		}
		for result, n := range c.edge {
			if n > 0 && edgeResults[result] != "" {
				m.edge.WithLabelValues(edgeResults[result]).Add(float64(n))
			}
		}
	}
	c.edge = [len(edgeResults)]int{}
	c.lines, c.bytes, c.redactions, c.jsonBroken, c.requests = 0, 0, 0, 0, 0
	c.parsed = [len(parseOutcomes)]int{}
	clear(c.findings)
	clear(c.quarantined)
	clear(c.guard)
	c.cut = [len(cutNames)]int{}
}

// formatGauge is the metric of one partition's format.
type formatGauge struct {
	topic, partition, format string
	changes                  int
}

// update sets the metric to the format of the partition's last lines.
func (g *formatGauge) update(m *Metrics, p *Processor) {
	if format := p.Format(); format != g.format {
		g.remove(m)
		g.format = format
		m.format.WithLabelValues(g.topic, g.partition, format).Set(1)
	}
	if d, ok := p.parser.(interface{ Changes() int }); ok {
		m.changes.WithLabelValues(g.topic, g.partition).Add(float64(d.Changes() - g.changes))
		g.changes = d.Changes()
	}
}

// remove deletes the metric: the format changed, or another process has the partition.
func (g *formatGauge) remove(m *Metrics) {
	if g.format != "" {
		m.format.DeleteLabelValues(g.topic, g.partition, g.format)
	}
	g.format = ""
}

// Format returns the name of the format in use; "auto" while none is detected yet.
func (p *Processor) Format() string {
	if d, ok := p.parser.(interface{ Pinned() string }); ok {
		if name := d.Pinned(); name != "" {
			return name
		}
		return "auto"
	}
	return p.parser.Name()
}
