// Command geo builds the synthetic geo databases that tests and the demo look addresses up in.
//
// It reads testdata/geo/networks.csv and writes city.mmdb and asn.mmdb beside it, in the layouts of MaxMind's
// City and ASN databases. Every network in the table is documentation or benchmark space and every operator is
// invented, so nothing in these files says anything about the real Internet:
//
//	go run ./cmd/devstack/geo
//
// The same table always gives the same bytes; a test builds both files again and compares.
package main
