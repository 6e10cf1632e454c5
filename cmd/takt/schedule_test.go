package main

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/taktplan/takt/schedule/jobshop"
)

// A search that is interrupted prints the best schedule so far, whole and right.
func TestInterruptedSolve(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"schedule", "solve", "ta01", "--time", "1h", "--format", "json"}, &stdout, &stderr); code != exitInterrupted {
		t.Errorf("exit code %d, expected %d: %s", code, exitInterrupted, stderr.String())
	}
	d, err := jobshop.ParseDocument(stdout.Bytes())
	if err != nil {
		t.Fatalf("%v: %s", err, stdout.String())
	}
	if d.StopReason != "interrupted" {
		t.Errorf("the search ended: %s", d.StopReason)
	}
	p, err := jobshop.TaillardBenchmark(1)
	if err != nil {
		t.Fatal(err)
	}
	if value, err := d.Check(p, jobshop.Makespan); err != nil || value != d.Value {
		t.Errorf("%d, %v; want %d", value, err, d.Value)
	}
}

// A benchmark that is interrupted reports what was done: here nothing, but as a document.
func TestInterruptedBench(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"schedule", "bench", "ta", "--time", "1h", "--format", "json"}, &stdout, &stderr); code != exitInterrupted {
		t.Errorf("exit code %d, expected %d: %s", code, exitInterrupted, stderr.String())
	}
	var report benchReport
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || len(report.Runs) != 0 {
		t.Errorf("%v: %s", err, stdout.String())
	}
}

// Until the first solution is there, its error counts; when a run is over, that of its result.
func TestErrorOverTime(t *testing.T) {
	best := int64(100)
	r := benchRun{Best: &best, Value: 102, Seconds: 7, Events: []benchEvent{{1, 110}, {2, 105}, {6, 102}}}
	for _, c := range []struct{ seconds, want float64 }{{0.5, 10}, {1, 10}, {2, 5}, {5, 5}, {6, 2}, {60, 2}} {
		if got := r.after(c.seconds); got == nil || *got != c.want {
			t.Errorf("after %v s: %v, want %v", c.seconds, got, c.want)
		}
	}
	if r.Best = nil; r.after(1) != nil {
		t.Error("an error without a best known value")
	}
}

// Every instance of Taillard's and every one of the values built in is what it should be: a value, not below what is proved.
func TestBestKnownTable(t *testing.T) {
	makespan, err := bestKnown("schedule_best.csv", bestCSV, "makespan")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ft10", "la40", "orb10", "abz9", "ta01", "ta80", "mk10", "kacem4"} {
		if makespan[name].best == 0 {
			t.Errorf("of %s nothing is known", name)
		}
	}
	for name, k := range makespan {
		if k.lower == nil || *k.lower > k.best || *k.lower < 1 {
			t.Errorf("%s: %+v", name, k)
		}
	}
	tardiness, err := bestKnown("schedule_best.csv", bestCSV, "twt 1.3")
	if err != nil || len(tardiness) != 11 || tardiness["la21/10"].best != 463 {
		t.Errorf("weighted tardiness: %v, %v", tardiness, err)
	}
}
