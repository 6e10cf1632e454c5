// Package access decides who may do what at the service: tokens and roles, limits, and the checks that every
// request passes before anything of the service sees it.
//
// # Words
//
//   - A secret is what a client sends: takt_, 32 random bytes and a checksum. It is shown once and kept nowhere.
//   - A token is what the store keeps of it: a name, the SHA-256 of the secret, a role, a note, an end.
//   - A role is viewer, planner or admin; each may what the ones before it may.
//   - The gate is open when nobody has to say who he is: on a loopback address without any token, or with --no-auth there.
//     A gate that has seen a token does not open again while the process lives.
//
// # Invariants
//
//   - Without a valid secret a closed gate answers nothing but /healthz and /readyz.
//   - A token that is removed or has ended is refused within Freshness at every instance.
//   - When the tokens cannot be read for longer than Patience, all are refused.
//   - No secret is in a log line: see Redacting.
//
// All types are safe for any number of goroutines.
package access
