package clickhouse

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Result is the answer to a query, as text.
type Result struct {
	Columns []string
	Rows    [][]string
}

// Run runs a query and returns its answer as text. params are the values of {name:Type}. It does not retry, because a person
// waits.
func (c *Client) Run(ctx context.Context, sql string, params map[string]string) (*Result, error) {
	var res *Result
	err := c.attempt(ctx, c.opts.ReadTimeout, func(ctx context.Context) (err error) {
		res, err = c.run(ctx, sql, params)
		return err
	})
	if err != nil {
		return nil, withHint("run query", err)
	}
	return res, nil
}

func (c *Client) run(ctx context.Context, sql string, params map[string]string) (*Result, error) {
	if len(params) > 0 {
		ctx = clickhouse.Context(ctx, clickhouse.WithParameters(params))
	}
	rows, err := c.conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	res := &Result{}
	return res, res.read(rows)
}

func (r *Result) read(rows driver.Rows) error {
	types := rows.ColumnTypes()
	r.Columns = rows.Columns()
	for rows.Next() {
		values := make([]any, len(types))
		for i, t := range types {
			values[i] = reflect.New(t.ScanType()).Interface()
		}
		if err := rows.Scan(values...); err != nil {
			return err
		}
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = formatValue(reflect.ValueOf(v).Elem().Interface())
		}
		r.Rows = append(r.Rows, row)
	}
	return rows.Err()
}

// formatValue formats a value much as ClickHouse does.
func formatValue(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case time.Time:
		return strings.TrimSuffix(v.UTC().Format("2006-01-02 15:04:05.000000"), ".000000")
	case []string:
		return "['" + strings.Join(v, "','") + "']"
	}
	return fmt.Sprint(v)
}

// Query is a question of an analyst and its SQL, with parameters as {name:Type}.
type Query struct{ Name, Why, SQL string }

// Queries returns the queries for common questions.
func Queries() []Query { return questions }

var questions = []Query{
	{
		"top-tokens", "which tokens are used most, by whom and from how many places",
		`SELECT fingerprint, any(token_kind) AS kind, any(owner) AS owner, count() AS requests, uniqExact(country) AS countries,
       uniqExact(client_ip) AS addresses
FROM v_token_events WHERE first_in_request AND time > now() - INTERVAL 1 DAY
GROUP BY fingerprint ORDER BY requests DESC LIMIT 20`,
	},
	{
		"usage-of-token", "how much one token was used, minute by minute",
		`SELECT minute, sum(requests) AS requests, sum(errors) AS errors, sum(bytes) AS bytes
FROM v_token_usage_1m WHERE fingerprint = {fingerprint:String} GROUP BY minute ORDER BY minute`,
	},
	{
		"history-of-token", "every request with one token, the newest first",
		`SELECT time, client_ip, country, method, host, endpoint, status, location, client, source
FROM v_token_events WHERE fingerprint = {fingerprint:String} ORDER BY time DESC LIMIT 100`,
	},
	{
		"alerts-by-rule", "what the rules said, and how often",
		`SELECT severity, rule, count() AS incidents, sum(count) AS events, max(last_seen) AS last_seen
FROM v_alerts GROUP BY severity, rule ORDER BY severity DESC, incidents DESC`,
	},
	{
		"tokens-in-urls", "which tokens stand in URLs, and where",
		`SELECT fingerprint, any(token_kind) AS kind, host, endpoint, param, count() AS requests
FROM v_token_events WHERE location IN ('query', 'path', 'userinfo', 'fragment')
GROUP BY fingerprint, host, endpoint, param ORDER BY requests DESC LIMIT 50`,
	},
	{
		"who-else", "which tokens an address used",
		`SELECT fingerprint, any(token_kind) AS kind, count() AS requests, min(time) AS first, max(time) AS last
FROM v_token_events WHERE client_ip = {client_ip:String} GROUP BY fingerprint ORDER BY requests DESC`,
	},
}
