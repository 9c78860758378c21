package main

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/repo"
)

func testdata(t *testing.T) string {
	t.Helper()
	dir, err := repo.Path("testdata/geo")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCommittedDatabasesAreWhatTheTableGives(t *testing.T) {
	dir := testdata(t)
	files, err := generate(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what networks.csv gives: run go run ./cmd/devstack/geo", name)
		}
	}
}

func TestTableIsSyntheticAndVaried(t *testing.T) {
	f, err := os.Open(filepath.Join(testdata(t), "networks.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := readTable(f)
	if err != nil {
		t.Fatal(err)
	}
	countries, cities, asns, seen := map[string]bool{}, map[string]bool{}, map[uint32]bool{}, map[string]bool{}
	for _, n := range table {
		if !isDocumentationSpace(n.prefix) {
			t.Errorf("%s is outside documentation and benchmark space", n.prefix)
		}
		if !isDocumentationASN(n.asn) {
			t.Errorf("AS%d is neither a documentation nor a private-use number", n.asn)
		}
		countries[n.country], cities[n.city], asns[n.asn], seen[n.class] = true, true, true, true
	}
	if len(countries) < 12 || len(cities) < 24 || len(asns) < 30 || len(seen) != len(classes) {
		t.Errorf("%d countries, %d cities, %d ASNs, %d classes: want at least 12, 24, 30 and %d",
			len(countries), len(cities), len(asns), len(seen), len(classes))
	}
}

func isDocumentationSpace(p netip.Prefix) bool {
	for _, s := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32"} {
		space := netip.MustParsePrefix(s)
		if space.Contains(p.Addr()) && p.Bits() >= space.Bits() {
			return true
		}
	}
	return false
}

func isDocumentationASN(asn uint32) bool {
	return 64496 <= asn && asn <= 65534 || 65536 <= asn && asn <= 65551
}

func TestLookup(t *testing.T) {
	city, asn := open(t, "city.mmdb"), open(t, "asn.mmdb")
	f := func(addr, country, name string, number uint32) {
		t.Helper()
		var c struct {
			Country struct {
				ISOCode string `maxminddb:"iso_code"`
			} `maxminddb:"country"`
			City struct {
				Names map[string]string `maxminddb:"names"`
			} `maxminddb:"city"`
			Location struct {
				Latitude       float64 `maxminddb:"latitude"`
				Longitude      float64 `maxminddb:"longitude"`
				AccuracyRadius uint16  `maxminddb:"accuracy_radius"`
			} `maxminddb:"location"`
		}
		var a struct {
			Number       uint32 `maxminddb:"autonomous_system_number"`
			Organization string `maxminddb:"autonomous_system_organization"`
		}
		ip := netip.MustParseAddr(addr)
		if err := city.Lookup(ip).Decode(&c); err != nil {
			t.Fatal(err)
		}
		if err := asn.Lookup(ip).Decode(&a); err != nil {
			t.Fatal(err)
		}
		if c.Country.ISOCode != country || c.City.Names["en"] != name || a.Number != number {
			t.Errorf("%s: got %s %q AS%d, want %s %q AS%d", addr, c.Country.ISOCode, c.City.Names["en"], a.Number, country, name, number)
		}
		if country != "" && (c.Location.Latitude == 0 || c.Location.Longitude == 0 || c.Location.AccuracyRadius == 0 || a.Organization == "") {
			t.Errorf("%s: location %+v or operator %q is empty", addr, c.Location, a.Organization)
		}
	}
	f("192.0.2.7", "DE", "Berlin", 64496)
	f("198.51.100.7", "BR", "São Paulo", 64497)
	f("203.0.113.7", "SG", "Singapore", 64498)
	f("2001:db8:1::7", "DE", "Berlin", 64496)
	f("198.18.0.7", "DE", "Berlin", 64496)
	f("127.0.0.1", "", "", 0)
}

func open(t *testing.T, name string) *maxminddb.Reader {
	t.Helper()
	r, err := maxminddb.Open(filepath.Join(testdata(t), name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestBadTables(t *testing.T) {
	const header = "prefix,country,city,latitude,longitude,accuracy_radius_km,asn,as_org,network_class\n"
	f := func(rows, want string) {
		t.Helper()
		_, err := readTable(strings.NewReader(rows))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
	f("prefix\n", "header")
	f(header+"192.0.2.1/24,DE,Berlin,52,13,20,64496,X,isp\n", "line 2: prefix 192.0.2.1/24 has bits set")
	f(header+"192.0.2.0/24,DE,Berlin,152,13,20,64496,X,isp\n", "outside")
	f(header+"192.0.2.0/24,DE,Berlin,52,13,20,64496,X,satellite\n", "network_class")
	f(header+"192.0.2.0/24,DE,Berlin,52,13,20,64496,X,isp\n192.0.2.0/25,DE,Berlin,52,13,20,64496,X,isp\n", "line 3: prefix 192.0.2.0/25 overlaps")
}
