package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store/postgres/pgtest"
)

// writers send pairs until they are told to stop, each pair again with the same key until it is acknowledged.
type writers struct {
	mu           sync.Mutex
	servers      []*server // to whom they send
	acknowledged map[string]uint64
	refused      map[string]string // answers that are no acknowledgement, and an example
	count        int
	enough       int
	reached      chan int // the number of acknowledgements, at every mark
	every        int
}

func (w *writers) use(servers ...*server) {
	w.mu.Lock()
	w.servers = servers
	w.mu.Unlock()
}

// next is the number of the next pair; false when there are enough.
func (w *writers) next() (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
	return w.count, w.count <= w.enough
}

func (w *writers) server(n int) *server {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.servers[n%len(w.servers)]
}

func (w *writers) note(id string, version uint64) {
	w.mu.Lock()
	w.acknowledged[id] = version
	n := len(w.acknowledged)
	w.mu.Unlock()
	if n%w.every == 0 {
		w.reached <- n
	}
}

// write is one writer.
func (w *writers) write(t *testing.T, number int) {
	for {
		n, more := w.next()
		if !more || t.Context().Err() != nil {
			return
		}
		id := fmt.Sprintf("P%d-%d", number, n)
		for try := 0; ; try++ {
			ctx, done := context.WithTimeout(t.Context(), 30*time.Second)
			r, err := w.server(number+try).ask(ctx, http.MethodPost, "/v1/changes", id, pair(id))
			done()
			if err == nil && r.status == http.StatusOK {
				var answer struct{ Version uint64 }
				if err := json.Unmarshal(r.body, &answer); err != nil || answer.Version == 0 {
					t.Errorf("%s: %v", r, err)
					return
				}
				w.note(id, answer.Version)
				break
			}
			if err == nil && r.status < http.StatusInternalServerError && r.status != http.StatusTooManyRequests {
				t.Errorf("%s: %s", id, r)
				return
			}
			if err == nil {
				w.mu.Lock()
				w.refused[fmt.Sprint(r.status)] = string(r.body)
				w.mu.Unlock()
			}
			select {
			case <-time.After(20 * time.Millisecond): // it is starting again
			case <-t.Context().Done():
				return
			}
		}
	}
}

// during lets writers send pairs, and calls disturb at every mark, until all are acknowledged.
func during(t *testing.T, first []*server, pairs, every int, disturb func(w *writers, reached int)) *writers {
	t.Helper()
	const callers = 24
	w := &writers{servers: first, acknowledged: map[string]uint64{}, refused: map[string]string{}, enough: pairs, every: every, reached: make(chan int, pairs/every+1)}
	var all sync.WaitGroup
	for n := range callers {
		all.Go(func() { w.write(t, n) })
	}
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	for {
		select {
		case n := <-w.reached:
			if n < pairs {
				disturb(w, n)
			}
		case <-ended:
			for status, example := range w.refused {
				t.Logf("refused with %s, for example: %s", status, example)
			}
			if len(w.acknowledged) != pairs {
				t.Fatalf("%d of %d pairs were acknowledged", len(w.acknowledged), pairs)
			}
			return w
		}
	}
}

// pairsOf is how many batches are sent: five thousand, ten thousand orders, or less with -short.
func pairsOf(t *testing.T) int {
	if testing.Short() {
		return 300
	}
	return 5000
}

// The server is killed five times in the middle of ten thousand orders. Every acknowledged one is there afterwards, once, at the version that was
// told; no batch is half there; and the plan after the last start is that of the server before it.
func TestKilledInTheMiddleOfChanges(t *testing.T) {
	stores := map[string]func(*testing.T) []string{
		"bolt":     func(t *testing.T) []string { return []string{"--data", t.TempDir()} },
		"postgres": func(t *testing.T) []string { return []string{"--store", pgtest.Database(t)} },
	}
	for name, flags := range stores {
		t.Run(name, func(t *testing.T) {
			args := append([]string{model}, flags(t)...)
			pairs := pairsOf(t)
			s := serve(t, args...)
			w := during(t, []*server{s}, pairs, pairs/6, func(w *writers, reached int) {
				s.kill()
				t.Logf("killed after %d acknowledgements", reached)
				s = serve(t, args...)
				w.use(s)
			})
			want := s.whole(t)
			s.kill()
			s = serve(t, args...)
			if got := s.whole(t); got != want {
				t.Error("the plan after the restart is another one")
			}
			s.check(t, w.acknowledged)
			s.stop(t)
		})
	}
}

// When the disk is full changes are refused, in words that say so; what was acknowledged stays, reads go on, and with room again so do changes.
func TestTheDiskIsFull(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("NO BASH, A FULL DISK IS NOT TESTED: its limit of file sizes stands for a full disk")
	}
	folder := t.TempDir()
	const kilobytes = 400 // no file may be larger: the disk is full for the store
	s := serveBy(t, exec.Command(shell, "-c", fmt.Sprintf("ulimit -f %d; exec \"$@\"", kilobytes), "takt", takt(t), "serve", model, "--data", folder, "--listen", "127.0.0.1:0", "--log-level", "error"))
	acknowledged := map[string]uint64{}
	var last reply
	for n := 1; n < 100_000; n++ {
		id := fmt.Sprintf("P0-%d", n)
		r, err := s.ask(t.Context(), http.MethodPost, "/v1/changes", id, pair(id))
		if err != nil {
			t.Fatalf("%v\n%s", err, s.out)
		}
		if last = r; r.status != http.StatusOK {
			break
		}
		var answer struct{ Version uint64 }
		if err := json.Unmarshal(r.body, &answer); err != nil {
			t.Fatal(err)
		}
		acknowledged[id] = answer.Version
	}
	if last.status < http.StatusInternalServerError || len(acknowledged) == 0 {
		t.Fatalf("%d changes, then %s", len(acknowledged), last)
	}
	t.Logf("after %d changes: %s", len(acknowledged), last)
	s.check(t, acknowledged)
	s.kill()
	s = serve(t, "--data", folder) // without the limit
	s.check(t, acknowledged)
	if r, err := s.ask(t.Context(), http.MethodPost, "/v1/changes", "", pair("P1-1")); err != nil || r.status != http.StatusOK {
		t.Errorf("with room again: %v %v", r, err)
	}
}

// The database is stopped, and crashes, under load: changes are refused meanwhile and go on afterwards.
func TestTheDatabaseRestartsUnderLoad(t *testing.T) {
	address, database := pgtest.Restartable(t)
	s := serve(t, model, "--store", address)
	pairs := pairsOf(t) / 5
	crash := false
	w := during(t, []*server{s}, pairs, pairs/5, func(_ *writers, reached int) {
		if crash = !crash; crash {
			database.Crash(t)
		} else {
			database.Stop(t)
		}
		t.Logf("the database went away after %d acknowledgements", reached)
		s.get(t, "/v1/plan", nil) // reads go on
		database.Start(t)
	})
	s.check(t, w.acknowledged)
	want := s.whole(t)
	s.kill()
	s = serve(t, "--store", address)
	if got := s.whole(t); got != want {
		t.Error("the plan after the restart is another one")
	}
}

// Two instances on one database with writers at both: one history, the same plan on both, and when the one that leads is killed the other
// one goes on.
func TestTwoInstancesHaveOneHistory(t *testing.T) {
	address := pgtest.Database(t)
	start := func() *server {
		port := freePort(t)
		return serve(t, model, "--store", address, "--listen", fmt.Sprintf("127.0.0.1:%d", port), "--advertise", fmt.Sprintf("http://127.0.0.1:%d", port))
	}
	a, b := start(), start()
	pairs := pairsOf(t) / 5
	w := during(t, []*server{a, b}, pairs, pairs/3, func(w *writers, reached int) {
		w.use(b)
		a.kill()
		t.Logf("the leader was killed after %d acknowledgements", reached)
		a, b = b, start() // the next one to lead
		w.use(a, b)
	})
	a.check(t, w.acknowledged)
	until := time.Now().Add(time.Minute)
	for a.version(t) != b.version(t) {
		if time.Now().After(until) {
			t.Fatalf("versions %d and %d", a.version(t), b.version(t))
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.check(t, w.acknowledged)
	if a.whole(t) != b.whole(t) {
		t.Error("the plans of the two instances differ")
	}
}
