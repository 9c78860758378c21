package text

import "testing"

func TestFormats(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"zero seconds", Period(0), "0 s"},
		{"one decimal", Period(59.94), "59.9 s"},
		{"a minute in seconds", Period(60), "60 s"},
		{"two minutes", Period(121), "2 min"},
		{"two hours", Period(7200), "2 h"},
		{"negative", Period(-90), "-90 s"},
		{"days", Period(86400 * 91), "91 d"},
		{"bytes", Size(999), "999 B"},
		{"megabytes", Size(1234567), "1.2 MB"},
		{"terabytes", Size(5e13), "50 TB"},
		{"integer", Number(3), "3"},
		{"rounded", Number(3.25), "3.2"},
		{"singular", Plural(1, "request"), "1 request"},
		{"plural", Plural(2, "request"), "2 requests"},
		{"cut inside a character", Cut("aä", 2), "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("want %s, got %s", c.want, c.got)
			}
		})
	}
}
