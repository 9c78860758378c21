#!/usr/bin/env bash
# Each fuzzer for the time given: fuzz.sh TIME [PATTERN]. PATTERN chooses folders, ./ingest for instance. FUZZJOBS (default
# 1) run at the same time; each then gets one core.
set -euo pipefail
cd "$(dirname "$0")/../.."
export FUZZTIME=$1 FUZZPARALLEL=""
[ "${FUZZJOBS:-1}" -eq 1 ] || FUZZPARALLEL="-parallel=1"
run() {
  log=$(mktemp)
  if go test -run '^$' -fuzz "^$2\$" -fuzztime "$FUZZTIME" $FUZZPARALLEL "$1" >"$log" 2>&1; then
    printf 'ok    %-24s %-20s %s\n' "$1" "$2" "$(grep -o 'execs: [0-9]*' "$log" | tail -1)"
    rm "$log"
  else
    printf 'FOUND %-24s %s\n' "$1" "$2"
    cat "$log"
    return 1
  fi
}
export -f run
for dir in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u | grep "${2:-.}"); do
  grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | sed "s#func #$dir #" | sort -u
done | xargs -P "${FUZZJOBS:-1}" -L 1 bash -c 'run "$0" "$1"'
