package main

import (
	"encoding/json"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/internal/eventtest"
)

// TestEventFieldsInJSON holds Event and the event JSON together: each field changes its own key, and every key belongs to a
// field.
func TestEventFieldsInJSON(t *testing.T) {
	keys := func(e tokenwarden.Event) (values map[string]any) {
		text, err := eventJSON(&e)
		if err == nil {
			err = json.Unmarshal(text, &values)
		}
		if err != nil {
			t.Fatal(err)
		}
		return values
	}
	used := map[string]bool{}
	for _, f := range eventtest.Fields(t) {
		used[f.JSON] = true
		t.Run(f.Path, func(t *testing.T) {
			without, with := f.Pair()
			f.Expect(t, "key of the event JSON", f.JSON, eventtest.Changed(keys(without), keys(with)))
		})
	}
	for key := range keys(tokenwarden.Event{}) {
		if !used[key] {
			t.Errorf("the key %s of the event JSON is no field of an event", key)
		}
	}
}
