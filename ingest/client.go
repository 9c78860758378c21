package ingest

import (
	"strings"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/mileusna/useragent"
)

// clientCache remembers the client families of user agents: there are few of them and parsing costs microseconds. The
// keys are redacted user agents.
const clientCache = 4096

// maxFamily bounds a client family, in bytes.
const maxFamily = 64

type clients struct {
	cache *lru.LRU[string, string]
}

func newClients() clients {
	cache, _ := lru.NewLRU[string, string](clientCache, nil) // fails only for sizes below 1
	return clients{cache}
}

// family is the name of the client without its version. ua may point into a reused buffer.
func (c clients) family(ua string) string {
	if ua == "" {
		return ""
	}
	if name, ok := c.cache.Get(ua); ok {
		return name
	}
	ua = strings.Clone(ua)
	name := familyOf(ua)
	c.cache.Add(ua, name)
	return name
}

// familyOf asks a library for browsers and bots; what it does not know is called by its first product token (RFC 9110
// section 10.1.5): "okhttp/4.12.0" is okhttp.
func familyOf(ua string) string {
	if strings.HasPrefix(ua, "Mozilla/") {
		if name := useragent.Parse(ua).Name; name != "" {
			return name
		}
	}
	name, _, _ := strings.Cut(ua, " ")
	name, _, _ = strings.Cut(name, "/")
	return truncate(name, maxFamily)
}
