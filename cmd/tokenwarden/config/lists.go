package config

import (
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Lists is the section lists: paths and glob patterns of files.
type Lists struct {
	Watchlist []string `koanf:"watchlist"`
	Decoys    []string `koanf:"decoys"`
	Revoked   []string `koanf:"revoked"`
	Networks  struct {
		Hosting   []string `koanf:"hosting"`
		VPN       []string `koanf:"vpn"`
		Tor       []string `koanf:"tor"`
		Proxy     []string `koanf:"proxy"`
		Mobile    []string `koanf:"mobile"`
		Satellite []string `koanf:"satellite"`
		Anycast   []string `koanf:"anycast"`
		Egress    []string `koanf:"egress"`
	} `koanf:"networks"`
	Bindings  []string      `koanf:"bindings"`
	Policy    []string      `koanf:"policy"`
	OpenAPI   []string      `koanf:"openapi"`
	Sensitive []string      `koanf:"sensitive"`
	Allow     []string      `koanf:"allow"`
	Reload    time.Duration `koanf:"reload"`
}

// Files returns the files to read, by list.
func (c *Lists) Files() *lists.Files {
	n := &c.Networks
	return &lists.Files{
		Watchlist: c.Watchlist, Decoys: c.Decoys, Revoked: c.Revoked,
		Networks: map[lists.NetworkClass][]string{
			lists.Hosting: n.Hosting, lists.VPN: n.VPN, lists.Tor: n.Tor, lists.Proxy: n.Proxy,
			lists.Mobile: n.Mobile, lists.Satellite: n.Satellite, lists.Anycast: n.Anycast, lists.Egress: n.Egress,
		},
		Bindings: c.Bindings, Policy: c.Policy, OpenAPI: c.OpenAPI, Sensitive: c.Sensitive, Allow: c.Allow,
	}
}

// Load reads the lists.
func (c *Lists) Load() (*lists.Set, error) {
	set, err := lists.Load(c.Files())
	if err != nil {
		return nil, Error{err}
	}
	return set, nil
}

// ForeignKeys counts the listed fingerprints that none of keys made: they match nothing. Without keys it returns 0.
func ForeignKeys(set *lists.Set, keys []secret.Key) (n int) {
	if len(keys) == 0 {
		return 0
	}
	for id, count := range set.Keys() {
		if !slices.ContainsFunc(keys, func(k secret.Key) bool { return k.ID() == id }) {
			n += count
		}
	}
	return n
}
