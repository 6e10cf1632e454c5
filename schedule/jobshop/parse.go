package jobshop

import (
	"bytes"
	"fmt"
	"strconv"
)

// SyntaxError says where a text is not an instance.
type SyntaxError struct {
	Line   int // from 1
	Reason string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("job shop: line %d: %s", e.Line, e.Reason) }

// row is a line of numbers.
type row struct {
	line    int
	numbers []int64
}

// Parse reads the standard text form: a line with the numbers of jobs and machines, then a
// line for every job with machine (from 0) and time of every step in turn. Empty lines and
// what follows a # are skipped; lines of words before the first numbers are, too.
func Parse(text []byte) (*Instance, error) {
	rows, jobs, machines, err := shape(text)
	if err != nil {
		return nil, err
	}
	p := &Instance{}
	for j := range jobs {
		if j >= len(rows) {
			return nil, missing(text, fmt.Sprintf("%d lines of jobs, and %d were announced", len(rows), jobs))
		}
		r := rows[j]
		if len(r.numbers) == 0 || len(r.numbers)%2 != 0 {
			return nil, &SyntaxError{r.line, fmt.Sprintf("%d numbers; give a machine and a time for every step", len(r.numbers))}
		}
		var steps []Step
		for i := 0; i < len(r.numbers); i += 2 {
			if m := r.numbers[i]; m < 0 || m >= int64(machines) {
				return nil, &SyntaxError{r.line, fmt.Sprintf("machine %d; machines count from 0 to %d", m, machines-1)}
			}
			steps = append(steps, On(int32(r.numbers[i]), r.numbers[i+1]))
		}
		p.Jobs = append(p.Jobs, steps)
	}
	return finish(p, rows[jobs:])
}

// ParseTaillard reads Taillard's text form: a line that begins with the numbers of jobs and
// machines, then a matrix of times and one of machines (from 1), a line a job in each. Lines
// of words are skipped.
func ParseTaillard(text []byte) (*Instance, error) {
	rows, jobs, machines, err := shape(text)
	if err != nil {
		return nil, err
	}
	if len(rows) < 2*jobs {
		return nil, missing(text, fmt.Sprintf("%d lines of times and machines for %d jobs; give two a job", len(rows), jobs))
	}
	p := &Instance{}
	for j := range jobs {
		times, turns := rows[j], rows[jobs+j]
		if len(times.numbers) != machines || len(turns.numbers) != machines {
			return nil, &SyntaxError{turns.line, fmt.Sprintf("job %d has %d times and %d machines, and %d were announced", j, len(times.numbers), len(turns.numbers), machines)}
		}
		steps := make([]Step, machines)
		for i := range steps {
			m := turns.numbers[i]
			if m < 1 || m > int64(machines) {
				return nil, &SyntaxError{turns.line, fmt.Sprintf("machine %d; machines count from 1 to %d", m, machines)}
			}
			steps[i] = On(int32(m-1), times.numbers[i])
		}
		p.Jobs = append(p.Jobs, steps)
	}
	return finish(p, rows[2*jobs:])
}

func finish(p *Instance, rest []row) (*Instance, error) {
	if len(rest) > 0 {
		return nil, &SyntaxError{rest[0].line, "more lines than the first line announces"}
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return p, nil
}

// shape reads the lines of numbers and takes the first as jobs and machines; what follows
// these two in Taillard's files, bounds and seeds, is left out.
func shape(text []byte) (rows []row, jobs, machines int, err error) {
	rows, err = numbers(text)
	if err != nil {
		return nil, 0, 0, err
	}
	if len(rows) == 0 || len(rows[0].numbers) < 2 {
		return nil, 0, 0, missing(text, "no line with the numbers of jobs and machines")
	}
	n, m := rows[0].numbers[0], rows[0].numbers[1]
	if n < 1 || n > maxOps || m < 1 || m > maxMachines {
		return nil, 0, 0, &SyntaxError{rows[0].line, fmt.Sprintf("%d jobs on %d machines; give at least one of each, and not over %d and %d", n, m, maxOps, maxMachines)}
	}
	return rows[1:], int(n), int(m), nil
}

// numbers are the lines that begin with a number; other words in them are errors.
func numbers(text []byte) ([]row, error) {
	var rows []row
	line := 0
	for l := range bytes.Lines(text) {
		line++
		l, _, _ = bytes.Cut(l, []byte("#"))
		r := row{line: line}
		for i, word := range bytes.Fields(l) {
			n, err := strconv.ParseInt(string(word), 10, 64)
			if err != nil && i == 0 && !startsNumber(word) {
				break // a line of words
			}
			if err != nil {
				return nil, &SyntaxError{line, fmt.Sprintf("%.20q is not a whole number of at most 64 bits", word)}
			}
			r.numbers = append(r.numbers, n)
		}
		if len(r.numbers) > 0 {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func startsNumber(word []byte) bool {
	return word[0] == '-' && len(word) > 1 || '0' <= word[0] && word[0] <= '9'
}

func missing(text []byte, reason string) error {
	return &SyntaxError{1 + bytes.Count(text, []byte("\n")), reason}
}
