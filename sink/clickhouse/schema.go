package clickhouse

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// writtenTables are the tables that the client writes. The others follow from them.
var writtenTables = []string{"token_events", "token_usage_1m", "token_profiles", "alerts", "checkpoints"}

// step is a numbered statement of the schema. A released step does not change: later steps alter its tables.
type step struct {
	number int
	name   string // file name without number and extension
	text   string // template
	sum    string // checksum of the template, independent of retention and database
}

// columnDef is a column as the DDL declares it.
type columnDef struct{ name, kind, comment string }

var (
	schemaSteps = readSteps()
	columnLine  = regexp.MustCompile(`(?m)^    ([a-z_0-9]+) (.+?)( DEFAULT .+?| ALIAS .+?)? COMMENT ('(?:[^']|'')*')`)
	commentsTag = regexp.MustCompile(`\{\{comments (\w+)\}\}`)
	columnsTag  = regexp.MustCompile(`\{\{columns (\w+)(?: ([^}]+))?\}\}`)
	columnType  = regexp.MustCompile(`(\w+)=(\w*(?:\([^)]*\))?)`)
	tableNames  = append(slices.Clone(writtenTables), "identity_pairs")
	viewNames   = []string{
		"v_token_events", "v_token_usage_1m", "v_token_profiles", "v_alerts", "identity_pairs_from_events", "v_identity_pairs",
	}
)

// readSteps returns the embedded files, by number.
func readSteps() []step {
	files, err := schemaFiles.ReadDir("schema")
	if err != nil {
		panic("BUG: embedded schema: " + err.Error())
	}
	steps := make([]step, 0, len(files))
	for i, f := range files {
		text, _ := schemaFiles.ReadFile(path.Join("schema", f.Name()))
		digits, name, _ := strings.Cut(strings.TrimSuffix(f.Name(), ".sql"), "_")
		if n, err := strconv.Atoi(digits); err != nil || n != i+1 {
			panic("BUG: schema file " + f.Name() + " is out of order")
		}
		sum := sha256.Sum256(text)
		steps = append(steps, step{i + 1, name, string(text), hex.EncodeToString(sum[:8])})
	}
	return steps
}

// render fills in the template. o is valid and has its defaults, so no value needs quotes.
func (s step) render(o Options) string {
	text := commentsTag.ReplaceAllStringFunc(s.text, func(tag string) string {
		return commentClauses(commentsTag.FindStringSubmatch(tag)[1])
	})
	text = columnsTag.ReplaceAllStringFunc(text, func(tag string) string {
		m := columnsTag.FindStringSubmatch(tag)
		return s.columnClauses(m[1], m[2])
	})
	return fill(text, o)
}

func fill(text string, o Options) string {
	onCluster, replicated := "", ""
	if o.Cluster != "" {
		onCluster, replicated = " ON CLUSTER "+o.Cluster, "Replicated"
	}
	return strings.NewReplacer(
		"{{database}}", o.Database,
		"{{on_cluster}}", onCluster,
		"{{replicated}}", replicated,
		"{{events_days}}", strconv.Itoa(o.Retention.Events),
		"{{usage_days}}", strconv.Itoa(o.Retention.Usage),
		"{{profiles_days}}", strconv.Itoa(o.Retention.Profiles),
		"{{alerts_days}}", strconv.Itoa(o.Retention.Alerts),
	).Replace(strings.TrimSpace(text))
}

// commentClauses returns clauses that give the columns of a view the comments of its table.
func commentClauses(table string) string {
	var clauses []string
	for _, c := range tableColumns(table) {
		clauses = append(clauses, "    COMMENT COLUMN IF EXISTS "+c.name+" "+c.comment)
	}
	return strings.Join(clauses, ",\n")
}

// columnClauses returns the declarations of the columns that the table has at this step, for a view with the table's comments.
// other holds "name=type" for columns that have another type in the view, and "name=" for those that it does not have. Replacing
// a view and then altering it would conflict with other processes that do the same.
func (s step) columnClauses(table, other string) string {
	types := map[string]string{}
	for _, m := range columnType.FindAllStringSubmatch(other, -1) {
		types[m[1]] = m[2]
	}
	var clauses []string
	for _, c := range columnsOf(table, schemaSteps[:s.number]) {
		kind, ok := types[c.name]
		if !ok {
			kind = c.kind
		}
		if kind != "" {
			clauses = append(clauses, "    "+c.name+" "+kind+" COMMENT "+c.comment)
		}
	}
	return strings.Join(clauses, ",\n")
}

// tableColumns reads the columns of a table from the DDL: the step of its name and those that add columns. No other list of
// them exists.
func tableColumns(table string) []columnDef { return columnsOf(table, schemaSteps) }

// columnsOf returns the columns that a table has after the steps.
func columnsOf(table string, steps []step) []columnDef {
	var columns []columnDef
	for _, s := range steps {
		if s.name != table && !strings.HasPrefix(s.name, table+"_add_") {
			continue
		}
		for _, m := range columnLine.FindAllStringSubmatch(s.text, -1) {
			columns = append(columns, columnDef{m[1], m[2], m[4]})
		}
	}
	if columns == nil {
		panic("BUG: no schema step " + table)
	}
	return columns
}

// Statements before and after the steps.
const (
	createDatabase = "CREATE DATABASE IF NOT EXISTS {{database}}{{on_cluster}}"
	createSteps    = `CREATE TABLE IF NOT EXISTS {{database}}.schema_steps{{on_cluster}}
(
    number UInt32 COMMENT 'step of the schema',
    name String COMMENT 'what it makes',
    checksum String COMMENT 'of the step as tokenwarden ships it',
    applied_at DateTime('UTC') DEFAULT now() COMMENT 'when it was applied'
)
ENGINE = {{replicated}}ReplacingMergeTree(applied_at)
ORDER BY number
COMMENT 'which steps of the tokenwarden schema this database has'`
	insertStep = "INSERT INTO {{database}}.schema_steps (number, name, checksum) VALUES"
)

// statements returns what Apply runs on an empty database.
func statements(o Options) []string {
	list := []string{fill(createDatabase, o), fill(createSteps, o)}
	for _, s := range schemaSteps {
		list = append(list, s.render(o))
	}
	for _, s := range schemaSteps {
		list = append(list, s.record(o))
	}
	return list
}

// record returns the statement that marks s as applied.
func (s step) record(o Options) string {
	return fmt.Sprintf("%s (%d, '%s', '%s')", fill(insertStep, o), s.number, s.name, s.sum)
}

// Print returns the DDL that Apply runs on an empty database, ready for clickhouse client --multiquery.
func Print(o Options) string {
	o = o.withDefaults()
	return strings.Join(statements(o), ";\n\n") + ";\n"
}
