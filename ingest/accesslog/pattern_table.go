package accesslog

// patternRow is one layout of a server's log.
type patternRow struct {
	name   string // the format's
	line   string // see pattern
	source string // what documents it, 2026-11
	notice bool   // the line is about a request that another line of the log is about as well: it is no access
}

// patternRows are the layouts of servers and frameworks that write lines of their own, those of one format together and the
// longer ones first.
var patternRows = [...]patternRow{
	{name: "squid", source: "Squid, logformat directive: squid",
		line: `$time $number $client $word/$status $bytes $method $target $user $word/$word $word [$headers] [$headers]`},
	{name: "squid", source: "Squid, logformat directive: squid", line: `$time $number $client $word/$status $bytes $method $target $user $word/$word $word`},
	{name: "squid", source: "Squid, logformat directive: referrer", line: `$time $client $referer $target`},
	{name: "squid", source: "Squid, logformat directive: useragent", line: `$client [$time] "$agent"`},
	{name: "trafficserver", source: "Apache Traffic Server, log formats: squid",
		line: `$time $number $client $word/$status $bytes $method $target $user $word/$word $word`},

	{name: "uwsgi", source: "uWSGI, core/logging.c", line: `[pid: $number|app: $number|req: $number/$number] $client ($user) {$number vars in $number bytes} [$time] ` +
		`$method $target => generated $bytes bytes in $text ($protocol $status) $number headers in $number bytes ($number switches on core $number)`},
	{name: "uwsgi", source: "uWSGI, core/logging.c: no request", line: `[pid: $number|app: $number|req: $number/$number] $client ($user) {$number vars in $number bytes} ` +
		`[$time]$label=> generated $bytes bytes in $text ( $status) $number headers in $number bytes ($number switches on core $number)`},

	{name: "gin", source: "gin-gonic/gin, logger.go", line: `[GIN] $time | $status | $duration | $client | $method "$target"`},
	{name: "chi", source: "go-chi/chi, middleware/logger.go", line: `$time [$word] "$request" from $client - $status $bytesB in $duration`},
	{name: "chi", source: "go-chi/chi, middleware/logger.go", line: `$time "$request" from $client - $status $bytesB in $duration`},
	{name: "fiber", source: "gofiber/fiber, middleware/logger", line: `$clock | $status | $duration | $client | $method | $route | $text`},
	{name: "fiber", source: "gofiber/fiber, middleware/logger before 2.50", line: `[$clock] $status - $duration $method $target`},
	{name: "negroni", source: "urfave/negroni, logger.go", line: `[negroni] $time | $status | $duration | $host | $method $target`},

	{name: "morgan", source: "expressjs/morgan: short", line: `$client $user $method $target $protocol $status $bytes - $number ms`},
	{name: "morgan", source: "expressjs/morgan: tiny", line: `$method $target $status $bytes - $number ms`},
	{name: "morgan", source: "expressjs/morgan: dev", line: `$method $target $status $number ms - $bytes`},
	{name: "koa", source: "koajs/logger", line: `--> $method $target $status $duration $size`},
	{name: "koa", source: "koajs/logger: an error", line: `xxx $method $target $status $duration $size`},
	{name: "koa", source: "koajs/logger: the request's start", line: `<-- $method $target`, notice: true},

	{name: "django", source: "Django, runserver", line: `[$time] "$request" $status $bytes`},
	{name: "uvicorn", source: "Uvicorn, WebSocket", line: `INFO: $client - "WebSocket $target" [$word]`},
	{name: "uvicorn", source: "Uvicorn, WebSocket refused", line: `INFO: $client - "WebSocket $target" $status ...`},
	{name: "uvicorn", source: "Uvicorn before 0.12, WebSocket", line: `INFO: ('$client', $number) - "WebSocket $target" [$word]`},
	{name: "uvicorn", source: "Uvicorn, logging.py", line: `INFO: $client - "$request" $status ...`},
	{name: "uvicorn", source: "Uvicorn, logging.py", line: `$client - "$request" $status`},
	{name: "php_fpm", source: "PHP, FPM configuration: access.format", line: `$client - $time "$request" $status ...`},
	{name: "php_fpm", source: "PHP, FPM configuration: access.format", line: `$client - $user $time "$request" $status ...`},
	{name: "tornado", source: "Tornado, web.Application.log_request", line: `[$word $time $word] $status $method $target ($client) $duration ...`},
	{name: "jupyter", source: "Jupyter Server, log.py", line: `[$word $time $word] $status $method $target ($user@$client) $duration ...`},

	{name: "klog", source: "Kubernetes, apiserver/pkg/server/httplog before 1.20", line: `$method $target: ($duration) $status [$text $client]`},
	{name: "rails", source: "Rails, Rack::Logger", line: `Started $method "$target" for $client at $time`},
	{name: "rails", source: "Rails, ActiveSupport::TaggedLogging", line: `[$word] Started $method "$target" for $client at $time`},
	{name: "aspnet", source: "ASP.NET Core, HostingApplicationDiagnostics", line: `Request finished $protocol $method $target - $status $bytes $word $duration`},
	{name: "aspnet", source: "ASP.NET Core before 8, HostingApplicationDiagnostics",
		line: `Request finished $protocol $method $target $word $number - $status $bytes $word $duration`},
	{name: "spring", source: "Spring, CommonsRequestLoggingFilter", line: `$time $word $number --- [$label] $word : Before request [$method $target, client=$client, $text]`},
	{name: "spring", source: "Spring, CommonsRequestLoggingFilter", line: `$time $word $number --- [$label] $word : Before request [$method $target, client=$client]`},
	{name: "spring", source: "Spring, CommonsRequestLoggingFilter", line: `$time $word $number --- [$label] $word : Before request [$method $target]`},
	{name: "spring", source: "Spring, CommonsRequestLoggingFilter", line: `$time $word $number --- [$label] $word : After request [$text]`, notice: true},

	{name: "zoraxy", source: "Zoraxy, mod/dynamicproxy",
		line: `[$time] [router:$text] [origin:$host] [client: $client] [useragent: $agent] $method $target $status`},
	{name: "glassfish", source: "GlassFish, HTTP access logging", line: `"$client" "NULL-AUTH-USER" "$time" "$request" $status $bytes`},
	{name: "glassfish", source: "GlassFish, HTTP access logging", line: `"$client" "$user" "$time" "$request" $status $bytes`},
	{name: "couchdb", source: "CouchDB, chttpd.erl", line: `[$word] $time $word $word $word $host $client $user $method $target $status $word $number`},
	{name: "couchdb", source: "CouchDB 1, couch_httpd.erl", line: `[$time] [$word] [$word] $client - - $method $target $status`},
	{name: "gitea", source: "Gitea, routing/logger.go", line: `$time $word [$word] router: completed $method $target for $client, $status $text in $duration @ $text`},
	{name: "gitea", source: "Gitea, routing/logger.go", line: `$time $word [$word] router: started $method $target for $client`, notice: true},
	{name: "s3", source: "Amazon S3, server access log format", line: `$owner $word [$time] $client $word $word $word $word "$request" $status $word $bytes ` +
		`$number $number $number "$referer" "$agent" $word $word $word $word $word $host $tls ...`},
	{name: "s3", source: "Amazon S3, server access log format before 2018", line: `$owner $word [$time] $client $word $word $word $word "$request" $status $word ` +
		`$bytes $number $number $number "$referer" "$agent" ...`},
	{name: "s3", source: "Amazon S3, server access log format: no request of a client",
		line: `$owner $word [$time] $client $word $word $word $word - $status $word $bytes $number $number $number - - ...`},
	{name: "mod_ssl", source: "Apache mod_ssl, CustomLog of the documentation: ssl_request_log", line: `[$time] $client $tls $word "$request" $bytes`},
	{name: "cloudflared", source: "cloudflared, connection log at level debug", line: `$time DBG $method $target $protocol connIndex=$number ...`},
	{name: "synapse", source: "Synapse, http/site.py", line: `$time - $word - $number - INFO - $word $client - $number - {$user} Processed request: $text $bytesB $status "$request" "$agent" [$number dbevts]`},
	{name: "actix", source: "actix-web, middleware::Logger in env_logger", line: `[$time $word $word] $client "$request" $status $bytes "$referer" "$agent" $number`},
	{name: "iis_log", source: "IIS, Microsoft IIS log file format",
		line: `$client, $user, $date, $clock, $word, $word, $address, $number, $number, $bytes, $status, $number, $method, $path, $query,`},
}
