package oracle

import (
	"sort"

	"github.com/taktplan/takt/bom"
)

// arcs are the parts that must be planned after p (rule 1): components and
// by-products, substitutes after the earlier members of their group, and the
// senders of transfers.
func (m *model) arcs() map[part][]part {
	after := map[part][]part{}
	for parent, lines := range m.lines {
		for _, l := range lines {
			after[parent] = append(after[parent], part{l.Component, parent[1]})
			for _, later := range lines {
				if sameGroup(l, later) && memberBefore(l, later) && l.Component != later.Component {
					main := part{l.Component, parent[1]}
					after[main] = append(after[main], part{later.Component, parent[1]})
				}
			}
		}
	}
	for p, sources := range m.sources {
		for _, s := range sources {
			if s.Kind == bom.Transfer && !s.SpareOnly {
				after[p] = append(after[p], m.part(s.Item, s.From))
			}
		}
	}
	return after
}

// byLevel is all parts by low-level code, then item, then site (rule 1).
func (m *model) byLevel() []part {
	after := m.arcs()
	level := map[part]int{}
	for changed := true; changed; {
		changed = false
		for p := range m.parts {
			for _, q := range after[p] {
				if level[q] <= level[p] {
					level[q] = level[p] + 1
					changed = true
				}
			}
		}
	}
	var parts []part
	for p := range m.parts {
		parts = append(parts, p)
	}
	sort.Slice(parts, func(i, j int) bool {
		a, b := parts[i], parts[j]
		if level[a] != level[b] {
			return level[a] < level[b]
		}
		return partBefore(a, b)
	})
	return parts
}

func partBefore(a, b part) bool {
	if a[0] != b[0] {
		return a[0] < b[0]
	}
	return a[1] < b[1]
}
