package detect

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

func TestSketchCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{0, 1, 63, 64, 1000, 100_000} {
		var a, b sketch
		order := r.Perm(n)
		for i := range n {
			a.add(hashText(0, fmt.Sprint(i)))
			b.add(hashText(0, fmt.Sprint(order[i])))
			b.add(hashText(0, fmt.Sprint(order[i/2])))
		}
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%d: order or repeats change the sketch", n)
		}
		off := math.Abs(float64(a.count()) - float64(n))
		if n < sketchSize && off > 0 || off > 0.4*float64(n) {
			t.Errorf("%d: counted %d", n, a.count())
		}
	}
}

func TestNetworksAreCountedByPrefix(t *testing.T) {
	same := [][2]string{{"192.0.2.1", "192.0.2.200"}, {"192.0.2.1", "::ffff:192.0.2.9"}, {"2001:db8::1", "2001:db8::ffff:1"}}
	for _, s := range same {
		if networkHash(netip.MustParseAddr(s[0])) != networkHash(netip.MustParseAddr(s[1])) {
			t.Errorf("%v are one network", s)
		}
	}
	if networkHash(netip.MustParseAddr("192.0.2.1")) == networkHash(netip.MustParseAddr("192.0.3.1")) {
		t.Error("two /24 are two networks")
	}
}

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		count, of uint32
		want      string
	}{{0, 10, labelUnseen}, {1, 10, labelFrequent}, {1, 11, labelInfrequent}, {1, 100, labelInfrequent}, {1, 101, labelRare}, {240, 240, labelFrequent}} {
		if got := label(c.count, c.of); got != c.want {
			t.Errorf("%d of %d: want %s, got %s", c.count, c.of, c.want, got)
		}
	}
}

func TestValuesAreBounded(t *testing.T) {
	k := newKeeper(0)
	var v values
	for i := range 1000 {
		v.add(featureCountry, fmt.Sprint("C", i), uint32(i), k)
		v.add(featureHost, "a", uint32(i), k)
	}
	if n := len(v.texts(featureCountry)); n != featureTable[featureCountry].max || !v.tally[featureCountry].open {
		t.Errorf("%d countries", n)
	}
	if v.find(featureCountry, k.key(featureCountry, "C999")) < 0 || v.find(featureCountry, k.key(featureCountry, "C1")) >= 0 {
		t.Error("the value seen least lately goes first")
	}
	if i := v.find(featureHost, k.key(featureHost, "a")); i < 0 || v.list[i].count != 1000 || v.tally[featureHost].open {
		t.Error("features must not push each other out")
	}
}

func TestDistances(t *testing.T) {
	for _, c := range []struct{ lat1, lon1, lat2, lon2, want float32 }{
		{52.52, 13.40, 48.86, 2.35, 878}, {40.71, -74.00, 51.51, -0.13, 5570}, {0, 0, 0, 180, 20015}, {10, 179.9, 10, -179.9, 21.9}, {1, 1, 1, 1, 0},
	} {
		if got := distance(c.lat1, c.lon1, c.lat2, c.lon2); math.Abs(got-float64(c.want)) > 2 {
			t.Errorf("%v: got %.0f", c, got)
		}
	}
}

func TestMinutesClose(t *testing.T) {
	p := engineOf(t, anyURL).NewPartition()
	at := func(d time.Duration, endpoint string) {
		e := tokenwarden.Event{Fingerprint: tokenwarden.Fingerprint{1}, FirstInRequest: true, Endpoint: endpoint, Time: time.Unix(1795000020, 0).Truncate(time.Minute).Add(d)}
		p.Observe(&e)
	}
	at(0, "/a")
	at(11*time.Minute, "/a")
	if prof := p.dirty[0]; len(prof.open) != 2 || len(p.keeper.closed) != 0 {
		t.Errorf("at the allowed lateness: %d open", len(prof.open))
	}
	at(11*time.Minute+time.Microsecond, "/a")
	if prof := p.dirty[0]; len(prof.open) != 1 || len(p.keeper.closed) != 1 {
		t.Errorf("after the allowed lateness: %d open, %d closed", len(prof.open), len(p.keeper.closed))
	}
	at(0, "/a") // too late: a segment of its own, closed at once
	if n := len(p.keeper.closed); n != 2 || p.keeper.closed[1].Segment != 3 || p.keeper.closed[1].Requests != 1 {
		t.Errorf("closed %+v", p.keeper.closed)
	}
	for i := range 400 {
		at(12*time.Minute, fmt.Sprint("/", i))
	}
	if prof := p.dirty[0]; len(prof.open) != maxOpen || len(prof.openKeys) != maxOpen || len(p.keeper.closed) != 2+1+400-maxOpen {
		t.Errorf("%d open, %d closed", len(prof.open), len(p.keeper.closed))
	}
}

func TestKeeperForgets(t *testing.T) {
	k := newKeeper(0)
	for i := range 3 * maxKept {
		k.keep(fmt.Sprint(i))
	}
	if len(k.texts) > maxKept {
		t.Errorf("%d texts", len(k.texts))
	}
	if got := cut("aä", 2); got != "a" {
		t.Errorf("cut in a character: %q", got)
	}
}

// A text of which nothing is left when it is cut is no text, wherever it comes from.
func TestTextsOfNoCharacter(t *testing.T) {
	k := newKeeper(0)
	k.keep(strings.Repeat("\x80", 2*maxText))
	p := newProfile(tokenwarden.TokenSubject(token(1)))
	if k.share("") != &empty || len(k.texts) != 0 {
		t.Error("there are two empty texts")
	}
	p.identify(&tokenwarden.Event{TokenKind: "jwt"}, k)
	if *p.tokenKind != "jwt" {
		t.Errorf("the token is of kind %q", *p.tokenKind)
	}
}
