// Package clickhouse runs the real ClickHouse engine for the local stack, with no server package and no container.
//
// The engine comes as a shared library, libchdb.so, inside an npm package. Library finds or fetches it, engine loads
// it into a child process of devstack and lets it listen on the native and the HTTP protocol, and Start looks after
// that child: the hosted engine is known to abort now and then when a client is killed in the middle of an insert.
package clickhouse
