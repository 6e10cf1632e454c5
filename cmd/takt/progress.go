package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress is a bar in the last line of a terminal. It appears when work takes
// long and leaves nothing behind. A nil progress shows nothing. It belongs to one goroutine at a time.
type progress struct {
	w     io.Writer
	shown bool
	next  time.Time // when to draw again
}

const (
	firstDraw = 400 * time.Millisecond
	redraw    = 100 * time.Millisecond
	barWidth  = 30
)

// newProgress returns a bar if w is a terminal.
func newProgress(w io.Writer, wanted bool) *progress {
	f, ok := w.(*os.File)
	if !wanted || !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &progress{w: w}
}

// track begins a bar and returns what tells it of progress; counts are shown
// divided by scale. Without a bar it returns a function that does nothing.
func (p *progress) track(what, unit string, scale int64) func(done, total int64) {
	if p == nil {
		return func(int64, int64) {}
	}
	p.next = time.Now().Add(firstDraw)
	return func(done, total int64) {
		now := time.Now()
		if now.Before(p.next) {
			return
		}
		p.next = now.Add(redraw)
		p.draw(what, unit, done/scale, total/scale)
	}
}

// draw shows the bar.
func (p *progress) draw(what, unit string, done, total int64) {
	p.shown = true
	if total <= 0 {
		fmt.Fprintf(p.w, "\r\x1b[K%-9s %s %s", what, thousands(done), unit)
		return
	}
	done = min(done, total)
	full := int(done * barWidth / total)
	bar := strings.Repeat("━", full) + "\x1b[2m" + strings.Repeat("─", barWidth-full) + "\x1b[22m"
	const percent = 100
	fmt.Fprintf(p.w, "\r\x1b[K%-9s %s %3d %%  %s of %s %s", what, bar, done*percent/total, thousands(done), thousands(total), unit)
}

// say shows what goes on, without a bar.
func (p *progress) say(what string) {
	if p != nil {
		p.shown = true
		fmt.Fprintf(p.w, "\r\x1b[K%s …", what)
	}
}

// end removes the bar.
func (p *progress) end() {
	if p != nil && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
