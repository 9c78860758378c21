package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/tokenwarden/tokenwarden"
)

// HistoryQuery asks for the past use of a token.
type HistoryQuery struct {
	Fingerprint tokenwarden.Fingerprint
	Since       time.Time // only uses from this time on; zero for all
}

// TokenHistory is the past use of a token. Lists hold the first ten items in alphabetical order.
type TokenHistory struct {
	Fingerprint  tokenwarden.Fingerprint `json:"fingerprint"`
	KeyID        string                  `json:"key_id"`
	TokenKind    string                  `json:"token_kind"`
	Owner        string                  `json:"owner"`
	First        time.Time               `json:"first_seen"`
	Last         time.Time               `json:"last_seen"`
	Requests     uint64                  `json:"requests"`
	Accepted     uint64                  `json:"accepted"` // requests answered with 2xx
	NetworkCount uint64                  `json:"network_count"`
	Networks     []string                `json:"networks"` // /24 and /64
	Countries    []string                `json:"countries"`
	Clients      []string                `json:"clients"`
	Endpoints    []string                `json:"endpoints"` // "GET api.example.com/v1/orders/{id}"
	Evidence     []string                `json:"evidence"`  // the first requests, redacted
}

// TokenHistories returns the history of each token that was used, in any order. It combines events, which have all fields and
// the shortest retention, with usage rows and profiles, which are kept longer and extend first, last and count.
func (c *Client) TokenHistories(ctx context.Context, wanted []HistoryQuery) ([]TokenHistory, error) {
	var all []TokenHistory
	for len(wanted) > 0 {
		n := min(len(wanted), historiesAtOnce)
		var found map[string]*TokenHistory
		err := c.retry(ctx, "read uses", c.opts.ReadTimeout, func(ctx context.Context) (err error) {
			found, err = c.readHistories(ctx, wanted[:n])
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, u := range found {
			all = append(all, *u)
		}
		wanted = wanted[n:]
	}
	return all, nil
}

// historiesAtOnce bounds the memory of one query.
const historiesAtOnce = 10_000

const (
	wantedJoin = " INNER JOIN wanted AS w ON x.fingerprint = w.id WHERE x.fingerprint IN (SELECT id FROM wanted) AND "
	network    = `if(isIPv4String(client_ip),
    concat(toString(tupleElement(IPv4CIDRToRange(toIPv4OrDefault(client_ip), 24), 1)), '/24'),
    concat(toString(tupleElement(IPv6CIDRToRange(toIPv6OrDefault(client_ip), 64), 1)), '/64'))`
	useEvents = `SELECT toString(x.fingerprint), any(x.key_id), any(x.token_kind), max(x.owner), min(x.time), max(x.time),
    countIf(x.first_in_request), countIf(x.first_in_request AND x.status >= 200 AND x.status < 300),
    uniqExactIf(` + network + `, client_ip != ''), arraySlice(arraySort(groupUniqArrayIf(` + network + `, client_ip != '')), 1, 10),
    arraySlice(arraySort(groupUniqArrayIf(toString(x.country), x.country != '')), 1, 10),
    arraySlice(arraySort(groupUniqArrayIf(toString(x.client), x.client != '')), 1, 10),
    arraySlice(arraySort(groupUniqArray(concat(x.method, ' ', x.host, x.endpoint))), 1, 10)
FROM v_token_events AS x` + wantedJoin + `x.time >= w.since GROUP BY x.fingerprint`
	useEvidence = `SELECT toString(x.fingerprint), x.time, toString(x.method), x.target, x.status, x.client_ip, toString(x.country)
FROM v_token_events AS x` + wantedJoin + `x.time >= w.since AND x.first_in_request
ORDER BY x.fingerprint, x.time, x.source LIMIT 5 BY x.fingerprint`
	useMinutes = `SELECT toString(x.fingerprint), any(x.key_id), min(x.minute), max(x.minute),
    sum(x.requests), sumIf(x.requests, x.status_class = 2)
FROM v_token_usage_1m AS x` + wantedJoin + `x.minute >= w.since GROUP BY x.fingerprint`
	useProfiles = `SELECT subject, toString(key_id), toString(token_kind), owner, first_seen, last_seen, requests
FROM v_token_profiles WHERE subject_kind = 'token' AND subject IN (SELECT toString(id) FROM wanted WHERE toUnixTimestamp(since) = 0)`
)

func (c *Client) readHistories(ctx context.Context, wanted []HistoryQuery) (map[string]*TokenHistory, error) {
	t, err := ext.NewTable("wanted", ext.Column("id", "FixedString(32)"), ext.Column("since", "DateTime64(6, 'UTC')"))
	if err != nil {
		return nil, fmt.Errorf("make table of fingerprints: %w", err)
	}
	for i := range wanted {
		if err := t.Append(wanted[i].Fingerprint.String(), clampTime(wanted[i].Since)); err != nil {
			return nil, fmt.Errorf("make table of fingerprints: %w", err)
		}
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithExternalTable(t))
	uses := historyTable{}
	for _, q := range []struct {
		sql string
		row func(driver.Rows) error
	}{{useEvents, uses.events}, {useMinutes, uses.minutes}, {useProfiles, uses.profiles}, {useEvidence, uses.evidence}} {
		if err := c.each(ctx, q.sql, q.row); err != nil {
			return nil, err
		}
	}
	return uses, nil
}

// each calls row for each row of the answer.
func (c *Client) each(ctx context.Context, sql string, row func(driver.Rows) error) error {
	rows, err := c.conn.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// historyTable joins the answers of the queries, by fingerprint.
type historyTable map[string]*TokenHistory

func (t historyTable) at(id string) (*TokenHistory, error) {
	u := t[id]
	if u == nil {
		u = &TokenHistory{}
		if err := u.Fingerprint.UnmarshalText([]byte(id)); err != nil {
			return nil, &dataError{err.Error()}
		}
		t[id] = u
	}
	return u, nil
}

func (t historyTable) events(rows driver.Rows) error {
	var id string
	var u TokenHistory
	err := rows.Scan(&id, &u.KeyID, &u.TokenKind, &u.Owner, &u.First, &u.Last, &u.Requests, &u.Accepted,
		&u.NetworkCount, &u.Networks, &u.Countries, &u.Clients, &u.Endpoints)
	if err != nil {
		return err
	}
	to, err := t.at(id)
	if err != nil {
		return err
	}
	u.Fingerprint = to.Fingerprint
	*to = u
	return nil
}

func (t historyTable) minutes(rows driver.Rows) error {
	var id, key string
	var first, last time.Time
	var requests, accepted uint64
	if err := rows.Scan(&id, &key, &first, &last, &requests, &accepted); err != nil {
		return err
	}
	u, err := t.at(id)
	if err != nil {
		return err
	}
	u.KeyID = key
	if u.First.IsZero() || first.Before(u.First.Truncate(time.Minute)) {
		u.First = first
	}
	if last.After(u.Last) {
		u.Last = last
	}
	u.Requests, u.Accepted = max(u.Requests, requests), max(u.Accepted, accepted)
	return nil
}

func (t historyTable) profiles(rows driver.Rows) error {
	var id, key, kind, owner string
	var first, last time.Time
	var requests uint64
	if err := rows.Scan(&id, &key, &kind, &owner, &first, &last, &requests); err != nil {
		return err
	}
	u, err := t.at(id)
	if err != nil {
		return err
	}
	u.KeyID, u.TokenKind, u.Requests = key, kind, max(u.Requests, requests)
	if u.Owner == "" {
		u.Owner = owner
	}
	if u.First.IsZero() || first.Before(u.First) {
		u.First = first
	}
	if last.After(u.Last) {
		u.Last = last
	}
	return nil
}

func (t historyTable) evidence(rows driver.Rows) error {
	var id, method, target, ip, country string
	var at time.Time
	var status uint16
	if err := rows.Scan(&id, &at, &method, &target, &status, &ip, &country); err != nil {
		return err
	}
	u, err := t.at(id)
	if err != nil {
		return err
	}
	line := at.UTC().Format(time.RFC3339) + " " + method + " " + target + fmt.Sprintf(" %d from %s", status, ip)
	if country != "" {
		line += " (" + country + ")"
	}
	u.Evidence = append(u.Evidence, line)
	return nil
}

// Incident is the earliest stored alert of a rule about a token.
type Incident struct {
	Rule, Subject string
	First         time.Time // start of the alert
}

// Incidents returns the earliest stored alert of each rule about each token.
func (c *Client) Incidents(ctx context.Context, tokens []tokenwarden.Fingerprint) ([]Incident, error) {
	var all []Incident
	err := c.retry(ctx, "read alerts", c.opts.ReadTimeout, func(ctx context.Context) error {
		all = nil
		t, err := ext.NewTable("wanted", ext.Column("id", "String"))
		if err != nil {
			return fmt.Errorf("make table of fingerprints: %w", err)
		}
		for _, fp := range tokens {
			if err := t.Append(fp.String()); err != nil {
				return fmt.Errorf("make table of fingerprints: %w", err)
			}
		}
		const sql = "SELECT toString(rule), subject, min(first_seen) FROM v_alerts " +
			"WHERE subject IN (SELECT id FROM wanted) GROUP BY rule, subject"
		return c.each(clickhouse.Context(ctx, clickhouse.WithExternalTable(t)), sql, func(rows driver.Rows) error {
			var i Incident
			err := rows.Scan(&i.Rule, &i.Subject, &i.First)
			all = append(all, i)
			return err
		})
	})
	return all, err
}
