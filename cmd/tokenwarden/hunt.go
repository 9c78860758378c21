package main

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
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// prey is a listed token whose past is looked for.
type prey struct {
	rule  string
	entry *lists.Entry
	since time.Time
}

// preyOf says which rule speaks of a listed token's past: none of a token that was revoked nobody knows when, because its
// uses until then were rightful.
func preyOf(set *lists.Set, fp tokenwarden.Fingerprint) (prey, bool) {
	if e := set.Decoy(fp); e != nil {
		return prey{"decoy-token-used", e, time.Time{}}, true
	}
	if e := set.Watched(fp); e != nil {
		return prey{"leaked-token-used", e, time.Time{}}, true
	}
	if e := set.Revoked(fp); e != nil && !e.At.IsZero() {
		return prey{"revoked-token-used", e, e.At}, true
	}
	return prey{}, false
}

// takeLists puts another set of lists in force. What this partition has judged so far becomes durable first, and then the
// past of newly listed tokens is looked up: a use is judged either there, from ClickHouse, or from now on by the rules,
// and never by both.
func (w *detectWorker) takeLists(ctx context.Context, set *lists.Set) (commit int64, err error) {
	if commit, err = w.save(ctx); err != nil {
		return -1, err
	}
	if err := w.hunt(ctx, set); err != nil {
		if ctx.Err() != nil {
			return -1, err
		}
		w.reload.hunted.WithLabelValues("failed").Inc()
		w.log.Error("the past of newly listed tokens could not be looked up; `tokenwarden watchlist hunt` shows it", "partition", w.position.Partition, "error", err)
	}
	w.partition.SetLists(set)
	w.set, w.told = set, false
	return commit, nil
}

// hunt writes an alert for each newly listed token of this partition that was used before.
func (w *detectWorker) hunt(ctx context.Context, set *lists.Set) error {
	hunted := map[tokenwarden.Fingerprint]prey{}
	var wanted []clickhouse.Wanted
	for fp := range set.Added(w.set) {
		p, ok := preyOf(set, fp)
		if !ok || w.usagePartitions == 0 || tokenwarden.TokenSubject(fp).Partition(w.usagePartitions) != int(w.position.Partition) || w.definition(p.rule) == nil {
			continue
		}
		hunted[fp] = p
		wanted = append(wanted, clickhouse.Wanted{Fingerprint: fp, Since: p.since})
	}
	if len(wanted) == 0 {
		return nil
	}
	uses, err := w.store.Uses(ctx, wanted)
	if err != nil {
		return err
	}
	w.reload.hunted.WithLabelValues("unused").Add(float64(len(wanted) - len(uses)))
	if uses, err = w.untold(ctx, uses, hunted); err != nil || len(uses) == 0 {
		return err
	}
	return w.tell(ctx, set, uses, hunted)
}

func (w *detectWorker) definition(rule string) *rules.Definition {
	i := slices.IndexFunc(w.rules, func(d rules.Definition) bool { return d.ID == rule })
	if i < 0 {
		return nil // switched off
	}
	return &w.rules[i]
}

// untold leaves out the tokens of which the rule has told everything from their first use on.
func (w *detectWorker) untold(ctx context.Context, uses []clickhouse.Use, hunted map[tokenwarden.Fingerprint]prey) ([]clickhouse.Use, error) {
	tokens := make([]tokenwarden.Fingerprint, len(uses))
	for i := range uses {
		tokens[i] = uses[i].Fingerprint
	}
	incidents, err := w.store.Incidents(ctx, tokens)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(uses, func(u clickhouse.Use) bool {
		known := slices.ContainsFunc(incidents, func(i clickhouse.Incident) bool {
			return i.Subject == u.Fingerprint.String() && i.Rule == hunted[u.Fingerprint].rule && !i.First.After(u.First)
		})
		if known {
			w.reload.hunted.WithLabelValues("known").Inc()
		}
		return known
	}), nil
}

func (w *detectWorker) tell(ctx context.Context, set *lists.Set, uses []clickhouse.Use, hunted map[tokenwarden.Fingerprint]prey) error {
	var alerts []tokenwarden.Alert
	for i := range uses {
		u := &uses[i]
		p := hunted[u.Fingerprint]
		if set.Allowed(p.rule, tokenwarden.TokenSubject(u.Fingerprint), u.Last) != nil {
			w.reload.hunted.WithLabelValues("allowed").Inc()
			continue
		}
		alerts = append(alerts, huntAlert(w.definition(p.rule), &p, u))
	}
	records, err := alertRecords(alerts)
	if err != nil {
		return err
	}
	if err := w.writer.WriteAlerts(ctx, records); err != nil {
		return err
	}
	if err := w.store.WriteAlerts(ctx, alerts); err != nil {
		return err
	}
	for i := range alerts {
		w.metrics.alert(&alerts[i])
	}
	w.reload.hunted.WithLabelValues("alert").Add(float64(len(alerts)))
	if len(alerts) > 0 {
		w.log.Warn("newly listed tokens were used before", "partition", w.position.Partition, "tokens", len(alerts))
	}
	return nil
}

// huntAlert tells a listed token's past as one incident. The same past gives the same id.
func huntAlert(d *rules.Definition, p *prey, u *clickhouse.Use) tokenwarden.Alert {
	token := u.Fingerprint.String()
	severity := tokenwarden.SeverityHigh
	if u.Accepted > 0 || p.rule == "decoy-token-used" {
		severity = tokenwarden.SeverityCritical
	}
	if p.rule == "revoked-token-used" {
		severity = d.Severity
	}
	status := "open"
	if d.InShadow() {
		status = "shadow"
	}
	said := strings.TrimSpace(p.entry.Source + " " + p.entry.Reason)
	return tokenwarden.Alert{
		ID: huntID(p.rule, token, u.First), Rule: p.rule, Severity: severity, Title: d.Title,
		Summary: fmt.Sprintf("%s from %s with a credential that was listed since, between %s and %s",
			counted(u.Requests, "request"), counted(u.NetworkCount, "network"), u.First.UTC().Format(time.DateTime), u.Last.UTC().Format(time.DateTime)),
		SubjectKind: "token", Subject: token, TokenKind: u.TokenKind, KeyID: u.KeyID, Owner: u.Owner,
		FirstSeen: u.First.UTC(), LastSeen: u.Last.UTC(), Count: max(u.Requests, 1),
		Observed: fmt.Sprintf("%s accepted; networks %s; countries %s; endpoints %s", counted(u.Accepted, "request"),
			some(u.Networks), some(u.Countries), some(u.Endpoints)),
		Baseline: "listed by " + said, Threshold: "any use before it was listed",
		Evidence: u.Evidence, Attack: d.References.Attack, OWASP: d.References.OWASP, Status: status, NextSteps: d.NextSteps,
		SQL: "SELECT time, client_ip, country, method, host, endpoint, status FROM v_token_events WHERE fingerprint = '" + token + "' ORDER BY time",
	}
}

func huntID(rule, token string, first time.Time) string {
	h := sha256.Sum256([]byte("hunt\x1f" + rule + "\x1f" + token + "\x1f" + strconv.FormatInt(first.UnixMicro(), 10)))
	return hex.EncodeToString(h[:16])
}

// some names the first few of a list.
func some(list []string) string {
	if len(list) == 0 {
		return "unknown"
	}
	text := strings.Join(list[:min(5, len(list))], ", ")
	if len(list) > 5 {
		text += ", ..."
	}
	return text
}
