package oracle

import (
	"slices"
	"sort"

	"github.com/taktplan/takt/bom"
)

// supplyKind orders supplies: stock before receipts.
type supplyKind int

const (
	stockSupply supplyKind = iota
	receiptSupply
	receiptByproduct
	plannedByproduct
)

// supply is stock, a receipt or a by-product.
type supply struct {
	kind     supplyKind
	id       string // lot or receipt
	day      bom.Day
	expires  bom.Day // usable through that day; no day: for ever
	quantity bom.Quantity
	demand   string // reserved for, or hard-pegged to
}

// firstExpired is the order of use: first-expired first, then earliest usable,
// then stock before receipts, then id.
func firstExpired(a, b *supply) bool {
	switch {
	case a.expires != b.expires:
		return expiresBefore(a.expires, b.expires)
	case a.day != b.day:
		return a.day < b.day
	case a.kind != b.kind:
		return a.kind < b.kind
	}
	return a.id < b.id
}

func expiresBefore(a, b bom.Day) bool {
	if a == bom.NoDay || b == bom.NoDay {
		return b == bom.NoDay && a != bom.NoDay
	}
	return a < b
}

// balance is the available quantity of a part on a day, by expiry, or what is missing.
type balance struct {
	lots    []lot
	missing bom.Quantity
}

type lot struct {
	quantity bom.Quantity
	expires  bom.Day
}

func (b balance) clone() balance { return balance{slices.Clone(b.lots), b.missing} }

// available is PA.
func (b balance) available() bom.Quantity {
	sum := -b.missing
	for _, l := range b.lots {
		sum += l.quantity
	}
	return sum
}

// lose drops the rests of the lots that expired before the day.
func (b *balance) lose(day bom.Day) (lost bom.Quantity) {
	var kept []lot
	for _, l := range b.lots {
		if l.expires != bom.NoDay && l.expires < day {
			lost += l.quantity
		} else {
			kept = append(kept, l)
		}
	}
	b.lots = kept
	return lost
}

// receive adds a quantity; it first fills what is missing.
func (b *balance) receive(q bom.Quantity, expires bom.Day) {
	fill := min(q, b.missing)
	b.missing -= fill
	if q > fill {
		b.lots = append(b.lots, lot{q - fill, expires})
	}
	sort.SliceStable(b.lots, func(i, j int) bool { return expiresBefore(b.lots[i].expires, b.lots[j].expires) })
}

// take uses a quantity, first-expired first; the rest is missing.
func (b *balance) take(q bom.Quantity) {
	for len(b.lots) > 0 && q > 0 {
		use := min(q, b.lots[0].quantity)
		b.lots[0].quantity -= use
		q -= use
		if b.lots[0].quantity == 0 {
			b.lots = b.lots[1:]
		}
	}
	b.missing += q
}
