package detect_test

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/rules"
)

func Example() {
	defs, err := rules.Defaults()
	if err != nil {
		panic(err)
	}
	engine, err := detect.New(defs, detect.Options{})
	if err != nil {
		panic(err)
	}
	p := engine.NewPartition()
	for n := range 700 { // a token that asks eleven times a second
		p.Observe(&tokenwarden.Event{
			Time:        time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC).Add(time.Duration(n) * time.Second / 11),
			Fingerprint: tokenwarden.Fingerprint{1}, TokenKind: "api_key", FirstInRequest: true, Location: tokenwarden.LocationHeader,
			Method: "GET", Target: "/v1/export", Endpoint: "/v1/export", Status: 200, ClientIP: netip.MustParseAddr("198.51.100.7"),
			Source: tokenwarden.Source{File: "access.log", Line: int64(n + 1)},
		})
	}
	var c tokenwarden.Checkpoint
	p.Checkpoint(&c)
	for _, a := range c.Alerts {
		fmt.Println(a.Severity, a.Rule)
		fmt.Println(a.Summary)
		fmt.Println(a.Baseline)
		fmt.Println(a.Evidence[0])
	}
	p.Committed()
	// Output:
	// medium token-burst
	// 660 requests in 60 s with one token, limit 600, from 198.51.100.7
	// 600 requests in 54.5 s before
	// 2026-11-23T15:04:54Z GET /v1/export 200 from 198.51.100.7
}
