package cleantext

import (
	"strings"
	"testing"
)

func TestCache(t *testing.T) {
	for _, c := range []struct {
		name       string
		keep, look string
		as         int
		want       bool
	}{
		{"kept", "curl/8", "curl/8", 1, true},
		{"another text", "curl/8", "curl/9", 1, false},
		{"searched as another kind", "curl/8", "curl/8", 2, false},
		{"empty", "", "", 1, false},
		{"longest", strings.Repeat("a", MaxLen), strings.Repeat("a", MaxLen), 1, true},
		{"too long", strings.Repeat("a", MaxLen+1), strings.Repeat("a", MaxLen+1), 1, false},
		{"prefix of the kept one", "curl/8", "curl", 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := New[int](2)
			keep(&cache, c.keep)
			if _, got := cache.Find([]byte(c.look), c.as); got != c.want {
				t.Errorf("want %v, got %v", c.want, got)
			}
		})
	}
}

func TestAThirdTextReplacesAnEarlierOne(t *testing.T) {
	cache := New[int](2)
	texts := []string{"one", "other", "third"}
	for _, s := range texts {
		keep(&cache, s)
	}
	var kept []string
	for _, s := range texts {
		if _, ok := cache.Find([]byte(s), 1); ok {
			kept = append(kept, s)
		}
	}
	if len(kept) != 2 || kept[1] != "third" {
		t.Errorf("want the third text and one before it, got %q", kept)
	}
}

// keep keeps s, searched as 1.
func keep(c *Cache[int], s string) {
	e, _ := c.Find([]byte(s), 1)
	e.Keep([]byte(s), 1)
}
