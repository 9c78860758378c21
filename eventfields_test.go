package tokenwarden_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"unsafe"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/internal/eventtest"
)

// protoField is a field as usage.proto declares it.
type protoField struct{ message, name, kind string }

// readProto returns the fields of usage.proto by message and number.
func readProto(t *testing.T) map[string]map[int]protoField {
	t.Helper()
	text, err := os.ReadFile("usage.proto")
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]map[int]protoField{}
	line := regexp.MustCompile(`(?m)^message (\w+) \{|^  (?:repeated )?(\w+) (\w+) = (\d+);`)
	message := ""
	for _, m := range line.FindAllSubmatch(text, -1) {
		if m[1] != nil {
			message = string(m[1])
			fields[message] = map[int]protoField{}
			continue
		}
		number := 0
		for _, digit := range m[4] {
			number = 10*number + int(digit-'0')
		}
		if old, twice := fields[message][number]; twice {
			t.Errorf("usage.proto: %s has the number %d twice: %s and %s", message, number, old.name, m[3])
		}
		fields[message][number] = protoField{message, string(m[3]), string(m[2])}
	}
	return fields
}

var wireTypes = map[string]uint64{
	"string": 2, "bytes": 2, "Usage": 2, "Claims": 2, "double": 1, "uint32": 0, "int64": 0, "bool": 0,
}

// readWire reads a message by usage.proto and returns its values by name. A nested message has a value of its own: that it
// is there.
func readWire(t *testing.T, proto map[string]map[int]protoField, message string, b []byte, into map[string][]byte) {
	t.Helper()
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		b = b[n:]
		f, ok := proto[message][int(tag>>3)]
		if !ok {
			t.Fatalf("wire.go writes field %d of %s, which usage.proto does not have", tag>>3, message)
		}
		if want, known := wireTypes[f.kind]; !known || want != tag&7 {
			t.Errorf("wire.go writes %s.%s with wire type %d; usage.proto says %s", message, f.name, tag&7, f.kind)
		}
		size := 8
		switch tag & 7 {
		case 0:
			_, size = binary.Uvarint(b)
		case 2:
			length, n := binary.Uvarint(b)
			b, size = b[n:], int(length)
		}
		name := message + "." + f.name
		if proto[f.kind] != nil {
			readWire(t, proto, f.kind, b[:size], into)
			into[name] = []byte("present")
		} else {
			into[name] = append(into[name], b[:size]...)
		}
		b = b[size:]
	}
}

// TestEventFieldsOnTheWire holds Event, wire.go and usage.proto together: each field changes its own place of the format, and
// comes back.
func TestEventFieldsOnTheWire(t *testing.T) {
	proto := readProto(t)
	used := []string{"UsageBatch.usage", "Usage.subject_kind", "Usage.subject"} // no field of an event
	subject := tokenwarden.Subject{Kind: tokenwarden.SubjectNetwork}
	for _, f := range eventtest.Fields(t) {
		t.Run(f.Path, func(t *testing.T) {
			values := func(e tokenwarden.Event) map[string][]byte {
				batch, _ := tokenwarden.AppendUsage(tokenwarden.AppendUsageHeader(nil, e.Source), nil, subject, &e)
				got, err := tokenwarden.DecodeUsages(nil, batch)
				if err != nil || f.Proto != "" && !reflect.DeepEqual(got[0].Event, e) {
					t.Errorf("wire.go loses Event.%s: %v\n got %+v\nwant %+v", f.Path, err, got[0].Event, e)
				}
				into := map[string][]byte{}
				readWire(t, proto, "UsageBatch", batch, into)
				return into
			}
			without, with := f.Pair()
			f.Expect(t, "field of usage.proto", f.Proto, eventtest.Changed(values(without), values(with)))
		})
		used = append(used, f.Proto)
	}
	for message, fields := range proto {
		for _, p := range fields {
			if !slices.Contains(used, message+"."+p.name) {
				t.Errorf("usage.proto has %s.%s, which is no field of an event", message, p.name)
			}
		}
	}
}

// TestCloneOwnsEveryField holds that a clone shares no memory with its event, whatever field holds it.
func TestCloneOwnsEveryField(t *testing.T) {
	for _, f := range eventtest.Fields(t) {
		t.Run(f.Path, func(t *testing.T) {
			_, e := f.Pair()
			c := e.Clone()
			if !reflect.DeepEqual(c, e) {
				t.Fatalf("Clone changes Event.%s:\n got %+v\nwant %+v", f.Path, c, e)
			}
			if shared(f.Value(&e), f.Value(&c)) {
				t.Errorf("Clone shares the memory of Event.%s: add it in event.go", f.Path)
			}
		})
	}
}

// shared reports whether two values point to the same memory.
func shared(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.String:
		return unsafe.StringData(a.String()) == unsafe.StringData(b.String())
	case reflect.Slice:
		if a.Pointer() == b.Pointer() {
			return true
		}
		for i := range a.Len() {
			if shared(a.Index(i), b.Index(i)) {
				return true
			}
		}
	}
	return false
}

// A damaged test would pass everything: two equal forms differ nowhere, and a value that is new differs.
func TestChangedFindsDifferences(t *testing.T) {
	a := map[string][]byte{"same": []byte("x"), "gone": nil, "other": []byte("1")}
	b := map[string][]byte{"same": []byte("x"), "other": []byte("2"), "new": nil}
	got := eventtest.Changed(a, b)
	slices.Sort(got)
	if want := []string{"gone", "new", "other"}; !slices.Equal(got, want) || len(eventtest.Changed(a, a)) != 0 {
		t.Errorf("changed %q, want %q", got, want)
	}
	if bytes.Equal(a["other"], b["other"]) {
		t.Error("the test's own values are equal")
	}
}
