package main

import (
	"os"
	"strconv"
	"strings"
)

// edgeServers are the configurations of deploy/edge with what a test adds: ports, paths, and an answer.
var edgeServers = []edgeServer{
	{
		name: "nginx", program: "nginx", needs: "/usr/lib/nginx/modules/ngx_http_js_module.so",
		places: "authorization api_key cookie query",
		configure: func(s *edgeSite) []string {
			s.write("edge.conf", s.key("nginx"))
			s.write("tokenwarden.js", s.shipped("nginx/tokenwarden.js"))
			lines := s.shipped("nginx/nginx.conf", "/etc/tokenwarden/", s.dir+"/")
			return []string{"-c", s.write("nginx.conf", `load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
				daemon off; worker_processes 1; pid `+s.dir+`/pid; error_log stderr; events {}
				http { `+lines+` access_log `+s.log+` tokenwarden; server { listen `+s.addr()+`; return 200 ok; } }`)}
		},
	},
	{
		name: "haproxy", program: "haproxy", places: "authorization api_key",
		configure: func(s *edgeSite) []string {
			lines := s.shipped("haproxy/haproxy.cfg", "127.0.0.1:8080", s.addr(), "    setenv TW_EDGE_ID 00000000\n    setenv TW_EDGE_KEY AAAA\n", s.key("haproxy"))
			return []string{"-db", "-f", s.write("haproxy.cfg", haproxyAnswers(lines))}
		},
		differs: []string{
			"percent, broken then whole", "percent, controls around", "base64 of base64", "base64 three times",
			"base64, percent-encoded within", "JWT, unused bits", "JWT, five parts",
		},
	},
	{
		name: "haproxy-lua", program: "haproxy", places: "authorization api_key cookie query",
		configure: func(s *edgeSite) []string {
			s.write("edge.key", s.key("file"))
			s.write("tokenwarden.lua", s.shipped("lua/tokenwarden.lua"))
			s.write("haproxy.lua", s.shipped("haproxy/haproxy.lua"))
			lines := s.shipped("haproxy/lua.cfg", "127.0.0.1:8080", s.addr(), "/etc/tokenwarden", s.dir)
			return []string{"-db", "-f", s.write("haproxy.cfg", haproxyAnswers(lines))}
		},
	},
	{
		name: "apache", program: "apache2", needs: "/usr/lib/apache2/modules/mod_lua.so",
		places: "authorization api_key cookie query",
		configure: func(s *edgeSite) []string {
			s.write("edge.key", s.key("file"))
			s.write("tokenwarden.lua", s.shipped("lua/tokenwarden.lua"))
			s.write("apache.lua", s.shipped("apache/apache.lua", "/etc/tokenwarden", s.dir))
			s.write("ok", "ok")
			if os.Getuid() == 0 { // its child processes are others
				_ = os.Chmod(s.dir, 0o755)
				_ = os.Chmod(s.dir+"/edge.key", 0o644)
			}
			return []string{"-D", "FOREGROUND", "-f", s.write("apache.conf", `ServerName edge.example
				LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
				LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
				LoadModule lua_module /usr/lib/apache2/modules/mod_lua.so
				LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
				ServerRoot `+s.dir+`
				PidFile `+s.dir+`/pid
				Listen `+s.addr()+`
				ErrorLog /dev/stderr
				User nobody
				AliasMatch ".*" "`+s.dir+`/ok"
				`+s.shipped("apache/apache.conf", "/etc/tokenwarden", s.dir)+`
				CustomLog `+s.log+` tokenwarden
				`)}
		},
	},
	{
		name: "envoy", program: "envoy", places: "authorization api_key cookie query",
		configure: func(s *edgeSite) []string {
			s.write("edge.key", s.key("file"))
			s.write("tokenwarden.lua", s.shipped("lua/tokenwarden.lua"))
			_, port, _ := strings.Cut(s.addr(), ":")
			lines := s.shipped("envoy/envoy.yaml", "10000", port, "/etc/tokenwarden", s.dir, "/var/log/envoy/access.log", s.log)
			return []string{"-c", s.write("envoy.yaml", lines), "--concurrency", "1", "-l", "warning", "--file-flush-interval-msec", "50", "--disable-hot-restart"}
		},
	},
	{
		name: "caddy", program: "caddy-tokenwarden", places: "authorization api_key cookie query",
		configure: func(s *edgeSite) []string {
			key := s.write("edge.key", s.key("file"))
			lines := s.shipped("caddy/Caddyfile", ":8080 {", "http://:"+strconv.Itoa(s.port)+" {\n\tbind 127.0.0.1", "/var/log/caddy/access.log", s.log,
				"\n{\n\tservers", "\n{\n\tadmin off\n\tpersist_config off\n\tstorage file_system "+s.dir+"\n\tservers",
				"header bearer", "header bearer {\nkey_file "+key+"\n}", "header api_key", "header api_key {\nkey_file "+key+"\n}",
				"auth_token access_token\n", "auth_token access_token {\nkey_file "+key+"\n}\n", "code sig", "code sig {\nkey_file "+key+"\n}")
			return []string{"run", "--adapter", "caddyfile", "--config", s.write("Caddyfile", lines)}
		},
	},
}

// haproxyAnswers adds a log on standard output and an answer to a configuration.
func haproxyAnswers(lines string) string {
	lines = strings.Replace(lines, "global\n", "global\n    log stdout format raw local0\n", 1)
	lines = strings.Replace(lines, "    mode http\n", "    mode http\n    log global\n    timeout client 5s\n", 1)
	return lines + "    http-request return status 200 content-type text/plain string ok\n"
}
