package kafka

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/sink"
)

// AlertSink writes the open alerts of a checkpoint to the alerts topic, as JSON. Alerts in shadow or under an exception
// are for ClickHouse alone.
type AlertSink struct{ Writer *Writer }

var _ sink.Sink = AlertSink{}

// Write implements [sink.Sink]. A repeated Write adds the same records to the topic again: readers replace by id and
// count. Versions of one alert stay in order.
func (s AlertSink) Write(ctx context.Context, c *tokenwarden.Checkpoint) error {
	rs, err := alertRecords(c.Alerts)
	if err != nil {
		return sink.Permanent(err)
	}
	if err := s.Writer.WriteAlerts(ctx, rs); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return sink.Permanent(err) // the writer has retried all others
	}
	return nil
}

// alertRecords returns a record for each open alert, with its id as the key.
func alertRecords(alerts []tokenwarden.Alert) ([]tokenwarden.Message, error) {
	rs := make([]tokenwarden.Message, 0, len(alerts))
	for i := range alerts {
		a := &alerts[i]
		if a.Status != tokenwarden.StatusOpen {
			continue
		}
		value, err := encodeAlert(a)
		if err != nil {
			return nil, err
		}
		rs = append(rs, tokenwarden.Message{Key: []byte(a.ID), Value: value, Time: time.Now()})
	}
	return rs, nil
}

// refusedAlert writes an alert without its longest fields, or drops it: ClickHouse has it whole. Readers get the id, the
// rule and the subject in any case.
func (w *Writer) refusedAlert(ctx context.Context, t target, r tokenwarden.Message, _ string) error {
	var a tokenwarden.Alert
	if err := json.Unmarshal(r.Value, &a); err != nil {
		return w.writeAny(ctx, t, nil)
	}
	a.SQL, a.Evidence = "", nil
	short := a
	short.Summary, short.NextSteps, short.Owner, short.Observed, short.Baseline, short.Threshold = "", nil, "", "", "", ""
	var forms []tokenwarden.Message
	for _, form := range []*tokenwarden.Alert{&a, &short} {
		if value, err := encodeAlert(form); err == nil {
			forms = append(forms, tokenwarden.Message{Key: r.Key, Value: value})
		}
	}
	return w.writeAny(ctx, t, forms)
}

// encodeAlert returns the JSON object of a, without HTML escapes, which would make targets unreadable.
func encodeAlert(a *tokenwarden.Alert) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(a); err != nil {
		return nil, fmt.Errorf("encode alert %s: %w", a.ID, err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
