package random_test

import (
	"math"
	"testing"

	"github.com/taktplan/takt/internal/random"
)

// The first numbers of seed 1234567, as published with the generator's reference code.
func TestReference(t *testing.T) {
	s := random.Source(1234567)
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := s.Next(); got != want {
			t.Errorf("number %d is %d, not %d", i, got, want)
		}
	}
}

// Numbers stay in their range and reach all of it.
func TestRanges(t *testing.T) {
	s := random.New(7, 1)
	seen := map[int]int{}
	for range 6000 {
		seen[s.Below(6)]++
		if f := s.Float(); f < 0 || f >= 1 {
			t.Fatal(f)
		}
	}
	for n := range 6 {
		if seen[n] < 800 || seen[n] > 1200 {
			t.Errorf("%d came %d times of 6,000", n, seen[n])
		}
	}
	if len(seen) != 6 {
		t.Error(seen)
	}
}

// Bell has mean 0 and deviation 1.
func TestBell(t *testing.T) {
	s := random.New(7, 2)
	sum, squares := 0.0, 0.0
	for range 20_000 {
		x := s.Bell()
		sum, squares = sum+x, squares+x*x
	}
	if math.Abs(sum/20_000) > 0.03 || math.Abs(squares/20_000-1) > 0.05 {
		t.Errorf("mean %.3f, variance %.3f", sum/20_000, squares/20_000)
	}
}

// Skewed has mean 1 and stays below 3.
func TestSkewed(t *testing.T) {
	s := random.New(7, 3)
	sum := 0.0
	for range 20_000 {
		x := s.Skewed()
		if x < 0 || x >= 3 {
			t.Fatal(x)
		}
		sum += x
	}
	if math.Abs(sum/20_000-1) > 0.03 {
		t.Errorf("mean %.3f", sum/20_000)
	}
}

// Streams of a seed differ.
func TestStreams(t *testing.T) {
	a, b := random.New(1, 0), random.New(1, 1)
	if a.Next() == b.Next() {
		t.Error("equal")
	}
}
