package clickhouse

import (
	"context"
	"encoding"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/tokenwarden/tokenwarden"
)

// EventFilter selects stored events.
type EventFilter struct {
	From, To    time.Time               // half-open; zero for no bound
	Fingerprint tokenwarden.Fingerprint // zero for all tokens
}

const storedEvents = `SELECT time, toString(fingerprint), toString(key_id), toString(token_kind), toInt8(confidence), toString(location),
    toString(param), first_in_request, client_ip, toString(country), toString(city), asn, toString(as_org), toString(method),
    toString(host), toString(endpoint), target, status, bytes, user_agent, toString(client), toString(scheme),
    toString(tls_protocol), owner, family, arrayMap(s -> toString(s), scopes), toString(jwt_alg), jwt_unsigned, toString(issuer),
    toInt64(toUnixTimestamp(issued_at)), toInt64(toUnixTimestamp(expires)),
    token_length, token_bits, toString(topic), partition, epoch, offset, line, toString(identity), paired_with,
    toString(service), toString(environment)
FROM v_token_events WHERE %s
ORDER BY time, topic, partition, epoch, offset, line, first_in_request DESC, fingerprint, location, param`

// Events calls use for each stored event that the filter selects, ordered by time, then by source. Fields that the table does
// not hold are empty: coordinates, the claims nbf, auth_time, acr, amr and client, and the sequence of a token. Events does
// not retry, and returns the first error of use. use may keep the event.
func (c *Client) Events(ctx context.Context, f EventFilter, use func(e *tokenwarden.Event) error) error {
	where, parameters := f.where()
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(parameters))
	err := c.each(ctx, fmt.Sprintf(storedEvents, where), func(rows driver.Rows) error {
		e, err := scanEvent(rows)
		if err != nil {
			return err
		}
		return use(e)
	})
	if err != nil {
		return fmt.Errorf("clickhouse: read events: %w", err)
	}
	return nil
}

func (f *EventFilter) where() (string, clickhouse.Parameters) {
	clauses, parameters := []string{"1"}, clickhouse.Parameters{}
	if !f.From.IsZero() {
		clauses = append(clauses, "time >= fromUnixTimestamp64Micro({from: Int64}, 'UTC')")
		parameters["from"] = fmt.Sprint(micros(f.From))
	}
	if !f.To.IsZero() {
		clauses = append(clauses, "time < fromUnixTimestamp64Micro({to: Int64}, 'UTC')")
		parameters["to"] = fmt.Sprint(micros(f.To))
	}
	if !f.Fingerprint.IsZero() {
		clauses = append(clauses, "fingerprint = {fingerprint: String}")
		parameters["fingerprint"] = f.Fingerprint.String()
	}
	return strings.Join(clauses, " AND "), parameters
}

func scanEvent(rows driver.Rows) (*tokenwarden.Event, error) {
	var e tokenwarden.Event
	var fingerprint, key, location, ip, family, topic, identity, pair string
	var confidence int8
	var status uint16
	var bytes uint64
	var length uint32
	var bits float32
	if err := rows.Scan(&e.Time, &fingerprint, &key, &e.TokenKind, &confidence, &location, &e.Param, &e.FirstInRequest, &ip,
		&e.Geo.Country, &e.Geo.City,
		&e.Geo.ASN, &e.Geo.ASOrg, &e.Method, &e.Host, &e.Endpoint, &e.Target, &status, &bytes, &e.UserAgent, &e.Client, &e.Scheme, &e.TLSProtocol,
		&e.Owner, &family, &e.Scopes, &e.Claims.Alg, &e.Claims.Unsigned, &e.Claims.Issuer, &e.Claims.IssuedAt, &e.Claims.Expires, &length, &bits,
		&topic, &e.Source.Partition, &e.Source.Epoch, &e.Source.Offset, &e.Source.Line, &identity, &pair,
		&e.Service, &e.Environment); err != nil {
		return nil, err
	}
	e.Time, e.Status, e.Bytes, e.Confidence = e.Time.UTC(), int(status), int64(bytes), tokenwarden.Confidence(confidence)
	e.Strength = tokenwarden.Strength{Length: int(length), Bits: float64(bits)}
	e.Claims.JWT = e.TokenKind == "jwt" || e.Claims.Alg != "" || e.Claims.Issuer != ""
	e.Claims.HasScopes = len(e.Scopes) > 0
	if e.Source.Topic = topic; e.Source.Partition < 0 {
		e.Source.File, e.Source.Topic, e.Source.Partition = topic, "", 0
	}
	for l := tokenwarden.LocationQuery; l <= tokenwarden.LocationFragment; l++ {
		if l.String() == location {
			e.Location = l
		}
	}
	e.Identity, _ = tokenwarden.ParseIdentity(identity) // empty in rows of older versions: a token
	if ip != "" {
		addr, err := netip.ParseAddr(ip)
		if err != nil {
			return nil, &dataError{"client_ip is no address"}
		}
		e.ClientIP = addr
	}
	for _, id := range []struct {
		text string
		to   encoding.TextUnmarshaler
	}{{fingerprint, &e.Fingerprint}, {key, &e.KeyID}, {family, &e.Family}, {pair, &e.PairedWith}} {
		if id.text == "" {
			continue
		}
		if err := id.to.UnmarshalText([]byte(id.text)); err != nil {
			return nil, &dataError{err.Error()}
		}
	}
	return &e, nil
}
