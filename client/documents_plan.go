package client

// Plan is the plan in figures.
type Plan struct {
	Version  uint64 `json:"version"`
	Model    string `json:"model"`
	Start    string `json:"start"` // the plan's today
	Zone     string `json:"time_zone"`
	Schedule bool   `json:"schedule"` // orders are scheduled on machines
	Leads    bool   `json:"leads"`    // this instance takes changes
	Leader   string `json:"leader"`
	Counts   Counts `json:"counts"`
	Late     int    `json:"late_demands"`
	Short    int    `json:"short_demands"`
	Figures  []KPI  `json:"kpis"`
}

// Counts are how many there are of each.
type Counts struct {
	Parts    int `json:"parts"`
	Demands  int `json:"demands"`
	Receipts int `json:"receipts"`
	Orders   int `json:"planned_orders"`
}

// Order is an order with its operations: a planned one, or a receipt.
type Order struct {
	Version    uint64 `json:"version"`
	Kind       string `json:"kind"`    // planned, receipt
	Planned    Row    `json:"order"`   // as in the table planned_orders; nil for a receipt
	Receipt    Row    `json:"receipt"` // as in the table receipts; nil for a planned order
	Operations []Row  `json:"operations"`
}

// Demand is a demand with what is promised to it.
type Demand struct {
	Version    uint64 `json:"version"`
	Demand     Row    `json:"demand"` // as in the table demands
	Status     Row    `json:"status"` // as in the table demand_status; nil: it is not planned
	Deliveries []Row  `json:"deliveries"`
	Causes     []Row  `json:"causes"` // from the demand back to what holds it up
}
