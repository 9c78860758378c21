package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// proxyManagerFormats are the log formats of Nginx Proxy Manager: "proxy" and "standard" of its nginx.conf, "proxy" as it
// was without the upstream, and the host-first one of its fallback server. The first that fits is taken.
var proxyManagerFormats = [...]string{
	`[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host "$request_uri" ` +
		`[Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to $server] "$http_user_agent" "$http_referer"`,
	`[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host "$request_uri" ` +
		`[Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] "$http_user_agent" "$http_referer"`,
	`[$time_local] $status - $request_method $scheme $host "$request_uri" ` +
		`[Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to $server] "$http_user_agent" "$http_referer"`,
	`[$time_local] $status - $request_method $scheme $host "$request_uri" ` +
		`[Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] "$http_user_agent" "$http_referer"`,
	`[$time_local] $host $remote_addr $request_time "$request" $status $body_bytes_sent $request_length $http_referer $http_user_agent`,
}

// templateSet is several templates, of which the first that fits is taken. The one that fitted last is tried first.
type templateSet struct {
	templates []*template
	last      int
}

func newProxyManager() format {
	f := &templateSet{}
	for _, s := range proxyManagerFormats {
		f.templates = append(f.templates, mustTemplate("nginx_proxy_manager", s, nginxParts))
	}
	return f
}

func newEnvoy(name string) format {
	return &templateSet{templates: []*template{mustTemplate(name, envoyIstio, envoyParts), mustTemplate(name, envoyDefault, envoyParts)}}
}

// mustTemplate compiles a format string of this package.
func mustTemplate(name, s string, split func(string) ([]part, error)) *template {
	parts, err := split(s)
	if err != nil {
		panic("BUG: " + name + ": " + err.Error())
	}
	t, err := newTemplate(name, parts, record.EscapeNone)
	if err != nil {
		panic("BUG: " + name + ": " + err.Error())
	}
	t.strict = true
	return t
}

func (f *templateSet) parse(r *record.Record) error {
	line := r.Line
	if err := f.templates[f.last].parse(r); err != ErrFormat {
		return err
	}
	for i, t := range f.templates {
		if i == f.last {
			continue
		}
		r.Reset(line)
		if err := t.parse(r); err != ErrFormat {
			f.last = i
			return err
		}
	}
	return ErrFormat
}
