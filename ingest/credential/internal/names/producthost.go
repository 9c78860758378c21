package names

import (
	"bytes"
	"strings"
)

// hostRow is the patterns of the paths at one host, whose first segment is the path's, and those of its subdomains.
type hostRow struct{ host, patterns string }

// hostRows are services whose paths say nothing without the host, as the logs of forward proxies and of clients hold it. Source: the
// documentation of each service; 2026-12-01.
var hostRows = []hostRow{
	{"hc-ping.com", "/{} /{}/*"}, {"cronhub.io", "/start/{} /finish/{} /ping/{}"}, {"nosnch.in", "/{10} /{16}"}, {"ohdear.app", "/{}"},
	{"checklyhq.com", "/{}"}, {"uptimerobot.com", "/{!}"}, {"cronitor.link", "/{!} /{!}/* /p/{!}/*"},
	{"quiknode.pro", "/{!}"}, {"getblock.io", "/{} /{}/*"}, {"p2pify.com", "/{!}"}, {"tenderly.co", "/{!} /public/{!}"},
	{"blastapi.io", "/{}"}, {"ankr.com", "/*/{!}"}, {"alchemy.com", "/v2/{!} /nft/*/{!}/*"},
	{"infura.io", "/v3/{!}"}, {"nodereal.io", "/v1/{!}"},
	{"cloudsmith.io", "/{!}/* /basic/{!}/*"}, {"make.com", "/{!}"}, {"integromat.com", "/{!}"}, {"webhook.site", "/{}"},
	{"spike.sh", "/{!}/*"}, {"pagertree.com", "/integration/{!}"}, {"allquiet.app", "/webhook/{} /api/webhook/{}"},
}

// hostTable holds hostRows by host.
type hostTable struct {
	paths  map[string][]*ProductPath
	filter [256]bool // hashes of the ends of the hosts
}

var productHosts = compileHosts(hostRows)

func compileHosts(rows []hostRow) *hostTable {
	t := &hostTable{paths: map[string][]*ProductPath{}}
	for _, r := range rows {
		for s := range strings.FieldsSeq(r.patterns) {
			p := compileProduct(strings.TrimSuffix(s, "/*")) // any number of segments behind
			p.isLast = !strings.HasSuffix(s, "/*")
			t.paths[r.host] = append(t.paths[r.host], p)
		}
		t.filter[hostFilter([]byte(r.host))] = true
	}
	return t
}

const (
	minHost = 8
	maxHost = 32
)

// hostFilter hashes the end of a host of minHost bytes or more.
func hostFilter(b []byte) uint8 {
	n := len(b)
	return b[n-1] ^ b[n-4]<<2 ^ b[n-5]<<4 ^ b[n-6]<<1
}

// IsProductHost reports whether a credential may stand in the paths of a host.
func IsProductHost(host []byte) bool { return productHosts.at(host) != nil }

// at returns the patterns of the last two labels of a host in small letters, perhaps behind a scheme.
func (t *hostTable) at(host []byte) []*ProductPath {
	if len(host) < minHost || !t.filter[hostFilter(host)] {
		return nil
	}
	dot := bytes.LastIndexByte(host, '.')
	from := bytes.LastIndexAny(host[:max(dot, 0)], "./") + 1
	if len(host)-from > maxHost {
		return nil
	}
	return t.paths[string(host[from:])]
}

// HostProduct returns the pattern of the paths at host that the segment of path from start to end fits, nil without one.
func HostProduct(host, path []byte, start, end int) *ProductPath {
	for _, p := range productHosts.at(host) {
		if isAt(p, path, start) && p.fits(path, start, end) {
			return p
		}
	}
	return nil
}

// isAt reports whether as many segments stand before the one at start as p has before its credential.
func isAt(p *ProductPath, path []byte, start int) bool {
	return bytes.Count(path[:start], []byte{'/'}) == p.token+1
}
