// Package accesslog takes access-log lines apart: it says what each stretch of a line is, so that credentials can be
// looked for in it and replaced in place.
//
// [New] makes a [Parser] for a format's name, for a format string as servers are configured with (nginx log_format,
// Apache LogFormat, HAProxy log-format, Envoy), or for "auto", which finds the format by itself. A parser belongs to one
// source. It unwraps what log shippers put around a line (syslog, Docker, CRI, Filebeat) and recognises error-log lines.
//
// All formats obey one rule: a byte outside of all Fields of a [record.Record] has been checked to belong to a value of a
// fixed type, or is punctuation. Unexpected text becomes a KindText field, never a gap.
//
// # How to find your way
//
//   - [Parser] is the contract (parser.go); it fills a [record.Record].
//   - A format is one type with one method, parse(*record.Record) error: clf (common, combined), template (format
//     strings), columns (ALB, W3C), haproxy, logfmt, jsonLog (everything that is JSON).
//   - directive.go takes a format string out of its configuration; nginx.go, apache.go, envoy.go and haproxyformat.go
//     say what their variables hold, join.go what several of them are together.
//   - What a value is, is a role; assign.go is the one place that says what becomes of each role.
//   - parser.go puts envelopes and forwarded addresses around any format, auto.go chooses between formats.
package accesslog
