package bom_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
)

// golden is a published product structure with its explosion worked by hand.
type golden struct {
	source   string
	parts    string            // item lead-days on-hand (with open receipts), lot multiple if any
	lines    string            // parent component quantity
	want     string            // item quantity asked for
	gross    string            // summarised explosion: item quantity
	planned  string            // after netting level by level, without regard to time; "" if not published
	critical string            // longest path of the product
	uses     map[string]string // end products of a part
}

var goldens = map[string]golden{
	"G2": {
		source: "Orlicky 1975, fig. 7-10: three levels, lead times of 2, net requirements of A as gross demand",
		parts:  "A 2 0, B 2 28, C 2 8", lines: "A B 1, B C 1", want: "A 59",
		gross: "A 59, B 59, C 59", planned: "A 59, B 31, C 23", critical: "A 2, B 4, C 6", uses: map[string]string{"C": "A 1"},
	},
	"G4": {
		source: "Heizer & Render, Operations Management, ch. 14: Awesome speaker kits",
		parts:  "A 1 10, B 2 15, C 1 20, D 1 10, E 2 10, F 3 5, G 2 0",
		lines:  "A B 2, A C 3, B D 2, B E 2, C E 2, C F 2, F D 2, F G 1", want: "A 50",
		gross:   "A 50, B 100, C 150, E 500, F 300, D 800, G 300",
		planned: "A 40, B 65, C 100, E 320, F 195, D 510, G 195", critical: "A 1, C 2, F 5, G 7",
		uses: map[string]string{"D": "A 16", "E": "A 10", "G": "A 6"},
	},
	"G5": {
		source: "Heizer & Render, 7th ed., problem 14.30: UltimaStepper",
		parts:  "S 2 20, A 1 10, B 2 30, C 3 10, D 1 15, E 2 5, F 2 20",
		lines:  "S A 1, S B 3, S C 2, A D 1, A F 2, B E 1, B F 3, C D 2, C E 3", want: "S 50",
		gross:   "S 50, A 50, B 150, C 100, D 250, E 450, F 550",
		planned: "S 30, A 20, B 60, C 50, D 105, E 205, F 200", critical: "S 2, C 5, E 7",
		uses: map[string]string{"E": "S 9", "F": "S 11"},
	},
	"G7": {
		source: "tutorsglobe 5218399: shared components, a low-level-code trap, lots of 20, 40 and 160",
		parts:  "A 2 15 20, B 2 30 40, C 1 0, D 3 100 160, E 2 160, F 2 40",
		lines:  "A B 1, A C 1, B D 3, B F 1, C B 3, C D 1, C E 4, D E 1", want: "A 20",
		gross:   "A 20, C 20, B 80, D 260, F 80, E 340",
		planned: "A 20, C 20, B 80, D 160, F 40, E 80", critical: "A 2, C 3, B 5, D 8, E 10",
		uses: map[string]string{"E": "A 17", "D": "A 13"},
	},
}

// words splits "a b, c d" into words.
func words(text string) [][]string {
	var out [][]string
	for _, entry := range strings.Split(text, ", ") {
		out = append(out, strings.Fields(entry))
	}
	return out
}

func number(text string) (n int) {
	if _, err := fmt.Sscan(text, &n); err != nil {
		panic(err)
	}
	return n
}

func TestGoldens(t *testing.T) {
	for name, g := range goldens {
		t.Run(name, func(t *testing.T) {
			var rows []any
			stock, lot := map[string]bom.Quantity{}, map[string]bom.Quantity{}
			for _, w := range words(g.parts) {
				rows = append(rows, lasting(w[0], number(w[1])))
				stock[w[0]] = bom.MustQuantity(w[2])
				if len(w) > 3 {
					lot[w[0]] = bom.MustQuantity(w[3])
				}
			}
			for _, w := range words(g.lines) {
				rows = append(rows, line(w[0], w[1], w[2]))
			}
			n := network(t, rows...)
			s := n.On(today, bom.Selection{})
			want := words(g.want)[0]
			sameWords(t, "gross", totals(t, s, want[0], want[1]), g.gross)
			sameWords(t, "planned", netByLevel(t, s, want[0], bom.MustQuantity(want[1]), stock, lot), g.planned)
			var path []string
			for x := range s.LeadTimes(nil).CriticalPath(part(t, n, want[0])) {
				path = append(path, fmt.Sprintf("%s %d", n.ItemID(x.Part), x.Start))
			}
			equal(t, "critical path", strings.Join(path, ", "), g.critical)
			for item, products := range g.uses {
				equal(t, "end products of "+item, endProducts(t, s, item), products)
			}
		})
	}
}

// sameWords compares lists whose order does not matter.
func sameWords(t *testing.T, what, got, want string) {
	t.Helper()
	count := map[string]int{}
	for _, w := range words(got) {
		count[strings.Join(w, " ")]++
	}
	for _, w := range words(want) {
		count[strings.Join(w, " ")]--
	}
	for _, c := range count {
		if c != 0 {
			t.Errorf("%s:\n got %s\nwant %s", what, got, want)
			return
		}
	}
}

// netByLevel is what a textbook does by hand with the explosion: in the order of low-level
// codes, what is required less what is there, in lots, exploded by one level.
func netByLevel(t *testing.T, s *bom.Structure, item string, q bom.Quantity, stock, lot map[string]bom.Quantity) string {
	n := s.Network()
	gross := map[bom.PartID]bom.Quantity{part(t, n, item): q}
	var out []string
	for level := range n.NumLevels() {
		for _, p := range n.AtLevel(level) {
			id := n.ItemID(p)
			net := max(gross[p]-stock[id], 0)
			if l := lot[id]; l > 0 {
				net = (net + l - 1) / l * l
			}
			out = append(out, fmt.Sprintf("%s %v", id, net))
			for r, err := range s.SingleLevel(bom.Amount{Part: p, Quantity: net}) {
				if err != nil {
					t.Fatal(err)
				}
				gross[r.Part] += r.Quantity
			}
		}
	}
	return strings.Join(out, ", ")
}
