//go:build !linux

package pgtest

import (
	"errors"
	"os"
	"os/exec"
)

// owner is the user that a server runs as; here always the one of the tests.
type owner struct{ uid, gid uint32 }

func unprivileged() (*owner, error) {
	if os.Geteuid() == 0 {
		return nil, errors.New("as root a server is only started on Linux")
	}
	return nil, nil
}

func asUser(*exec.Cmd, *owner) {}

func started(cmd *exec.Cmd) (done chan struct{}, err error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done = make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(done)
	}()
	return done, nil
}
