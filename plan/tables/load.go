package tables

import (
	"iter"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
)

// LoadProfile is the table load: by work centre and bucket the minutes that there are and those that
// work asks for. Days in to are whole; load is empty where nothing is available.
func LoadProfile(zone *time.Location, rows iter.Seq[capacity.Load]) Table {
	fraction := func(l *capacity.Load) decimal.Decimal {
		f, _ := l.Fraction()
		return f
	}
	return New("load", zone, rows,
		ID("work_centre", func(l *capacity.Load) string { return l.WorkCentre }),
		Day("from", func(l *capacity.Load) bom.Day { return l.First }),
		Day("to", func(l *capacity.Load) bom.Day { return l.Last }),
		minutes("available_min", func(l *capacity.Load) time.Duration { return l.Available }),
		minutes("setup_min", func(l *capacity.Load) time.Duration { return l.Setup }),
		minutes("run_min", func(l *capacity.Load) time.Duration { return l.Run }),
		Decimal("load", fraction).If(func(l *capacity.Load) bool { return l.Available > 0 }),
	)
}

// minutes is a column of times: minutes with nine decimals, rounded up.
func minutes[T any](name string, get func(*T) time.Duration) Field[T] {
	const nanos = int64(time.Minute) / int64(bom.One)
	return Number(name, func(row *T) bom.Number {
		d := int64(get(row))
		n := d / nanos
		if d%nanos > 0 {
			n++
		}
		return bom.Number(n)
	})
}

// Bottlenecks is the table bottlenecks: the ranking of a workload's work centres. overload is what
// the load runs ahead of the available time at most, from overload_from on; gap what single
// buckets miss, summed, and gaps their number.
func Bottlenecks(w *plan.Workload, rows []capacity.Bottleneck) Table {
	buckets := w.Profile.Buckets()
	type row = capacity.Bottleneck
	fraction := func(b *row) decimal.Decimal {
		f, _ := b.Fraction()
		return f
	}
	first := func(b *row) bom.Day {
		if b.First < 0 {
			return bom.NoDay
		}
		day, _ := buckets.Days(b.First)
		return day
	}
	return New("bottlenecks", nil, slices.Values(rows),
		ID("work_centre", func(b *row) string { return b.WorkCentre }),
		minutes("available_min", func(b *row) time.Duration { return b.Available }),
		minutes("setup_min", func(b *row) time.Duration { return b.Setup }),
		minutes("run_min", func(b *row) time.Duration { return b.Run }),
		Decimal("load", fraction).If(func(b *row) bool { return b.Available > 0 }),
		minutes("overload_min", func(b *row) time.Duration { return b.Overload }),
		Day("overload_from", first),
		minutes("gap_min", func(b *row) time.Duration { return b.Gap }),
		Int("gaps", func(b *row) int { return b.Gaps }),
	)
}

// Asked is the table load_by_item: what products ask of work centres.
func Asked(m *plan.Model, rows []plan.Asked) Table {
	type row = plan.Asked
	return New("load_by_item", nil, slices.Values(rows),
		ID("item", func(a *row) string { return m.Catalog.ItemID(a.Part) }),
		ID("site", func(a *row) string { return m.Catalog.SiteID(a.Part) }),
		ID("work_centre", func(a *row) string { return m.Shop.Centres[a.Centre].ID }),
		minutes("setup_min", func(a *row) time.Duration { return a.Setup }),
		minutes("run_min", func(a *row) time.Duration { return a.Run }),
	)
}

// Covers is the table cover: what would cover overloads.
func Covers(m *plan.Model, rows []capacity.Cover) Table {
	type row = capacity.Cover
	placed := func(c *row) bool { return c.Part != bom.NoPart }
	return New("cover", nil, slices.Values(rows),
		ID("work_centre", func(c *row) string { return c.WorkCentre }),
		Day("from", func(c *row) bom.Day { return c.First }),
		minutes("gap_min", func(c *row) time.Duration { return c.Gap }),
		Name("kind", func(c *row) string { return string(c.Kind) }),
		ID("with", func(c *row) string { return c.To }),
		Day("into", func(c *row) bom.Day { return c.Into }),
		ID("item", func(c *row) string { return m.Catalog.ItemID(c.Part) }).If(placed),
		ID("site", func(c *row) string { return m.Catalog.SiteID(c.Part) }).If(placed),
		Quantity("qty", func(c *row) bom.Quantity { return c.Quantity }).If(placed),
		minutes("covered_min", func(c *row) time.Duration { return c.Time }),
		Decimal("cost", func(c *row) decimal.Decimal { return c.Cost }),
	)
}
