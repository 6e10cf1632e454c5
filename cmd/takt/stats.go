package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/taktplan/takt/internal/measure"
)

// The phases of the work, as --stats names them.
const (
	phaseRead     = "read"
	phaseCompile  = "compile"
	phaseMaterial = "material"
	phaseCapacity = "capacity"
	phaseWrite    = "write" // with what is found out for it: status of the demands, messages
)

// stats measures phases one after another. It belongs to one goroutine.
type stats struct {
	phase  string
	wall   time.Time
	cpu    float64
	phases map[string]spent
	counts counts
}

// spent is the time of a phase; cpu is that of all the process's threads.
type spent struct {
	Wall float64 `json:"wall_seconds"`
	CPU  float64 `json:"cpu_seconds"`
}

// counts are the sizes of the model and its plan.
type counts struct {
	Parts        int   `json:"parts"`
	Lines        int   `json:"lines"`
	Requirements int64 `json:"requirements"` // dependent ones
	Orders       int   `json:"orders"`       // planned ones
	Operations   int   `json:"operations"`   // scheduled ones
}

func newStats() *stats {
	s := &stats{phases: map[string]spent{}}
	for _, p := range [...]string{phaseRead, phaseCompile, phaseMaterial, phaseCapacity, phaseWrite} {
		s.phases[p] = spent{}
	}
	return s
}

// begin ends the phase that runs and begins another; an empty name begins none.
func (s *stats) begin(phase string) {
	now, cpu := time.Now(), measure.CPU().Seconds()
	if s.phase != "" {
		t := s.phases[s.phase]
		t.Wall += now.Sub(s.wall).Seconds()
		t.CPU += cpu - s.cpu
		s.phases[s.phase] = t
	}
	s.phase, s.wall, s.cpu = phase, now, cpu
}

// print writes the one JSON object of --stats.
func (s *stats) print(w io.Writer) {
	s.begin("")
	for p, t := range s.phases {
		s.phases[p] = spent{micros(t.Wall), micros(t.CPU)}
	}
	out, err := json.Marshal(struct {
		Phases map[string]spent `json:"phases"`
		Peak   int64            `json:"peak_memory_bytes"`
		Counts counts           `json:"counts"`
	}{s.phases, measure.PeakMemory(), s.counts})
	if err == nil {
		fmt.Fprintf(w, "%s\n", out)
	}
}

// micros rounds seconds to microseconds.
func micros(seconds float64) float64 { return math.Round(seconds*1e6) / 1e6 }
