package clickhouse

import (
	"net/netip"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/tokenwarden/tokenwarden"
)

type event = tokenwarden.Event

// eventColumns are the columns of token_events.
var eventColumns = []column[event]{
	times("time", func(e *event) time.Time { return e.Time }),
	hexes("fingerprint", func(e *event) []byte { return e.Fingerprint[:] }),
	hexes("key_id", func(e *event) []byte { return unlessZero(e.KeyID[:]) }),
	texts("token_kind", func(e *event) string { return e.TokenKind }),
	enums("confidence", func(e *event) int8 { return int8(min(e.Confidence, tokenwarden.ConfidenceHigh)) }),
	texts("location", func(e *event) string { return e.Location.String() }),
	texts("param", func(e *event) string { return e.Param }),
	bools("first_in_request", func(e *event) bool { return e.FirstInRequest }),
	addrs("client_ip", func(e *event) netip.Addr { return e.ClientIP }),
	texts("country", func(e *event) string { return e.Geo.Country }),
	texts("city", func(e *event) string { return e.Geo.City }),
	uint32s("asn", func(e *event) uint32 { return e.Geo.ASN }),
	texts("as_org", func(e *event) string { return e.Geo.ASOrg }),
	texts("method", func(e *event) string { return e.Method }),
	texts("host", func(e *event) string { return e.Host }),
	texts("endpoint", func(e *event) string { return e.Endpoint }),
	texts("target", func(e *event) string { return e.Target }),
	uint16s("status", func(e *event) uint16 { return uint16(min(max(e.Status, 0), 65535)) }),
	uint64s("bytes", func(e *event) uint64 { return unsigned(e.Bytes) }),
	texts("user_agent", func(e *event) string { return e.UserAgent }),
	texts("client", func(e *event) string { return e.Client }),
	texts("scheme", func(e *event) string { return e.Scheme }),
	texts("tls_protocol", func(e *event) string { return e.TLSProtocol }),
	texts("owner", func(e *event) string { return e.Owner }),
	hexes("family", func(e *event) []byte { return unlessZero(e.Family[:]) }),
	lists("scopes", func(e *event) []string { return e.Scopes }),
	texts("jwt_alg", func(e *event) string { return e.Claims.Alg }),
	bools("jwt_unsigned", func(e *event) bool { return e.Claims.Unsigned }),
	texts("issuer", func(e *event) string { return e.Claims.Issuer }),
	times("issued_at", func(e *event) time.Time { return clampUnix(e.Claims.IssuedAt) }),
	times("expires", func(e *event) time.Time { return clampUnix(e.Claims.Expires) }),
	uint32s("token_length", func(e *event) uint32 { return uint32(unsigned(int64(e.Strength.Length))) }),
	floats("token_bits", func(e *event) float32 { return float32(e.Strength.Bits) }),
	texts("topic", func(e *event) string {
		if e.Source.Topic == "" {
			return e.Source.File
		}
		return e.Source.Topic
	}),
	int32s("partition", func(e *event) int32 {
		if e.Source.Topic == "" {
			return -1
		}
		return e.Source.Partition
	}),
	uint32s("epoch", func(e *event) uint32 { return e.Source.Epoch }),
	int64s("offset", func(e *event) int64 { return e.Source.Offset }),
	int64s("line", func(e *event) int64 { return e.Source.Line }),
	texts("identity", func(e *event) string { return e.Identity.String() }),
	hexes("paired_with", func(e *event) []byte { return unlessZero(e.PairedWith[:]) }),
	texts("service", func(e *event) string { return e.Service }),
	texts("environment", func(e *event) string { return e.Environment }),
}

type usage = tokenwarden.UsageRow

// usageColumns are the columns of token_usage_1m.
var usageColumns = []column[usage]{
	times("minute", func(u *usage) time.Time { return u.Minute }),
	hexes("fingerprint", func(u *usage) []byte { return u.Fingerprint[:] }),
	hexes("key_id", func(u *usage) []byte { return unlessZero(u.KeyID[:]) }),
	texts("host", func(u *usage) string { return u.Host }),
	texts("endpoint", func(u *usage) string { return u.Endpoint }),
	texts("country", func(u *usage) string { return u.Country }),
	uint8s("status_class", func(u *usage) uint8 { return u.StatusClass }),
	uint64s("segment", func(u *usage) uint64 { return u.Segment }),
	uint64s("requests", func(u *usage) uint64 { return u.Requests }),
	uint64s("errors", func(u *usage) uint64 { return u.Errors }),
	uint64s("bytes", func(u *usage) uint64 { return u.Bytes }),
}

type profile = tokenwarden.Profile

// profileColumns are the columns of token_profiles.
var profileColumns = []column[profile]{
	texts("subject_kind", func(p *profile) string { return p.Subject.Kind.String() }),
	texts("subject", func(p *profile) string { return p.Subject.String() }),
	hexes("key_id", func(p *profile) []byte { return unlessZero(p.KeyID[:]) }),
	texts("token_kind", func(p *profile) string { return p.TokenKind }),
	texts("owner", func(p *profile) string { return p.Owner }),
	hexes("family", func(p *profile) []byte { return unlessZero(p.Family[:]) }),
	times("first_seen", func(p *profile) time.Time { return p.FirstSeen }),
	times("last_seen", func(p *profile) time.Time { return p.LastSeen }),
	uint64s("requests", func(p *profile) uint64 { return p.Requests }),
	uint64s("errors", func(p *profile) uint64 { return p.Errors }),
	uint64s("bytes", func(p *profile) uint64 { return p.Bytes }),
	lists("countries", func(p *profile) []string { return p.Countries }),
	lists("asns", func(p *profile) []uint32 { return p.ASNs }),
	uint64s("networks", func(p *profile) uint64 { return p.Networks }),
	lists("clients", func(p *profile) []string { return p.Clients }),
	lists("hosts", func(p *profile) []string { return p.Hosts }),
	uint64s("endpoints", func(p *profile) uint64 { return p.Endpoints }),
	lists("scopes", func(p *profile) []string { return p.Scopes }),
	uint64s("version", func(p *profile) uint64 { return p.Version }),
	int32s("applied_partition", func(p *profile) int32 { return p.Applied.Partition }),
	uint32s("applied_epoch", func(p *profile) uint32 { return p.Applied.Epoch }),
	int64s("applied_offset", func(p *profile) int64 { return p.Applied.Offset }),
	records("state"),
	texts("identity", func(p *profile) string { return p.Identity.String() }),
}

// records returns the column of encoded profiles.
func records(name string) column[profile] {
	return column[profile]{name, func(s *scratch, to driver.BatchColumn, rows []profile) error {
		s.bytes, s.texts = s.bytes[:0], s.texts[:0]
		for i := range rows {
			start := len(s.bytes)
			s.bytes = appendRecord(s.bytes, &rows[i])
			s.texts = append(s.texts, asString(s.bytes[start:]))
		}
		return to.Append(s.texts)
	}}
}

type alert = tokenwarden.Alert

// alertColumns are the columns of alerts.
var alertColumns = []column[alert]{
	texts("id", func(a *alert) string { return a.ID }),
	texts("rule", func(a *alert) string { return a.Rule }),
	enums("severity", func(a *alert) int8 { return int8(min(a.Severity, tokenwarden.SeverityCritical)) }),
	texts("title", func(a *alert) string { return a.Title }),
	texts("summary", func(a *alert) string { return a.Summary }),
	texts("subject_kind", func(a *alert) string { return a.SubjectKind }),
	texts("subject", func(a *alert) string { return a.Subject }),
	texts("token_kind", func(a *alert) string { return a.TokenKind }),
	texts("key_id", func(a *alert) string { return a.KeyID }),
	texts("owner", func(a *alert) string { return a.Owner }),
	times("first_seen", func(a *alert) time.Time { return a.FirstSeen }),
	times("last_seen", func(a *alert) time.Time { return a.LastSeen }),
	uint64s("count", func(a *alert) uint64 { return a.Count }),
	texts("observed", func(a *alert) string { return a.Observed }),
	texts("baseline", func(a *alert) string { return a.Baseline }),
	texts("threshold", func(a *alert) string { return a.Threshold }),
	lists("evidence", func(a *alert) []string { return a.Evidence }),
	lists("attack", func(a *alert) []string { return a.Attack }),
	texts("status", func(a *alert) string { return a.Status }),
	lists("next_steps", func(a *alert) []string { return a.NextSteps }),
	texts("sql", func(a *alert) string { return a.SQL }),
	lists("owasp", func(a *alert) []string { return a.OWASP }),
	texts("identity", func(a *alert) string { return a.Identity.String() }),
	texts("service", func(a *alert) string { return a.Service }),
}

// checkpoint is the row that is written last: it makes the checkpoint valid.
type checkpoint struct {
	topic         string
	position      tokenwarden.Position
	sourceOffsets []tokenwarden.SourceOffset // column marks
	peers         []byte                     // column fleet
}

// checkpointColumns are the columns of checkpoints that the client fills.
var checkpointColumns = []column[checkpoint]{
	texts("topic", func(c *checkpoint) string { return c.topic }),
	int32s("partition", func(c *checkpoint) int32 { return c.position.Partition }),
	uint32s("epoch", func(c *checkpoint) uint32 { return c.position.Epoch }),
	uint64s("offset", func(c *checkpoint) uint64 { return unsigned(c.position.Offset) }),
	{"marks", func(_ *scratch, to driver.BatchColumn, rows []checkpoint) error {
		for i := range rows {
			if err := to.AppendRow(sourceOffsetTuples(rows[i].sourceOffsets)); err != nil {
				return err
			}
		}
		return nil
	}},
	texts("fleet", func(c *checkpoint) string { return asString(c.peers) }),
}

func sourceOffsetTuples(offsets []tokenwarden.SourceOffset) [][]any {
	tuples := make([][]any, len(offsets))
	for i, o := range offsets {
		tuples[i] = []any{o.Topic, o.Partition, o.Epoch, o.Offset}
	}
	return tuples
}
