package kafka

import (
	"context"
	"errors"
	"io"
	"net"

	kafkago "github.com/segmentio/kafka-go"
)

// classify returns the class of an error. The set of classes is closed, because they are metric labels.
func classify(err error) string {
	var code kafkago.Error
	var network net.Error
	switch {
	case errors.As(err, &code):
		return classifyCode(code)
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &network):
		return "network"
	}
	return "other"
}

func classifyCode(code kafkago.Error) string {
	switch code {
	case kafkago.MessageSizeTooLarge, kafkago.RecordListTooLarge:
		return "too_large"
	case kafkago.InvalidRecord, kafkago.InvalidTimestamp:
		return "invalid_record"
	case kafkago.UnknownTopicOrPartition:
		return "no_topic"
	case kafkago.TopicAuthorizationFailed, kafkago.ClusterAuthorizationFailed, kafkago.SASLAuthenticationFailed:
		return "denied"
	case kafkago.InvalidTopic, kafkago.InvalidRequiredAcks, kafkago.UnsupportedForMessageFormat, kafkago.PolicyViolation:
		return "refused"
	case kafkago.RequestTimedOut:
		return "timeout"
	}
	if code.Temporary() {
		return "broker"
	}
	return "other"
}

// permanent reports whether a retry cannot succeed before somebody changes the cluster.
func permanent(class string) bool { return class == "denied" || class == "refused" }

// refusal reports whether an error of the class is about one of the records: others may be accepted.
func refusal(class string) bool { return class == "too_large" || class == "invalid_record" }

// advice names the setting to change, by class of error.
var advice = map[string]string{
	"denied":         "the user lacks the right: grant Write and Describe on the topic",
	"too_large":      "a record is too large: raise the topic's max.message.bytes",
	"invalid_record": "a record is not accepted: look at the topic's cleanup.policy and timestamp settings",
	"refused":        "the broker refuses the records: look at the topic's settings",
}
