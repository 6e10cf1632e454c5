package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The layout of bbolt's pages, of which each has a header (own number, kind, elements, pages that follow it as its body) and
// elements that point at keys and values behind them. Numbers are in the order of bytes of the machine.
const (
	headerSize     = 16
	elementSize    = 16
	bucketSize     = 16 // in front of a bucket inside of another: its first page, and a number
	branchPage     = 1
	leafPage       = 2
	bucketElement  = 1
	firstDataPage  = 2 // those before it are the two that say which transaction counts
	deepest        = 64
	largestElement = 1 << 31
)

// pages checks the structure of a file page by page. bbolt trusts it: of a damaged page it would ask for memory without end, or panic
// where nothing can stop it.
type pages struct {
	file    io.ReaderAt
	size    int64 // of a page
	end     uint64
	reached []bool
}

// tree checks the pages below one, whose keys are from least (included) to most (excluded; nil: any).
func (p *pages) tree(number uint64, least, most []byte, depth int) error {
	body, kind, err := p.page(number)
	if err != nil {
		return err
	}
	if depth > deepest {
		return errors.New("its pages are too deep")
	}
	switch kind {
	case branchPage:
		return p.branch(number, body, least, most, depth)
	case leafPage:
		return p.leaf(number, body, least, most, depth)
	}
	return fmt.Errorf("page %d has the kind %d", number, kind)
}

// page reads a page that has not been reached yet.
func (p *pages) page(number uint64) (body []byte, kind uint16, err error) {
	if number < firstDataPage || number >= p.end {
		return nil, 0, fmt.Errorf("it points at a page %d of %d", number, p.end)
	}
	var header [headerSize]byte
	if _, err := p.file.ReadAt(header[:], int64(number)*p.size); err != nil {
		return nil, 0, err
	}
	if own := binary.NativeEndian.Uint64(header[:]); own != number {
		return nil, 0, fmt.Errorf("page %d says that it is %d", number, own)
	}
	more := uint64(binary.NativeEndian.Uint32(header[12:]))
	if number+more >= p.end {
		return nil, 0, fmt.Errorf("page %d reaches beyond the end", number)
	}
	for n := number; n <= number+more; n++ {
		if p.reached[n] {
			return nil, 0, fmt.Errorf("page %d is used twice", n)
		}
		p.reached[n] = true
	}
	body = make([]byte, int64(more+1)*p.size)
	_, err = p.file.ReadAt(body, int64(number)*p.size)
	return body, binary.NativeEndian.Uint16(header[8:]), err
}

// span is a piece of a page that an element points at.
func span(body []byte, from, length uint64) ([]byte, error) {
	if from > uint64(len(body)) || length > largestElement || length > uint64(len(body))-from {
		return nil, errors.New("it points beyond a page")
	}
	return body[from : from+length], nil
}

// elements are the numbers of the elements of a page, and the keys in their order.
func elements(body []byte, number uint64, keySize func(at uint64) uint64, keyAt func(at uint64) uint64, least, most []byte) (keys [][]byte, err error) {
	count := uint64(binary.NativeEndian.Uint16(body[10:]))
	if headerSize+count*elementSize > uint64(len(body)) {
		return nil, fmt.Errorf("page %d has too many elements", number)
	}
	for i := range count {
		at := headerSize + i*elementSize
		key, err := span(body, at+keyAt(at), keySize(at))
		if err != nil {
			return nil, err
		}
		if i == 0 && bytes.Compare(key, least) < 0 || i > 0 && bytes.Compare(key, keys[i-1]) <= 0 || most != nil && bytes.Compare(key, most) >= 0 {
			return nil, fmt.Errorf("page %d has its keys out of order", number)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// branch checks a page of pages.
func (p *pages) branch(number uint64, body, least, most []byte, depth int) error {
	word := func(at uint64) uint64 { return uint64(binary.NativeEndian.Uint32(body[at:])) }
	keys, err := elements(body, number, func(at uint64) uint64 { return word(at + 4) }, word, least, most)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		return fmt.Errorf("page %d has no elements", number)
	}
	for i, key := range keys {
		next := most
		if i+1 < len(keys) {
			next = keys[i+1]
		}
		child := binary.NativeEndian.Uint64(body[headerSize+i*elementSize+8:])
		if err := p.tree(child, key, next, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// leaf checks a page of values, and the buckets among them.
func (p *pages) leaf(number uint64, body, least, most []byte, depth int) error {
	word := func(at uint64) uint64 { return uint64(binary.NativeEndian.Uint32(body[at:])) }
	keys, err := elements(body, number, func(at uint64) uint64 { return word(at + 8) }, func(at uint64) uint64 { return word(at + 4) }, least, most)
	if err != nil {
		return err
	}
	for i, key := range keys {
		at := uint64(headerSize + i*elementSize)
		value, err := span(body, at+word(at+4)+uint64(len(key)), word(at+12))
		if err != nil {
			return err
		}
		if word(at)&bucketElement == 0 {
			continue
		}
		if err := p.bucket(number, value, depth); err != nil {
			return err
		}
	}
	return nil
}

// bucket checks a bucket inside of another: one with pages of its own, or a small one whose only page is its value.
func (p *pages) bucket(number uint64, value []byte, depth int) error {
	if len(value) < bucketSize || number == 0 {
		return fmt.Errorf("page %d has half of a bucket", number)
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return p.tree(root, nil, nil, depth+1)
	}
	inside := value[bucketSize:]
	if len(inside) < headerSize || binary.NativeEndian.Uint16(inside[8:]) != leafPage {
		return fmt.Errorf("page %d has half of a bucket", number)
	}
	return p.leaf(0, inside, nil, nil, depth+1) // there are no buckets inside of a small one: see number above
}
