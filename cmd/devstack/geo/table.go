package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
)

// columns is the header that networks.csv must have.
var columns = []string{
	"prefix", "country", "city", "latitude", "longitude", "accuracy_radius_km", "asn", "as_org", "network_class",
}

// classes are the values that network_class may have.
var classes = []string{"isp", "mobile", "hosting", "business"}

// network is one row of networks.csv.
type network struct {
	prefix    netip.Prefix
	country   string
	city      string
	latitude  float64
	longitude float64
	radiusKM  uint16
	asn       uint32
	asOrg     string
	class     string
}

// readTable decodes networks.csv and refuses a table with a bad value or with two rows of the same addresses.
func readTable(r io.Reader) ([]network, error) {
	cr := csv.NewReader(r)
	cr.FieldsPerRecord = len(columns)
	header, err := cr.Read()
	if err != nil {
		return nil, fmt.Errorf("read header: %w", err)
	}
	if !slices.Equal(header, columns) {
		return nil, fmt.Errorf("header is %q, want %q", header, columns)
	}
	var table []network
	for {
		record, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return table, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read row: %w", err)
		}
		n, err := parseNetwork(record)
		if err == nil {
			err = checkDisjoint(table, n)
		}
		if err != nil {
			line, _ := cr.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		table = append(table, n)
	}
}

func parseNetwork(f []string) (network, error) {
	n := network{country: f[1], city: f[2], asOrg: f[7], class: f[8]}
	var errs [5]error
	n.prefix, errs[0] = netip.ParsePrefix(f[0])
	n.latitude, errs[1] = parseDegrees(f[3], 90)
	n.longitude, errs[2] = parseDegrees(f[4], 180)
	radius, err := strconv.ParseUint(f[5], 10, 16)
	n.radiusKM, errs[3] = uint16(radius), err
	asn, err := strconv.ParseUint(f[6], 10, 32)
	n.asn, errs[4] = uint32(asn), err
	if err := errors.Join(errs[:]...); err != nil {
		return network{}, err
	}
	if n.prefix != n.prefix.Masked() {
		return network{}, fmt.Errorf("prefix %s has bits set after its length", n.prefix)
	}
	if !slices.Contains(classes, n.class) {
		return network{}, fmt.Errorf("network_class %q, want one of %q", n.class, classes)
	}
	return n, nil
}

func parseDegrees(s string, limit float64) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err == nil && (v < -limit || v > limit) {
		return 0, fmt.Errorf("%s is outside -%g..%g degrees", s, limit, limit)
	}
	return v, err
}

func checkDisjoint(table []network, n network) error {
	for i := range table {
		if table[i].prefix.Overlaps(n.prefix) {
			return fmt.Errorf("prefix %s overlaps %s", n.prefix, table[i].prefix)
		}
	}
	return nil
}
