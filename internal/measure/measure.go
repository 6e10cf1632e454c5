// Package measure tells what the process has used: processor time and memory. It serves
// takt --stats and the benchmarks.
package measure

import "slices"

// Percentile is the value in place i, from 0, of what f gives for all runs, in ascending order.
func Percentile[T any](runs []T, f func(T) float64, i int) float64 {
	values := make([]float64, len(runs))
	for k, r := range runs {
		values[k] = f(r)
	}
	slices.Sort(values)
	return values[i]
}
