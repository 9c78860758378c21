package clickhouse

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

func TestReadServerHello(t *testing.T) {
	greeting := func(fields ...any) []byte {
		var b []byte
		for _, f := range fields {
			switch f := f.(type) {
			case int:
				b = binary.AppendUvarint(b, uint64(f))
			case string:
				b = append(binary.AppendUvarint(b, uint64(len(f))), f...)
			}
		}
		return b
	}
	f := func(in []byte, version, problem string) {
		t.Helper()
		got, err := readServerHello(bufio.NewReader(bytes.NewReader(in)))
		if problem == "" && (err != nil || got != version) {
			t.Errorf("got %q, %v; want %q", got, err, version)
		}
		if problem != "" && (err == nil || !strings.Contains(err.Error(), problem)) {
			t.Errorf("got %v, want %q", err, problem)
		}
	}
	whole := greeting(0, "ClickHouse", 26, 7, 54401, "UTC", "host", 2)
	f(whole, "26.7.2", "")
	f(whole[:len(whole)-1], "", "EOF")
	f(greeting(2, 516, "denied"), "", "refused the user")
	f([]byte("HTTP/1.1 400 Bad Request"), "", "native port")
	f(greeting(0, 1<<40), "", "too long")
	f(nil, "", "EOF")
}
