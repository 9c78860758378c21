// Package geo locates addresses with databases in MaxMind's format. The user supplies them.
package geo

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/tokenwarden/tokenwarden"
)

// DB is a city and an ASN database, either of which may be absent. Each goroutine uses it through a Lookup of its own.
type DB struct {
	city, asn *maxminddb.Reader
}

// Open opens the databases. An empty path leaves one out; without both, nothing is found.
func Open(cityPath, asnPath string) (*DB, error) {
	db := &DB{}
	var err error
	if cityPath != "" {
		if db.city, err = open(cityPath); err != nil {
			return nil, err
		}
	}
	if asnPath != "" {
		if db.asn, err = open(asnPath); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return db, nil
}

func open(path string) (*maxminddb.Reader, error) {
	r, err := maxminddb.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open geo database %s (want MaxMind's .mmdb format): %w", path, err)
	}
	return r, nil
}

// Close unmaps the databases.
func (db *DB) Close() error {
	var errs []error
	for _, r := range []*maxminddb.Reader{db.city, db.asn} {
		if r != nil {
			errs = append(errs, r.Close())
		}
	}
	return errors.Join(errs...)
}

// cityRecord is the nested layout of MaxMind and DB-IP.
type cityRecord struct {
	Country struct {
		ISO string `maxminddb:"iso_code"`
	} `maxminddb:"country"`
	Registered struct {
		ISO string `maxminddb:"iso_code"`
	} `maxminddb:"registered_country"`
	City struct {
		Names struct {
			EN string `maxminddb:"en"`
		} `maxminddb:"names"`
	} `maxminddb:"city"`
	Location struct {
		Lat    *float64 `maxminddb:"latitude"`
		Lon    *float64 `maxminddb:"longitude"`
		Radius uint16   `maxminddb:"accuracy_radius"`
	} `maxminddb:"location"`
}

// flatRecord is the layout of flat country databases.
type flatRecord struct {
	CountryCode string `maxminddb:"country_code"`
}

type asnRecord struct {
	Number uint32 `maxminddb:"autonomous_system_number"`
	Org    string `maxminddb:"autonomous_system_organization"`
}

// cityRadius is the accuracy, in km, of coordinates without a radius.
const cityRadius = 100

func (db *DB) lookup(ip netip.Addr) (g tokenwarden.Geo) {
	if db.city != nil {
		var r cityRecord
		if res := db.city.Lookup(ip); res.Found() && res.Decode(&r) == nil {
			g = r.geo()
		} else if res.Found() {
			var flat flatRecord
			if res.Decode(&flat) == nil {
				g.Country = flat.CountryCode
			}
		}
	}
	if db.asn != nil {
		var r asnRecord
		if res := db.asn.Lookup(ip); res.Found() && res.Decode(&r) == nil {
			g.ASN, g.ASOrg = r.Number, r.Org
		}
	}
	return g
}

func (r *cityRecord) geo() tokenwarden.Geo {
	g := tokenwarden.Geo{Country: r.Country.ISO, City: r.City.Names.EN}
	if g.Country == "" {
		g.Country = r.Registered.ISO
	}
	if r.Location.Lat == nil || r.Location.Lon == nil {
		return g
	}
	lat, lon := *r.Location.Lat, *r.Location.Lon
	if math.Abs(lat) <= 90 && math.Abs(lon) <= 180 {
		g.Lat, g.Lon, g.Radius = lat, lon, r.Location.Radius
		if g.Radius == 0 {
			g.Radius = cityRadius
		}
	}
	return g
}

// cacheSize bounds the addresses that a Lookup keeps: 13 MB at about 200 bytes each.
const cacheSize = 65536

// Lookup is a cache in front of a DB, for one goroutine. Decoding a record costs 600 ns and more, a hit 50.
type Lookup struct {
	db     *atomic.Pointer[DB]
	cached *DB // the database that the cache is of
	cache  *lru.LRU[netip.Addr, tokenwarden.Geo]
}

// NewLookup returns a cache over what db points to. When db is set to another database the cache is emptied.
func NewLookup(db *atomic.Pointer[DB]) *Lookup {
	cache, _ := lru.NewLRU[netip.Addr, tokenwarden.Geo](cacheSize, nil) // fails only for sizes below 1
	return &Lookup{db: db, cache: cache}
}

// Find returns the location of ip; the zero Geo if it is unknown.
func (l *Lookup) Find(ip netip.Addr) tokenwarden.Geo {
	db := l.db.Load()
	if db == nil || !ip.IsValid() || (db.city == nil && db.asn == nil) {
		return tokenwarden.Geo{}
	}
	if db != l.cached {
		l.cached = db
		l.cache.Purge()
	}
	ip = ip.Unmap().WithZone("")
	if g, ok := l.cache.Get(ip); ok {
		return g
	}
	g := db.lookup(ip)
	l.cache.Add(ip, g)
	return g
}
