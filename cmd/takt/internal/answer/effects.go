package answer

import (
	"time"

	"github.com/taktplan/takt/plan"
)

// Effects are what changes did to the demands and to the schedule.
type Effects struct {
	Strategy  string    `json:"strategy" doc:"How the schedule took the changes in; see docs/changes.md."`
	Shifts    []Shift   `json:"shifts" nullable:"false" doc:"The demands that ship at another time, that are new or gone, by id."`
	Stability Stability `json:"stability"`
}

// Shift is a demand that ships at another time than before.
type Shift struct {
	Demand     string `json:"demand"`
	Item       string `json:"item"`
	Customer   string `json:"customer,omitempty"`
	Priority   int    `json:"priority"`
	Before     string `json:"promised_before,omitempty" doc:"Left out: it was not planned, or had no date."`
	After      string `json:"promised_after,omitempty" doc:"Left out: it is not planned any more, or gets no date."`
	LateBefore int64  `json:"late_before_s" doc:"How late it was, in seconds."`
	LateAfter  int64  `json:"late_s" doc:"How late it is now, in seconds."`
	LaterDays  Number `json:"later_days" doc:"By how many days a demand that was and is planned becomes later than its due date."`
	Reason     string `json:"reason,omitempty" doc:"What holds it up now."`
}

// EffectsOf are effects as a document.
func EffectsOf(e plan.Effects, zone *time.Location) *Effects {
	return &Effects{Strategy: e.Strategy.String(), Shifts: ShiftsOf(e.Shifts, zone), Stability: StabilityOf(&e.Stability)}
}

// ShiftsOf are shifts as documents.
func ShiftsOf(list []plan.Shift, zone *time.Location) []Shift {
	out := make([]Shift, len(list))
	for i := range list {
		s := &list[i]
		out[i] = Shift{s.Demand, s.Item, s.Customer, s.Priority, when(s.Before, zone), when(s.After, zone), s.LateBefore, s.LateAfter, Days(s.Slip()), s.Reason}
	}
	return out
}

// KPI is a figure of a plan.
type KPI struct {
	Name  string `json:"name"`
	Value Number `json:"value"`
	Unit  string `json:"unit"`
}

// KPIsOf are figures as documents.
func KPIsOf(list []plan.KPI) []KPI {
	out := make([]KPI, len(list))
	for i, k := range list {
		out[i] = KPI{k.Name, Money(k.Value), k.Unit}
	}
	return out
}
