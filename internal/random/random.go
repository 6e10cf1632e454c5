// Package random makes numbers that are a function of a seed, the same on every machine.
package random

import "math/bits"

// Source is a splitmix64 generator (Steele, Lea & Flood, OOPSLA 2014). Its value is its
// state; one goroutine owns it.
type Source uint64

// New is the source of a seed and the number of a stream: streams of a seed have nothing to
// do with each other.
func New(seed, stream uint64) Source {
	s := Source(seed)
	return Source(s.Next() ^ stream*0xd1342543de82ef95)
}

// Next is a number of 64 random bits.
func (s *Source) Next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Below is a number from 0 to n-1; n is positive.
func (s *Source) Below(n int) int { return int(s.below(uint64(n))) }

// Below32 is Below for an int32.
func (s *Source) Below32(n int32) int32 { return int32(s.below(uint64(n))) }

// Below64 is Below for an int64.
func (s *Source) Below64(n int64) int64 { return int64(s.below(uint64(n))) }

func (s *Source) below(n uint64) uint64 {
	hi, _ := bits.Mul64(s.Next(), n)
	return hi
}

// Float is a number from 0 to below 1.
func (s *Source) Float() float64 { return float64(s.Next()>>11) / (1 << 53) }

// Bell is a number with mean 0 and deviation 1 that is nearly normal: the sum of twelve uniform
// ones, which needs no function that differs between machines.
func (s *Source) Bell() float64 {
	sum := -6.0
	for range 12 {
		sum += s.Float()
	}
	return sum
}

// Skewed is a number from 0 to below 3 with mean 1, small ones more often.
func (s *Source) Skewed() float64 {
	f := s.Float()
	return 3 * f * f
}
