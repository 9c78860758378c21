#!/bin/sh
# Starts Apache Kafka on 127.0.0.1:9092 and keeps it running until Ctrl-C. Needs Go, Java 17 and, the first time, Maven.
# usage: deploy/dev/kafka.sh [DIR [PORT]]     DIR keeps the data (default: .devstack in the repository)
set -eu
cd "$(dirname "$0")/../.."
exec go run ./cmd/devstack --kafka apache --only kafka --dir "${1:-.devstack}" --kafka-port "${2:-9092}"
