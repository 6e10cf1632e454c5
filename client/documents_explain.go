package client

import "encoding/json"

// PeggingTree is what stands behind something, or above it.
type PeggingTree struct {
	Version   uint64   `json:"version"`
	ID        string   `json:"id"`
	Direction string   `json:"direction"` // down, up
	Items     []Branch `json:"items"`     // depth first; what stands behind an order is told at its first mention only
	Cut       bool     `json:"cut"`       // the tree has more than is told
}

// Branch is a supply or a use in a pegging tree.
type Branch struct {
	Level     int         `json:"level"` // how deep it lies, from 1
	ID        string      `json:"id"`    // of what is on the other side
	Kind      string      `json:"kind"`
	Item      string      `json:"item"`
	Site      string      `json:"site"`
	Quantity  json.Number `json:"qty"`
	Available string      `json:"available"`  // when the supply is there
	Needed    string      `json:"needed"`     // when it is wanted
	OrderKind string      `json:"order_kind"` // of a planned order on the other side, as its Start and Due: make, buy, …; empty: it is none
	Start     string      `json:"start"`
	Due       string      `json:"due"`
}

// Explanation is why something is planned as it is, in tables by name: of a demand demand_status, deliveries, causes and the tree supply; of a
// planned order its steps, serves, needs, schedule; of a receipt serves and messages; of a part stock_requirements, projected, available_to_promise. The rows of causes and steps
// have a text that says what they mean.
type Explanation struct {
	Version uint64           `json:"version"`
	ID      string           `json:"id"`
	Kind    string           `json:"kind"` // demand, order, receipt, part
	Tables  map[string][]Row `json:"tables"`
}
