package clickhouse

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

func TestCheckpoint(t *testing.T) {
	c := newTest(t)
	position := func(partition int32, want tokenwarden.Position, wantOffsets []tokenwarden.SourceOffset, wantFound bool) {
		t.Helper()
		got, found, err := c.Checkpoint(testContext(t), "usage", partition)
		if err != nil || got.Position != want || found != wantFound || !slices.Equal(got.SourceOffsets, wantOffsets) || string(got.Peers) != peersOf(want, found) {
			t.Errorf("got %+v %t %v, want %v %v %t", got, found, err, want, wantOffsets, wantFound)
		}
	}
	write := func(topic string, p tokenwarden.Position, offsets ...tokenwarden.SourceOffset) {
		t.Helper()
		mustWrite(t, c, &tokenwarden.Checkpoint{Topic: topic, Position: p, SourceOffsets: offsets, Peers: []byte(peersOf(p, true))})
	}
	position(1, tokenwarden.Position{Partition: 1}, nil, false)
	offsets := []tokenwarden.SourceOffset{{Topic: "logs", Partition: 2, Offset: 1 << 40}, {Topic: "logs", Partition: 3, Epoch: 4, Offset: -1}}
	write("usage", tokenwarden.Position{Partition: 1, Offset: 100}, offsets...)
	write("usage", tokenwarden.Position{Partition: 1, Offset: 50}) // a process that lost the partition is late
	write("usage", tokenwarden.Position{Partition: 2, Offset: 1000})
	write("other", tokenwarden.Position{Partition: 1, Offset: 1000})
	position(1, tokenwarden.Position{Partition: 1, Offset: 100}, offsets, true)
	write("usage", tokenwarden.Position{Partition: 1, Epoch: 1, Offset: 3}) // the topic was made anew
	position(1, tokenwarden.Position{Partition: 1, Epoch: 1, Offset: 3}, []tokenwarden.SourceOffset{}, true)
}

// peersOf returns peer statistics that differ by checkpoint. Any bytes may stand in them.
func peersOf(p tokenwarden.Position, found bool) string {
	if !found {
		return ""
	}
	return fmt.Sprintf("\x00\xff%d", p.Offset)
}

func fullProfile() tokenwarden.Profile {
	return tokenwarden.Profile{
		Subject: tokenwarden.TokenSubject(testFingerprint(1)), KeyID: tokenwarden.KeyID{1}, TokenKind: "jwt", Identity: tokenwarden.IdentityForeign, Owner: "o",
		Family:    testFingerprint(2),
		FirstSeen: time.UnixMicro(1_790_000_000_000_001).UTC(), LastSeen: time.UnixMicro(1_790_000_000_000_002).UTC(),
		Requests: 1, Errors: 2, Bytes: 1 << 63, Countries: []string{"DE", ""}, ASNs: []uint32{1, 1<<32 - 1}, Networks: 3,
		Clients: []string{"curl"}, Hosts: []string{"h"}, Endpoints: 4, Scopes: []string{"s"}, Version: 5,
		Applied: tokenwarden.Position{Partition: 6, Epoch: 7, Offset: 1 << 62}, State: []byte{0, 1, 2},
	}
}

func TestProfiles(t *testing.T) {
	c := newTest(t)
	old, full := fullProfile(), fullProfile()
	old.Version, old.State = 4, []byte("old")
	family := tokenwarden.Profile{Subject: tokenwarden.Subject{Kind: tokenwarden.SubjectFamily, ID: full.Subject.ID}, Version: 1}
	client := tokenwarden.Profile{Subject: tokenwarden.NetworkSubject(netip.MustParseAddr("203.0.113.9")), Version: 1}
	client6 := tokenwarden.Profile{Subject: tokenwarden.NetworkSubject(netip.MustParseAddr("2001:db8::1")), Version: 1}
	mustWrite(t, c,
		&tokenwarden.Checkpoint{Topic: "u", Profiles: []tokenwarden.Profile{full, family, client, client6}},
		&tokenwarden.Checkpoint{Topic: "u", Profiles: []tokenwarden.Profile{old}})
	f := func(subjects []tokenwarden.Subject, want ...tokenwarden.Profile) {
		t.Helper()
		got, err := c.Profiles(testContext(t), subjects)
		if err != nil {
			t.Fatal(err)
		}
		order := func(a, b tokenwarden.Profile) int {
			return strings.Compare(a.Subject.Kind.String()+a.Subject.String(), b.Subject.Kind.String()+b.Subject.String())
		}
		slices.SortFunc(got, order)
		slices.SortFunc(want, order)
		if len(got) != len(want) || len(got) > 0 && !sameProfiles(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
	}
	f(nil)
	f([]tokenwarden.Subject{tokenwarden.TokenSubject(testFingerprint(9))})
	f([]tokenwarden.Subject{full.Subject, full.Subject}, full) // the same subject twice, two versions, another kind
	f([]tokenwarden.Subject{full.Subject, family.Subject, client.Subject, client6.Subject, {Kind: tokenwarden.SubjectIssuer}},
		full, family, client, client6)
	expect(t, c, "SELECT subject FROM v_token_profiles WHERE subject_kind = 'network' ORDER BY subject", "2001:db8::/64\n203.0.113.0/24")
}

// sameProfiles takes a time that was not set for the start of Unix time.
func sameProfiles(got, want []tokenwarden.Profile) bool {
	for i := range want {
		want[i].FirstSeen, want[i].LastSeen = clampTime(want[i].FirstSeen), clampTime(want[i].LastSeen)
	}
	return reflect.DeepEqual(got, want)
}

func TestRecordKeepsEverything(t *testing.T) {
	want := fullProfile()
	// A field that is added to Profile and not to the record would be lost by a restart.
	for i, v := 0, reflect.ValueOf(want); i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("the test sets no %s", v.Type().Field(i).Name)
		}
	}
	record := appendRecord(nil, &want)
	var got tokenwarden.Profile
	if err := readRecord(record, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	for n := range record {
		if err := readRecord(record[:n], new(tokenwarden.Profile)); err == nil {
			t.Errorf("%d of %d bytes were read as a profile", n, len(record))
		}
	}
	older, want := append([]byte{1}, record[2:]...), want
	want.Identity, got = tokenwarden.IdentityToken, tokenwarden.Profile{}
	if err := readRecord(older, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("version 1: got %+v, %v\nwant %+v", got, err, want)
	}
	record[0]++
	if err := readRecord(record, new(tokenwarden.Profile)); err == nil {
		t.Error("an unknown form was read as a profile")
	}
}

func FuzzRecord(f *testing.F) {
	p := fullProfile()
	f.Add(appendRecord(nil, &p))
	f.Fuzz(func(t *testing.T, record []byte) {
		var first, second tokenwarden.Profile
		if readRecord(record, &first) != nil || first.FirstSeen != clampTime(first.FirstSeen) || first.LastSeen != clampTime(first.LastSeen) {
			return
		}
		if err := readRecord(appendRecord(nil, &first), &second); err != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("%+v became %+v, %v", first, second, err)
		}
	})
}
