package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect"
)

func newRegistry() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tokenwarden_build_info", Help: "Always 1; the version is the label.", ConstLabels: prometheus.Labels{"version": version()},
	})
	info.Set(1)
	reg.MustRegister(info)
	return reg
}

// detectMetrics count what detect does; the package itself knows of no metrics.
type detectMetrics struct {
	usages     *prometheus.CounterVec
	late       prometheus.Counter
	undecoded  prometheus.Counter
	unreadable prometheus.Counter
	alerts     *prometheus.CounterVec
	suppressed *prometheus.CounterVec
	memory     *prometheus.GaugeVec
	blind      *prometheus.GaugeVec
	checkpoint prometheus.Histogram
	lookup     prometheus.Histogram
}

func newDetectMetrics(reg prometheus.Registerer) *detectMetrics {
	m := &detectMetrics{
		usages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_detect_usages_total",
			Help: "Usages by outcome: applied, repeat (seen before, dropped), replayed (already in the stored profile).",
		}, []string{"outcome"}),
		late: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_detect_late_total", Help: "Applied usages that came later than detect.lateness: counted in usage rows, in no window.",
		}),
		undecoded: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_detect_undecoded_total", Help: "Messages of the usage topic that are not tokenwarden's.",
		}),
		unreadable: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_detect_unreadable_profiles_total", Help: "Stored profiles whose state could not be read and was begun anew.",
		}),
		alerts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_alerts_written_total", Help: "Alerts written, updates of open incidents included.",
		}, []string{"rule", "severity", "status"}),
		suppressed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_rule_suppressed_total", Help: "Hits of a rule that were no incident, because many tokens of a service did the same at once.",
		}, []string{"rule"}),
		memory: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_detect_profiles", Help: "Profiles in memory.",
		}, []string{"partition"}),
		blind: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_rule_not_observable", Help: "1 for a rule that can see nothing: a field it needs is in no event, or it lacks configuration.",
		}, []string{"rule"}),
		checkpoint: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tokenwarden_detect_checkpoint_seconds", Help: "Time to make a checkpoint durable.",
			Buckets: prometheus.ExponentialBuckets(0.005, 2, 14),
		}),
		lookup: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tokenwarden_detect_lookup_seconds", Help: "Time to read the profiles that are not in memory, by message.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14),
		}),
	}
	reg.MustRegister(m.usages, m.late, m.undecoded, m.unreadable, m.alerts, m.suppressed, m.memory, m.blind, m.checkpoint, m.lookup)
	return m
}

func (m *detectMetrics) add(s detect.Stats) {
	m.usages.WithLabelValues("applied").Add(float64(s.Applied))
	m.usages.WithLabelValues("repeat").Add(float64(s.Repeats))
	m.usages.WithLabelValues("replayed").Add(float64(s.Replayed))
	m.late.Add(float64(s.Late))
	m.unreadable.Add(float64(s.Unreadable))
}

func (m *detectMetrics) alert(a *tokenwarden.Alert) {
	m.alerts.WithLabelValues(a.Rule, a.Severity.String(), a.Status).Inc()
}

func (m *detectMetrics) profiles(partition int32, n int) {
	m.memory.WithLabelValues(strconv.Itoa(int(partition))).Set(float64(n))
}

// health says whether the process can do its work now: what stands in the way, by part.
type health struct {
	mu       sync.Mutex
	problems map[string]string
}

func newHealth() *health { return &health{problems: map[string]string{}} }

// set notes a problem of a part; "" means it has none.
func (h *health) set(part, problem string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if problem == "" {
		delete(h.problems, part)
		return
	}
	h.problems[part] = problem
}

func (h *health) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var lines []string
	for part, problem := range h.problems {
		lines = append(lines, part+": "+problem)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// ServeHTTP answers /readyz.
func (h *health) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if text := h.text(); text != "" {
		http.Error(w, text, http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

// serveHTTP serves /metrics, /healthz and /readyz until the returned function is called. An empty address serves
// nothing.
func serveHTTP(addr string, reg *prometheus.Registry, h *health, log *slog.Logger) (stop func(), err error) {
	if addr == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, configError{fmt.Errorf("http.listen: %w", err)}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg}))
	mux.Handle("GET /readyz", h)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("alive\n")) })
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("http server ended", "error", err)
		}
	}()
	log.Info("http listens", "addr", l.Addr().String())
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = srv.Shutdown(ctx)
	}, nil
}
