package simulate

import (
	"encoding/json"
	"regexp"
	"strconv"
	"testing"
	"time"
)

var combinedLine = regexp.MustCompile(
	`^(?:([a-z.]+):(443|80) )?([0-9a-f.:]+) - - \[([^\]]+)\] "([A-Z]+) (/\S*) HTTP/1\.1" (\d{3}) (\d+) "([^" ]+)" "([^"]+)"$`)

func TestCombinedLinesParse(t *testing.T) {
	for _, format := range []Format{FormatCombined, FormatVhost} {
		t.Run(string(format), func(t *testing.T) {
			o := brief()
			o.Format = format
			g := newGenerator(t, o)
			for line, ok := g.Next(); ok; line, ok = g.Next() {
				m := combinedLine.FindSubmatch(line.Text)
				if m == nil || (len(m[1]) > 0) != (format == FormatVhost) {
					t.Fatalf("%s: %s", format, line.Text)
				}
				at, err := time.Parse("02/Jan/2006:15:04:05 -0700", string(m[4]))
				if err != nil || !at.Equal(line.Time.Truncate(time.Second)) {
					t.Fatalf("time %s, want %s", m[4], line.Time)
				}
				if h := line.Truth; h != nil {
					if string(m[1]) != h.Host || string(m[7]) != strconv.Itoa(h.Status) || string(m[8]) != strconv.FormatInt(h.Bytes, 10) {
						t.Fatalf("truth %+v of %s", h, line.Text)
					}
				}
			}
		})
	}
}

func TestJSONLinesParse(t *testing.T) {
	o := brief()
	o.Format = FormatJSON
	g := newGenerator(t, o)
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		var row struct {
			Time     time.Time `json:"time_iso8601"`
			Method   string    `json:"request_method"`
			URI      string    `json:"request_uri"`
			Status   int
			Bytes    int64 `json:"body_bytes_sent"`
			Host     string
			Scheme   string
			Duration float64 `json:"request_time"`
		}
		if err := json.Unmarshal(line.Text, &row); err != nil {
			t.Fatalf("%v: %s", err, line.Text)
		}
		if !row.Time.Equal(line.Time.Truncate(time.Second)) || row.URI[0] != '/' || row.Scheme == "" || row.Duration == 0 {
			t.Fatalf("row %+v of %s", row, line.Text)
		}
		if h := line.Truth; h != nil {
			same := row.Host == h.Host && row.Status == h.Status && row.Bytes == h.Bytes && row.Method == h.Method
			if !same || !row.Time.Truncate(time.Minute).Equal(h.Minute) {
				t.Fatalf("truth %+v of %s", h, line.Text)
			}
		}
	}
}
