// Package geo holds the table of synthetic networks: the geo databases of tests and demo are built from it, and simulated
// traffic takes its addresses from it.
package geo

import _ "embed" // the table

// Networks is the text of networks.csv: a header, then one network a row. Its addresses and AS numbers are reserved for
// documentation and benchmarks, its operators are invented.
//
//go:embed networks.csv
var Networks string
