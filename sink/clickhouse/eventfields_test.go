package clickhouse

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/internal/eventtest"
)

// recorder is a column of a batch that keeps what is appended to it.
type recorder struct{ got any }

func (r *recorder) Append(values any) error {
	r.got = reflect.AppendSlice(reflect.MakeSlice(reflect.TypeOf(values), 0, 1), reflect.ValueOf(values)).Interface()
	return nil
}
func (r *recorder) AppendRow(value any) error { r.got = value; return nil }

// TestEventFieldsAreStored holds Event, eventColumns and the query that reads events together: each field changes its own
// column, and every column belongs to a field.
func TestEventFieldsAreStored(t *testing.T) {
	used := map[string]bool{}
	for _, f := range eventtest.Fields(t) {
		used[f.Column] = true
		t.Run(f.Path, func(t *testing.T) {
			without, with := f.Pair()
			changed := eventtest.Changed(stored(t, without), stored(t, with))
			if f.Path == "Source.Topic" || f.Path == "Source.File" { // a source without a topic is a file, of partition -1
				changed = slices.DeleteFunc(changed, func(name string) bool { return name == "partition" })
			}
			f.Expect(t, "column of token_events", f.Column, changed)
			if f.Column != "" && !regexp.MustCompile(`\b`+f.Column+`\b`).MatchString(storedEvents) {
				t.Errorf("Events does not read the column %s of Event.%s: add it to storedEvents and scanEvent", f.Column, f.Path)
			}
		})
	}
	for _, name := range names(eventColumns) {
		if !used[name] {
			t.Errorf("the column %s of token_events is no field of an event", name)
		}
	}
}

// stored returns what an INSERT of the event hands to each column.
func stored(t *testing.T, e tokenwarden.Event) map[string]any {
	t.Helper()
	values := map[string]any{}
	for _, c := range eventColumns {
		var r recorder
		if err := c.fill(new(scratch), &r, []tokenwarden.Event{e}); err != nil {
			t.Fatalf("column %s: %v", c.name, err)
		}
		values[c.name] = r.got
	}
	return values
}
