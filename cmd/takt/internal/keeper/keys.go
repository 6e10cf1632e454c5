package keeper

import (
	"context"
	"sync"
)

// keyLocks let one request with a key be at work at a time, so that two that come together are done once.
type keyLocks struct {
	mu   sync.Mutex
	held map[string]chan struct{} // is closed when the key is free
}

// lock waits until nobody is at work with a key. The lock has to be given back.
func (l *keyLocks) lock(ctx context.Context, key string) (unlock func(), err error) {
	for {
		l.mu.Lock()
		busy, taken := l.held[key]
		if !taken {
			if l.held == nil {
				l.held = map[string]chan struct{}{}
			}
			done := make(chan struct{})
			l.held[key] = done
			l.mu.Unlock()
			return func() {
				l.mu.Lock()
				delete(l.held, key)
				l.mu.Unlock()
				close(done)
			}, nil
		}
		l.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
