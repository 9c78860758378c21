package profile

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
)

func TestNetworksAreCountedByPrefix(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"one /24", "192.0.2.1", "192.0.2.200", true},
		{"an IPv4-mapped address", "192.0.2.1", "::ffff:192.0.2.9", true},
		{"one /64", "2001:db8::1", "2001:db8::ffff:1", true},
		{"two /24", "192.0.2.1", "192.0.3.1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if same := networkHash(netip.MustParseAddr(c.a)) == networkHash(netip.MustParseAddr(c.b)); same != c.same {
				t.Errorf("%s and %s: one network is %v", c.a, c.b, same)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		count, of uint32
		want      string
	}{{0, 10, labelUnseen}, {1, 10, labelFrequent}, {1, 11, labelInfrequent}, {1, 100, labelInfrequent}, {1, 101, labelRare}, {240, 240, labelFrequent}} {
		t.Run(fmt.Sprintf("%d of %d", c.count, c.of), func(t *testing.T) {
			if got := Label(c.count, c.of); got != c.want {
				t.Errorf("want %s, got %s", c.want, got)
			}
		})
	}
}

func TestValuesAreBounded(t *testing.T) {
	in := NewInterner()
	var v FeatureValues
	for i := range 1000 {
		v.add(FeatureCountry, fmt.Sprint("C", i), uint32(i), in)
		v.add(FeatureHost, "a", uint32(i), in)
	}
	if n := len(v.texts(FeatureCountry)); n != FeatureCountry.Max() || !v.Stats(FeatureCountry).Saturated {
		t.Errorf("%d countries", n)
	}
	if v.find(FeatureCountry, in.Key(FeatureCountry, "C999")) < 0 || v.find(FeatureCountry, in.Key(FeatureCountry, "C1")) >= 0 {
		t.Error("the value seen least lately goes first")
	}
	if i := v.find(FeatureHost, in.Key(FeatureHost, "a")); i < 0 || v.list[i].count != 1000 || v.Stats(FeatureHost).Saturated {
		t.Error("features must not push each other out")
	}
}

func TestDistances(t *testing.T) {
	for _, c := range []struct {
		name                         string
		lat1, lon1, lat2, lon2, want float32
	}{
		{"Berlin and Paris", 52.52, 13.40, 48.86, 2.35, 878},
		{"New York and London", 40.71, -74.00, 51.51, -0.13, 5570},
		{"half around the Earth", 0, 0, 0, 180, 20015},
		{"across the date line", 10, 179.9, 10, -179.9, 21.9},
		{"the same place", 1, 1, 1, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := distance(c.lat1, c.lon1, c.lat2, c.lon2); math.Abs(got-float64(c.want)) > 2 {
				t.Errorf("got %.0f", got)
			}
		})
	}
}

func TestUsageCellsClose(t *testing.T) {
	const lateness = 10 * 60e6
	in := NewInterner()
	preparer, p := NewPreparer(in, 0), New(tokenwarden.TokenSubject(token(1)))
	var rows []tokenwarden.UsageRow
	at := func(d time.Duration, endpoint string) {
		e := tokenwarden.Event{Fingerprint: token(1), FirstInRequest: true, Endpoint: endpoint, Time: time.Unix(1795000020, 0).Truncate(time.Minute).Add(d)}
		var ev Event
		var known Known
		preparer.Prepare(&ev, &e)
		p.Lookup(&ev, &known)
		p.Learn(&ev, &known, in)
		if p.HasClosedUsage(lateness) {
			rows = p.CloseUsage(lateness, rows)
		}
	}
	at(0, "/a")
	at(11*time.Minute, "/a")
	if len(p.cells) != 2 || len(rows) != 0 {
		t.Errorf("at the allowed lateness: %d open", len(p.cells))
	}
	at(11*time.Minute+time.Microsecond, "/a")
	if len(p.cells) != 1 || len(rows) != 1 {
		t.Errorf("after the allowed lateness: %d open, %d closed", len(p.cells), len(rows))
	}
	at(0, "/a") // too late: a segment of its own, closed at once
	if len(rows) != 2 || rows[1].Segment != 3 || rows[1].Requests != 1 {
		t.Errorf("closed %+v", rows)
	}
	for i := range 400 {
		at(12*time.Minute, fmt.Sprint("/", i))
	}
	if len(p.cells) != MaxCells || len(p.cellKeys) != MaxCells || len(rows) != 2+1+400-MaxCells {
		t.Errorf("%d open, %d closed", len(p.cells), len(rows))
	}
}

func TestInternerForgets(t *testing.T) {
	in := NewInterner()
	for i := range 3 * maxInterned {
		in.InternString(fmt.Sprint(i))
	}
	if len(in.texts) > maxInterned {
		t.Errorf("%d texts", len(in.texts))
	}
}

// A text of which nothing is left when it is cut is no text.
func TestTextsOfNoCharacter(t *testing.T) {
	in := NewInterner()
	in.InternString(strings.Repeat("\x80", 2*text.MaxStored))
	p := New(tokenwarden.TokenSubject(token(1)))
	if in.Intern("") != &empty || len(in.texts) != 0 {
		t.Error("there are two empty texts")
	}
	p.identify(&tokenwarden.Event{TokenKind: "jwt"}, in)
	if *p.TokenKind != "jwt" {
		t.Errorf("the token is of kind %q", *p.TokenKind)
	}
}
