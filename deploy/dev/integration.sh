#!/usr/bin/env bash
# The end-to-end tests on Apache Kafka and the ClickHouse engine. Where one of them cannot be had the tests are skipped
# with the reason; with CI=true only a Maven Central or npm registry out of reach (status 75) excuses that.
set -uo pipefail
cd "$(dirname "$0")/../.."
go build -o bin/devstack ./cmd/devstack || exit 1
bin/devstack --kafka apache -- go test -pgo=off -race -count=1 -timeout 30m -run "${RUN:-.}" ./cmd/tokenwarden ./ingest/kafka ./sink/kafka
status=$?
if [ $status -eq 75 ] || { [ $status -ne 0 ] && [ "${CI:-}" != true ] && ! { command -v java && command -v mvn && command -v npm; } >/dev/null; }; then
  echo "integration tests skipped: Apache Kafka or ClickHouse could not be had; the reason stands above"
  exit 0
fi
exit $status
