package accesslog

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Options are what a parser may be told beside its format. The zero value is fine.
type Options struct {
	// TrustedProxies are the networks whose ClientHeaders are believed. Where the line's own address lies in one,
	// Record.ClientIP becomes the right-most address of that header which lies in none. Default: none, no header is ever
	// believed.
	TrustedProxies []netip.Prefix

	// ClientHeaders are the names of the headers in which a trusted proxy says who its client is, the one to be believed
	// first: "x-forwarded-for" (nil means that), "forwarded" (RFC 7239), or one with a single address in it such as
	// "x-real-ip", "cf-connecting-ip", "true-client-ip".
	ClientHeaders []string

	// JSONFields says where JSON logs keep what a record has, if they do not call it as others do: the field's name
	// ("client_ip", "target", all of [JSONFieldNames]) or a variable of nginx ("http_x_api_key", "arg_token", "cookie_sid")
	// to the dot paths of its keys. Of several paths the first that is there wins. An array on the way is looked through.
	JSONFields map[string][]string

	// SecretName tells whether what a name stands for may be a secret though it is nothing but a JSON number, a one-time
	// password for instance. It is asked once for each key. nil: no number is a field.
	SecretName func(name []byte) bool
}

// New returns a parser with no options. See [Options.New].
func New(format string) (Parser, error) { return Options{}.New(format) }

// New returns a parser for one source. format is a name that [Names] lists, "auto" included, or a format string as
// the server's own configuration has it. The error of an unknown name lists the known ones.
func (o Options) New(format string) (Parser, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if format == "auto" {
		return newAuto(o), nil
	}
	for i := range formats {
		if formats[i].name == format && format == "generic" {
			p := newParser(format, noFormat{}, o)
			p.loose = formats[i].make(o)
			return p, nil
		}
		if formats[i].name == format {
			return newParser(format, formats[i].make(o), o), nil
		}
	}
	if isFormatString(format) {
		f, err := newFormatString(format, o)
		if err != nil {
			return nil, err
		}
		return newParser("custom", f, o), nil
	}
	return nil, fmt.Errorf("unknown log format %q: want a format string or one of %s", format, strings.Join(Names(), ", "))
}

func newParser(name string, f format, o Options) *parser {
	if o.ClientHeaders == nil {
		o.ClientHeaders = []string{"x-forwarded-for"}
	}
	p := &parser{name: name, format: f, options: o}
	for i := range p.levels {
		p.levels[i].wrap.secretName = o.SecretName
	}
	return p
}

// Names returns the names that New knows, "auto" first.
func Names() []string {
	names := []string{"auto"}
	for i := range formats {
		names = append(names, formats[i].name)
	}
	return names
}

// format takes the lines of one format apart. r.Line is set and the rest of r is reset before parse. With ErrFormat it
// may leave anything in r; with any other error r is what Parser.Parse promises.
type format interface {
	parse(r *record.Record) error
}

// errTruncated is ErrFormat for a line that is of the format as far as it goes: its fields cover it.
var errTruncated = errors.New("line breaks off")

// formats are the formats by name. Adding one is adding a line.
var formats = [...]struct {
	name string
	make func(Options) format
}{
	{"common", func(Options) format { return &clf{name: "common"} }},
	{"combined", func(Options) format { return &clf{name: "combined", tail: true} }},
	{"vhost_combined", func(Options) format { return &clf{name: "vhost_combined", tail: true, vhost: true} }},
	{"nginx_json", func(o Options) format { return newJSON("nginx_json", o) }},
	{"apache_json", func(o Options) format { return newJSON("apache_json", o) }},
	{"caddy", func(o Options) format { return newJSON("caddy", o) }},
	{"traefik", func(Options) format { return &clf{name: "traefik", tail: true} }},
	{"traefik_json", func(o Options) format { return newJSON("traefik_json", o) }},
	{"envoy", func(Options) format { return newEnvoy("envoy") }},
	{"envoy_json", func(o Options) format { return newJSON("envoy_json", o) }},
	{"haproxy", func(Options) format { return &haproxy{} }},
	{"alb", func(Options) format { return newALB() }},
	{"cloudfront", func(Options) format { return &w3c{name: "cloudfront"} }},
	{"iis", func(Options) format { return &w3c{name: "iis"} }},
	{"w3c", func(Options) format { return &w3c{name: "w3c"} }},
	{"kong", func(o Options) format { return newJSON("kong", o) }},
	{"ecs", func(o Options) format { return newJSON("ecs", o) }},
	{"json", func(o Options) format { return newJSON("json", o) }},
	{"nginx_proxy_manager", func(Options) format { return newProxyManager() }},
	{"logfmt", func(Options) format { return newLogfmt() }},
	{"generic", func(Options) format { return &generic{} }},
}
