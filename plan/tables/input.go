package tables

import (
	"bytes"
	"io"
)

const (
	firstBuffer = 256 << 10
	maxRow      = 16 << 20 // bytes of a row that are held at once
)

// input is a window on the text being read: buf[pos:end] is read and not yet
// consumed. A window grows only as far as its reader asks for more.
type input struct {
	src      io.Reader
	buf      []byte
	pos, end int
	err      error // of src; io.EOF at the end
}

// reset starts on another source and keeps the buffer.
func (in *input) reset(src io.Reader) {
	if in.buf == nil {
		in.buf = make([]byte, firstBuffer)
	}
	in.src, in.pos, in.end, in.err = src, 0, 0, nil
}

// window is the text at hand.
func (in *input) window() []byte { return in.buf[in.pos:in.end] }

// more makes the window larger, if the source has more. The window at least
// doubles before its text is scanned again, so that scanning stays linear.
func (in *input) more() bool {
	if in.err != nil {
		return false
	}
	if in.pos > 0 {
		copy(in.buf, in.buf[in.pos:in.end])
		in.end -= in.pos
		in.pos = 0
	}
	if in.end > len(in.buf)/2 {
		in.buf = append(in.buf, make([]byte, len(in.buf))...)
	}
	before := in.end
	for empty := 0; in.end < len(in.buf) && in.err == nil; {
		n, err := in.src.Read(in.buf[in.end:])
		in.end += n
		in.err = err
		if n > 0 {
			empty = 0
		} else if empty++; empty > 100 && err == nil {
			in.err = io.ErrNoProgress
		}
	}
	return in.end > before
}

// skipBOM passes over the byte order mark that some programs put first.
func (in *input) skipBOM() {
	if in.end-in.pos < 3 {
		in.more()
	}
	if bytes.HasPrefix(in.window(), []byte("\ufeff")) {
		in.pos += 3
	}
}
