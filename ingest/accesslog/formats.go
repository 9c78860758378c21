package accesslog

// formatRow is one format: what New, Auto and Mismatches know of it. Adding a format takes a row here, a row of
// patternRows or a file format_NAME.go with the format and its explanation, and lines in testdata/lines.txt.
type formatRow struct {
	name string // as the configuration spells it

	// build returns the format for a source. name becomes Record.Format; with "" the format names each line itself.
	build func(name string, o Options) format

	// auto is the place among the formats that "auto" tries on a line, the strictest first. 0: another row tries the same
	// lines, or they cannot be told apart from others.
	auto int

	explain *explanation // where a line stops fitting; rows next to each other may share one; nil: any line may fit
}

// autoLastResort is the formatRow.auto of a format that accepts nearly any line. It is tried after error logs and prefixes.
const autoLastResort = 1000

// formats are the formats by name, those of one family together.
var formats = [...]formatRow{
	{"common", newCommon, 1, &explainCommon},
	{"combined", newCombined, 0, &explainCommon},
	{"traefik", newCombined, 0, &explainCommon},
	{"jetty", newCombined, 0, &explainCommon},
	{"hypercorn", newCombined, 0, &explainCommon},
	{"werkzeug", newCommon, 0, &explainCommon},
	{"vhost_combined", newVhostCombined, 0, &explainVhostCombined},
	{"bunkerweb", newVhostCombined, 0, &explainVhostCombined},
	{"envoy", newEnvoy, 5, &explainEnvoy},
	{"haproxy", newHAProxy, 4, &explainHAProxy},
	{"nginx_proxy_manager", newProxyManager, 6, &explainProxyManager},
	{"logfmt", newLogfmt, 8, &explainLogfmt},
	{"lograge", newLogfmt, 0, &explainLogfmt},
	{"ltsv", newLTSV, 10, &explainLTSV},
	{"apache_forensic", newForensic, 11, &explainForensic},
	{"alb", newALB, 3, &explainALB},
	{"nginx_json", newJSON, 0, &explainJSON},
	{"apache_json", newJSON, 0, &explainJSON},
	{"caddy", newJSON, 0, &explainJSON},
	{"traefik_json", newJSON, 0, &explainJSON},
	{"envoy_json", newJSON, 0, &explainJSON},
	{"kong", newJSON, 0, &explainJSON},
	{"ecs", newJSON, 0, &explainJSON},
	{"akamai", newJSON, 0, &explainJSON},
	{"f5", newJSON, 0, &explainJSON},
	{"haproxy_enterprise", newJSON, 0, &explainJSON},
	{"winston", newJSON, 0, &explainJSON},
	{"kubernetes_audit", newJSON, 0, &explainJSON},
	{"json", newJSON, 2, &explainJSON},
	{"w3c", newW3C, 7, &explainW3C},
	{"iis", newW3C, 0, &explainW3C},
	{"cloudfront", newW3C, 0, &explainW3C},
	{"squid", newPatterns, 9, &explainPatterns},
	{"trafficserver", newPatterns, 0, &explainPatterns},
	{"uwsgi", newPatterns, 0, &explainPatterns},
	{"gin", newPatterns, 0, &explainPatterns},
	{"chi", newPatterns, 0, &explainPatterns},
	{"fiber", newPatterns, 0, &explainPatterns},
	{"negroni", newPatterns, 0, &explainPatterns},
	{"morgan", newPatterns, 0, &explainPatterns},
	{"koa", newPatterns, 0, &explainPatterns},
	{"django", newPatterns, 0, &explainPatterns},
	{"uvicorn", newPatterns, 0, &explainPatterns},
	{"php_fpm", newPatterns, 0, &explainPatterns},
	{"tornado", newPatterns, 0, &explainPatterns},
	{"jupyter", newPatterns, 0, &explainPatterns},
	{"klog", newKlog, 0, &explainPatterns},
	{"rails", newPatterns, 0, &explainPatterns},
	{"aspnet", newPatterns, 0, &explainPatterns},
	{"spring", newPatterns, 0, &explainPatterns},
	{"zoraxy", newPatterns, 0, &explainPatterns},
	{"glassfish", newPatterns, 0, &explainPatterns},
	{"couchdb", newPatterns, 0, &explainPatterns},
	{"gitea", newPatterns, 0, &explainPatterns},
	{"s3", newPatterns, 0, &explainPatterns},
	{"mod_ssl", newPatterns, 0, &explainPatterns},
	{"cloudflared", newPatterns, 0, &explainPatterns},
	{"synapse", newPatterns, 0, &explainPatterns},
	{"actix", newPatterns, 0, &explainPatterns},
	{"iis_log", newPatterns, 0, &explainPatterns},
	{"generic", newGeneric, autoLastResort, nil},
}

// newParser returns a parser for the lines of this format.
func (f *formatRow) newParser(o Options) *parser {
	if f.auto == autoLastResort {
		p := newParser(f.name, noFormat{}, o)
		p.lastResort = f.build(f.name, o)
		return p
	}
	return newParser(f.name, f.build(f.name, o), o)
}
