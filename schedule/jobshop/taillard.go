package jobshop

import "fmt"

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

// TaillardBenchmark is one of the 80 job shops of Taillard's paper by its number: 1 for ta01. The error of
// other numbers is an *InvalidError.
func TaillardBenchmark(number int) (*Instance, error) {
	if number < 1 || number > len(taillardSeeds) {
		return nil, &InvalidError{-1, -1, fmt.Sprintf("ta%02d is not in Taillard's paper; its job shops are ta01 to ta%d", number, len(taillardSeeds))}
	}
	size, seeds := taillardSizes[(number-1)/10], taillardSeeds[number-1]
	return Taillard(size.jobs, size.machines, seeds.times, seeds.machines), nil
}

// taillardSizes are the sizes of every ten.
var taillardSizes = [...]struct{ jobs, machines int }{
	{15, 15}, {20, 15}, {20, 20}, {30, 15}, {30, 20}, {50, 15}, {50, 20}, {100, 20},
}

// taillardSeeds are the seeds of the times and of the machines as the paper prints them.
var taillardSeeds = [...]struct{ times, machines int64 }{
	{840612802, 398197754}, {1314640371, 386720536}, {1227221349, 316176388}, {342269428, 1806358582}, {1603221416, 1501949241},
	{1357584978, 1734077082}, {44531661, 1374316395}, {302545136, 2092186050}, {1153780144, 1393392374}, {73896786, 1544979948},
	{533484900, 317419073}, {1894307698, 1474268163}, {874340513, 509669280}, {1124986343, 1209573668}, {1463788335, 529048107},
	{1056908795, 25321885}, {195672285, 1717580117}, {961965583, 1353003786}, {1610169733, 1734469503}, {532794656, 998486810},
	{1035939303, 773961798}, {5997802, 1872541150}, {1357503601, 722225039}, {806159563, 1166962073}, {1902815253, 1879990068},
	{1503184031, 1850351876}, {1032645967, 99711329}, {229894219, 1158117804}, {823349822, 108033225}, {1297900341, 489486403},
	{98640593, 1981283465}, {1839268120, 248890888}, {573875290, 2081512253}, {1670898570, 788294565}, {1118914567, 1074349202},
	{178750207, 294279708}, {1549372605, 596993084}, {798174738, 151685779}, {553410952, 1329272528}, {1661531649, 1173386294},
	{1841414609, 1357882888}, {2116959593, 1546338557}, {796392706, 1230864158}, {532496463, 254174057}, {2020525633, 978943053},
	{524444252, 185526083}, {1569394691, 487269855}, {1460267840, 1631446539}, {198324822, 1937476577}, {38071822, 1541985579},
	{17271, 718939}, {660481279, 449650254}, {352229765, 949737911}, {1197518780, 166840558}, {1376020303, 483922052},
	{2106639239, 955932362}, {1765352082, 1209982549}, {1105092880, 1349003108}, {907248070, 919544535}, {2011630757, 1845447001},
	{8493988, 2738939}, {1991925010, 709517751}, {342093237, 786960785}, {1634043183, 973178279}, {341706507, 286513148},
	{320167954, 1411193018}, {1089696753, 298068750}, {433032965, 1589656152}, {615974477, 331205412}, {236150141, 592292984},
	{302034063, 1203569070}, {1437643198, 1692025209}, {1792475497, 1039908559}, {1647273132, 1012841433}, {696480901, 1689682358},
	{1785569423, 1092647459}, {117806902, 739059626}, {1639154709, 1319962509}, {2007423389, 749368241}, {682761130, 262763021},
}

// lehmer is the generator of Bratley, Fox & Schrage that Taillard used: 16807 s mod 2³¹-1.
type lehmer int64

// uniform is a number from lo to hi.
func (l *lehmer) uniform(lo, hi int) int {
	*l = *l * 16807 % (1<<31 - 1)
	return lo + int(float64(*l)/(1<<31-1)*float64(hi-lo+1))
}
