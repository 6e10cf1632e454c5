package schedule

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

func TestZZProbe(t *testing.T) {
	if os.Getenv("PROBE") == "" {
		t.Skip("set PROBE")
	}
	from, _ := strconv.Atoi(os.Getenv("FROM"))
	to, _ := strconv.Atoi(os.Getenv("TO"))
	size, _ := strconv.Atoi(os.Getenv("SIZE"))
	bad := 0
	for seed := uint64(from); seed < uint64(to); seed++ {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := randomProblem(rng, 4+rng.IntN(size))
		if err := p.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for name, opts := range schedulers() {
			if n := os.Getenv("NAME"); n != "" && n != name {
				continue
			}
			t0 := time.Now()
			s, err := Build(context.Background(), p, opts)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			if d := time.Since(t0); d > 2*time.Second {
				t.Errorf("seed %d, %s: slow %v", seed, name, d)
			}
			if text := unexplained(s); text != "" {
				t.Errorf("seed %d, %s: %s", seed, name, text)
				bad++
			}
		}
		if bad > 30 {
			return
		}
	}
}
