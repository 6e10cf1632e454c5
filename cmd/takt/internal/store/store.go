// Package store keeps what a takt service has accepted: an append-only log of records, snapshots
// of the whole state now and then, answers to requests that may come again, and access tokens.
//
// # What a store promises
//
//   - A record that Append has accepted is durable: it is there after a crash of the process, of the
//     machine, or of the database server.
//   - Records have the versions 1, 2, 3, … without a gap, and one writer at a time: two instances on one
//     store give one linear history.
//   - A record is there whole or not at all, with the answers that came with it.
//   - A store that is damaged says so when it is opened or read (*DamagedError); it never gives half of a record.
//
// What records and snapshots hold is not the store's business.
//
// There are two: package bolt, one file in a folder for one instance, and package postgres for several.
// Package storetest is the suite that both pass.
//
// # Concurrency
//
// All methods are safe for any number of goroutines.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Record is an accepted step.
type Record struct {
	Version uint64 // the one before it, plus 1
	Data    []byte
	Answers []Answer // to the requests that led to it: for Append; Records gives none, Store.Answer finds them by key
}

// Answer is what a request with an idempotency key was answered.
type Answer struct {
	Key     string // scope and key as the client gave it, 1 to MaxKey bytes
	Hash    []byte // of the request
	Version uint64 // that holds what it asked for
	Data    []byte // the answer
}

// Snapshot is the whole state at a version.
type Snapshot struct {
	Version uint64
	Data    []byte
}

// Token is an access token as it is kept: by the hash of its secret.
type Token struct {
	ID      string // names it; unique
	Hash    []byte // SHA-256 of the secret
	Role    string // viewer, planner, admin
	Note    string // whose it is
	Created time.Time
	Expires time.Time // zero: never
}

// Store is the log of a service. Lead has to be called, and hold, for Append and SaveSnapshot.
type Store interface {
	// Lead makes this instance the writer, if there is no other: else it is a *NotLeaderError.
	// address is where other instances reach this one; empty: they cannot. Leadership is kept until Close, or until the
	// connection to the store is lost: the channel is then closed.
	Lead(ctx context.Context, address string) (lost <-chan struct{}, err error)

	// Last is the version of the newest record or snapshot; 0: there is nothing yet.
	Last(ctx context.Context) (uint64, error)
	// Snapshot is the newest snapshot that is not damaged; ok is false if there is none at all. That the newest was passed
	// over is logged; nothing is lost by it, since the records after the older one are there.
	Snapshot(ctx context.Context) (s Snapshot, ok bool, err error)
	// Records yields the records after a version, in order, to the end that there is. It ends with an error if there is one.
	// The consumer holds nothing of the store meanwhile: it may take its time and call other methods.
	Records(ctx context.Context, after uint64) iter.Seq2[Record, error]
	// Wait returns when Last is more than a version, or with an error when the context ends or the store is closed.
	Wait(ctx context.Context, after uint64) error

	// Append makes a record durable. A record that does not follow the last one is a *GapError, from an instance that does
	// not lead a *NotLeaderError. Only after an *UncertainError may the record be there, or come to be there later; Lead
	// settles that: once it has succeeded again, what is not in the log will not be. After any other error the record is not there.
	Append(ctx context.Context, r Record) error
	// SaveSnapshot keeps a snapshot of a version that the log has reached, else it is an *AheadError; or, in an empty store,
	// of any version: records then go on from there. Of older ones the newest is kept too, for the case that this one is
	// damaged. Records are never dropped. It does not hold up Append for long, however large the snapshot is.
	SaveSnapshot(ctx context.Context, s Snapshot) error
	// Answer is the kept answer to a key; ok is false if there is none. Answers of the last KeptAnswers versions are kept.
	Answer(ctx context.Context, key string) (a Answer, ok bool, err error)

	// Tokens are the access tokens, by ID.
	Tokens(ctx context.Context) ([]Token, error)
	// SaveToken adds a token (*TakenError if there is one of its ID); RemoveToken takes it away (*NoTokenError if there is none).
	// Any instance may, leading or not.
	SaveToken(ctx context.Context, t Token) error
	RemoveToken(ctx context.Context, id string) error

	// Ready says why the store cannot be used now; nil: it can.
	Ready(ctx context.Context) error
	Close() error
}

// KeptAnswers is for how many versions answers are kept.
const KeptAnswers = 100_000

// MaxKey is the longest key of an answer, in bytes.
const MaxKey = 512

// ErrClosed is a call of a store that was closed.
var ErrClosed = errors.New("the store is closed: the service is stopping")

// AnswerKeyError is a key of an answer that cannot be kept.
type AnswerKeyError struct{ Length int }

func (e *AnswerKeyError) Error() string {
	return fmt.Sprintf("the key of an answer has %d bytes: give it 1 to %d", e.Length, MaxKey)
}

// AheadError is a snapshot of a version that the log has not reached.
type AheadError struct{ Version, Last uint64 }

func (e *AheadError) Error() string {
	return fmt.Sprintf("there can be no snapshot of version %d, the log ends at %d: append the records first", e.Version, e.Last)
}

// GapError is a record that does not follow the last one: somebody else wrote meanwhile.
type GapError struct{ Version, Last uint64 }

func (e *GapError) Error() string {
	return fmt.Sprintf("record %d does not follow the last one, %d: another instance has written; read its records first", e.Version, e.Last)
}

// NotLeaderError is a write by an instance that is not the writer.
type NotLeaderError struct {
	Leader string // its address; empty: not known
	Err    error  // nil: another instance leads
}

func (e *NotLeaderError) Error() string {
	text := "this instance is not the one that writes"
	if e.Leader != "" {
		text += ": send changes to " + e.Leader
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *NotLeaderError) Unwrap() error { return e.Err }

// DamagedError is a store whose content is not what was written.
type DamagedError struct {
	What string // log record 17, snapshot 256, the file
	Err  error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged (%v): restore the store from a backup, or start with a new one from the model", e.What, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }

// NoTokenError is a token that there is none of.
type NoTokenError struct{ ID string }

func (e *NoTokenError) Error() string {
	return fmt.Sprintf("there is no token %q: takt token list shows those that there are", e.ID)
}

// TakenError is a name that a token has already.
type TakenError struct{ ID string }

func (e *TakenError) Error() string {
	return fmt.Sprintf("there is a token %q already: revoke it first, or take another name", e.ID)
}

// UncertainError is a write of which it is not known whether it is there, or will be.
type UncertainError struct{ Err error }

func (e *UncertainError) Error() string {
	return fmt.Sprintf("it is not certain what was written: %v", e.Err)
}

func (e *UncertainError) Unwrap() error { return e.Err }

// UnreachableError is a store that could not be asked: the database is down, or the way to it is.
type UnreachableError struct{ Err error }

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("the store cannot be reached (%v): try again when it is back", e.Err)
}

func (e *UnreachableError) Unwrap() error { return e.Err }

// SchemaError is a store that a newer takt has written.
type SchemaError struct{ Found, Known int }

func (e *SchemaError) Error() string {
	return fmt.Sprintf("the store has schema %d and this takt knows up to %d: use the newer takt", e.Found, e.Known)
}
