// Atp answers two questions of a sales desk about one part: how much can still be
// promised, and from when (available-to-promise); and what comes in and goes out
// (the stock/requirements list).
//
//	go run ./examples/atp                            # FRIDGE-420 of examples/appliance
//	go run ./examples/atp factory BIKE north         # a part of another model
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

func main() {
	args := append(os.Args[1:], "", "", "")
	path, item := cmp.Or(args[0], "examples/appliance"), cmp.Or(args[1], "FRIDGE-420")
	if err := run(context.Background(), os.Stdout, path, item, args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints both lists of a part; an empty site is main.
func run(ctx context.Context, w io.Writer, path, item, site string) error {
	model, _, err := tables.Load(ctx, path, tables.Options{Now: time.Now})
	if err != nil {
		return err
	}
	p, err := plan.New(ctx, model, plan.Options{})
	if err != nil {
		return err
	}
	part, ok := p.Network().Part(item, site)
	if !ok {
		return fmt.Errorf("%s has no item %s at site %s", path, item, cmp.Or(site, "main"))
	}
	const right = tabwriter.AlignRight
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', right)
	fmt.Fprintln(t, "from\tsupply\tcommitted\tATP\tcumulative\t")
	for _, d := range p.Material().ATP(part) {
		fmt.Fprintf(t, "%v\t%v\t%v\t%v\t%v\t\n", d.Day, d.Supply, d.Committed, d.Discrete, d.Cumulative)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "day\texpected\telement\tid\tqty\tavailable")
	for _, r := range p.Material().StockRequirements(part) {
		fmt.Fprintf(t, "%v\t%v\t%s\t%s\t%v\t%v\n", r.Day, r.Due, r.Element, r.ID, r.Quantity, r.Available)
	}
	return t.Flush()
}
