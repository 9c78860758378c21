#!/usr/bin/env bash
# The demo from nothing: build, then let cmd/demo tell the story.
set -euo pipefail
cd "$(dirname "$0")/../.."
echo "building"
CGO_ENABLED=0 go build -o bin/ ./cmd/tokenwarden ./cmd/demo ./cmd/devstack
exec bin/demo
