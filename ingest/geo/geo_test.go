package geo

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

const testCity, testASN = "../../testdata/geo/city.mmdb", "../../testdata/geo/asn.mmdb"

func lookup(t testing.TB, city, asn string) *Lookup {
	t.Helper()
	db, err := Open(city, asn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := &atomic.Pointer[DB]{}
	p.Store(db)
	return NewLookup(p)
}

func TestPlace(t *testing.T) {
	berlin := tokenwarden.Geo{Country: "DE", City: "Berlin", ASN: 64496, ASOrg: "Spreenetz Breitband", Lat: 52.52, Lon: 13.405, Radius: 20}
	l := lookup(t, testCity, testASN)
	for addr, want := range map[string]tokenwarden.Geo{
		"192.0.2.7": berlin, "::ffff:192.0.2.7": berlin, "10.0.0.1": {}, "": {},
	} {
		t.Run("address "+addr, func(t *testing.T) {
			ip, _ := netip.ParseAddr(addr)
			for range 2 { // the second answer comes from the cache
				if got := l.Find(ip); got != want {
					t.Errorf("%s is at %+v, want %+v", addr, got, want)
				}
			}
		})
	}
	if got := l.Find(netip.MustParseAddr("2001:db8:e::1")); got.Country == "" || got.ASN == 0 {
		t.Errorf("IPv6 gives %+v", got)
	}
}

func TestOneDatabaseOrNone(t *testing.T) {
	ip := netip.MustParseAddr("192.0.2.7")
	if got := lookup(t, testCity, "").Find(ip); got.Country != "DE" || got.ASN != 0 {
		t.Errorf("city alone gives %+v", got)
	}
	if got := lookup(t, "", testASN).Find(ip); got.Country != "" || got.ASN != 64496 {
		t.Errorf("ASN alone gives %+v", got)
	}
	if got := lookup(t, "", "").Find(ip); got != (tokenwarden.Geo{}) {
		t.Errorf("nothing gives %+v", got)
	}
}

func TestOpenNamesTheFile(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.mmdb")
	_ = os.WriteFile(bad, []byte("not a database"), 0o600)
	for _, path := range []string{bad, bad + ".missing"} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if _, err := Open(path, ""); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", path, err)
			}
		})
	}
}

func TestSwapForgetsTheCache(t *testing.T) {
	db, err := Open(testCity, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p := &atomic.Pointer[DB]{}
	p.Store(db)
	l, ip := NewLookup(p), netip.MustParseAddr("192.0.2.7")
	if l.Find(ip).Country != "DE" {
		t.Fatal("no place")
	}
	p.Store(&DB{})
	if got := l.Find(ip); got.Country != "" {
		t.Errorf("after the swap the old place is given: %+v", got)
	}
}

func BenchmarkPlace(b *testing.B) {
	l := lookup(b, testCity, testASN)
	ip := netip.MustParseAddr("198.18.3.4").As4()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		ip[3] = byte(i)
		l.Find(netip.AddrFrom4(ip))
	}
}
