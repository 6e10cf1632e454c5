package bom

import (
	"cmp"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"
)

// Sym is the dense number of an interned id. The zero Sym is the empty string.
type Sym int32

// Names interns ids: one string, one number. It only grows. Not safe for
// concurrent interning; String and Lookup are safe once interning has ended.
//
// It is an open-addressing table, at most two thirds full, that holds ids of up
// to 15 bytes in its slots: reading a model is one look-up per id cell, and in a
// table of a million ids a look-up costs what it misses in the cache, one line
// here against about five of a map of strings.
type Names struct {
	k0, k1 uint64 // secret of the hash, so that no input can be made to collide
	slots  []slot
	text   []string
}

// slot is an id: its bytes and its length in the last byte if it has at most 15
// bytes, else its hash and inText. The zero slot is free, because the empty id is not in the table.
type slot struct {
	a, b uint64
	sym  Sym
}

const inText = 0xff << 56

// NewNames returns an interner that knows the empty string.
func NewNames() *Names {
	const first = 64
	secret := maphash.MakeSeed() // numbers are given in order of appearance, whatever the hash
	return &Names{k0: maphash.String(secret, "0"), k1: maphash.String(secret, "1"), slots: make([]slot, first), text: []string{""}}
}

// Intern gives the number of s, a new one at its first appearance.
func (n *Names) Intern(s string) Sym {
	if s == "" {
		return 0
	}
	key := keyOf(n, s)
	i := find(n, key, s)
	if v := n.slots[i].sym; v != 0 {
		return v
	}
	return n.add(i, key, s)
}

// InternBytes gives the interned string of b; b may be reused afterwards.
func (n *Names) InternBytes(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	key := keyOf(n, b)
	i := find(n, key, b)
	if v := n.slots[i].sym; v != 0 {
		return n.text[v]
	}
	return n.text[n.add(i, key, string(b))]
}

// keyOf is the slot of s without its number.
func keyOf[T string | []byte](n *Names, s T) slot {
	const inSlot = 15
	if len(s) > inSlot {
		h0, h1 := n.k0, n.k1
		for i := 0; i < len(s); i += 8 {
			h0, h1 = mix(h0^word(s[i:min(i+8, len(s))]), h1), h0
		}
		return slot{a: h0, b: inText | uint64(len(s))&0xffff_ffff}
	}
	if len(s) > 8 {
		return slot{a: word(s[:8]), b: word(s[8:]) | uint64(len(s))<<56}
	}
	return slot{a: word(s), b: uint64(len(s)) << 56}
}

// word is the up to eight bytes of s as a little-endian number.
func word[T string | []byte](s T) (w uint64) {
	if len(s) == 8 {
		return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	}
	for i := len(s) - 1; i >= 0; i-- {
		w = w<<8 | uint64(s[i])
	}
	return w
}

// mix is the multiply-and-fold step of wyhash (Wang Yi, 2019).
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b|1)
	return hi ^ lo
}

func (n *Names) hash(k slot) int { return int(mix(k.a^n.k0, mix(k.b^n.k1, n.k0)) >> 1) }

// find is the slot of s, or the free one where it belongs.
func find[T string | []byte](n *Names, key slot, s T) int {
	mask := len(n.slots) - 1
	for i := n.hash(key) & mask; ; i = (i + 1) & mask {
		e := &n.slots[i]
		if e.sym == 0 || e.a == key.a && e.b == key.b && (key.b < inText || n.text[e.sym] == string(s)) {
			return i
		}
	}
}

func (n *Names) add(i int, key slot, s string) Sym {
	v := Sym(len(n.text))
	n.text = append(n.text, s)
	key.sym = v
	n.slots[i] = key
	if 3*len(n.text) > 2*len(n.slots) {
		n.grow()
	}
	return v
}

// grow doubles the table.
func (n *Names) grow() {
	old := n.slots
	n.slots = make([]slot, 2*len(old))
	mask := len(n.slots) - 1
	for _, e := range old {
		if e.sym == 0 {
			continue
		}
		i := n.hash(e) & mask
		for n.slots[i].sym != 0 {
			i = (i + 1) & mask
		}
		n.slots[i] = e
	}
}

// Lookup gives the number of s if s was interned.
func (n *Names) Lookup(s string) (Sym, bool) {
	if s == "" {
		return 0, true
	}
	v := n.slots[find(n, keyOf(n, s), s)].sym
	return v, v != 0
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
	const longest = 64 // beyond that nobody retypes an id, and comparing costs its square
	if len(s) > longest {
		return ""
	}
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
