package main

import (
	"fmt"
	"io"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"
)

// buildEpoch stands in both files instead of the time of the build, so that the same table gives the same bytes.
const buildEpoch = 1767225600 // 2026-01-01T00:00:00Z

// writeCity writes the table in the layout of a MaxMind City database.
func writeCity(w io.Writer, table []network) error {
	return write(w, table, "tokenwarden-synthetic-City", func(n network) mmdbtype.DataType {
		return mmdbtype.Map{
			"country": mmdbtype.Map{"iso_code": mmdbtype.String(n.country)},
			"city":    mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(n.city)}},
			"location": mmdbtype.Map{
				"latitude":        mmdbtype.Float64(n.latitude),
				"longitude":       mmdbtype.Float64(n.longitude),
				"accuracy_radius": mmdbtype.Uint16(n.radiusKM),
			},
		}
	})
}

// writeASN writes the table in the layout of a MaxMind ASN database.
func writeASN(w io.Writer, table []network) error {
	return write(w, table, "tokenwarden-synthetic-ASN", func(n network) mmdbtype.DataType {
		return mmdbtype.Map{
			"autonomous_system_number":       mmdbtype.Uint32(n.asn),
			"autonomous_system_organization": mmdbtype.String(n.asOrg),
		}
	})
}

func write(w io.Writer, table []network, databaseType string, record func(network) mmdbtype.DataType) error {
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		BuildEpoch:              buildEpoch,
		DatabaseType:            databaseType,
		Description:             map[string]string{"en": "Synthetic data for tests: documentation networks, invented operators"},
		Languages:               []string{"en"},
		IncludeReservedNetworks: true, // the documentation networks are reserved
		RecordSize:              24,
	})
	if err != nil {
		return fmt.Errorf("create %s: %w", databaseType, err)
	}
	for _, n := range table {
		if err := tree.Insert(netipx.PrefixIPNet(n.prefix), record(n)); err != nil {
			return fmt.Errorf("insert %s into %s: %w", n.prefix, databaseType, err)
		}
	}
	if _, err := tree.WriteTo(w); err != nil {
		return fmt.Errorf("write %s: %w", databaseType, err)
	}
	return nil
}
