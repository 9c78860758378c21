package ingest

import (
	"encoding/json"
	"testing"
)

// TestRecordsOfLinesWithoutEvents reads lines that are no requests, and checks what their records have besides the error.
func TestRecordsOfLinesWithoutEvents(t *testing.T) {
	type fields struct {
		Error, Time string
		ClientIP    string `json:"client_ip"`
		Host        string
		Status      int
		Bytes       int64
	}
	noRequest, notAccess := "line has no usable request line", "line is not an access log line"
	for name, c := range map[string]struct {
		line string
		want fields
	}{
		"TLS on port 80": {
			`192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "\x16\x03\x01\x02" 400 157 "-" "-"`,
			fields{noRequest, "2026-11-23T15:04:05Z", "192.0.2.1", "", 400, 157},
		},
		"no request": {
			`api.example:443 192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "-" 408 0 "-" "-"`,
			fields{noRequest, "2026-11-23T15:04:05Z", "192.0.2.1", "api.example", 408, 0},
		},
		"error log": {
			`2026/11/23 15:04:05 [error] 7#7: *1 open() failed, client: 192.0.2.1, server: api.example, request: "GET /x HTTP/1.1"`,
			fields{notAccess, "2026-11-23T15:04:05Z", "192.0.2.1", "api.example", 0, 0},
		},
		"no format":  {"nothing of the kind", fields{Error: "line does not fit the format"}},
		"no content": {"\n", fields{Error: "line is empty"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newTestProcessor(t, nil)
			_, res := p.processOne(c.line)
			var got fields
			if err := json.Unmarshal(p.AppendRecord(nil, 1, res), &got); err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("record has %+v, want %+v", got, c.want)
			}
			if len(res.Events) != 0 {
				t.Errorf("%d events", len(res.Events))
			}
		})
	}
}
