package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const startTime = time.Minute // for the server to be ready, on a machine that does much else

// Server is a PostgreSQL in a folder.
type Server struct {
	folder string
	port   int
	who    *owner
	cmd    *exec.Cmd
	done   chan struct{} // closed when cmd has ended; nil: it was not started
}

// start makes a server and waits until it answers.
func start() (*Server, error) {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, err
		}
	}
	who, err := unprivileged()
	if err != nil {
		return nil, fmt.Errorf("there is no user to run PostgreSQL as: %w", err)
	}
	folder, err := os.MkdirTemp("", "taktpg")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, who: who}
	if err := errors.Join(s.init(), s.up()); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

// init makes the files of the server, with a password.
func (s *Server) init() error {
	password := filepath.Join(s.folder, "password")
	if err := os.WriteFile(password, []byte(Password+"\n"), 0o600); err != nil {
		return err
	}
	if s.who != nil {
		for _, path := range []string{s.folder, password} {
			if err := os.Chown(path, int(s.who.uid), int(s.who.gid)); err != nil {
				return err
			}
		}
	}
	cmd := exec.Command("initdb", "-D", s.data(), "-U", "takt", "--pwfile", password, "--auth", "scram-sha-256", "-E", "UTF8", "--locale", "C", "--no-instructions")
	asUser(cmd, s.who)
	cmd.Dir = s.folder
	text, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, text)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// address is that of the server's first database.
func (s *Server) address() string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword("takt", Password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/postgres"}
	return u.String()
}

// up starts the server and waits until it answers.
func (s *Server) up() error {
	if s.port == 0 {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.port = port
	}
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	// All that makes things durable is as it is by default; the rest is kept small.
	s.cmd = exec.Command("postgres", "-D", s.data(), "-p", strconv.Itoa(s.port), "-k", s.folder,
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "max_connections=60", "-c", "shared_buffers=32MB")
	asUser(s.cmd, s.who)
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.folder, log, log
	if s.done, err = started(s.cmd); err != nil {
		s.done = nil
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	for {
		c, err := pgx.Connect(ctx, s.address())
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case <-s.done:
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("postgres ended: %s", text)
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", err)
		case <-time.After(20 * time.Millisecond): // until the next question
		}
	}
}

// freePort is a port that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Stop ends the server, as an administrator does (connections are cut, nothing is lost).
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if err := s.down(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
}

// Crash ends the server at once: what it has not synced is gone, and it recovers at its next start.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	if err := s.down(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
}

// Start starts the server if it is stopped.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if s.done != nil {
		return
	}
	if err := s.up(); err != nil {
		t.Fatal(err)
	}
}

// down ends the server with a signal and waits until it has ended.
func (s *Server) down(signal syscall.Signal) error {
	if s.done == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.done:
	case <-time.After(startTime):
		_ = s.cmd.Process.Kill()
		<-s.done
	}
	s.done = nil
	return nil
}

// remove ends the server and removes its files.
func (s *Server) remove() error {
	return errors.Join(s.down(syscall.SIGINT), os.RemoveAll(s.folder))
}
