package jobshop

// Taillard is an instance of Taillard's generator (European Journal of Operational Research
// 64, 1993): times from 1 to 99, and for every job a random order of the machines. Both
// seeds are from 1 to 2³¹-2. ta01 is Taillard(15, 15, 840612802, 398197754).
func Taillard(jobs, machines int, timeSeed, machineSeed int64) *Instance {
	times, turns := lehmer(timeSeed), lehmer(machineSeed)
	p := &Instance{Jobs: make([][]Step, jobs)}
	for j := range p.Jobs {
		p.Jobs[j] = make([]Step, machines)
		for i := range p.Jobs[j] {
			p.Jobs[j][i] = On(int32(i), int64(times.uniform(1, 99)))
		}
	}
	for _, steps := range p.Jobs {
		for i := range steps {
			k := turns.uniform(i, machines-1)
			steps[i][0].Machine, steps[k][0].Machine = steps[k][0].Machine, steps[i][0].Machine
		}
	}
	return p
}

// lehmer is the generator of Bratley, Fox & Schrage that Taillard used: 16807 s mod 2³¹-1.
type lehmer int64

// uniform is a number from lo to hi.
func (l *lehmer) uniform(lo, hi int) int {
	*l = *l * 16807 % (1<<31 - 1)
	return lo + int(float64(*l)/(1<<31-1)*float64(hi-lo+1))
}
