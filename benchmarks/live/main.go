// Command live measures plan.Live on model folders: how many changes a second writers get through, how long one
// takes, how long readers wait meanwhile, and with a schedule how far that is behind. Each change is an order for a random
// demanded item that comes, or one of these that goes.
//
//	go run ./benchmarks/live -n 20000 DIR…
//	go run ./benchmarks/live -n 5000 -finite DIR…
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/measure"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

func main() {
	changes := flag.Int("n", 20000, "changes of each model")
	writers := flag.Int("writers", 16, "goroutines that make changes, each waiting for its own")
	batch := flag.Int("batch", 1, "changes of one call")
	finite := flag.Bool("finite", false, "with a schedule, which may lag")
	flag.Parse()
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %d writers, %d changes a call, finite %v, %s\n",
		runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), *writers, *batch, *finite, time.Now().Format(time.DateOnly))
	fmt.Println("| model | changes | changes a second | change p50 ms | change p99 ms | versions | read p50 ns | read p99 ns | longest read µs | schedule behind p50 ms | most ms | goroutines | peak memory MB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, dir := range flag.Args() {
		if err := benchmark(dir, *changes, *writers, *batch, *finite); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func benchmark(dir string, changes, writers, batch int, finite bool) error {
	ctx := context.Background()
	m, _, err := tables.Load(ctx, dir, tables.Options{})
	if err != nil {
		return err
	}
	o := plan.Options{}
	if finite {
		o.Finite = &plan.FiniteOptions{Direction: schedule.Backward}
	}
	p, err := plan.New(ctx, m, o)
	if err != nil {
		return err
	}
	runtime.GC()
	b := &bench{live: plan.NewLive(p, plan.LiveOptions{Lag: finite}), demands: slices.Collect(m.Demands())}
	if len(b.demands) == 0 {
		return fmt.Errorf("%s: no demands to make others like", dir)
	}
	stop := make(chan struct{})
	var watchers, work sync.WaitGroup
	watchers.Go(func() { b.read(stop) })
	if finite {
		watchers.Go(func() { b.follow(stop) })
	}
	begin := time.Now()
	for w := range writers {
		work.Go(func() { b.write(ctx, w, changes/writers/batch, batch) })
	}
	work.Wait()
	took := time.Since(begin)
	versions := b.live.Current().MaterialVersion - 1
	close(stop)
	watchers.Wait()
	if err := b.live.Close(ctx); err != nil {
		return err
	}
	if b.err != nil {
		return b.err
	}
	made := changes / writers / batch * batch * writers
	milli := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	fmt.Printf("| %s | %d | %.0f | %.3f | %.3f | %d | %d | %d | %.1f | %.1f | %.1f | %d | %d |\n", dir, made, float64(made)/took.Seconds(),
		milli(share(b.waits, 50)), milli(share(b.waits, 99)), versions, share(b.reads, 50), share(b.reads, 99), float64(b.longest)/float64(time.Microsecond),
		milli(share(b.behind, 50)), milli(share(b.behind, 100)), runtime.NumGoroutine(), measure.PeakMemory()>>20)
	return nil
}

// bench is what the goroutines share.
type bench struct {
	live    *plan.Live
	demands []mrp.Demand

	mu      sync.Mutex
	err     error
	waits   []time.Duration // of a call to Apply
	reads   []time.Duration // of a call to Current
	longest time.Duration
	behind  []time.Duration // from a material version to its schedule
}

// write makes calls with changes: orders come, and every other call takes those of the call before away.
func (b *bench) write(ctx context.Context, writer, calls, batch int) {
	r := rand.New(rand.NewPCG(uint64(writer), 1))
	waits := make([]time.Duration, 0, calls)
	for i := range calls {
		changes := make([]plan.Change, batch)
		for k := range changes {
			id := fmt.Sprintf("live-%d-%d-%d", writer, i/2, k)
			if i%2 == 1 {
				changes[k] = plan.CancelDemand{Demand: id}
				continue
			}
			d := b.demands[r.IntN(len(b.demands))]
			d.ID, d.Quantity, d.Order = id, bom.Units(int64(1+r.IntN(20))), ""
			changes[k] = plan.AddDemand{Demand: d}
		}
		begin := time.Now()
		_, err := b.live.Apply(ctx, changes...)
		waits = append(waits, time.Since(begin))
		if err != nil {
			b.mu.Lock()
			b.err = err
			b.mu.Unlock()
			return
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waits = append(b.waits, waits...)
}

// read reads about ten thousand times a second and uses what it reads.
func (b *bench) read(stop <-chan struct{}) {
	tick := time.NewTicker(100 * time.Microsecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		begin := time.Now()
		s := b.live.Current()
		took := time.Since(begin)
		_ = s.Material.Model()
		b.reads, b.longest = append(b.reads, took), max(b.longest, took)
	}
}

// follow measures how long schedules come after their material plans.
func (b *bench) follow(stop <-chan struct{}) {
	ctx := context.Background()
	for {
		select {
		case <-stop:
			return
		default:
		}
		v := b.live.Current().MaterialVersion
		begin := time.Now()
		if _, err := b.live.Scheduled(ctx, v); err != nil {
			return
		}
		b.behind = append(b.behind, time.Since(begin))
		time.Sleep(time.Millisecond) // a sample, not a load
	}
}

// share is a percentile of durations; 100 is the largest.
func share(list []time.Duration, percent int) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[min(len(list)*percent/100, len(list)-1)]
}
