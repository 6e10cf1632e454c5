//go:build !unix

package measure

import (
	"runtime"
	"time"
)

// CPU is not known on this system.
func CPU() time.Duration { return 0 }

// PeakMemory is what the Go runtime has taken from the system, in bytes: the nearest known here.
func PeakMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
