package accesslog

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// albColumns are the columns of an AWS Application Load Balancer's access log (ELB user guide, "Access log entries",
// 2026-11). Older logs lack the last ones, and newer logs may have more.
var albColumns = strings.Fields("type time elb client:port target:port request_processing_time target_processing_time " +
	"response_processing_time elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher " +
	"ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time " +
	"actions_executed redirect_url error_reason target:port_list target_status_code_list classification " +
	"classification_reason conn_trace_id transformed_host transformed_uri request_transform_status")

// elbColumns are the columns of a Classic Load Balancer: the first ones of an ALB without the type.
var elbColumns = albColumns[1:16]

var albDefs = keyTable([]keyRow{
	{role: roleScheme, keys: "type"},
	{role: roleTime, rank: 1, keys: "time"},
	{role: roleTime, keys: "request_creation_time"},
	{role: rolePeer, keys: "client:port"},
	{role: roleAddress, keys: "target:port target:port_list"},
	{role: roleNumber, keys: "request_processing_time target_processing_time response_processing_time target_status_code received_bytes " +
		"matched_rule_priority target_status_code_list"},
	{role: roleStatus, keys: "elb_status_code"},
	{role: roleBytes, keys: "sent_bytes"},
	{role: roleRequest, keys: "request"},
	{role: roleAgent, keys: "user_agent"},
	{role: roleTLS, keys: "ssl_protocol"},
	{role: roleHost, rank: 1, keys: "domain_name"},
	{role: roleField, kind: record.KindURL, keys: "redirect_url"},
	{role: roleField, kind: record.KindURL, keys: "transformed_uri"},
})

// alb reads the access logs of AWS load balancers, Application and Classic.
type alb struct{ application, classic columns }

func newALB(string, Options) format {
	return &alb{
		application: columns{sep: ' ', defs: columnDefs(albColumns, albDefs), strict: true},
		classic:     columns{sep: ' ', defs: columnDefs(elbColumns, albDefs), strict: true},
	}
}

// explainALB lists the first columns of every ALB line.
var explainALB = explanation{columns: []column{
	{"http, https, h2, grpcs, ws or wss", albTypeEnd}, {"an ISO 8601 time", isoColumnEnd}, wantAny("the load balancer"), wantPeer,
}}

func albTypeEnd(b []byte, i int) int {
	for _, t := range albTypes {
		if bytes.HasPrefix(b[i:], []byte(t)) {
			return i + len(t) - 1
		}
	}
	return -1
}

// albTypes are the values of the first column and the space behind.
var albTypes = [...]string{"http ", "https ", "h2 ", "grpcs ", "ws ", "wss "}

func (a *alb) parse(r *record.Record) error {
	c := &a.classic
	for _, t := range albTypes {
		if bytes.HasPrefix(r.Line, []byte(t)) {
			c = &a.application
		}
	}
	if len(r.Line) == 0 || c == &a.classic && !isDigit(r.Line[0]) {
		return ErrFormat
	}
	c.begin()
	if n, ok := c.read(r, 0, 0); !ok || n < len(elbColumns)-3 || r.Time.IsZero() || !r.ClientIP.IsValid() {
		return ErrFormat
	}
	r.Format = "alb"
	return c.finish(r)
}
