package access

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits are rate limits by key, such as the address of a client. At most mostKeys are remembered.
type limits struct {
	rate  rate.Limit
	burst int

	mu   sync.Mutex
	keys map[string]*rate.Limiter
}

const mostKeys = 1 << 14

// newLimits allows burst at once, and then n a second. 0: no limit.
func newLimits(n float64, burst int) *limits {
	return &limits{rate: rate.Limit(n), burst: burst, keys: map[string]*rate.Limiter{}}
}

// take uses one of a key's turns. If there is none, it says how long to wait.
func (l *limits) take(key string, now time.Time) (wait time.Duration, ok bool) {
	if l.rate <= 0 {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	one, ok := l.keys[key]
	if !ok {
		l.forget(now)
		one = rate.NewLimiter(l.rate, l.burst)
		l.keys[key] = one
	}
	if one.AllowN(now, 1) {
		return 0, true
	}
	missing := 1 - one.TokensAt(now)
	return time.Duration(missing / float64(l.rate) * float64(time.Second)), false
}

// forget makes room: those that have all their turns again are as good as new. If none is, all go, which lets
// everybody begin anew and keeps the memory bounded.
func (l *limits) forget(now time.Time) {
	if len(l.keys) < mostKeys {
		return
	}
	for key, one := range l.keys {
		if one.TokensAt(now) >= float64(l.burst) {
			delete(l.keys, key)
		}
	}
	if len(l.keys) >= mostKeys {
		clear(l.keys)
	}
}

// origin is the key of a client's address. Of IPv6 it is the network of 64 bits, all of which a client may have.
func origin(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	net, err := a.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return net.String()
}
