package plan

import "strings"

// sequence is a batch as one change among others. What one batch may not do, such as adding a demand and
// cancelling it, two that follow each other may: contradictions are looked for within each alone.
type sequence struct{ changes []Change }

func (s *sequence) String() string {
	list := make([]string, len(s.changes))
	for i, c := range s.changes {
		list[i] = c.String()
	}
	return strings.Join(list, ", ")
}

func (s *sequence) edit(d *draft) (Change, error) {
	back, err := editAll(d, s.changes)
	if err != nil {
		return nil, err
	}
	return &sequence{back}, nil
}

// flat are changes with the sequences among them taken apart.
func flat(changes []Change) []Change {
	var out []Change
	for _, c := range changes {
		if s, ok := c.(*sequence); ok {
			out = append(out, flat(s.changes)...)
			continue
		}
		out = append(out, c)
	}
	return out
}
