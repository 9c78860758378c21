package accesslog_test

import (
	"fmt"

	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

func Example() {
	p, err := accesslog.New("auto")
	if err != nil {
		panic(err)
	}
	var r record.Record
	line := `192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET /v1?page=2 HTTP/1.1" 200 512 "-" "curl/8.0"`
	if err := p.Parse([]byte(line), &r); err != nil {
		fmt.Println(err)
	}
	fmt.Println(r.Format, r.Time, r.ClientIP, r.Status, r.Bytes)
	fmt.Printf("%s %s %s\n", r.Raw(r.Method), r.Raw(r.Path), r.Raw(r.Query))
	for _, f := range r.Fields {
		fmt.Printf("bytes %d to %d: %s\n", f.Start, f.End, r.Raw(f))
	}
	// Output:
	// combined 2026-11-23 15:04:05 +0000 UTC 192.0.2.1 200 512
	// GET /v1 page=2
	// bytes 48 to 58: /v1?page=2
	// bytes 82 to 90: curl/8.0
}

func ExampleNew_formatString() {
	p, err := accesslog.New(`$remote_addr [$time_local] "$request" $status key="$http_x_api_key"`)
	if err != nil {
		panic(err)
	}
	var r record.Record
	fmt.Println(p.Parse([]byte(`192.0.2.1 [23/Nov/2026:15:04:05 +0000] "GET /v1 HTTP/1.1" 200 key="abc"`), &r))
	for _, f := range r.Fields {
		fmt.Printf("%s=%s\n", f.Name, r.Raw(f))
	}
	// Output:
	// <nil>
	// =/v1
	// x-api-key=abc
}
