package ingest

import (
	"strings"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/mileusna/useragent"
)

// clientCache bounds the cached client families, by redacted user agent of at most maxUserAgent bytes. A log has few user
// agents; parsing one costs microseconds.
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

// family returns the name of the client without its version. ua may point into a reused buffer.
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

// familyOf returns the name that the useragent library has for a browser or bot, else the first product token (RFC 9110
// section 10.1.5): okhttp of "okhttp/4.12.0".
func familyOf(ua string) string {
	if strings.HasPrefix(ua, "Mozilla/") {
		if name := useragent.Parse(ua).Name; name != "" {
			return truncate(name, maxFamily)
		}
	}
	name, _, _ := strings.Cut(ua, " ")
	name, _, _ = strings.Cut(name, "/")
	return truncate(name, maxFamily)
}
