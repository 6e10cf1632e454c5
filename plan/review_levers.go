package plan

import (
	"context"

	"github.com/taktplan/takt/mrp"
)

// RushLevers are the levers of Rush for ReviewOptions.Levers: the options that serve an order in time, and if none
// does the one that is earliest, the cheapest for others first as Rush ranks them; at most two.
func RushLevers(o RushOptions) func(context.Context, *Plan, mrp.Demand) ([]LeverOffer, error) {
	return func(ctx context.Context, p *Plan, order mrp.Demand) ([]LeverOffer, error) {
		if _, known := p.model.Book.Demand(order.ID); known { // an inquiry: its order is a new one
			q := Inquiry{Demand: order}
			q.ID = ""
			asked, err := p.ask(&q)
			if err != nil {
				return nil, err
			}
			order.ID = asked.row.ID
		}
		rush, err := p.Rush(ctx, order, o)
		if err != nil {
			return nil, err
		}
		const most = 2
		var inTime, late []LeverOffer
		for i := range rush.Options {
			option := &rush.Options[i]
			if len(option.Levers) == 0 || option.Promise.IsZero() {
				continue
			}
			if offer := option.leverOffer(); option.OnTime {
				inTime = append(inTime, offer)
			} else if len(late) == 0 || offer.Late < late[0].Late {
				late = []LeverOffer{offer}
			}
		}
		if len(inTime) == 0 {
			return late, nil
		}
		return inTime[:min(len(inTime), most)], nil
	}
}

// leverOffer is an option as order review shows it.
func (o *Option) leverOffer() LeverOffer {
	out := LeverOffer{Promised: o.Promise, Late: o.Late, Cost: o.Cost.Total()}
	for _, l := range o.Levers {
		out.Levers = append(out.Levers, l.String())
	}
	for i := range o.Slips {
		s := &o.Slips[i]
		out.Slips = append(out.Slips, Shift{Demand: s.Demand, Item: s.Item, Customer: s.Customer, Priority: s.Priority, Weight: s.Weight,
			Before: s.Before, After: s.After, LateAfter: s.Seconds, Reason: s.Reason})
	}
	return out
}
