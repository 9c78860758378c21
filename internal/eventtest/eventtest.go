// Package eventtest names the place of each field of a [tokenwarden.Event] in the usage format, in ClickHouse and in
// JSON. Tests of those outputs read it, so that a field that one of them forgets fails there by name.
package eventtest

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// Field is one leaf of an event. An empty name means that the output leaves the field out on purpose.
type Field struct {
	Path   string // in Go: "Geo.Country"
	Proto  string // in usage.proto: "Usage.country"
	Column string // of token_events
	JSON   string // of the event JSON
	needs  string // another leaf without which an output leaves this one out
}

var fields = []Field{
	{Path: "Time", Proto: "Usage.time_us", Column: "time", JSON: "time"},
	{Path: "Fingerprint", Proto: "Usage.fingerprint", Column: "fingerprint", JSON: "fingerprint"},
	{Path: "KeyID", Proto: "Usage.key_id", Column: "key_id", JSON: "key_id"},
	{Path: "Identity", Proto: "Usage.identity", Column: "identity", JSON: "identity"},
	{Path: "PairedWith", Proto: "Usage.paired_with", Column: "paired_with", JSON: "paired_with"},
	{Path: "Family", Proto: "Usage.family", Column: "family", JSON: "family"},
	{Path: "TokenKind", Proto: "Usage.token_kind", Column: "token_kind", JSON: "token_kind"},
	{Path: "Confidence", Proto: "Usage.confidence", Column: "confidence", JSON: "confidence"},
	{Path: "Location", Proto: "Usage.location", Column: "location", JSON: "location"},
	{Path: "Param", Proto: "Usage.param", Column: "param", JSON: "param"},
	{Path: "FirstInRequest", Proto: "Usage.first", Column: "first_in_request"},
	{Path: "ClientIP", Proto: "Usage.client_ip", Column: "client_ip", JSON: "client_ip"},
	{Path: "Geo.Country", Proto: "Usage.country", Column: "country", JSON: "country"},
	{Path: "Geo.City", Proto: "Usage.city", Column: "city"},
	{Path: "Geo.ASN", Proto: "Usage.asn", Column: "asn", JSON: "asn"},
	{Path: "Geo.ASOrg", Proto: "Usage.as_org", Column: "as_org"},
	{Path: "Geo.Lat", Proto: "Usage.latitude", needs: "Geo.Radius"},
	{Path: "Geo.Lon", Proto: "Usage.longitude", needs: "Geo.Radius"},
	{Path: "Geo.Radius", Proto: "Usage.radius_km"},
	{Path: "Method", Proto: "Usage.method", Column: "method", JSON: "method"},
	{Path: "Host", Proto: "Usage.host", Column: "host", JSON: "host"},
	{Path: "Service", Proto: "Usage.service", Column: "service", JSON: "service"},
	{Path: "Environment", Proto: "Usage.environment", Column: "environment", JSON: "environment"},
	{Path: "Endpoint", Proto: "Usage.endpoint", Column: "endpoint", JSON: "endpoint"},
	{Path: "Target", Proto: "Usage.target", Column: "target"},
	{Path: "Status", Proto: "Usage.status", Column: "status", JSON: "status"},
	{Path: "Bytes", Proto: "Usage.response_bytes", Column: "bytes", JSON: "bytes"},
	{Path: "UserAgent", Proto: "Usage.user_agent", Column: "user_agent", JSON: "user_agent"},
	{Path: "Client", Proto: "Usage.client", Column: "client"},
	{Path: "Scheme", Proto: "Usage.scheme", Column: "scheme", JSON: "scheme"},
	{Path: "TLSProtocol", Proto: "Usage.tls_protocol", Column: "tls_protocol"},
	{Path: "Owner", Proto: "Usage.owner", Column: "owner", JSON: "owner"},
	{Path: "Scopes", Proto: "Usage.scope", Column: "scopes", JSON: "scopes"},
	{Path: "Claims.JWT", Proto: "Usage.claims"}, // stored as the token kind
	{Path: "Claims.Alg", Proto: "Claims.alg", Column: "jwt_alg", needs: "Claims.JWT"},
	{Path: "Claims.Unsigned", Proto: "Claims.unsigned", Column: "jwt_unsigned", needs: "Claims.JWT"},
	{Path: "Claims.Issuer", Proto: "Claims.issuer", Column: "issuer", needs: "Claims.JWT"},
	{Path: "Claims.ClientID", Proto: "Claims.client", needs: "Claims.JWT"},
	{Path: "Claims.IssuedAt", Proto: "Claims.issued_at", Column: "issued_at", needs: "Claims.JWT"},
	{Path: "Claims.NotBefore", Proto: "Claims.not_before", needs: "Claims.JWT"},
	{Path: "Claims.Expires", Proto: "Claims.expires", Column: "expires", needs: "Claims.JWT"},
	{Path: "Claims.AuthTime", Proto: "Claims.auth_time", needs: "Claims.JWT"},
	{Path: "Claims.ACR", Proto: "Claims.acr", needs: "Claims.JWT"},
	{Path: "Claims.AMR", Proto: "Claims.amr", needs: "Claims.JWT"},
	{Path: "Claims.HasScopes", Proto: "Claims.has_scopes", needs: "Claims.JWT"},
	{Path: "Strength.Length", Proto: "Usage.strength_length", Column: "token_length", JSON: "token_length"},
	{Path: "Strength.Bits", Proto: "Usage.strength_bits", Column: "token_bits", JSON: "token_bits"},
	{Path: "Strength.Sequence", Proto: "Usage.strength_sequence", JSON: "token_sequence"},
	{Path: "Source.Topic", Proto: "UsageBatch.source_topic", Column: "topic", JSON: "source"},
	{Path: "Source.Partition", Proto: "UsageBatch.source_partition", Column: "partition", JSON: "source", needs: "Source.Topic"},
	{Path: "Source.Epoch", Proto: "UsageBatch.source_epoch", Column: "epoch", needs: "Source.Topic"},
	{Path: "Source.Offset", Proto: "Usage.source_offset", Column: "offset", JSON: "source", needs: "Source.Topic"},
	{Path: "Source.File", Column: "topic", JSON: "source"}, // files never cross the usage topic
	{Path: "Source.Line", Proto: "Usage.source_line", Column: "line", JSON: "source", needs: "Source.Topic"},
}

// places are the files to change for a new field of an event.
const places = `tokenwarden.Event and its Clone (event.go), append (wire.go) and decode (wire_decode.go), usage.proto,
eventColumns (sink/clickhouse/rows.go) with a schema step and storedEvents (sink/clickhouse/events.go), the event JSON,
and a line in internal/eventtest`

// Fields returns every leaf of an event, in the order of its fields. It fails the test for a leaf that the table does not
// name.
func Fields(t testing.TB) []Field {
	t.Helper()
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Path] = true
	}
	for _, path := range leaves(reflect.TypeFor[tokenwarden.Event](), "") {
		if !known[path] {
			t.Errorf("Event.%s is new. Its places: %s", path, places)
		}
		delete(known, path)
	}
	for path := range known {
		t.Errorf("Event.%s is gone: remove it from internal/eventtest and from %s", path, places)
	}
	return fields
}

// leaves returns the paths of all fields that are not structs of this module's vocabulary.
func leaves(typ reflect.Type, prefix string) (paths []string) {
	for f := range typ.Fields() {
		if f.Type.Kind() == reflect.Struct && f.Type.PkgPath() == reflect.TypeFor[tokenwarden.Event]().PkgPath() {
			paths = append(paths, leaves(f.Type, prefix+f.Name+".")...)
			continue
		}
		paths = append(paths, prefix+f.Name)
	}
	return paths
}

// Pair returns two events that differ in the field alone. Their memory is their own.
func (f Field) Pair() (without, with tokenwarden.Event) {
	return f.event(false), f.event(true)
}

func (f Field) event(with bool) tokenwarden.Event {
	e := tokenwarden.Event{Time: time.UnixMicro(1).UTC()}
	if f.needs != "" {
		set(at(&e, f.needs))
	}
	if with {
		set(at(&e, f.Path))
	}
	return e
}

// Value returns the field of e.
func (f Field) Value(e *tokenwarden.Event) reflect.Value { return at(e, f.Path) }

func at(e *tokenwarden.Event, path string) reflect.Value {
	v := reflect.ValueOf(e).Elem()
	for name := range strings.SplitSeq(path, ".") {
		v = v.FieldByName(name)
	}
	return v
}

// set gives v a value that is not the zero value and that every output can hold.
func set(v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = time.Date(2026, 1, 5, 9, 0, 0, 123456000, time.UTC)
		return
	case *netip.Addr:
		*p = netip.MustParseAddr("192.0.2.7")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("v", 2))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(2)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(2)
	case reflect.Float64:
		v.SetFloat(2.5)
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(i + 1))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			set(v.Index(i))
		}
	default:
		panic(fmt.Sprintf("eventtest: no value for a %s", v.Type()))
	}
}

// Changed returns the keys under which two forms of an event differ, sorted as they come.
func Changed[V any](without, with map[string]V) (keys []string) {
	for k, v := range with {
		if old, ok := without[k]; !ok || !reflect.DeepEqual(old, v) {
			keys = append(keys, k)
		}
	}
	for k := range without {
		if _, ok := with[k]; !ok {
			keys = append(keys, k)
		}
	}
	return keys
}

// Expect fails the test unless exactly the output's place of the field changed. kind names the output in the message.
func (f Field) Expect(t testing.TB, kind, place string, changed []string) {
	t.Helper()
	switch {
	case place == "" && len(changed) > 0:
		t.Errorf("Event.%s changes the %s %q, and internal/eventtest names none for it", f.Path, kind, changed)
	case place != "" && (len(changed) != 1 || changed[0] != place):
		t.Errorf("Event.%s must change the %s %q alone, and changes %q", f.Path, kind, place, changed)
	}
}
