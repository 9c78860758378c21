package main

// Servers with the configurations of deploy/edge, which hash tokens before they log them.

const (
	edgeKeyFile = `{{edgeKey "file"}}`
	edgeLua     = `{{edge "lua/tokenwarden.lua"}}`
)

func nginxEdge() server {
	return server{
		name: "nginx-edge", from: source{debian: []string{"libnginx-mod-http-js", "nginx"}, has: "/usr/lib/nginx/modules/ngx_http_js_module.so"},
		files: map[string]string{
			"nginx.conf": "nginx_edge.conf", "edge.conf": `{{edgeKey "nginx"}}`, "tokenwarden.js": `{{edge "nginx/tokenwarden.js"}}`,
		},
		run:     []command{{path: "nginx", args: []string{"-e", "{{.Dir}}/error.log", "-p", "{{.Dir}}", "-c", "{{.Dir}}/nginx.conf"}}},
		version: []string{"nginx", "-v"},
		logs: []accessLog{
			{Name: "tokenwarden", shows: combined},
			{Name: "tokenwarden_json", shows: common + " agent host"},
		},
	}
}

func haproxyEdge() server {
	return server{
		name: "haproxy-edge", from: source{debian: []string{"haproxy"}, has: "/usr/sbin/haproxy"},
		files: map[string]string{
			"haproxy.cfg": "haproxy_edge.cfg", "edge.key": edgeKeyFile, "tokenwarden.lua": edgeLua, "haproxy.lua": `{{edge "haproxy/haproxy.lua"}}`,
		},
		run:     []command{{path: "haproxy", args: []string{"-db", "-f", "{{.Dir}}/haproxy.cfg"}}},
		version: []string{"haproxy", "-v"},
		logs:    []accessLog{{Name: "tokenwarden", shows: common, socket: true}},
	}
}

func apacheEdge() server {
	return server{
		name: "apache-edge", from: source{debian: []string{"apache2-bin"}, has: "/usr/sbin/apache2"},
		files: map[string]string{
			"apache.conf": "apache.conf", "ok.txt": "ok.txt", "edge.key": edgeKeyFile, "tokenwarden.lua": edgeLua,
			"apache.lua": `{{edge "apache/apache.lua"}}`,
			"edge.conf":  `LoadModule lua_module {{.Tools.File "/usr/lib/apache2/modules/mod_lua.so"}}` + "\n" + `{{edge "apache/apache.conf"}}`,
		},
		run:     []command{watched("apache2", "-X", "-f", "{{.Dir}}/apache.conf")},
		version: []string{"apache2", "-v"},
		logs:    []accessLog{{Name: "tokenwarden", shows: combined}},
	}
}

func envoyEdge() server {
	s := envoy()
	s.name = "envoy-edge"
	s.files = map[string]string{
		"envoy.yaml": `{{edge "envoy/envoy.yaml" "10000" (print (index .Ports 0)) "/var/log/envoy/access.log" (index .Logs 0).Path}}`,
		"edge.key":   edgeKeyFile, "tokenwarden.lua": edgeLua,
	}
	s.logs = []accessLog{{Name: "tokenwarden", shows: "method target status time agent"}}
	return s
}
