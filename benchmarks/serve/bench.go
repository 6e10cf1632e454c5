package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/taktplan/takt/internal/measure"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan/tables"
)

// bench is a load on a server.
type bench struct {
	*flags
	server  *server
	client  *http.Client
	demands []mrp.Demand

	readTimes, changeTimes, rushTimes took
	events                            atomic.Int64
	failed                            atomic.Pointer[error]
}

// took are how long requests took, from when they were to begin.
type took struct {
	mu   sync.Mutex
	list []time.Duration
}

func (t *took) add(d time.Duration) {
	t.mu.Lock()
	t.list = append(t.list, d)
	t.mu.Unlock()
}

func newBench(ctx context.Context, f *flags, s *server) (*bench, error) {
	m, _, err := tables.Load(ctx, f.dir, tables.Options{})
	if err != nil {
		return nil, err
	}
	b := &bench{flags: f, server: s, demands: slices.Collect(m.Demands())}
	if len(b.demands) == 0 {
		return nil, errors.New("the model has no demands to make others like")
	}
	most := f.readers + f.writers + f.subscribers + 8
	b.client = &http.Client{Transport: &http.Transport{MaxIdleConns: most, MaxIdleConnsPerHost: most, DisableCompression: true}}
	return b, nil
}

// load makes all kinds of requests for a while and prints what came of them.
func (b *bench) load(ctx context.Context) error {
	ctx, end := context.WithTimeout(ctx, time.Duration(b.seconds)*time.Second)
	defer end()
	var all sync.WaitGroup
	for range b.subscribers {
		all.Go(func() { b.follow(ctx) })
	}
	time.Sleep(time.Second) // let them connect
	client, first := measure.CPU(), time.Now()
	_, server := b.server.used()
	fmt.Println("| second | changes | reads | events | memory MB | processors |")
	fmt.Println("|---|---|---|---|---|---|")
	b.paced(ctx, &all, b.readers, time.Second/time.Duration(b.reads), &b.readTimes, b.read)
	b.paced(ctx, &all, b.writers, time.Second/time.Duration(b.changes), &b.changeTimes, b.change)
	if b.rushes > 0 {
		b.paced(ctx, &all, 1, b.rushes, &b.rushTimes, b.rush)
	}
	b.watch(ctx, first, client, server)
	all.Wait()
	if err := b.failed.Load(); err != nil {
		return *err
	}
	seconds := (time.Since(first) - warm).Seconds()
	fmt.Println("\n| request | a second | p50 ms | p90 ms | p99 ms | longest ms |")
	fmt.Println("|---|---|---|---|---|---|")
	for _, r := range []struct {
		name string
		took *took
	}{{"small read", &b.readTimes}, {"durable change", &b.changeTimes}, {"rush", &b.rushTimes}} {
		list := r.took.list
		slices.Sort(list)
		if len(list) > 0 {
			fmt.Printf("| %s | %.1f | %.1f | %.1f | %.1f | %.1f |\n", r.name, float64(len(list))/seconds, milli(list[len(list)/2]), milli(list[len(list)*9/10]), milli(list[len(list)*99/100]), milli(list[len(list)-1]))
		}
	}
	return nil
}

func milli(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// watch prints a line now and then.
func (b *bench) watch(ctx context.Context, first time.Time, client, server time.Duration) {
	every := max(time.Duration(b.seconds)*time.Second/10, time.Second)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		memory, processor := b.server.used()
		b.changeTimes.mu.Lock()
		changes := len(b.changeTimes.list)
		b.changeTimes.mu.Unlock()
		b.readTimes.mu.Lock()
		reads := len(b.readTimes.list)
		b.readTimes.mu.Unlock()
		fmt.Printf("| %.0f | %d | %d | %d | %d | server %.2f, client %.2f |\n", time.Since(first).Seconds(), changes, reads, b.events.Load(), memory>>20,
			(processor-server).Seconds()/time.Since(first).Seconds(), (measure.CPU()-client).Seconds()/time.Since(first).Seconds())
	}
}

// warm is how long the load lasts before it counts.
const warm = 5 * time.Second

// paced makes requests at equal distances over a number of connections. They count from when they were to begin.
func (b *bench) paced(ctx context.Context, all *sync.WaitGroup, connections int, distance time.Duration, t *took, do func(context.Context, *rand.Rand, int) error) {
	var next atomic.Int64
	begin := time.Now()
	counts := begin.Add(warm)
	for c := range connections {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(c), 7))
			for {
				n := next.Add(1) - 1
				at := begin.Add(time.Duration(n) * distance)
				select {
				case <-ctx.Done():
					return
				case <-time.After(time.Until(at)):
				}
				if err := do(ctx, r, int(n)); err != nil {
					if ctx.Err() == nil {
						b.failed.CompareAndSwap(nil, &err)
					}
					return
				}
				if at.After(counts) {
					t.add(time.Since(at))
				}
			}
		})
	}
}

// read is a small read: the head of the plan, or a demand.
func (b *bench) read(ctx context.Context, r *rand.Rand, n int) error {
	path := "/v1/plan"
	if n%4 != 0 {
		path = "/v1/plan/demands/" + b.demands[r.IntN(len(b.demands))].ID
	}
	return b.ask(ctx, http.MethodGet, path, nil)
}

// change is an order that comes, or one that goes.
func (b *bench) change(ctx context.Context, r *rand.Rand, n int) error {
	const lives = 64 // an order goes after so many others have come
	id := func(n int) string { return fmt.Sprintf("load-%d", n) }
	if n%2 == 1 && n > 2*lives {
		return b.post(ctx, "/v1/changes", map[string]any{"changes": []any{map[string]any{"change": "cancel_demand", "demand": id(n - 1 - 2*lives)}}})
	}
	d := b.demands[r.IntN(len(b.demands))]
	return b.post(ctx, "/v1/changes", map[string]any{"changes": []any{map[string]any{"change": "add_demand", "demand": id(n), "item": d.Item, "site": d.Site,
		"qty": 1 + r.IntN(20), "due": d.Due.Day.String(), "priority": d.Priority}}})
}

func (b *bench) rush(ctx context.Context, r *rand.Rand, n int) error {
	d := b.demands[r.IntN(len(b.demands))]
	return b.post(ctx, "/v1/rush", map[string]any{"demand": fmt.Sprintf("rush-%d", n), "item": d.Item, "site": d.Site, "qty": 1 + r.IntN(20), "due": d.Due.Day.String()})
}

func (b *bench) post(ctx context.Context, path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return b.ask(ctx, http.MethodPost, path, text)
}

func (b *bench) ask(ctx context.Context, method, path string, body []byte) error {
	q, err := http.NewRequestWithContext(ctx, method, b.server.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	a, err := b.client.Do(q)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s %s: %s %s\n%s", method, path, a.Status, text, body)
	}
	return err
}

// follow counts the events that one subscriber is told.
func (b *bench) follow(ctx context.Context) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.url+"/v1/events", nil)
	if err != nil {
		return
	}
	a, err := b.client.Do(q)
	if err != nil {
		return
	}
	defer a.Body.Close()
	const longest = 1 << 20
	lines := bufio.NewScanner(a.Body)
	lines.Buffer(nil, longest)
	for lines.Scan() {
		if bytes.HasPrefix(lines.Bytes(), []byte("id: ")) {
			b.events.Add(1)
		}
	}
}

// restart logs changes, kills the server and starts it again on the same store.
func (b *bench) restart(ctx context.Context, folder string) error {
	var next atomic.Int64
	var all sync.WaitGroup
	begin := time.Now()
	for w := range b.writers {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 9))
			for n := next.Add(1) - 1; int(n) < b.log; n = next.Add(1) - 1 {
				if err := b.change(ctx, r, int(n)); err != nil {
					b.failed.CompareAndSwap(nil, &err)
					return
				}
			}
		})
	}
	all.Wait()
	if err := b.failed.Load(); err != nil {
		return *err
	}
	took := time.Since(begin)
	fmt.Printf("%d changes in %.1f s, %.0f a second, %d callers\n", b.log, took.Seconds(), float64(b.log)/took.Seconds(), b.writers)
	b.server.kill()
	again, err := start(ctx, b.flags, folder)
	if err != nil {
		return err
	}
	defer again.stop()
	_, processor := again.used()
	files, _ := filepath.Glob(filepath.Join(folder, "data", "*"))
	fmt.Printf("ready again %.2f s after kill -9 (%.2f processor seconds); files %v\n", again.started.Seconds(), processor.Seconds(), files)
	return nil
}
