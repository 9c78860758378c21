package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// fieldsOf scores the record of a line. A text that the server did not log, because it refused or changed the request, is not
// asked for.
func (c *scorer) fieldsOf(l *parsed, raw [][]byte, r *reply) {
	var record *logRecord
	w := r.wants(raw)
	if len(l.records) == 1 && (l.records[0].Error == nil || w.target == "") {
		record = &l.records[0]
	}
	read := true
	if w.target != "" {
		read = c.read.add(record != nil && same(record.Method, w.method) && w.isTarget(record.Target))
	}
	if !read {
		c.fault("not read", l, r)
	}
	for _, field := range c.shows {
		if w.isRefused(field) {
			continue
		}
		if right := record != nil && w.right(record, field); !c.fields.add(right) && read && record != nil {
			c.fault(fmt.Sprintf("%s is %s", field, record.show(field)), l, r)
		}
	}
}

// wanted is what a line must give.
type wanted struct {
	reply                                *reply
	method, target, agent, referer, host string // "" for what the line does not show
	cut                                  bool   // the server cut the target
}

// wants returns what a line must give, which can be read in these ways.
func (r *reply) wants(raw [][]byte) wanted {
	w := wanted{reply: r, method: r.request.method}
	_, target, _ := strings.Cut(r.line, " ")
	target = strings.TrimSuffix(target, " HTTP/1.1")
	path, _, _ := strings.Cut(target, "?")
	switch {
	case shows(raw, target):
		w.target = target
	case shows(raw, w.method) && shows(raw, path):
		w.target, w.cut = target, true
	}
	for _, h := range []struct {
		name string
		to   *string
	}{{"User-Agent", &w.agent}, {"Referer", &w.referer}, {"Host", &w.host}} {
		if value := r.request.header(h.name); shows(raw, value) {
			*h.to = value
		}
	}
	return w
}

// shows reports whether a text stands in one of these, with its own escapes or without.
func shows(texts [][]byte, text string) bool {
	for _, u := range unfold([]byte(text)) {
		for _, t := range texts {
			if bytes.Contains(t, u) {
				return true
			}
		}
	}
	return false
}

// isRefused reports whether the line does not have the field because the server refused the request.
func (w *wanted) isRefused(field string) bool {
	return w.target == "" && (field == "method" || field == "target" || field == "agent" || field == "referer" || field == "host")
}

// isTarget reports whether a record's target is the one that was sent. Some servers write the whole URL.
func (w *wanted) isTarget(got *string) bool {
	for _, target := range []string{w.target, "http://" + w.reply.request.header("Host") + w.target} {
		if same(got, target) || w.cut && got != nil && *got != "" && strings.HasPrefix(target, placeholder.Split(*got, -1)[0]) {
			return true
		}
	}
	return false
}

// right reports whether a field of the record is what was sent or answered.
func (w *wanted) right(rec *logRecord, field string) bool {
	r := w.reply
	switch field {
	case "method":
		return same(rec.Method, w.method)
	case "target":
		return w.isTarget(rec.Target)
	case "agent":
		return same(rec.Agent, w.agent)
	case "referer":
		return same(rec.Referer, w.referer)
	case "host":
		return same(rec.Host, w.host)
	case "client":
		return same(rec.Client, r.request.client.String())
	case "forwarded": // the last address that a proxy wrote, or what the client says
		forwarded := r.request.header("X-Forwarded-For")
		return same(rec.Client, r.request.client.String()) || forwarded != "" && same(rec.Client, forwarded)
	case "status":
		return r.status == 0 || rec.Status != nil && *rec.Status == r.status
	case "bytes": // with the head or without; a proxy may add to the head after it counted
		if rec.Bytes == nil || *rec.Bytes == 0 {
			return r.body == 0 || w.target == "" // HAProxy counts nothing of its own answers
		}
		return *rec.Bytes >= r.body && *rec.Bytes <= r.total
	case "time":
		return rec.Time != nil && rec.Time.After(r.start.Add(-clockSlack)) && rec.Time.Before(r.end.Add(clockSlack))
	}
	return false
}

// clockSlack is how far the time of a line may be from the client's: many formats have whole seconds.
const clockSlack = 2 * time.Second

// show returns what the record has in a field, for a report.
func (rec *logRecord) show(field string) string {
	texts := map[string]*string{
		"method": rec.Method, "target": rec.Target, "agent": rec.Agent, "referer": rec.Referer, "host": rec.Host, "client": rec.Client,
	}
	if s, ok := texts[field]; ok && s != nil {
		return fmt.Sprintf("%q", *s)
	}
	switch {
	case field == "status" && rec.Status != nil:
		return fmt.Sprint(*rec.Status)
	case field == "bytes" && rec.Bytes != nil:
		return fmt.Sprint(*rec.Bytes)
	case field == "time" && rec.Time != nil:
		return rec.Time.String()
	}
	return "absent"
}

var placeholder = regexp.MustCompile(`REDACTED\.[a-z0-9_]+\.[0-9a-f]{16}`)

// same reports whether a text of a record, redacted and perhaps still escaped, is the text that was sent.
func same(got *string, want string) bool {
	if got == nil || *got == "-" {
		return want == "" || want == "-"
	}
	wants := unfold([]byte(want))
	for _, g := range unfold([]byte(*got)) {
		for _, w := range wants {
			if matches(g, w) {
				return true
			}
		}
	}
	return false
}

// matches reports whether text is what a redacted text was made from: each placeholder stands for something.
func matches(redacted, text []byte) bool {
	pieces := placeholder.Split(string(redacted), -1)
	if len(pieces) == 1 {
		return bytes.Equal(redacted, text)
	}
	rest, ok := bytes.CutPrefix(text, []byte(pieces[0]))
	if !ok {
		return false
	}
	for _, piece := range pieces[1 : len(pieces)-1] {
		i := bytes.Index(rest, []byte(piece))
		if i < 1 {
			return false
		}
		rest = rest[i+len(piece):]
	}
	last := []byte(pieces[len(pieces)-1])
	return len(rest) > len(last) && bytes.HasSuffix(rest, last)
}
