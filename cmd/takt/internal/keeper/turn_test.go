package keeper

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// Changes wait for the answers to all who ask, but for a question that takes long only so long each time.
func TestChangesGiveWayToQuestions(t *testing.T) {
	const most = 250 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		turns := turns{most: most}
		begin := time.Now()
		waited := func() time.Duration {
			turns.wait(t.Context(), 0)
			took := time.Since(begin)
			begin = time.Now()
			return took
		}
		if took := waited(); took != 0 {
			t.Errorf("nobody asks, and it waited for %v", took)
		}
		first, second := turns.ask(), turns.ask()
		time.AfterFunc(most/5, first)
		time.AfterFunc(most/2, second)
		if took := waited(); took != most/2 {
			t.Errorf("waited for %v, want until the second answer after %v", took, most/2)
		}
		first() // a second time: nothing happens
		long := turns.ask()
		for range 2 {
			if took := waited(); took != most {
				t.Errorf("waited for %v for a question that takes long, want %v", took, most)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if turns.wait(ctx, most); time.Since(begin) != 0 {
			t.Error("it waits though the service ends")
		}
		long()
		if took := waited(); took != 0 {
			t.Errorf("all have their answers, and it waited for %v", took)
		}
	})
}

// After a step planning leaves the processor to others for half as long as it took, while nobody asks too; not if that is over.
func TestPlanningRests(t *testing.T) {
	const step = 40 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		k := &Keeper{turns: turns{most: 250 * time.Millisecond}, options: Options{Clock: time.Now}}
		waited := func() time.Duration {
			begin := time.Now()
			k.turn(t.Context())
			return time.Since(begin)
		}
		if took := waited(); took != 0 {
			t.Errorf("before the first step it rests for %v", took)
		}
		for took, want := range map[time.Duration]time.Duration{0: 0, step: step / 2, time.Minute: k.turns.most} {
			k.planned(took, time.Now())
			if rest := waited(); rest != want {
				t.Errorf("after %v it rests for %v, want %v", took, rest, want)
			}
		}
		k.planned(step, time.Now())
		time.Sleep(step / 4) // the step is written down
		if rest := waited(); rest != step/4 {
			t.Errorf("it rests for %v more, want %v", rest, step/4)
		}
		k.planned(step, time.Now().Add(-time.Hour))
		if rest := waited(); rest != 0 {
			t.Errorf("an hour later it rests for %v", rest)
		}
	})
}
