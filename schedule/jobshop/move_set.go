package jobshop

// moveSet is a set of moves: a table with open addresses. To clear it costs nothing: what was put in
// before the last time does not count. It is cleared before it is used.
type moveSet struct {
	slots []moveSlot // a power of two
	stamp uint32
	count int
}

type moveSlot struct {
	move
	stamp uint32
}

// clear takes all out.
func (s *moveSet) clear() {
	s.count = 0
	if s.stamp++; s.stamp == 0 { // once round: the old marks would count again
		clear(s.slots)
		s.stamp = 1
	}
}

// add puts a move in; false if it is there.
func (s *moveSet) add(m move) bool {
	if 2*s.count >= len(s.slots) {
		s.grow()
	}
	slot := s.find(m)
	if slot.stamp == s.stamp {
		return false
	}
	*slot = moveSlot{m, s.stamp}
	s.count++
	return true
}

// find is where a move is, or would be.
func (s *moveSet) find(m move) *moveSlot {
	key := uint64(uint32(m.u))<<32 | uint64(uint32(m.v))
	key ^= uint64(uint32(m.mode)) << 16
	if m.forward {
		key = ^key
	}
	const golden = 0x9e3779b97f4a7c15 // spreads keys that lie together
	mask := uint64(len(s.slots) - 1)
	at := key * golden >> 32 & mask
	for s.slots[at].stamp == s.stamp && s.slots[at].move != m {
		at = (at + 1) & mask
	}
	return &s.slots[at]
}

// grow makes room for twice as many.
func (s *moveSet) grow() {
	old := s.slots
	s.slots = make([]moveSlot, max(64, 2*len(old)))
	for _, slot := range old {
		if slot.stamp == s.stamp {
			*s.find(slot.move) = slot
		}
	}
}
