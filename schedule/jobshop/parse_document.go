package jobshop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// places says where a text has what a document holds.
type places struct {
	text       []byte
	fields     map[string]int // the byte where the value of a field begins
	operations []mention
	last       int // the byte that ends the operations
}

// mention is an operation of a text.
type mention struct {
	at           int  // the byte where it begins
	machine, end bool // it has these
}

// ParseDocument reads a solution as JSON: the document that takt schedule solve writes, or one from elsewhere
// with at least operations, each with job, step and start; the machine may be left out where
// only one can do the step. Fields that it does not know are skipped. Errors are *SyntaxError.
func ParseDocument(text []byte) (*Document, error) {
	p := &places{text: bytes.TrimPrefix(text, []byte("\ufeff")), fields: map[string]int{}}
	var all json.RawMessage
	if err := json.Unmarshal(p.text, &all); err != nil {
		return nil, p.malformed(err)
	}
	d := &Document{source: p}
	begin := len(p.text) - len(bytes.TrimLeft(p.text, " \t\r\n"))
	if p.text[begin] != '{' {
		return nil, p.syntax(begin, "a solution is a JSON object; begin with {")
	}
	r := json.NewDecoder(bytes.NewReader(p.text))
	for _, err := r.Token(); r.More(); {
		if err != nil {
			return nil, p.malformed(err)
		}
		if err := d.field(r); err != nil {
			return nil, err
		}
	}
	if _, said := d.said("operations"); !said {
		return nil, p.syntax(bytes.LastIndexByte(p.text, '}'), "there are no operations; give a list of them, each with job, step, machine, start and end")
	}
	return d, nil
}

// field reads a name and its value.
func (d *Document) field(r *json.Decoder) error {
	key, err := r.Token()
	if err != nil {
		return d.source.malformed(err)
	}
	name, _ := key.(string)
	at := int(r.InputOffset()) - len(name) - 2
	var raw json.RawMessage
	if err := r.Decode(&raw); err != nil {
		return d.source.malformed(err)
	}
	if _, twice := d.source.fields[name]; twice {
		return d.source.syntax(max(at, 0), fmt.Sprintf("%.40q is there twice; give it once", name))
	}
	at = int(r.InputOffset()) - len(raw)
	if string(raw) == "null" {
		return nil // as if it were not there
	}
	into, known := map[string]any{"instance": &d.Instance, "objective": &d.Objective, "twt": &d.Twt, "value": &d.Value, "makespan": &d.Makespan,
		"bound": &d.Bound, "gap": &d.Gap, "stop_reason": &d.StopReason, "iterations": &d.Iterations, "seconds": &d.Seconds,
		"seed": &d.Seed, "cores": &d.Cores, "operations": nil}[name]
	if !known {
		return nil
	}
	d.source.fields[name] = at
	if name == "operations" {
		return d.list(raw, at)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return d.source.syntax(at, fmt.Sprintf("%q is %s; give %s", name, glimpse(raw), wanted(into)))
	}
	return nil
}

// glimpse says what a value is.
func glimpse(raw json.RawMessage) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	return fmt.Sprintf("%.40s", raw)
}

// wanted says what a value is to be.
func wanted(into any) string {
	switch into.(type) {
	case *string:
		return "a text in quotes"
	case *float64, **float64:
		return "a number"
	case *uint64:
		return "a whole number, not negative"
	}
	return "a whole number"
}

// list reads the operations.
func (d *Document) list(raw json.RawMessage, base int) error {
	if raw[0] != '[' {
		return d.source.syntax(base, fmt.Sprintf(`"operations" is %s; give a list in [ and ]`, glimpse(raw)))
	}
	d.source.last = base + len(raw) - 1
	d.Operations = []Operation{}
	r := json.NewDecoder(bytes.NewReader(raw))
	for _, err := r.Token(); r.More(); {
		if err != nil {
			return d.source.malformed(err)
		}
		var one json.RawMessage
		if err := r.Decode(&one); err != nil {
			return d.source.malformed(err)
		}
		if err := d.add(one, base+int(r.InputOffset())-len(one)); err != nil {
			return err
		}
	}
	return nil
}

// add reads an operation.
func (d *Document) add(raw json.RawMessage, at int) error {
	var o struct {
		Job     *int   `json:"job"`
		Step    *int   `json:"step"`
		Machine *int64 `json:"machine"`
		Start   *int64 `json:"start"`
		End     *int64 `json:"end"`
	}
	n := len(d.Operations)
	if err := json.Unmarshal(raw, &o); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
			return d.source.syntax(at, fmt.Sprintf("operation %d: %q is a %s; give a whole number", n, wrong.Field, wrong.Value))
		}
		return d.source.syntax(at, fmt.Sprintf("operation %d is %s; give an object with job, step, machine, start and end", n, glimpse(raw)))
	}
	var missing []string
	if o.Job == nil {
		missing = append(missing, "job")
	}
	if o.Step == nil {
		missing = append(missing, "step")
	}
	if o.Start == nil {
		missing = append(missing, "start")
	}
	if len(missing) > 0 {
		return d.source.syntax(at, fmt.Sprintf("operation %d has no %s; give job, step, machine, start and end", n, strings.Join(missing, ", no ")))
	}
	d.source.operations = append(d.source.operations, mention{at, o.Machine != nil, o.End != nil})
	done := Operation{Job: *o.Job, Step: *o.Step, Start: *o.Start}
	if o.Machine != nil {
		done.Machine = *o.Machine
	}
	if o.End != nil {
		done.End = *o.End
	}
	d.Operations = append(d.Operations, done)
	return nil
}

// malformed places an error of the JSON reader.
func (p *places) malformed(err error) error {
	at := len(p.text)
	reason := err.Error()
	if e, ok := errors.AsType[*json.SyntaxError](err); ok && !strings.HasPrefix(reason, "unexpected end") {
		at = max(0, int(e.Offset)-1) // the offset is behind the character that is wrong
	}
	return p.syntax(at, "this is not JSON: "+reason)
}

func (p *places) syntax(at int, reason string) error {
	line, column := position(p.text, at)
	return &SyntaxError{line, column, reason}
}

// said is where a field is; a document that was not read says everything.
func (d *Document) said(field string) (at int, said bool) {
	if d.source == nil {
		return 0, true
	}
	at, said = d.source.fields[field]
	return at, said
}

// operation is where an operation begins, and last where the list of them ends.
func (d *Document) operation(i int) int {
	if d.source == nil {
		return 0
	}
	return d.source.operations[i].at
}

func (d *Document) last() int {
	if d.source == nil {
		return 0
	}
	return d.source.last
}

// at adds line and column to a fault, if the document was read.
func (d *Document) at(at int, f *FaultError) error {
	if d.source == nil {
		return f
	}
	placed := *f
	placed.Line, placed.Column = position(d.source.text, at)
	return &placed
}
