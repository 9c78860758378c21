package simulate

import (
	"bytes"
	"hash/fnv"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

var monday = time.Date(2026, 8, 3, 10, 0, 0, 0, time.UTC)

func newGenerator(t testing.TB, o Options) *Generator {
	t.Helper()
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// everything is traffic with all that the package can do.
func everything() Options {
	return Options{
		Seed: 7, Start: monday, Duration: 20 * time.Minute, History: 72 * time.Hour, Rate: 50, Tokens: 300,
		TokenShare: 0.4,
		Attacks:    []string{"all"}, Negatives: []string{"all"}, Bad: 0.01,
	}
}

// brief is enough to see each attack once, and a few hard negatives.
func brief() Options {
	return Options{
		Seed: 7, Start: monday, Duration: 5 * time.Minute, Rate: 30, Tokens: 200, TokenShare: 0.6, Instances: 1,
		Attacks: []string{"all"}, Negatives: []string{"late-shipper", "health-check", "ipv6-privacy"},
	}
}

func TestSameOptionsSameBytes(t *testing.T) {
	digest := func(seed uint64) (uint64, int) {
		o := brief()
		o.Seed, o.Bad = seed, 0.01
		g := newGenerator(t, o)
		h, n := fnv.New64a(), 0
		for line, ok := g.Next(); ok; line, ok = g.Next() {
			h.Write(line.Text)
			h.Write([]byte{'\n'})
			n++
		}
		return h.Sum64(), n
	}
	a, n := digest(1)
	if b, m := digest(1); a != b || n != m {
		t.Errorf("seed 1 gave %x with %d lines, then %x with %d", a, n, b, m)
	}
	if b, _ := digest(2); a == b {
		t.Error("seeds 1 and 2 gave the same lines")
	}
}

// TestGoldenLines pins the bytes: whoever changes the traffic should know.
func TestGoldenLines(t *testing.T) {
	g := newGenerator(t, Options{Seed: 1, Start: monday, Lines: 12, Tokens: 20, TokenShare: 0.5})
	var out bytes.Buffer
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		text := string(line.Text)
		if line.Truth != nil {
			text = strings.ReplaceAll(text, g.Wire(line.Truth.TokenIndex), "{TOKEN}")
		}
		out.WriteString(text + "\n")
	}
	const file = "testdata/golden.log"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("got\n%s\nwant\n%s\n(UPDATE_GOLDEN=1 writes it anew)", out.Bytes(), want)
	}
}

func TestTimeRises(t *testing.T) {
	o := everything()
	o.Bad = 0
	g := newGenerator(t, o)
	var last time.Time
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		if line.Label != nil && line.Label.Negative == "late-shipper" {
			if late := last.Sub(line.Time); late < 4*time.Minute || late > 11*time.Minute {
				t.Fatalf("late line is %s late", late)
			}
			continue
		}
		if line.Time.Before(last) {
			t.Fatalf("%s after %s", line.Time, last)
		}
		last = line.Time
	}
	if end := o.Start.Add(o.Duration); last.Before(end.Add(-time.Second)) || !last.Before(end) {
		t.Errorf("last line at %s, want just before %s", last, end)
	}
}

func TestTokenShare(t *testing.T) {
	demo := Demo(3, monday)
	tests := map[string]Options{
		"default":      {Seed: 1, Start: monday, Lines: 50_000},
		"half":         {Seed: 2, Start: monday, Lines: 30_000, TokenShare: 0.5},
		"small":        {Seed: 3, Start: monday, Duration: 100 * time.Second, Rate: 1000, TokenShare: 0.02},
		"damaged":      {Seed: 4, Start: monday, Lines: 30_000, Bad: 0.2},
		"with attacks": {Seed: 5, Start: monday, Duration: 20 * time.Minute, Rate: 150, Attacks: []string{"all"}, Instances: 1},
		"demo":         demo,
	}
	for name, o := range tests {
		t.Run(name, func(t *testing.T) {
			want := o.withDefaults().TokenShare
			g := newGenerator(t, o)
			lines, carrying := 0, 0
			for line, ok := g.Next(); ok; line, ok = g.Next() {
				lines++
				if line.Truth != nil {
					carrying++
				}
			}
			if got := float64(carrying) / float64(lines); math.Abs(got-want) > 0.01*want {
				t.Errorf("%d of %d lines carry a credential: %.4f, want %.4f within 1 %%", carrying, lines, got, want)
			}
		})
	}
}

func TestLines(t *testing.T) {
	for _, attacks := range []string{"none", "all"} {
		t.Run(attacks, func(t *testing.T) {
			o := Options{Seed: 1, Start: monday, Lines: 100_000, Attacks: []string{attacks}, Instances: 1}
			g := newGenerator(t, o)
			n, seen := 0, map[string]bool{}
			for line, ok := g.Next(); ok; line, ok = g.Next() {
				if n++; line.Label != nil {
					seen[line.Label.Attack] = true
				}
			}
			if n != o.Lines {
				t.Errorf("attacks %s: %d lines, want %d", attacks, n, o.Lines)
			}
			if attacks == "all" && len(seen) != len(Attacks()) {
				t.Errorf("%d attacks fit into the lines, want %d", len(seen), len(Attacks()))
			}
		})
	}
}

func TestRateCurve(t *testing.T) {
	perHour := map[int]int{}
	g := newGenerator(t, Options{Seed: 1, Start: monday.Truncate(24 * time.Hour), Duration: 7 * 24 * time.Hour, Rate: 0.1})
	n := 0
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		perHour[line.Time.Hour()]++
		n++
	}
	if want := 0.1 * 7 * 86400; math.Abs(float64(n)-want) > 0.02*want {
		t.Errorf("%d lines in a week, want %.0f within 2 %%", n, want)
	}
	if perHour[3]*2 > perHour[15] {
		t.Errorf("%d lines at three in the morning, %d in the afternoon", perHour[3], perHour[15])
	}
}

func TestDemo(t *testing.T) {
	o := Demo(1, monday)
	g := newGenerator(t, o)
	n, seen, services := 0, map[string]int{}, map[string]int{}
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		n++
		services[line.Service]++
		if line.Label != nil && line.Label.First {
			seen[line.Label.Attack]++
			if line.Time.Before(monday.Add(-5 * time.Minute)) {
				t.Errorf("%s begins at %s", line.Label.Attack, line.Time)
			}
		}
	}
	if n < 60_000 || n > 100_000 || len(services) != 6 || len(seen) != 8 {
		t.Errorf("%d lines of %d services with %d attacks", n, len(services), len(seen))
	}
}

func TestValidate(t *testing.T) {
	ok := Options{Start: monday, Lines: 10}
	tests := map[string]func(o *Options){
		"start":       func(o *Options) { o.Start = time.Time{} },
		"duration":    func(o *Options) { o.Lines = 0 },
		"lines":       func(o *Options) { o.Lines = -1 },
		"history":     func(o *Options) { o.History = -1 },
		"rate":        func(o *Options) { o.Rate = math.NaN() },
		"tokens":      func(o *Options) { o.Tokens = -1 },
		"token share": func(o *Options) { o.TokenShare = 1.5 },
		"format":      func(o *Options) { o.Format = "apache" },
		"instances":   func(o *Options) { o.Instances = -1 },
		"bad":         func(o *Options) { o.Bad = 0.6 },
		"services":    func(o *Options) { o.Services = []string{"shoop"} },
		"attacks":     func(o *Options) { o.Attacks, o.Format = []string{"weak-tls"}, FormatCombined },
		"negatives":   func(o *Options) { o.Negatives = []string{"some"} },
	}
	if err := ok.Validate(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range tests {
		t.Run(field, func(t *testing.T) {
			o := ok
			spoil(&o)
			if err := o.Validate(); err == nil || !strings.HasPrefix(err.Error(), "simulate: "+field+":") {
				t.Errorf("%s: error %v does not name the field", field, err)
			}
		})
	}
	few := Options{Start: monday, Lines: 500, Attacks: []string{"all"}}
	if _, err := New(few); err == nil || !strings.Contains(err.Error(), "lines") {
		t.Errorf("too few lines for all attacks: error %v", err)
	}
}
