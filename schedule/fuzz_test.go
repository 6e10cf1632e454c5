package schedule

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/capacity"
)

// FuzzBuild damages random problems. What Check still accepts, every part of the package has to
// live with: no panic, no search without end, an assignment of every operation.
func FuzzBuild(f *testing.F) {
	f.Add(uint64(1), uint8(20), uint8(0), []byte{})
	f.Add(uint64(2), uint8(30), uint8(1), []byte{4, 3, 3, 9, 5, 1, 3, 250})
	f.Add(uint64(3), uint8(12), uint8(2), []byte{6, 0, 3, 251, 4, 1, 9, 252, 0, 0, 1, 1})
	names := make([]string, 0, len(schedulers()))
	for name := range schedulers() {
		names = append(names, name)
	}
	slices.Sort(names)
	f.Fuzz(func(t *testing.T, seed uint64, size, scheduler uint8, damage []byte) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 11)), 1+int(size)%40)
		for len(damage) >= 4 {
			damageProblem(p, damage[0], damage[1], damage[2], damage[3])
			damage = damage[4:]
		}
		if p.Check() != nil {
			return
		}
		alarm := time.AfterFunc(time.Minute, func() { panic("Build does not come to an end") })
		defer alarm.Stop()
		s, err := Build(context.Background(), p, schedulers()[names[int(scheduler)%len(names)]])
		if err != nil {
			t.Fatal(err)
		}
		for op := range p.Ops {
			if len(s.Of(int32(op))) == 0 {
				t.Fatalf("operation %d is dropped", op)
			}
		}
		Verify(p, s)
		if _, err := Bound(p); err != nil {
			t.Fatal(err)
		}
	})
}

// oddNumbers are what breaks arithmetic.
var oddNumbers = [...]int64{-1, 1 << 31, 1 << 40, capacity.Never - 1, math.MaxInt64, math.MaxInt32, 1 << 55, -capacity.Never + 1}

// damageProblem sets a field of an element of one of the problem's slices.
func damageProblem(p *Problem, where, which, field, value byte) {
	v := reflect.ValueOf(p).Elem()
	slices := [...]string{"Centres", "Machines", "Pools", "Jobs", "Ops", "Modes", "Arcs", "Pins"}
	list := v.FieldByName(slices[int(where)%len(slices)])
	if list.Len() == 0 {
		return
	}
	e := list.Index(int(which) % list.Len())
	n := int64(value)
	if odd := int(value) - (256 - len(oddNumbers)); odd >= 0 {
		n = oddNumbers[odd]
	}
	switch x := e.Field(int(field) % e.NumField()); x.Kind() {
	case reflect.Bool:
		x.SetBool(value&1 == 1)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if int64(x.Type().Bits()) < 64 {
			n = int64(int32(n))
		}
		x.SetInt(n)
	case reflect.Uint8:
		x.SetUint(uint64(value))
	case reflect.Pointer, reflect.Slice:
		x.SetZero()
	}
}
