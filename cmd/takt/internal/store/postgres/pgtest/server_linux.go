package pgtest

import (
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
)

// asUser lets a command run as another user, which is needed as root: PostgreSQL refuses root. The process ends with this one,
// even when this one is killed.
func asUser(cmd *exec.Cmd, who *owner) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	if who != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: who.uid, Gid: who.gid, NoSetGroups: false}
	}
}

// started starts a command and returns when it runs; done is closed when it has ended. The thread that starts a process
// has to live as long as that, or the process gets its signal of death.
func started(cmd *exec.Cmd) (done chan struct{}, err error) {
	done = make(chan struct{})
	begun := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		begun <- err
		if err == nil {
			_ = cmd.Wait()
			close(done)
		}
	}()
	return done, <-begun
}

// owner is the user that a server runs as.
type owner struct{ uid, gid uint32 }

// unprivileged is a user to run as: nil for who is not root.
func unprivileged() (*owner, error) {
	if syscall.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &owner{uint32(uid), uint32(gid)}, nil
}
