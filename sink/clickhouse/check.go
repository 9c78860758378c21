package clickhouse

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

const howToApply = "run `tokenwarden schema apply` or start with --init"

// schemaError lists the differences that Check finds, one a line.
type schemaError struct{ text string }

// Error returns the list of differences.
func (e *schemaError) Error() string { return e.text }

// Check returns an error that names every missing database, table, view and column, and every column of another type. It
// changes nothing and ignores further columns.
func (c *Client) Check(ctx context.Context) error {
	return c.administer(ctx, "check schema", func(ctx context.Context, conn clickhouse.Conn) error {
		var found uint64
		row := conn.QueryRow(ctx, "SELECT count() FROM system.databases WHERE name = ?", c.opts.Database)
		if err := row.Scan(&found); err != nil {
			return fmt.Errorf("look for database %s: %w", c.opts.Database, err)
		}
		if found == 0 {
			return &schemaError{fmt.Sprintf("database %s is missing: %s", c.opts.Database, howToApply)}
		}
		have, err := c.columnTypes(ctx, conn)
		if err != nil {
			return err
		}
		return compareSchema(c.opts.Database, have)
	})
}

// columnTypes returns the types of all columns that the user can see, by table and column.
func (c *Client) columnTypes(ctx context.Context, conn clickhouse.Conn) (map[string]map[string]string, error) {
	rows, err := conn.Query(ctx, "SELECT table, name, type FROM system.columns WHERE database = ?", c.opts.Database)
	if err != nil {
		return nil, fmt.Errorf("read columns: %w", err)
	}
	defer func() { _ = rows.Close() }()
	have := map[string]map[string]string{}
	for rows.Next() {
		var table, name, kind string
		if err := rows.Scan(&table, &name, &kind); err != nil {
			return nil, fmt.Errorf("read columns: %w", err)
		}
		if have[table] == nil {
			have[table] = map[string]string{}
		}
		have[table][name] = kind
	}
	return have, rows.Err()
}

// compareSchema compares have, types by table and column, with the schema of this version.
func compareSchema(database string, have map[string]map[string]string) error {
	var problems []string
	for _, table := range tableNames {
		if have[table] == nil {
			problems = append(problems, fmt.Sprintf("table %s.%s is missing: %s", database, table, howToApply))
			continue
		}
		for _, want := range tableColumns(table) {
			switch kind, ok := have[table][want.name]; {
			case !ok:
				problems = append(problems, fmt.Sprintf("column %s.%s.%s is missing: %s", database, table, want.name, howToApply))
			case kind != want.kind:
				problems = append(problems, fmt.Sprintf("column %s.%s.%s has type %s, want %s: move the table away and %s",
					database, table, want.name, kind, want.kind, howToApply))
			}
		}
	}
	for _, view := range viewNames {
		if have[view] == nil {
			problems = append(problems, fmt.Sprintf("view %s.%s is missing: %s", database, view, howToApply))
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return &schemaError{strings.Join(problems, "\n")}
}
