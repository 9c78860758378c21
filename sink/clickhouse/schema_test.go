package clickhouse

import (
	"strings"
	"testing"
)

func TestApplyTwice(t *testing.T) {
	c := newTest(t)
	before := answer(t, c, "SELECT * FROM schema_steps FINAL ORDER BY number")
	if err := c.Apply(testContext(t)); err != nil {
		t.Fatal(err)
	}
	if after := answer(t, c, "SELECT * FROM schema_steps FINAL ORDER BY number"); after != before {
		t.Errorf("the second Apply changed the applied steps from\n%s\nto\n%s", before, after)
	}
	if err := c.Check(testContext(t)); err != nil {
		t.Error(err)
	}
}

func TestApplyConcurrently(t *testing.T) {
	o := testOptions(t)
	apply := func() error { return mustNew(t, o).Apply(testContext(t)) }
	if err := inParallel(apply, apply, apply, apply); err != nil {
		t.Fatal(err)
	}
	c := mustNew(t, o)
	if err := c.Check(testContext(t)); err != nil {
		t.Error(err)
	}
	expect(t, c, "SELECT count(), uniqExact(checksum) = count() FROM schema_steps FINAL", "25|1")
}

func TestApplyRefusesChangedStep(t *testing.T) {
	c := newTest(t)
	change := "INSERT INTO schema_steps (number, name, checksum, applied_at) VALUES (2, 'token_usage_1m', 'other', now() + 60)"
	exec(t, c, change)
	err := c.Apply(testContext(t))
	if err == nil || !strings.Contains(err.Error(), "step 2 (token_usage_1m)") || Classify(err) != ClassSchema {
		t.Errorf("got %v, want a schema error that names the step", err)
	}
}

func TestApplyChangesRetention(t *testing.T) {
	o := testOptions(t)
	o.Retention.Events = 30
	c := newTestWith(t, o)
	ttl := "SELECT extract(engine_full, 'toIntervalDay\\\\(([0-9]+)\\\\)') FROM system.tables WHERE database = '" + o.Database + "' AND name = 'token_events'"
	expect(t, c, ttl, "30")
	o.Retention.Events = 60
	expect(t, newTestWith(t, o), ttl, "60")
}

// A schema that was printed and run by someone else's tool is as good as one that Apply made.
func TestPrintedSchemaIsComplete(t *testing.T) {
	o := testOptions(t)
	admin := mustNew(t, Options{Addr: o.Addr, Database: "system"})
	for statement := range strings.SplitSeq(Print(o), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if err := admin.conn.Exec(testContext(t), statement); err != nil {
			t.Fatalf("%s\n%v", statement, err)
		}
	}
	c := mustNew(t, o)
	if err := c.Check(testContext(t)); err != nil {
		t.Error(err)
	}
	if err := c.Apply(testContext(t)); err != nil {
		t.Error(err)
	}
	expect(t, c, "SELECT count() FROM schema_steps", "25")
}

func TestPrintForCluster(t *testing.T) {
	ddl := Print(Options{Cluster: "main", Retention: Retention{Events: 7}})
	for _, want := range []string{
		"CREATE DATABASE IF NOT EXISTS tokenwarden ON CLUSTER main;",
		"CREATE TABLE IF NOT EXISTS tokenwarden.token_events ON CLUSTER main\n",
		"ENGINE = ReplicatedReplacingMergeTree(requests)\n",
		"+ INTERVAL 7 DAY\n",
		"ALTER TABLE tokenwarden.v_alerts ON CLUSTER main\n",
	} {
		t.Run(want, func(t *testing.T) {
			if !strings.Contains(ddl, want) {
				t.Errorf("the DDL lacks %q", want)
			}
		})
	}
	if strings.Contains(ddl, "{{") {
		t.Error("the DDL holds an unfilled placeholder")
	}
}

func TestCheckNamesWhatIsMissing(t *testing.T) {
	o := testOptions(t)
	c := mustNew(t, o)
	check := func(t *testing.T, want string) {
		t.Helper()
		err := c.Check(testContext(t))
		if err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(want, "DB", o.Database)) || Classify(err) != ClassSchema {
			t.Errorf("got %v, want a schema error with %q", err, want)
		}
	}
	check(t, "database DB is missing: run `tokenwarden schema apply` or start with --init")
	if err := c.Apply(testContext(t)); err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct{ sql, want string }{
		{"ALTER TABLE token_events DROP COLUMN city", "column DB.token_events.city is missing: run `tokenwarden schema apply`"},
		{"ALTER TABLE token_events MODIFY COLUMN asn UInt64", "column DB.token_events.asn has type UInt64, want UInt32"},
		{"DROP VIEW v_alerts SYNC", "view DB.v_alerts is missing: run `tokenwarden schema apply` or start with --init"},
		{"DROP TABLE alerts SYNC", "table DB.alerts is missing: run `tokenwarden schema apply` or start with --init"},
	} {
		t.Run(change.sql, func(t *testing.T) {
			exec(t, c, change.sql)
			check(t, change.want)
		})
	}
}

// An analyst reads DESCRIBE and SHOW TABLES first.
func TestEverythingHasAComment(t *testing.T) {
	c := newTest(t)
	expect(t, c, "SELECT table, name FROM system.columns WHERE database = '"+c.opts.Database+"' AND comment = ''", "")
	expect(t, c, "SELECT name FROM system.tables WHERE database = '"+c.opts.Database+"' AND comment = ''", "")
}

func TestColumnsMatchTheSchema(t *testing.T) {
	filled := map[string]bool{"source": true, "written": true, "written_at": true} // by the server
	for table, written := range map[string][]string{
		"token_events": names(eventColumns), "token_usage_1m": names(usageColumns), "token_profiles": names(profileColumns),
		"alerts": names(alertColumns), "checkpoints": names(checkpointColumns),
	} {
		t.Run(table, func(t *testing.T) {
			var declared []string
			for _, c := range tableColumns(table) {
				if !filled[c.name] {
					declared = append(declared, c.name)
				}
			}
			if got, want := strings.Join(written, " "), strings.Join(declared, " "); got != want {
				t.Errorf("%s:\nwritten  %s\ndeclared %s", table, got, want)
			}
		})
	}
}

func names[T any](columns []column[T]) []string {
	list := make([]string, len(columns))
	for i := range columns {
		list[i] = columns[i].name
	}
	return list
}
