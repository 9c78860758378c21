package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

// eventOut is the JSON form of an event. Its keys are a contract; the columns in ClickHouse have the same names.
type eventOut struct {
	Time        time.Time               `json:"time"`
	Fingerprint tokenwarden.Fingerprint `json:"fingerprint"`
	KeyID       tokenwarden.KeyID       `json:"key_id"`
	Identity    tokenwarden.Identity    `json:"identity"`
	PairedWith  tokenwarden.Fingerprint `json:"paired_with"` // token that the same request shows; of other identities alone
	TokenKind   string                  `json:"token_kind"`
	Length      int                     `json:"token_length"`
	Bits        float64                 `json:"token_bits"` // what an attacker has to guess
	Sequence    string                  `json:"token_sequence"`
	Confidence  tokenwarden.Confidence  `json:"confidence"`
	Location    tokenwarden.Location    `json:"location"`
	Param       string                  `json:"param"`
	ClientIP    *netip.Addr             `json:"client_ip"`
	Country     string                  `json:"country"`
	ASN         uint32                  `json:"asn"`
	Method      string                  `json:"method"`
	Host        string                  `json:"host"`
	Service     string                  `json:"service"`
	Environment string                  `json:"environment"`
	Endpoint    string                  `json:"endpoint"`
	Status      int                     `json:"status"`
	Bytes       int64                   `json:"bytes"`
	UserAgent   string                  `json:"user_agent"`
	Scheme      string                  `json:"scheme"`
	Owner       string                  `json:"owner"`
	Family      tokenwarden.Fingerprint `json:"family"`
	Scopes      []string                `json:"scopes"`
	Source      tokenwarden.Source      `json:"source"`
}

func eventJSON(e *tokenwarden.Event) ([]byte, error) {
	out := eventOut{
		Time: e.Time, Fingerprint: e.Fingerprint, KeyID: e.KeyID, TokenKind: e.TokenKind, Confidence: e.Confidence,
		Location: e.Location, Param: e.Param, Country: e.Geo.Country, ASN: e.Geo.ASN, Method: e.Method, Host: e.Host,
		Endpoint: e.Endpoint, Status: e.Status, Bytes: e.Bytes, UserAgent: e.UserAgent, Scheme: e.Scheme, Owner: e.Owner,
		Family: e.Family, Scopes: e.Scopes, Source: e.Source,
		Identity: e.Identity, PairedWith: e.PairedWith, Service: e.Service, Environment: e.Environment,
		Length: e.Strength.Length, Bits: e.Strength.Bits, Sequence: e.Strength.Sequence.String(),
	}
	if e.ClientIP.IsValid() {
		out.ClientIP = &e.ClientIP
	}
	if out.Scopes == nil {
		out.Scopes = []string{}
	}
	return lineJSON(out)
}

// lineJSON returns v as one line, without a line feed. HTML escapes would make targets unreadable; what a terminal could obey is
// escaped.
func lineJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	line := bytes.TrimRight(b.Bytes(), "\n")
	return printable.AppendJSON(make([]byte, 0, len(line)+1), line), nil
}

// writeJSON writes v as lineJSON returns it, and a line feed.
func writeJSON(w io.Writer, v any) error {
	line, err := lineJSON(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}
