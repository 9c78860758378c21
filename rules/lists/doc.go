// Package lists reads user-supplied lists to judge a token's use by: fingerprints of leaked, decoy and revoked tokens,
// networks by kind, declared bindings, scope policy, sensitive endpoints and allowances. [Load] makes one immutable
// [Set] of the files; a file that is wrong gives an error that names file, line and key, and no Set.
//
// A Set knows no state and no clock: every answer depends on its files and the arguments alone.
package lists
