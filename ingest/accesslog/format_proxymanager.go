package accesslog

// proxyManagerFormats are the log formats of Nginx Proxy Manager (docker/rootfs/etc/nginx, 2026-11): "proxy" and "standard"
// of its nginx.conf, older forms of both, and the format of its fallback server, which begins with the host.
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

func newProxyManager(string, Options) format {
	return newTemplateSet("nginx_proxy_manager", nginxParts, proxyManagerFormats[:]...)
}

var explainProxyManager = explanation{columns: []column{
	wantTime, wantAny("a cache status, or -"), wantAny("an upstream's status, or -"), wantStatus, wantAny("-"), wantAny("a method"),
	wantAny("a scheme"), wantAny("a host"), {"a target in quotes", quotedColumnEnd},
}}
