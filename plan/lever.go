package plan

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
)

// LeverKind is a way to serve a rush order earlier, or at less expense of others.
type LeverKind string

// The levers. Without any of them the order takes its place: nobody's operation moves, and what is
// there or planned goes to whom the rules of pegging give it.
const (
	LeverOwnSupply   LeverKind = "own_supply"  // takes no made supply from other demands: a dedicated demand
	LeverDisplace    LeverKind = "displace"    // operations of others give way
	LeverOvertime    LeverKind = "overtime"    // overtime on a work centre that it waits for
	LeverAlternate   LeverKind = "alternate"   // an alternate work centre of a routing goes first
	LeverSubcontract LeverKind = "subcontract" // a subcontractor makes a part
	LeverExpedite    LeverKind = "expedite"    // a purchase comes in expedite_days
	LeverSource      LeverKind = "source"      // a purchase comes from another supplier
	LeverSubstitute  LeverKind = "substitute"  // a substitute stands in for a component
	LeverTransfer    LeverKind = "transfer"    // a sister site sends a part
	LeverReschedule  LeverKind = "reschedule"  // everything is scheduled anew with the order first; the last resort against waits for machines
	LeverSplit       LeverKind = "split"       // a part ships on time, the rest later
	LeverOptimise    LeverKind = "optimise"    // the schedule is improved by search; with RushOptions.Optimise, whatever levers are named
)

// LeverKinds are the levers that can be named, in the order in which they are tried.
var LeverKinds = [...]LeverKind{LeverOwnSupply, LeverDisplace, LeverOvertime, LeverAlternate, LeverSubcontract, LeverExpedite, LeverSource,
	LeverSubstitute, LeverTransfer, LeverReschedule, LeverSplit}

// Lever is one lever of an option: what is pulled, how far, and what it costs.
type Lever struct {
	Kind       LeverKind
	WorkCentre string       // overtime, alternate
	Order      string       // alternate: the order that waits; expedite: the open order that comes earlier; substitute: the parent
	Item, Site string       // of the part that is bought, made, sent, or stood in for
	Source     string       // in sources
	From       string       // supplier or sending site
	With       string       // substitute: what stands in
	Quantity   bom.Quantity // of the part; split: what ships on time
	Time       time.Duration
	First      bom.When // overtime: first day; else the date to be there
	Last       bom.When // overtime: last day
	Strategy   Strategy // displace
	Cost       decimal.Decimal
}

// String is the lever in words.
func (l Lever) String() string {
	part := l.Item
	if l.Site != "" && l.Site != bom.DefaultSite {
		part += "@" + l.Site
	}
	switch l.Kind {
	case LeverOwnSupply:
		return "takes nothing made for others"
	case LeverDisplace:
		if l.Strategy != Displace {
			return "others give way (" + l.Strategy.String() + ")"
		}
		return "others give way"
	case LeverOvertime:
		on := fmt.Sprintf("from %v to %v", l.First.Day, l.Last.Day)
		if l.First == l.Last {
			on = fmt.Sprintf("on %v", l.First.Day)
		}
		return fmt.Sprintf("overtime of %s on %s %s", length(int64(l.Time/time.Second)), l.WorkCentre, on)
	case LeverAlternate:
		return fmt.Sprintf("%s is made on %s first", part, l.WorkCentre)
	case LeverSubcontract:
		return fmt.Sprintf("%s makes %v %s by %v", supplierOr(l.From, l.Source), l.Quantity, part, l.First.Day)
	case LeverExpedite:
		if l.Order != "" {
			return fmt.Sprintf("%s from %s brought forward to %v", l.Order, supplierOr(l.From, l.Source), l.First.Day)
		}
		return fmt.Sprintf("%v %s from %s expedited to %v", l.Quantity, part, supplierOr(l.From, l.Source), l.First.Day)
	case LeverSource:
		return fmt.Sprintf("%v %s bought from %s, there on %v", l.Quantity, part, supplierOr(l.From, l.Source), l.First.Day)
	case LeverSubstitute:
		return fmt.Sprintf("%v %s in place of %s in %s", l.Quantity, l.With, part, l.Order)
	case LeverTransfer:
		return fmt.Sprintf("%v %s sent from site %s by %v", l.Quantity, part, l.From, l.First.Day)
	case LeverReschedule:
		return "everything is scheduled anew around it"
	case LeverSplit:
		return fmt.Sprintf("%v ship first, the rest follows", l.Quantity)
	case LeverOptimise:
		return "the schedule is improved by search: others may move"
	}
	return string(l.Kind)
}

// Short is the lever in two or three words, for tables.
func (l Lever) Short() string {
	switch l.Kind {
	case LeverOwnSupply, LeverDisplace:
		return l.String()
	case LeverOvertime:
		return "overtime on " + l.WorkCentre
	case LeverAlternate:
		return l.Item + " on " + l.WorkCentre
	case LeverSubcontract:
		return "subcontract " + l.Item
	case LeverExpedite:
		return "expedite " + l.Item
	case LeverSource:
		return l.Item + " from " + supplierOr(l.From, l.Source)
	case LeverSubstitute:
		return l.With + " for " + l.Item
	case LeverTransfer:
		return l.Item + " from site " + l.From
	case LeverReschedule:
		return "schedule anew"
	case LeverOptimise:
		return "search"
	}
	return "ship in two parts"
}

func supplierOr(supplier, source string) string {
	if supplier == "" {
		return source
	}
	return supplier
}

// pull is a lever with the changes that pull it.
type pull struct {
	lever   Lever
	changes []Change
}

// stuck is a lever that would be pulled, but cannot.
type stuck struct {
	kind LeverKind
	why  string
}

// hourly is what a time costs at so much an hour, to the cent.
func hourly(rate bom.Number, d time.Duration) decimal.Decimal {
	return rate.Decimal().Mul(decimal.NewFromInt(int64(d/time.Second))).DivRound(decimal.NewFromInt(3600), 2)
}
