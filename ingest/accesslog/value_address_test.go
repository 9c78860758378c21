package accesslog

import (
	"net/netip"
	"testing"
)

func TestParseAddr(t *testing.T) {
	for _, s := range []string{
		"192.0.2.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.", "", "-", "a",
		"::", "::1", "1::", "2001:db8::1", "2001:db8:0:0:0:0:0:1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
		"1::2::3", "::ffff:192.0.2.1", "::192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:7:192.0.2.1", "1:2:3:4:5:6:7::",
		"::2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", ":1", "1:", ":::", "12345::", "fe80::1%eth0", "fe80::%", "1:2:3:4:5:6:7:192.0.2.1.1",
		"::1.2.3", "1.2.3.4::",
	} {
		t.Run(s, func(t *testing.T) { checkAddr(t, s) })
	}
}

func checkAddr(t *testing.T, s string) {
	t.Helper()
	want, err := netip.ParseAddr(s)
	got, ok := parseAddr([]byte(s))
	if len(want.Zone()) > maxZone || len(s) > 0 && s[0] == '[' {
		return
	}
	if ok != (err == nil) || ok && got != want.WithZone("") {
		t.Errorf("parseAddr(%q) = %v %v, netip has %v %v", s, got, ok, want, err)
	}
}

func TestParseAddrPort(t *testing.T) {
	check := func(t *testing.T, s, want string) {
		t.Helper()
		got, ok := parseAddrPort([]byte(s))
		if want == "" && ok || want != "" && (!ok || got != netip.MustParseAddr(want)) {
			t.Errorf("parseAddrPort(%q) = %v %v, want %q", s, got, ok, want)
		}
	}
	for _, c := range []struct{ s, want string }{
		{"192.0.2.1:443", "192.0.2.1"},
		{"[2001:db8::1]:443", "2001:db8::1"},
		{"[2001:db8::1]", "2001:db8::1"},
		{"2001:db8::1", "2001:db8::1"},
		{"1:2:3:4:5:6:7:8:443", "1:2:3:4:5:6:7:8"},
		{"192.0.2.1:", ""},
		{"192.0.2.1:x", ""},
		{"host:80", ""},
		{"unix:", ""},
	} {
		t.Run(c.s, func(t *testing.T) { check(t, c.s, c.want) })
	}
}

func TestForwardedClient(t *testing.T) {
	check := func(t *testing.T, list, want string) {
		t.Helper()
		got, ok := forwardedClient([]byte(list))
		if want == "" && ok || want != "" && (!ok || got != netip.MustParseAddr(want)) {
			t.Errorf("forwardedClient(%q) = %v %v, want %q", list, got, ok, want)
		}
	}
	for _, c := range []struct{ list, want string }{
		{"192.0.2.1", "192.0.2.1"},
		{"192.0.2.66, 192.0.2.1, 10.0.0.1", "192.0.2.1"},
		{"10.0.0.2, 10.0.0.1", "10.0.0.2"},
		{"192.0.2.66,[2001:db8::1]:80 , 10.0.0.1", "2001:db8::1"},
		{"unknown, 192.0.2.1", ""},
		{"", ""},
	} {
		t.Run(c.list, func(t *testing.T) { check(t, c.list, c.want) })
	}
}

func FuzzParseAddr(f *testing.F) {
	f.Add("192.0.2.1")
	f.Add("2001:db8::1:2")
	f.Add("::ffff:192.0.2.1")
	f.Add("fe80::1%eth0")
	f.Fuzz(func(t *testing.T, s string) { checkAddr(t, s) })
}
