//go:build unix

package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// cpuSeconds is the processor time of the process so far, user and system.
func cpuSeconds() float64 {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	const nano = 1e9
	return float64(r.Utime.Nano()+r.Stime.Nano()) / nano
}

// peakMemory is the largest resident set of the process so far, in bytes.
func peakMemory() int64 {
	const kilo = 1024
	if status, err := os.ReadFile("/proc/self/status"); err == nil { // Linux: ru_maxrss may be inherited from the parent
		for line := range strings.Lines(string(status)) {
			if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				if n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64); err == nil {
					return n * kilo
				}
			}
		}
	}
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(r.Maxrss) // in bytes there
	}
	return int64(r.Maxrss) * kilo
}
