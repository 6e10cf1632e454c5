// Takt turns demand, stock, bills of material and lead times into a plan that can
// be built. The command reads a model (a folder of CSV files, a JSON document or
// an Excel workbook), plans it with package plan, and prints what a planner wants to
// know. It holds flags, wiring, text and exit codes, and no planning.
//
// Exit codes: 0 done; 1 with --strict: the plan has late or short demands; 2 bad
// input or usage; 3 a bug in takt; 130 interrupted. Outputs appear whole or not at all.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // models name IANA zones on machines without a zone database

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitOK          = 0
	exitStrict      = 1
	exitInput       = 2
	exitInternal    = 3
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// strictError asks for exit code 1: the work is done, but the plan is not as it should be.
type strictError struct{}

func (strictError) Error() string { return "the plan has late or short demands" }

// app is what commands share: the streams, the clockwork of --stats, the progress bar.
type app struct {
	ctx    context.Context
	stdout *bufio.Writer
	stderr io.Writer
	stats  *stats
	bar    *progress
	clock  bool // the start of the plan is the clock's day
}

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	a := &app{ctx: ctx, stdout: bufio.NewWriter(stdout), stderr: stderr, stats: newStats()}
	defer func() {
		if p := recover(); p != nil {
			a.bar.end()
			fmt.Fprintf(stderr, "takt: internal error: %v\n\n%s\nThis is a bug in takt. Please report it with the text above and, if you can, the model:\nhttps://github.com/taktplan/takt/issues\n", p, debug.Stack())
			code = exitInternal
		}
	}()
	var c cli
	helped := false
	parser, err := kong.New(&c, options(a, func(int) { helped = true })...)
	if err != nil {
		panic(err) // the declarations of the commands are wrong
	}
	bare := len(args) == 0
	if bare {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	switch {
	case helped:
		err = nil
	case err != nil:
		return a.finish(&usageError{err, args})
	default:
		a.bar = newProgress(stderr, !c.NoProgress)
		tuneMemory(readPercent)
		err = parsed.Run(a)
		a.bar.end()
	}
	code = a.finish(err)
	if c.Stats && !helped {
		a.stats.print(stderr)
	}
	if bare {
		return exitInput
	}
	return code
}

// interruptible runs work that looks at no context, and leaves it alone when
// the user interrupts: the process is about to end, and nothing was written.
func (a *app) interruptible(work func()) error {
	done := make(chan string, 1)
	go func() {
		defer func() {
			failed := ""
			if p := recover(); p != nil {
				failed = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
			}
			done <- failed
		}()
		work()
	}()
	select {
	case failed := <-done:
		if failed != "" {
			panic(failed)
		}
		return a.ctx.Err()
	case <-a.ctx.Done():
		return a.ctx.Err()
	}
}

// usageError is a command line that makes no sense.
type usageError struct {
	err  error
	args []string
}

func (e *usageError) Error() string {
	hint := "takt --help"
	if len(e.args) > 0 && !strings.HasPrefix(e.args[0], "-") {
		if parse, ok := errors.AsType[*kong.ParseError](e.err); ok && parse.Context.Command() != "" {
			hint = "takt " + e.args[0] + " --help"
		}
	}
	return fmt.Sprintf("%v\nRun %q to see how it is used.", e.err, hint)
}

// finish prints an error and picks the exit code.
func (a *app) finish(err error) int {
	strict := errors.Is(err, strictError{})
	if err == nil || strict {
		if flushed := a.stdout.Flush(); flushed != nil {
			err, strict = flushed, false
		}
	}
	switch {
	case err == nil:
		return exitOK
	case strict:
		return exitStrict
	case a.ctx.Err() != nil:
		fmt.Fprintln(a.stderr, "takt: interrupted")
		return exitInterrupted
	}
	if reported, ok := errors.AsType[*reportedError](err); ok && reported != nil {
		_ = a.stdout.Flush()
		return exitInput
	}
	fmt.Fprintf(a.stderr, "takt: %v\n", err)
	return exitInput
}

// reportedError is an error that the command has told about already.
type reportedError struct{}

func (*reportedError) Error() string { return "reported" }
