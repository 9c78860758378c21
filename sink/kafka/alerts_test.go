package kafka

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

func TestAlertRecordsHoldOpenAlertsAlone(t *testing.T) {
	rs, err := alertRecords([]tokenwarden.Alert{
		{ID: "a", Status: tokenwarden.StatusOpen, Evidence: []string{"GET /x?a=1&b=<2>"}},
		{ID: "b", Status: tokenwarden.StatusShadow},
		{ID: "c", Status: tokenwarden.StatusAllowed},
		{ID: "d", Status: tokenwarden.StatusOpen},
	})
	if err != nil || len(rs) != 2 {
		t.Fatalf("%d records, %v, want those of a and d", len(rs), err)
	}
	for i, id := range []string{"a", "d"} {
		var a tokenwarden.Alert
		if err := json.Unmarshal(rs[i].Value, &a); err != nil || a.ID != id || string(rs[i].Key) != id || rs[i].Time.IsZero() {
			t.Errorf("record %d: key %q, id %q, time %v, %v", i, rs[i].Key, a.ID, rs[i].Time, err)
		}
	}
	if text := string(rs[0].Value); !strings.Contains(text, "a=1&b=<2>") || strings.HasSuffix(text, "\n") {
		t.Errorf("the evidence is escaped, or the record ends with a line feed: %s", text)
	}
}
