#!/usr/bin/env bash
# Each fuzzer for the time given, one after the other.
set -euo pipefail
cd "$(dirname "$0")/../.."
for dir in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do
  for fuzz in $(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | sed 's/func //' | sort -u); do
    echo "== $dir $fuzz"
    go test -run '^$' -fuzz "^$fuzz\$" -fuzztime "$1" "$dir"
  done
done
