package jobshop

// pace is how the frame goes about. A population converges by itself, gets new members and longer searches, and after two
// rounds a new one begins, which has two rounds more; or it narrows, as its members may come closer and closer.
type pace struct {
	narrows    bool
	size       int // members of the first population
	more       int // members in the next round
	cutoff     int // moves without a record that end a tabu search
	moreCutoff int // in the next round
	stale      int // children in a row that were not kept: converged
}

// Flexible shops take shorter searches and more children than classic ones. The tardiness, whose moves cost more and
// whose valleys are many, takes many short searches: with those of a longest path la22 reached 1064 in
// 20 seconds with two seeds of six, and so with six of six within eight. A population that narrows finds the 835 of la23 (f = 1.3)
// in 2 million moves with seven seeds of eight if it has 60 members, with six if it has 30, with four if 15; one that converges as it may
// does with half of the seeds or two thirds.
var (
	pathPace     = pace{narrows: true, size: narrowings[0].size, cutoff: 4000}
	flexiblePace = pace{size: 6, more: 4, cutoff: 2000, moreCutoff: 500, stale: 8}
	tardyPace    = pace{narrows: true, size: fewTardy, cutoff: 500}
	// Flexible shops for the tardiness; whether they should narrow has not been measured.
	flexibleTardyPace = pace{size: 30, more: 1, cutoff: 500, moreCutoff: 1000, stale: 60}
)

func (s *shop) pace() pace {
	switch {
	case s.sum && s.flexible:
		return flexibleTardyPace
	case s.sum:
		return tardyPace
	case s.flexible:
		return flexiblePace
	}
	return pathPace
}

// narrowings are the populations of a classic shop one after the other: their members, and the work in which these come
// close, a billion being one to two seconds' on one processor. The first is for those who want something soon. The last is the pattern of all
// that follow. Where the end of the search is known, the population that would not leave enough for another comes close there instead: with the
// 11 million moves of ten seconds ta41 to ta50 had 1.37 % when the second one was cut off shortly before its end, and 0.98 % since (another seed: 1.24
// and 1.08 %), and at 60 s 0.63 % where six terms have to be left for another, 0.82 % where 2.5. With half as many members more 1.11 and 0.94 %, with twice as many 1.05 % (the other seed).
//
// What was measured: the mean error of ta11, ta21, ta24, ta29, ta36, ta41, ta44 and ta47 with one seed; two runs that differ in nothing
// but the seed may be 0.1 % apart. Populations that converge as they may, with 6 or 10 members, reached 0.81 % with 5 million moves on ta41 (and
// as many more on the others as they are faster) and 0.63 % with 20 million. One population that narrows within 5 million moves reached 0.66 % with 10
// members; those below reach 0.52 % in 20 million. With a distance that shrank faster than evenly, 5 million moves gave 0.72 % with 6 members, 0.58 % with 10 and
// 0.69 % with 20; with 20 of them and cutoffs of 2,000 in place of 4,000 moves 0.84 %, with 10 and cutoffs of 6,000 moves 0.73 %. A distance that begins at a quarter
// of the first mean was no different from half (0.69 and 0.66 %).
var narrowings = [...]struct {
	size int
	work int64
}{{6, 1.1e9}, {16, 12e9}, {32, 60e9}, {60, 300e9}}

// Populations for the tardiness have so many moves for each member, so few members at least and so many at most; the first has so many
// moves, ten seconds of two processors with 100 steps, and each one after it four times as many.
const (
	tardyShare          = 30_000
	fewTardy, mostTardy = 10, 240
	tardyTerm           = 2_000_000
)

// members is how many a population has that comes close within so many moves: as many as those of narrowings, and in between in proportion.
func (s *shop) members(moves int64) int {
	if s.sum {
		return int(min(max(moves/tardyShare, fewTardy), mostTardy))
	}
	for i := 1; i < len(narrowings); i++ {
		if below, above := s.term(i-1), s.term(i); moves < above {
			a, b := narrowings[i-1].size, narrowings[i].size
			return a + int(int64(b-a)*max(0, moves-below)/(above-below))
		}
	}
	return narrowings[len(narrowings)-1].size
}

// term is the number of moves for the work of a population, where a move looks at as many steps as there are and costs
// as much as 300 besides.
func (s *shop) term(epoch int) int64 {
	if s.sum {
		return tardyTerm << (2 * min(epoch, 4))
	}
	return 1 + narrowings[min(epoch, len(narrowings)-1)].work/int64(s.ops+300)
}
