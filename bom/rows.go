package bom

// DefaultSite is the site of a row that names none.
const DefaultSite = "main"

// LotRule says how netting turns a shortage into a lot.
type LotRule uint8

// The lot rules, by their names in items.csv.
const (
	LotForLot LotRule = iota
	FixedLot
	PeriodLot
	MinMax
	EOQ
	SilverMeal
	LeastUnitCost
	PartPeriod
	WagnerWhitin
	Groff
)

// LotRules are the names of the rules as tables write them, by rule.
var LotRules = [...]string{"lot_for_lot", "fixed", "period", "min_max", "eoq",
	"silver_meal", "least_unit_cost", "part_period", "wagner_whitin", "groff"}

func (r LotRule) String() string { return nameOf(LotRules[:], r) }

// Kind is how a part is replenished.
type Kind uint8

// The kinds, by their names in sources.csv and receipts.csv.
const (
	Make Kind = iota
	Buy
	Transfer
	Subcontract
)

// Kinds are the names of the kinds as tables write them, by kind.
var Kinds = [...]string{"make", "buy", "transfer", "subcontract"}

func (k Kind) String() string { return nameOf(Kinds[:], k) }

// Explodes reports whether an order of this kind requires components.
func (k Kind) Explodes() bool { return k == Make || k == Subcontract }

// Usage is what the quantity of a line refers to.
type Usage uint8

// PerUnit lines scale with the order, PerOrder lines do not.
const (
	PerUnit Usage = iota
	PerOrder
)

// Usages are the names of the usages as tables write them, by usage.
var Usages = [...]string{"unit", "order"}

func (u Usage) String() string { return nameOf(Usages[:], u) }

func nameOf[E ~uint8](names []string, e E) string {
	if int(e) < len(names) {
		return names[e]
	}
	return "unknown"
}

// Item is a row of items.csv: what a part (an item at a site) is and how it is
// planned. Day counts are whole days; which of them count working days stands
// in the model page of the documentation. Zero values are the defaults.
type Item struct {
	Row         int // line or position in its table, for errors; 0 counts on
	ID          string
	Site        string // empty: main
	Description string
	UOM         string
	Decimals    Optional[int] // 0 to 6, default 6
	Family      string
	Cost        Number // per unit
	Price       Number // per unit
	Phantom     bool
	LeadDays    Optional[int] // when a source gives none
	Calendar    string
	// InspectionDays is added to bought and subcontracted lead times.
	InspectionDays int
	// DesignDays is added once, before the part's first order.
	DesignDays   int
	LotRule      LotRule
	LotQuantity  Quantity
	LotDays      int
	LotMin       Quantity
	LotMax       Quantity // 0: none
	LotMultiple  Quantity // 0: none
	OrderCost    Number
	HoldingCost  Number // per unit and day
	ReorderPoint Quantity
	OrderUpTo    Quantity
	SafetyStock  Optional[Quantity]
	SafetyDays   int
	// ServiceLevel (0 < p < 1) with DemandDeviation (standard deviation of a
	// day's demand) gives the safety stock when SafetyStock is not set.
	ServiceLevel      Number
	DemandDeviation   Quantity
	CoverDays         int
	PlanningFenceDays int
	DemandFenceDays   int
	ShelfLifeDays     int
	Yield             Number // 0 < y ≤ 1; 0 is the default 1
}

// UOM is a row of uoms.csv: one UOM holds Factor base units of the item.
type UOM struct {
	Row    int
	Item   string // empty: all items
	ID     string
	Factor Number
}

// Source is a row of sources.csv: one way to replenish a part.
type Source struct {
	Row             int
	Item, Site      string
	ID              string
	Kind            Kind
	From            string // supplier, or the sending site of a transfer
	BOM             string // version; empty: the empty version, or the only one
	Routing         string // version, like BOM
	Priority        int    // 1 first; 0 is the default 1
	Share           Number // quota among equal priority; 0: none
	LeadDays        Optional[int]
	LeadDaysPerUnit Number
	ExpediteDays    Optional[int]
	ExpediteCost    Number
	Min             Quantity
	Max             Quantity // 0: none
	Multiple        Quantity // 0: none
	FromDate        Day
	ToDate          Day
	UnitCost        Number
	Calendar        string
	CapacityPerDay  Quantity // 0: unlimited
	SpareOnly       bool
	UOM             string // of Min, Max, Multiple and CapacityPerDay
}

// Line is a row of bom.csv. A negative Quantity is a by-product.
type Line struct {
	Row                int
	Parent, Component  string
	Site               string
	BOM                string // version
	ID                 string // empty: 1
	Quantity           Quantity
	Per                Usage
	Scrap              Number // 0 ≤ s < 1
	Op                 int    // routing step that consumes it; 0: the first
	OffsetDays         int
	FromDate, ToDate   Day // both included; NoDay: open
	SubstituteGroup    string
	SubstitutePriority int // 1 is the main component; 0 is the default 1
}
