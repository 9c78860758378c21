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
			cache := New[int](1)
			cache.Entry([]byte(c.keep)).Keep([]byte(c.keep), 1)
			if got := cache.Entry([]byte(c.look)).Holds([]byte(c.look), c.as); got != c.want {
				t.Errorf("want %v, got %v", c.want, got)
			}
		})
	}
}

func TestALaterTextReplacesAnEarlierOne(t *testing.T) {
	cache := New[int](1)
	cache.Entry([]byte("one")).Keep([]byte("one"), 1)
	cache.Entry([]byte("other")).Keep([]byte("other"), 1)
	if cache.Entry([]byte("one")).Holds([]byte("one"), 1) || !cache.Entry([]byte("other")).Holds([]byte("other"), 1) {
		t.Error("the entry holds the earlier text, or not the later one")
	}
}
