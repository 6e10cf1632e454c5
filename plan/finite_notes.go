package plan

import "fmt"

// Notes are remarks on how the schedule was made, in whole sentences.
func (f *Finite) Notes() []string {
	var out []string
	for _, op := range f.undedicated {
		c := f.describe(op)
		out = append(out, fmt.Sprintf("%s op %d: every work centre that can do it is dedicated to a class that none of its demands has; it runs there all the same", c.Order, c.Op))
	}
	for _, pair := range f.unlinked {
		supply, consumer := f.describe(pair[0]), f.describe(pair[1])
		out = append(out, fmt.Sprintf("%s does not wait for %s, which waits for it in turn: correct their allocations", consumer.Order, supply.Order))
	}
	return out
}
