package access

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Freshness is how old the tokens that a gate knows may be: so long a revoked token can go on at other instances. Patience is for how
// long they count when the store does not answer.
const (
	Freshness = 2 * time.Second
	Patience  = time.Minute
	rollWait  = 5 * time.Second // for one reading of the tokens
)

// roll is the list of tokens as the gate knows it. Its zero value with from, clock and log is ready.
type roll struct {
	from  Tokens
	clock func() time.Time
	log   *slog.Logger

	reading sync.Mutex // one reads, others go on with what there is
	list    atomic.Pointer[reading]
	seen    atomic.Bool // a token: the gate stays closed
}

// reading is what the store said last.
type reading struct {
	tokens []store.Token
	at     time.Time // when they were read
	tried  time.Time // when reading them again was tried
	err    error     // why they are not known any more
}

// read gives the tokens, at most Freshness old, or Patience if the store does not answer.
func (l *roll) read(ctx context.Context) ([]store.Token, error) {
	now := l.clock()
	known := l.list.Load()
	if known != nil && young(known.tried, now, Freshness) {
		return known.tokens, known.err
	}
	if known == nil || known.err != nil || !young(known.at, now, 2*Freshness) {
		l.reading.Lock() // too old to go on with while another reads
	} else if !l.reading.TryLock() {
		return known.tokens, nil
	}
	defer l.reading.Unlock()
	if again := l.list.Load(); again != nil && again != known { // somebody has read meanwhile
		return again.tokens, again.err
	}
	r := l.again(ctx, known, now)
	l.list.Store(r)
	return r.tokens, r.err
}

// again reads the tokens from the store.
func (l *roll) again(ctx context.Context, known *reading, now time.Time) *reading {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollWait)
	defer cancel()
	tokens, err := l.from.Tokens(ctx)
	switch {
	case err == nil:
		if len(tokens) > 0 {
			l.seen.Store(true)
		}
		return &reading{tokens: tokens, at: now, tried: now}
	case known != nil && known.err == nil && young(known.at, now, Patience):
		l.log.Warn("tokens cannot be read: those from before count a while", "error", err)
		return &reading{tokens: known.tokens, at: known.at, tried: now}
	}
	l.log.Error("tokens cannot be read: all are refused", "error", err)
	return &reading{tried: now, err: err}
}

// forget makes the next reading go to the store.
func (l *roll) forget() {
	l.reading.Lock() // a reading that runs may have the tokens of before
	defer l.reading.Unlock()
	l.list.Store(nil)
}

// young reports whether a time is within d before now; a clock that was set back makes nothing young.
func young(t, now time.Time, d time.Duration) bool {
	age := now.Sub(t)
	return age >= 0 && age < d
}

// find is the token of a secret. Every token is compared, each in constant time.
func find(tokens []store.Token, secret string) (found *store.Token) {
	hash := Hash(secret)
	for i := range tokens {
		if subtle.ConstantTimeCompare(tokens[i].Hash, hash) == 1 {
			found = &tokens[i]
		}
	}
	return found
}
