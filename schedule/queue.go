package schedule

// queue is a binary heap of units by key and number.
type queue []queued

type queued struct {
	key  int64
	unit int32
}

func (a queued) before(b queued) bool { return a.key < b.key || a.key == b.key && a.unit < b.unit }

func (q *queue) push(v queued) {
	*q = append(*q, v)
	h := *q
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !v.before(h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = v
}

func (q *queue) pop() queued {
	h := *q
	top := h[0]
	v := h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		next := 2*i + 1
		if next >= len(h) {
			break
		}
		if next+1 < len(h) && h[next+1].before(h[next]) {
			next++
		}
		if !h[next].before(v) {
			break
		}
		h[i] = h[next]
		i = next
	}
	h[i] = v
	return top
}
