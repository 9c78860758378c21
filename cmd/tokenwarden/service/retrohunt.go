package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/text"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// The rules of listed tokens. A retro-hunt raises their alerts for uses before the listing.
const (
	ruleDecoy   = "decoy-token-used"
	ruleLeaked  = "leaked-token-used"
	ruleRevoked = "revoked-token-used"
)

// RetroTarget is a listed token whose past use is looked up.
type RetroTarget struct {
	Rule  string       // id of the rule that the alert is of
	Entry *lists.Entry // why the token is listed
	Since time.Time    // uses before it are legitimate; zero if none is
}

// NewRetroTarget chooses the rule for the past of a token. ok is false for a token that is not listed, and for one that was
// revoked at an unknown time: its earlier use was legitimate.
func NewRetroTarget(set *lists.Set, fp tokenwarden.Fingerprint) (t RetroTarget, ok bool) {
	if e := set.Decoy(fp); e != nil {
		return RetroTarget{Rule: ruleDecoy, Entry: e}, true
	}
	if e := set.Watched(fp); e != nil {
		return RetroTarget{Rule: ruleLeaked, Entry: e}, true
	}
	if e := set.Revoked(fp); e != nil && !e.At.IsZero() {
		return RetroTarget{Rule: ruleRevoked, Entry: e, Since: e.At}, true
	}
	return RetroTarget{}, false
}

// applyLists puts another set of lists in force. First it makes durable what the partition holds, and looks up the past of
// newly listed tokens in ClickHouse: each use is judged once, either there or from now on by the rules.
func (w *detectWorker) applyLists(ctx context.Context, set *lists.Set) (commit int64, err error) {
	if commit, err = w.save(ctx); err != nil {
		return -1, err
	}
	if err := w.retroHunt(ctx, set); err != nil {
		if ctx.Err() != nil || !sink.IsPermanent(err) {
			return -1, err
		}
		w.reload.hunted.WithLabelValues("failed").Inc()
		w.log.Error("the past of newly listed tokens could not be looked up; `tokenwarden watchlist hunt` shows it",
			"partition", w.position.Partition, "error", err)
	}
	w.partition.SetLists(set)
	w.set, w.coverageLogged = set, false
	return commit, nil
}

// retroTargets are the tokens of one retro-hunt.
type retroTargets map[tokenwarden.Fingerprint]RetroTarget

// retroHunt writes an alert for each newly listed token of this partition that was used before.
func (w *detectWorker) retroHunt(ctx context.Context, set *lists.Set) error {
	targets := w.newTargets(set)
	if len(targets) == 0 {
		return nil
	}
	wanted := make([]clickhouse.HistoryQuery, 0, len(targets))
	for fp, t := range targets {
		wanted = append(wanted, clickhouse.HistoryQuery{Fingerprint: fp, Since: t.Since})
	}
	uses, err := w.store.TokenHistories(ctx, wanted)
	if err != nil {
		return err
	}
	w.reload.hunted.WithLabelValues("unused").Add(float64(len(wanted) - len(uses)))
	if uses, err = w.withoutAlerted(ctx, uses, targets); err != nil {
		return err
	}
	return w.writeRetroAlerts(ctx, w.retroAlerts(set, uses, targets))
}

// newTargets returns the tokens that set lists and the set in force does not, of this partition and of rules in force.
func (w *detectWorker) newTargets(set *lists.Set) retroTargets {
	targets := retroTargets{}
	for fp := range set.Added(w.set) {
		t, ok := NewRetroTarget(set, fp)
		if ok && w.ownsToken(fp) && w.definition(t.Rule) != nil {
			targets[fp] = t
		}
	}
	return targets
}

// ownsToken reports whether the usages of a token are in this partition.
func (w *detectWorker) ownsToken(fp tokenwarden.Fingerprint) bool {
	return w.usagePartitions > 0 && tokenwarden.TokenSubject(fp).Partition(w.usagePartitions) == int(w.position.Partition)
}

// definition returns a rule by id, nil if it is disabled.
func (w *detectWorker) definition(rule string) *rules.Definition {
	i := slices.IndexFunc(w.rules, func(d rules.Definition) bool { return d.ID == rule })
	if i < 0 {
		return nil
	}
	return &w.rules[i]
}

// withoutAlerted removes the tokens that have an alert of their rule from their first use on.
func (w *detectWorker) withoutAlerted(
	ctx context.Context, uses []clickhouse.TokenHistory, targets retroTargets,
) ([]clickhouse.TokenHistory, error) {
	if len(uses) == 0 {
		return nil, nil
	}
	tokens := make([]tokenwarden.Fingerprint, len(uses))
	for i := range uses {
		tokens[i] = uses[i].Fingerprint
	}
	incidents, err := w.store.Incidents(ctx, tokens)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(uses, func(u clickhouse.TokenHistory) bool {
		known := slices.ContainsFunc(incidents, func(i clickhouse.Incident) bool {
			return i.Subject == u.Fingerprint.String() && i.Rule == targets[u.Fingerprint].Rule && !i.First.After(u.First)
		})
		if known {
			w.reload.hunted.WithLabelValues("known").Inc()
		}
		return known
	}), nil
}

// retroAlerts returns an alert for each use that no exception allows.
func (w *detectWorker) retroAlerts(set *lists.Set, uses []clickhouse.TokenHistory, targets retroTargets) []tokenwarden.Alert {
	var alerts []tokenwarden.Alert
	for i := range uses {
		u := &uses[i]
		t := targets[u.Fingerprint]
		if set.Exception(t.Rule, tokenwarden.TokenSubject(u.Fingerprint), u.Last) != nil {
			w.reload.hunted.WithLabelValues("allowed").Inc()
			continue
		}
		alerts = append(alerts, newRetroAlert(w.definition(t.Rule), &t, u))
	}
	return alerts
}

func (w *detectWorker) writeRetroAlerts(ctx context.Context, alerts []tokenwarden.Alert) error {
	if len(alerts) == 0 {
		return nil
	}
	if err := w.write(ctx, &tokenwarden.Checkpoint{Alerts: alerts}); err != nil {
		return err
	}
	w.reload.hunted.WithLabelValues("alert").Add(float64(len(alerts)))
	w.log.Warn("newly listed tokens were used before", "partition", w.position.Partition, "tokens", len(alerts))
	return nil
}

// newRetroAlert describes the past of a listed token as one incident. The same past gives the same id.
func newRetroAlert(d *rules.Definition, t *RetroTarget, u *clickhouse.TokenHistory) tokenwarden.Alert {
	token := u.Fingerprint.String()
	a := detect.NewAlert(d)
	a.ID, a.Severity, a.Count = retroAlertID(t.Rule, token, u.First), retroSeverity(d, t, u), max(u.Requests, 1)
	a.SubjectKind, a.Subject, a.TokenKind, a.KeyID, a.Owner = tokenwarden.SubjectToken.String(), token, u.TokenKind, u.KeyID, u.Owner
	a.FirstSeen, a.LastSeen, a.Evidence = u.First.UTC(), u.Last.UTC(), u.Evidence
	a.Summary = fmt.Sprintf("%s from %s with a credential that was listed since, between %s and %s",
		text.Count(u.Requests, "request"), text.Count(u.NetworkCount, "network"),
		a.FirstSeen.Format(time.DateTime), a.LastSeen.Format(time.DateTime))
	a.Observed = fmt.Sprintf("%s accepted; networks %s; countries %s; endpoints %s", text.Count(u.Accepted, "request"),
		text.FirstFew(u.Networks), text.FirstFew(u.Countries), text.FirstFew(u.Endpoints))
	a.Baseline, a.Threshold = "listed by "+strings.TrimSpace(t.Entry.Source+" "+t.Entry.Reason), "any use before it was listed"
	a.SQL = "SELECT time, client_ip, country, method, host, endpoint, status FROM v_token_events " +
		"WHERE fingerprint = '" + token + "' ORDER BY time"
	return a
}

// retroSeverity returns critical for a decoy and for a leaked token that was accepted, the rule's own for a revoked one.
func retroSeverity(d *rules.Definition, t *RetroTarget, u *clickhouse.TokenHistory) tokenwarden.Severity {
	switch {
	case t.Rule == ruleRevoked:
		return d.Severity
	case t.Rule == ruleDecoy || u.Accepted > 0:
		return tokenwarden.SeverityCritical
	}
	return tokenwarden.SeverityHigh
}

func retroAlertID(rule, token string, first time.Time) string {
	h := sha256.Sum256([]byte("hunt\x1f" + rule + "\x1f" + token + "\x1f" + strconv.FormatInt(first.UnixMicro(), 10)))
	return hex.EncodeToString(h[:16])
}
