package main

import "github.com/taktplan/takt/plan"

// state is how a demand is served, in a word and a date.
func state(s *plan.DemandState, there bool) string {
	switch {
	case !there:
		return ""
	case s.Promised.IsZero():
		return string(s.Status)
	}
	return s.Promised.Day.String()
}
