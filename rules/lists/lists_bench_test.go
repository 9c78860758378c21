package lists

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

// big is a Set of 100,000 watched tokens, 100,000 prefixes and 1,000 routes.
func big(b *testing.B) *Set {
	b.Helper()
	var watch, nets, sensitive strings.Builder
	for i := range 100_000 {
		fmt.Fprintln(&watch, number(i))
		fmt.Fprintf(&nets, "%d.%d.%d.0/24\n", 1+i>>16, i>>8&255, i&255)
	}
	for i := range 1000 {
		fmt.Fprintf(&sensitive, "POST api%d.example.com/v1/things%d/{id}/secrets\n", i%4, i)
	}
	s, err := FromTexts(map[string]string{"watchlist": watch.String(), "networks.hosting": nets.String(), "sensitive": sensitive.String()})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func number(i int) (fp tokenwarden.Fingerprint) {
	binary.BigEndian.PutUint64(fp[:], uint64(i+1)*0x9e3779b97f4a7c15)
	return fp
}

var sink int

func BenchmarkLookup(b *testing.B) {
	s := big(b)
	b.Run("watched, miss", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if s.Watched(number(i+1_000_000)) != nil {
				sink++
			}
		}
	})
	b.Run("network", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			sink += int(s.Network(netip.AddrFrom4([4]byte{byte(i >> 16), byte(i >> 8), byte(i), 7})))
		}
	})
	b.Run("sensitive", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if s.Sensitive("POST", "api3.example.com", "/v1/things7/{id}/secrets") {
				sink++
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		big(b)
	}
}
