package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a takt serve of our own.
type server struct {
	cmd     *exec.Cmd
	url     string
	started time.Duration
	ended   chan error
}

// start starts the server and waits until it is ready.
func start(ctx context.Context, f *flags, folder string) (*server, error) {
	if f.takt == "" {
		f.takt = filepath.Join(folder, "takt")
		build := exec.CommandContext(ctx, "go", "build", "-o", f.takt, "./cmd/takt")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("building takt (run this in the project's folder): %w", err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	args := []string{"serve", f.dir, "--listen", address, "--log-level", "warn", "--rate", "1000000", "--burst", "1000000"}
	if f.store != "" {
		args = append(args, "--store", f.store)
	} else {
		args = append(args, "--data", filepath.Join(folder, "data"))
	}
	s := &server{cmd: exec.Command(f.takt, args...), url: "http://" + address, ended: make(chan error, 1)}
	s.cmd.Stdout, s.cmd.Stderr = os.Stderr, os.Stderr
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	for {
		if r, err := http.Get(s.url + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				s.started = time.Since(begin)
				return s, nil
			}
		}
		select {
		case err := <-s.ended:
			return nil, fmt.Errorf("takt serve ended: %w", errors.Join(err, errors.New("see above")))
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// stop ends the server as a user would.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	<-s.ended
	s.ended <- nil
}

// kill ends it as a power cut would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
	s.ended <- nil
}

// memory is the resident set of the server, in bytes, and its processor time so far.
func (s *server) used() (memory int64, processor time.Duration) {
	pid := strconv.Itoa(s.cmd.Process.Pid)
	if file, err := os.Open("/proc/" + pid + "/status"); err == nil {
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
				kilo, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				memory = kilo << 10
			}
		}
	}
	if text, err := os.ReadFile("/proc/" + pid + "/stat"); err == nil {
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		user, _ := strconv.ParseInt(fields[11], 10, 64)
		system, _ := strconv.ParseInt(fields[12], 10, 64)
		processor = time.Duration(user+system) * 10 * time.Millisecond // 100 ticks a second
	}
	return memory, processor
}
