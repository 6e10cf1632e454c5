// Shortage reads a model folder, plans it and says for every late or short demand
// why: the chain of causes from the demand back to the root, and the late branches
// of its pegging tree.
//
//	go run ./examples/shortage                       # all late demands of examples/appliance
//	go run ./examples/shortage factory SO-1 SO-2     # two demands of another model
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

func main() {
	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{"examples/appliance"}
	}
	if err := run(context.Background(), os.Stdout, args[0], args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run reports on the demands named, or on all that are late or short.
func run(ctx context.Context, w io.Writer, path string, only []string) error {
	model, _, err := tables.Load(ctx, path, tables.Options{Now: time.Now})
	if err != nil {
		return err // every error in the tables, with file and line
	}
	p, err := plan.New(ctx, model, plan.Options{})
	if err != nil {
		return err
	}
	material := p.Material()
	for _, r := range material.DemandResults() {
		d := model.Book.DemandAt(r.Demand)
		if r.Status == mrp.OnTime || len(only) > 0 && !slices.Contains(only, d.ID) {
			continue
		}
		fmt.Fprintf(w, "%s: %v %s@%s due %v is %s, promised for %v\n", d.ID, r.Quantity, d.Item, d.Site, d.Due.Day, r.Status, r.Promised)
		for _, cause := range r.Causes {
			fmt.Fprintf(w, "  because %v\n", cause)
		}
		follow(w, material, supplies(material, model.Book.DemandPart(r.Demand), d.ID), 1)
	}
	return nil
}

// supplies are the pegs between a part's supplies and one demand.
func supplies(p *mrp.Plan, part bom.PartID, demand string) []mrp.Pegging {
	return slices.DeleteFunc(p.PegsOf(part), func(g mrp.Pegging) bool {
		return g.ConsumerKind != mrp.DemandConsumer || g.Consumer != demand
	})
}

// follow prints the pegs that come late, and below a planned order what it waits for.
func follow(w io.Writer, p *mrp.Plan, pegs []mrp.Pegging, depth int) {
	for _, g := range pegs {
		if g.Available <= g.Needed {
			continue
		}
		fmt.Fprintf(w, "%s%s %s: %v needed %v, there on %v\n", strings.Repeat("  ", depth), g.SupplyKind, g.Supply, g.Quantity, g.Needed, g.Available)
		if g.SupplyKind == mrp.PlannedSupply {
			follow(w, p, p.Needs(g.Part, g.Supply), depth+1)
		}
	}
}
