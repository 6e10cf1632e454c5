package schedule

import (
	"fmt"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// BenchmarkVerify checks operations one after another on a hundred machines with tools, an arc each.
func BenchmarkVerify(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p, parts := longShop(n)
			s := NewSchedule(p, parts)
			b.ReportAllocs()
			for b.Loop() {
				if got := Verify(p, s); len(got) != 0 {
					b.Fatal(len(got), got[0])
				}
			}
		})
	}
}

// longShop is jobs of five operations, each on the machine after the one before.
func longShop(n int) (*Problem, []Assignment) {
	const machines = 100
	p := &Problem{Start: randomStart, Families: []string{"", "a", "b"}, Centres: []Centre{{Machines: machines}},
		Pools: []Pool{{Units: machines}}}
	var spans []capacity.Span
	for d := range int64(30 * 365) {
		spans = append(spans, capacity.Span{From: randomStart + d*oneDay, To: randomStart + d*oneDay + 16*oneHour})
	}
	window := capacity.Span{From: randomStart, To: randomStart + 30*365*oneDay}
	for range machines {
		p.Machines = append(p.Machines, Machine{Hours: capacity.NewHours("two shifts", window, spans)})
	}
	parts := make([]Assignment, 0, n)
	free := make([]int64, machines)
	for i := range n {
		if i%5 == 0 {
			p.Jobs = append(p.Jobs, Job{First: int32(i)})
		}
		j := &p.Jobs[len(p.Jobs)-1]
		j.Ops++
		machine := int32(i/5+i%5) % machines
		from := max(randomStart, free[machine])
		if i%5 > 0 {
			from = max(from, parts[i-1].End)
			p.Arcs = append(p.Arcs, Arc{From: int32(i - 1), To: int32(i), Transfer: bom.Quantity(i%2) * 5 * oneUnit})
		}
		start, end, _ := p.Machines[machine].Hours.Add(from, 5*60)
		free[machine] = end
		p.Ops = append(p.Ops, Op{Job: int32(len(p.Jobs) - 1), Quantity: 30 * oneUnit, Modes: int32(i), NumModes: 1, Interruptible: true})
		p.Modes = append(p.Modes, Mode{Run: 10 * time.Second, Tool: 1})
		parts = append(parts, Assignment{Op: int32(i), Mode: int32(i), Machine: machine, Start: start, SetupEnd: start, End: end, Quantity: 30 * oneUnit})
	}
	return p, parts
}
