package ingest

import (
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// sourceValues finds the service, the environment and the host of the line at hand.
type sourceValues struct {
	sources *Sources
	topic   string // of places
	places  sourcePlaces
	headers []tokenwarden.Header // of the line's message; a pointer to the line would put each line on the heap
	outer   []record.Field       // marked fields of a message around its requests
	before  int                  // where the request at hand starts in the message
}

// maxOuter bounds the fields around requests that are remembered.
const maxOuter = 64

// setSource sets what the configuration says of the line's source. It holds, whatever the line says.
func (p *Processor) setSource(e *tokenwarden.Event, l *Line) {
	v := &p.source
	if v.sources == nil {
		return
	}
	topic := l.Source.Topic
	if topic == "" {
		topic = l.Source.File
	}
	if topic != v.topic || v.topic == "" {
		v.topic, v.places = topic, v.sources.of(topic)
	}
	v.headers = l.Headers
	e.Service = p.sourceValue(v.places.service, maxSourceName, "")
	e.Environment = p.sourceValue(v.places.environment, maxSourceName, "")
	if host := p.sourceValue(v.places.host, maxHost, e.Host); host != "" {
		e.Host = p.lower(host)
	}
}

// sourceValue returns the first value that one of the places has, redacted. own is the line's own.
func (p *Processor) sourceValue(places []sourcePlace, longest int, own string) string {
	for i := range places {
		value := ""
		switch at := &places[i]; {
		case at.name != "":
			return at.name
		case at.log:
			value = own
		case at.header != "":
			value = p.headerValue(at.header)
		default:
			value = p.labelledText(p.identityMarks + at.label)
		}
		if value != "" {
			return p.eventText(value, longest)
		}
	}
	return ""
}

// headerValue returns a header of the line's Kafka message, redacted; of several with that name the last, as Kafka's clients do.
func (p *Processor) headerValue(name string) string {
	headers := p.source.headers
	for i := len(headers) - 1; i >= 0; i-- {
		if h := &headers[i]; strings.EqualFold(h.Key, name) {
			text, _ := p.decodedText(record.String(h.Value), record.KindText)
			return text
		}
	}
	return ""
}

// labelledText returns the text of the field with a mark, redacted: in a message of several requests it may stand outside of the
// request at hand, whose findings are only its own.
func (p *Processor) labelledText(mark uint8) string {
	f := p.labelled(mark)
	if len(p.message.rec.Requests) == 0 {
		return p.fieldText(f)
	}
	findings, spans := p.findings, p.guardSpans
	p.findings, p.guardSpans = p.message.findings, p.message.guardSpans
	text := p.fieldText(f)
	p.findings, p.guardSpans = findings, spans
	return text
}

// labelled returns the field with a mark: of several the outermost, then the first, so that a line never overrides its
// shipper. In a message of several requests the field may stand around the request, before it.
func (p *Processor) labelled(mark uint8) (found record.Field) {
	for _, f := range p.rec.Fields {
		if f.Mark == mark && (!found.Present() || f.Depth < found.Depth) {
			found = f
		}
	}
	v := &p.source
	for i := len(v.outer) - 1; i >= 0; i-- {
		if f := v.outer[i]; f.Mark == mark && f.End <= v.before {
			return f
		}
	}
	return found
}

// keepOuter remembers the marked fields of a message that stand around its requests.
func (p *Processor) keepOuter() {
	v, requests := &p.source, p.rec.Requests
	v.outer = v.outer[:0]
	if v.sources == nil || len(v.sources.labels) == 0 {
		return
	}
	for _, f := range p.rec.Fields {
		for len(requests) > 0 && requests[0].End <= f.Start {
			requests = requests[1:]
		}
		if f.Mark > p.identityMarks && (len(requests) == 0 || f.End <= requests[0].Start) && len(v.outer) < maxOuter {
			v.outer = append(v.outer, f)
		}
	}
}
