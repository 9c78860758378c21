package ingest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// quoted returns s as a JSON string.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func encoded(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// jsonRequest returns a request as an object with the keys of a JSON log.
func jsonRequest(target string) string {
	return `{"time":"2026-01-05T08:59:58Z","remote_addr":"192.0.2.7","method":"GET","uri":` + quoted(target) + `,"status":200}`
}

// messageKind is a way of sending several requests in one message.
type messageKind struct {
	name                    string
	before, between, behind string
	element                 func(target string) string
	wrap                    func(element string) string // nil: an element stands as it is
}

// in returns a message of the kind with the elements.
func (k *messageKind) in(elements ...string) string {
	if k.wrap != nil {
		wrapped := make([]string, len(elements))
		for i, e := range elements {
			wrapped[i] = k.wrap(e)
		}
		elements = wrapped
	}
	return k.before + strings.Join(elements, k.between) + k.behind
}

// of returns a message of the kind with a request for each target.
func (k *messageKind) of(targets ...string) string {
	elements := make([]string, len(targets))
	for i, target := range targets {
		elements[i] = k.element(target)
	}
	return k.in(elements...)
}

func messageKinds() []messageKind {
	line := func(format string) func(string) string {
		return func(target string) string { return fmt.Sprintf(format, quoted(combined(target))) }
	}
	logRecord := func(target string) string {
		path, query, _ := strings.Cut(target, "?")
		return `{"timeUnixNano":"1767603598000000000","body":{"stringValue":"request"},"attributes":[` +
			`{"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"url.path","value":{"stringValue":` + quoted(path) + `}},` +
			`{"key":"url.query","value":{"stringValue":` + quoted(query) + `}},{"key":"http.response.status_code","value":{"intValue":"200"}},` +
			`{"key":"client.address","value":{"stringValue":"192.0.2.7"}}]}`
	}
	data := func(element string) string { return `{"data":"` + encoded(element) + `"}` }
	const otlp = `{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"api"}}]},"scopeLogs":[{"scope":{},"logRecords":[`
	return []messageKind{
		{"array", "[", ",", "]", jsonRequest, nil},
		{"array of lines in objects", "[\n", ",\n", "\n]", line(`{"date":1767603598.1,"log":%s}`), nil},
		{"array of strings", "[", ",", "]", line("%s"), nil},
		{"records", `{"records":[`, ",", "]}", jsonRequest, nil},
		{"Records with a body", `{"Records":[`, ",", "]}", line(`{"messageId":"1","body":%s}`), nil},
		{"log events", `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logEvents":[`, ",", "]}", line(`{"id":"1","timestamp":1767603598000,"message":%s}`), nil},
		{"Loki", `{"streams":[{"stream":{"app":"nginx"},"values":[`, ",", "]}]}", line(`["1767603598000000000",%s,{"pod":"a"}]`), nil},
		{"Loki, a stream each", `{"streams":[`, ",", "]}", line(`{"stream":{"app":"nginx"},"values":[["1767603598000000000",%s]]}`), nil},
		{"OTLP", otlp, ",", "]}]}]}", logRecord, nil},
		{"OTLP, a scope each", otlp, `]},{"logRecords":[`, "]}]}]}", logRecord, nil},
		{"OTLP with lines", otlp, ",", "]}]}]}", line(`{"timeUnixNano":"1767603598000000000","body":{"stringValue":%s}}`), nil},
		{"list of events", `{"kind":"EventList","metadata":{},"items":[`, ",", "]}", func(target string) string {
			return `{"kind":"Event","requestURI":` + quoted(target) + `,"verb":"get","user":{"username":"u"},` +
				`"client_ip":"192.0.2.7","responseStatus":{"code":200},"requestReceivedTimestamp":"2026-01-05T08:59:58.000000Z"}`
		}, nil},
		{"one behind the other", "", "", "", line(`{"time":1767603598.1,"host":"h","event":%s}`), nil},
		{"one behind the other with blanks", "", " \t", " ", jsonRequest, nil},
		{"in a line of a shipper", `{"message":"{\"records\":[`, ",", `]}","@timestamp":"2026-01-05T08:59:58Z"}`, func(target string) string {
			s := quoted(jsonRequest(target))
			return s[1 : len(s)-1]
		}, nil},
		{"base64 of lines", `{"requestId":"1","timestamp":1767603598000,"records":[`, ",", "]}", func(target string) string { return combined(target) + "\n" }, data},
		{"base64 of coloured lines", `{"requestId":"1","timestamp":1767603598000,"records":[`, ",", "]}", func(target string) string { return "\x1b[32m" + combined(target) + "\x1b[0m\n" }, data},
		{"base64 of JSON", `{"invocationId":"1","records":[`, ",", "]}", jsonRequest, data},
		{"base64 in Kinesis' events", `{"Records":[`, ",", "]}", jsonRequest, func(e string) string { return `{"kinesis":{"partitionKey":"1","data":"` + encoded(e) + `"}}` }},
		{"lists in base64", `{"records":[`, ",", "]}", func(target string) string {
			return `{"logEvents":[{"id":"1","message":` + quoted(combined(target)) + `}]}`
		}, data},
		{"behind a prefix", `<190>1 2026-01-05T08:59:58Z web1 app 7 - - [`, ",", "]", jsonRequest, nil},
	}
}

// decodedBase64 returns s with the content of its strings of base64 in their place.
func decodedBase64(s string) string {
	return base64Strings.ReplaceAllStringFunc(s, func(word string) string {
		if b, err := base64.StdEncoding.DecodeString(strings.Trim(word, `"`)); err == nil {
			return string(b)
		}
		return word
	})
}

var base64Strings = regexp.MustCompile(`"[A-Za-z0-9+/]{24,}={0,2}"`)
