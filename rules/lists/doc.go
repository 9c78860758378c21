// Package lists reads user-supplied lists: fingerprints of leaked, decoy and revoked tokens, networks by class, bindings,
// scope policy, sensitive endpoints and exceptions. README.md documents their formats.
//
// [Load] returns one immutable [Set] of all files, or an error that names file, line and key. A Set has no state and no
// clock: its answers depend on the files and the arguments alone.
package lists
