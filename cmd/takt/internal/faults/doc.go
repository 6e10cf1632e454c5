// Package faults holds tests that do to a running takt serve what happens to servers: they kill it in the middle of its work, fill its
// disk, restart its database, and let two instances work on one store. The laws are the same for all: a change that was
// acknowledged is never lost, none is half made, none is made twice, and the history has no gap.
package faults
