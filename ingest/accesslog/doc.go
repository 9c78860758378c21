// Package accesslog parses access-log lines. It assigns a kind to each stretch of a line, so that credentials can be searched
// there and replaced in place.
//
// [New] returns a [Parser] for a format's name, for a format string as servers are configured with (nginx log_format,
// Apache LogFormat, HAProxy log-format, Envoy), or for "auto", which finds the format by itself. A parser belongs to one
// source. It unwraps the prefixes and JSON of log shippers (syslog, Docker, CRI, Filebeat) and recognises error-log lines.
//
// All formats obey one rule: a byte outside of all Fields of a [record.Record] has been checked to belong to a value of a
// fixed type, or is punctuation. Unexpected text becomes a KindText field, never a gap.
//
// # Files
//
//   - parser.go: [Parser] and its errors. options.go: [Options] and [New]. formats.go: the table of formats.
//   - auto.go chooses between formats, envelope*.go unwraps lines, colours.go removes colours, explain.go finds where a line
//     stops fitting.
//   - format_*.go: a file for each format, that is a type with the method parse(*record.Record) error.
//   - pattern*.go: the layouts of servers that need no more than a row of pattern_table.go each.
//   - template*.go: format strings. template_directive.go extracts them from a configuration; template_nginx.go,
//     template_apache.go, template_envoy.go and template_haproxy.go define their variables.
//   - json_*.go: the parts of format_json.go. json_scan.go and json_string.go read, json_keys.go and json_key.go hold the table of
//     keys, json_fields.go the keys of the configuration, json_cache.go the keys of a source, json_origin.go the writer of an
//     object, json_list.go lists of names and values.
//   - columns.go reads values in a fixed order: the columns of ALB, W3C and IIS lines.
//   - assign*.go: a role is the part of a record for a value; the assigner sets the parts.
//   - value_*.go: times (clock, calendar), addresses (address, forwarded), request lines, numbers, quotes, extra columns.
//
// # A new format
//
// Adding a format takes a row in formats.go, a row in pattern_table.go or a file format_NAME.go with the type and its
// explanation, lines in testdata/lines.txt, testdata/lines.golden as `go test -run Golden -update` writes it, and the name in the
// documentation.
package accesslog
