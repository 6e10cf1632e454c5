package bom

import (
	"cmp"
	"slices"
	"strings"
)

// Sym is the dense number of an interned id. The zero Sym is the empty string.
type Sym int32

// Names interns ids: one string, one number. It only grows. Not safe for
// concurrent interning; String is safe once interning has ended.
type Names struct {
	number map[string]Sym
	text   []string
}

// NewNames returns an interner that knows the empty string.
func NewNames() *Names {
	return &Names{number: map[string]Sym{"": 0}, text: []string{""}}
}

// Intern gives the number of s, a new one at its first appearance.
func (n *Names) Intern(s string) Sym {
	if s == "" {
		return 0
	}
	if v, ok := n.number[s]; ok {
		return v
	}
	return n.add(s)
}

// InternBytes gives the interned string of b; b may be reused afterwards.
func (n *Names) InternBytes(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if v, ok := n.number[string(b)]; ok {
		return n.text[v]
	}
	return n.text[n.add(string(b))]
}

func (n *Names) add(s string) Sym {
	v := Sym(len(n.text))
	n.text = append(n.text, s)
	n.number[s] = v
	return v
}

// Lookup gives the number of s if s was interned.
func (n *Names) Lookup(s string) (Sym, bool) {
	v, ok := n.number[s]
	return v, ok
}

// String is the text of a number.
func (n *Names) String(v Sym) string { return n.text[v] }

// ranks gives every number its place in the string order of all texts.
func (n *Names) ranks() []int32 {
	type entry struct {
		prefix uint64
		sym    Sym
	}
	order := make([]entry, len(n.text))
	for i, s := range n.text {
		order[i] = entry{prefix(s), Sym(i)}
	}
	slices.SortFunc(order, func(a, b entry) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		return strings.Compare(n.text[a.sym], n.text[b.sym])
	})
	ranks := make([]int32, len(order))
	for i, e := range order {
		ranks[e.sym] = int32(i)
	}
	return ranks
}

// prefix is the first eight bytes of s as a number that sorts as s does.
func prefix(s string) uint64 {
	var p uint64
	for i := range 8 {
		p <<= 8
		if i < len(s) {
			p |= uint64(s[i])
		}
	}
	return p
}

// Closest is the candidate with the fewest edits from s (Levenshtein), for the
// "did you mean" of an error; empty when none is near.
func Closest(s string, candidates []string) string {
	best, at := "", len(s)/2+2
	for _, c := range candidates {
		if d := edits(s, c, at); d < at {
			best, at = c, d
		}
	}
	return best
}

// edits is the Levenshtein distance of a and b, or most when it is at least most.
func edits(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return min(row[len(b)], most)
}
