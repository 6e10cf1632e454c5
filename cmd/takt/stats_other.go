//go:build !unix

package main

import "runtime"

// cpuSeconds is not known on this system.
func cpuSeconds() float64 { return 0 }

// peakMemory is what the Go runtime has taken from the system, in bytes: the nearest known here.
func peakMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
