#!/usr/bin/env bash
# Benchmarks on one core: parse, find and redact per line, detect per event, scan over a generated file; then end to end
# through the local stack. BENCH_LINES (default 2,000,000) sizes the last two. Compare with benchstat: COUNT=6 make bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
lines=${BENCH_LINES:-2000000}
go test -run '^$' -cpu 1 -count "${COUNT:-1}" -bench 'UsageS?|Combined|NginxJSON|Find|Redact|Guard|Fingerprint|Process|Place|Apply' \
  . ./ingest ./ingest/accesslog ./ingest/credential ./ingest/geo ./detect
mkdir -p bin
CGO_ENABLED=0 go build -o bin/ ./cmd/tokenwarden ./cmd/devstack
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
bin/tokenwarden simulate --lines "$lines" --rate 500 --format combined --out "$log/access.log"
for flags in "--redacted $log/redacted.log" "--alerts /dev/null --geo testdata/geo/city.mmdb --asn testdata/geo/asn.mmdb"; do
  start=$(date +%s%N)
  GOMAXPROCS=1 bin/tokenwarden scan $flags "$log/access.log"
  echo "scan $flags: $((lines * 1000000000 / ($(date +%s%N) - start))) lines/s" | sed "s#$log/##g"
done
bin/devstack -- go test -run '^$' -bench EndToEnd -benchtime 1x -timeout 30m ./cmd/tokenwarden
