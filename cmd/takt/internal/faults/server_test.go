package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

var build struct {
	sync.Once
	path string
	err  error
}

// takt is the command, built once.
func takt(t *testing.T) string {
	t.Helper()
	build.Do(func() {
		folder, err := os.MkdirTemp("", "takt-faults-")
		if err != nil {
			build.err = err
			return
		}
		build.path = filepath.Join(folder, "takt")
		if text, err := exec.Command("go", "build", "-o", build.path, "github.com/taktplan/takt/cmd/takt").CombinedOutput(); err != nil {
			build.err = fmt.Errorf("%w\n%s", err, text)
		}
	})
	if build.err != nil {
		t.Fatal(build.err)
	}
	return build.path
}

const model = "../../../../examples/appliance"

// server is a takt serve on a port of its own.
type server struct {
	cmd   *exec.Cmd
	url   string
	out   *output
	ended chan struct{}
}

// output keeps what a process prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

var place = regexp.MustCompile(`https?://127\.0\.0\.1:\d+`)

// serve starts a server with flags and waits until it serves.
func serve(t *testing.T, flags ...string) *server {
	t.Helper()
	return serveBy(t, exec.Command(takt(t), append([]string{"serve", "--log-level", "warn"}, withListen(flags)...)...))
}

func serveBy(t *testing.T, cmd *exec.Cmd) *server {
	t.Helper()
	s := &server{cmd: cmd, out: &output{}, ended: make(chan struct{})}
	said := &output{}
	cmd.Stdout, cmd.Stderr = said, s.out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	go func() { _ = cmd.Wait(); close(s.ended) }()
	limit := time.After(2 * time.Minute)
	for {
		if s.url = place.FindString(said.String()); s.url != "" {
			return s
		}
		select {
		case <-s.ended:
			t.Fatalf("takt serve ended: %s%s", said, s.out)
		case <-limit:
			t.Fatalf("takt serve does not begin: %s%s", said, s.out)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// kill ends the server as a power cut would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// stop ends the server as an administrator would, and expects that it ends well.
func (s *server) stop(t *testing.T) {
	t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	<-s.ended
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d: %s", code, s.out)
	}
}

// reply is the answer of a server.
type reply struct {
	status int
	body   []byte
}

func (r reply) String() string { return fmt.Sprintf("%d %s", r.status, r.body) }

var errNoAnswer = errors.New("no answer")

// ask sends a request; an error means that there was no answer.
func (s *server) ask(ctx context.Context, method, path, key string, body any) (reply, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return reply{}, err
		}
	}
	q, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(text))
	if err != nil {
		return reply{}, err
	}
	q.Header.Set("Content-Type", "application/json")
	if key != "" {
		q.Header.Set("Idempotency-Key", key)
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return reply{}, errors.Join(errNoAnswer, err)
	}
	defer a.Body.Close()
	data, err := io.ReadAll(a.Body)
	if err != nil {
		return reply{}, errors.Join(errNoAnswer, err)
	}
	return reply{a.StatusCode, data}, nil
}

// get reads something that has to be there.
func (s *server) get(t *testing.T, path string, into any) []byte {
	t.Helper()
	r, err := s.ask(t.Context(), http.MethodGet, path, "", nil)
	if err != nil || r.status != http.StatusOK {
		t.Fatalf("GET %s: %v %v\n%s", path, r, err, s.out)
	}
	if into != nil {
		if err := json.Unmarshal(r.body, into); err != nil {
			t.Fatalf("GET %s: %v", path, err)
		}
	}
	return r.body
}

// version is the current one.
func (s *server) version(t *testing.T) uint64 {
	t.Helper()
	var log struct{ Version uint64 }
	s.get(t, "/v1/changes?limit=1", &log)
	return log.Version
}

// whole is the plan to the last byte, as the tables that it writes.
func (s *server) whole(t *testing.T) string {
	t.Helper()
	return string(s.get(t, fmt.Sprint("/v1/exports/plan?format=json&at_least=", s.version(t)), nil))
}

// pair is a batch of two demands, of which there may never be one alone: orders now and then, and mostly inquiries, which no plan
// grows with, so that ten thousand of them are made as fast as they are written down.
func pair(id string) any {
	const orders = "0"
	kind := "record_inquiry"
	if strings.HasSuffix(id, orders) {
		kind = "add_demand"
	}
	order := func(id string) any {
		return map[string]any{"change": kind, "demand": id, "item": "WASH-7", "qty": 1, "due": "2026-05-20", "priority": 50}
	}
	return map[string]any{"changes": []any{order(id + "-a"), order(id + "-b")}}
}

// entry is a line of the log.
type entry struct {
	Version uint64
	Changes []string
}

// log is all that was changed, the oldest first. It fails if a version is missing.
func (s *server) log(t *testing.T) []entry {
	t.Helper()
	var out []entry
	for cursor := ""; ; {
		var page struct {
			Items []entry
			Next  string
		}
		s.get(t, "/v1/changes?limit=1000"+cursor, &page)
		out = append(out, page.Items...)
		if page.Next == "" {
			break
		}
		cursor = "&cursor=" + page.Next
	}
	last := s.version(t) + 1
	for i := range out {
		if v := out[i].Version; v != last && v+1 != last {
			t.Fatalf("version %d follows %d in the log", last, v)
		}
		last = out[i].Version
	}
	if len(out) > 0 && last != 2 {
		t.Fatalf("the log begins with version %d", last)
	}
	return out
}

// check fails unless every acknowledged pair is in the plan and once in the log, at the version that was acknowledged, and
// every other pair is there whole or not at all.
func (s *server) check(t *testing.T, acknowledged map[string]uint64) {
	t.Helper()
	at := map[string]uint64{}
	for _, e := range s.log(t) {
		text := strings.Join(e.Changes, "; ")
		names := name.FindAllString(text, -1)
		for _, n := range names {
			if at[n] != 0 {
				t.Errorf("%s was made twice, at %d and %d", n, at[n], e.Version)
			}
			at[n] = e.Version
		}
		if len(names)%2 != 0 {
			t.Errorf("version %d has half of a batch: %s", e.Version, text)
		}
	}
	for id, v := range acknowledged {
		for _, half := range []string{id + "-a", id + "-b"} {
			if at[half] != v {
				t.Errorf("%s was acknowledged with version %d and is in the log at %d", half, v, at[half])
			}
		}
	}
	var table struct{ Items []struct{ Demand string } }
	there := map[string]bool{}
	for cursor := ""; ; {
		var page struct {
			Items []struct{ Demand string }
			Next  string
		}
		s.get(t, fmt.Sprint("/v1/tables/demands?limit=1000&at_least=", s.version(t))+cursor, &page)
		table.Items = append(table.Items, page.Items...)
		if page.Next == "" {
			break
		}
		cursor = "&cursor=" + page.Next
	}
	for _, row := range table.Items {
		if name.MatchString(row.Demand) {
			there[row.Demand] = true
			if at[row.Demand] == 0 {
				t.Errorf("%s is in the plan and not in the log", row.Demand)
			}
		}
	}
	for n := range at {
		if !there[n] {
			t.Errorf("%s is in the log and not in the plan", n)
		}
	}
	t.Logf("%d batches acknowledged, %d orders in the plan, version %d", len(acknowledged), len(there), s.version(t))
}

var name = regexp.MustCompile(`\bP\d+-\d+-[ab]\b`)

// freePort is a port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// withListen adds a free port to listen on, if the flags name none.
func withListen(flags []string) []string {
	if slices.Contains(flags, "--listen") {
		return flags
	}
	return append(slices.Clone(flags), "--listen", "127.0.0.1:0")
}
