package jobshop_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/taktplan/takt/schedule/jobshop"
)

// crossing is two jobs on two machines; step 1 of job 1 can run on either.
func crossing() *jobshop.Instance {
	return &jobshop.Instance{Jobs: [][]jobshop.Step{
		{jobshop.On(0, 3), jobshop.On(1, 2)},
		{jobshop.On(1, 4), {{Machine: 0, Time: 3}, {Machine: 1, Time: 9}}},
	}}
}

const crossed = `{"value": 7, "objective": "makespan", "makespan": 7,
 "operations": [
  {"job": 0, "step": 0, "machine": 0, "start": 0, "end": 3},
  {"job": 0, "step": 1, "start": 4},
  {"job": 1, "step": 0, "machine": 1, "start": 0},
  {"job": 1, "step": 1, "machine": 0, "start": 4, "end": 7}
 ], "by": {"hand": true}}`

// What the search found can be written, read and checked, for every objective.
func TestDocumentRoundTrip(t *testing.T) {
	p := parse(t, ft06).WeightedTardiness(130)
	for objective := range jobshop.Objective(len(jobshop.Objectives)) {
		r := solve(t, p, jobshop.Options{Objective: objective, Iterations: 500})
		d := p.Document(objective, &r)
		if value, err := d.Check(p, objective); err != nil || value != r.Value {
			t.Errorf("%s: %d, %v; want %d", d.Objective, value, err, r.Value)
		}
		text, err := d.JSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := jobshop.ParseDocument(text)
		if err != nil {
			t.Fatal(err)
		}
		if value, err := again.Check(p, objective); err != nil || value != r.Value || !reflect.DeepEqual(d.Operations, again.Operations) {
			t.Errorf("%s: read again: %d, %v; want %d", d.Objective, value, err, r.Value)
		}
		d.Value++
		if _, err := d.Check(p, objective); err == nil || !strings.HasPrefix(err.Error(), "solution: "+d.Objective+" is ") {
			t.Errorf("%s: a wrong value: %v", d.Objective, err)
		}
	}
}

// A document from elsewhere may leave out machines where there is only one, ends, and what it does not know.
func TestDocumentWithTheLeast(t *testing.T) {
	d, err := jobshop.ParseDocument([]byte("\ufeff" + crossed))
	if err != nil {
		t.Fatal(err)
	}
	if value, err := d.Check(crossing(), jobshop.Makespan); value != 7 || err != nil {
		t.Errorf("makespan %d, %v; want 7", value, err)
	}
	// Of another objective the value is found, not compared.
	if value, err := d.Check(crossing(), jobshop.Tardiness); value != 6+7 || err != nil {
		t.Errorf("tardiness %d, %v; want 13", value, err)
	}
}

// What is wrong with a solution is told with the place of the operation in the text.
func TestDocumentFaults(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"start": 0, "end": 3`, `"start": 0, "end": 4`, "line 3, column 3: job 0, step 0: starts at 0, takes 3 on machine 0 and ends at 3, not at 4"},
		{`"start": 4}`, `"start": 3}`, "line 4, column 3: job 0, step 1: starts at 3 on machine 1, which is busy until 4"},
		{`"start": 4, "end": 7`, `"start": 3`, "line 6, column 3: job 1, step 1: starts at 3 and may not before 4"},
		{`"start": 4}`, `"start": -4}`, "line 4, column 3: job 0, step 1: starts at -4; starts are from 0 to 2⁵⁰"},
		{`"start": 4}`, `"start": 9223372036854775807}`, "line 4, column 3: job 0, step 1: starts at 9223372036854775807; starts are from 0 to 2⁵⁰"},
		{`"machine": 1`, `"machine": 7`, "line 5, column 3: job 1, step 0: there is no machine 7; the instance has machines 0 to 1"},
		{`"machine": 1`, `"machine": -1`, "line 5, column 3: job 1, step 0: there is no machine -1; the instance has machines 0 to 1"},
		{`"machine": 1`, `"machine": 0`, "line 5, column 3: job 1, step 0: machine 0 cannot do it; machine 1 can"},
		{`1, "machine": 0`, `1`, "line 6, column 3: job 1, step 1: has no machine; give it, as machines 0 and 1 can do it"},
		{`{"job": 1, "step": 0`, `{"job": 2, "step": 0`, "line 5, column 3: there is no job 2; the instance has jobs 0 to 1"},
		{`{"job": 1, "step": 0`, `{"job": 1, "step": 2`, "line 5, column 3: job 1: there is no step 2; the job has steps 0 to 1"},
		{`{"job": 1, "step": 0`, `{"job": 1, "step": 0, "machine": 1, "start": 9}, {"job": 1, "step": 0`, "line 5, column 52: job 1, step 0: is there twice; a solution has every step once"},
		{`  {"job": 0, "step": 1, "start": 4},` + "\n", ``, "line 6, column 2: job 0, step 1: is missing; a solution has every step once"},
		{`"makespan": 7`, `"makespan": 6`, "line 1, column 51: the makespan is 7, not 6"},
		{`"value": 7`, `"value": 8`, "line 1, column 11: makespan is 7, not 8"},
	} {
		if !strings.Contains(crossed, c.old) {
			t.Fatalf("%q is not in the text", c.old)
		}
		d, err := jobshop.ParseDocument([]byte(strings.Replace(crossed, c.old, c.new, 1)))
		if err != nil {
			t.Errorf("%s for %s: %v", c.new, c.old, err)
			continue
		}
		_, err = d.Check(crossing(), jobshop.Makespan)
		if f, ok := errors.AsType[*jobshop.FaultError](err); !ok || f.Line == 0 || err.Error() != c.want {
			t.Errorf("%s for %s\ngot  %v\nwant %s", c.new, c.old, err, c.want)
		}
	}
}

func TestParseDocumentErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "line 1, column 1: this is not JSON: unexpected end of JSON input"},
		{"{\n \"value\": 7,", "line 2, column 13: this is not JSON: unexpected end of JSON input"},
		{"{\n \"value\": 7,}", "line 2, column 13: this is not JSON: invalid character '}' looking for beginning of object key string"},
		{"{\"operations\": []}\n}", "line 2, column 1: this is not JSON: invalid character '}' after top-level value"},
		{" [1]", "line 1, column 2: a solution is a JSON object; begin with {"},
		{"{\n}", "line 2, column 1: there are no operations; give a list of them, each with job, step, machine, start and end"},
		{`{"operations": null}`, "line 1, column 20: there are no operations; give a list of them, each with job, step, machine, start and end"},
		{`{"operations": {}}`, `line 1, column 16: "operations" is an object; give a list in [ and ]`},
		{`{"operations": [], "operations": []}`, `line 1, column 20: "operations" is there twice; give it once`},
		{`{"value": "7", "operations": []}`, `line 1, column 11: "value" is "7"; give a whole number`},
		{`{"objective": 1, "operations": []}`, `line 1, column 15: "objective" is 1; give a text in quotes`},
		{"{\"operations\": [\n 5]}", "line 2, column 2: operation 0 is 5; give an object with job, step, machine, start and end"},
		{"{\"operations\": [{\"job\": 0, \"step\": 0, \"start\": 0},\n\t{\"job\": 0}]}", "line 2, column 2: operation 1 has no step, no start; give job, step, machine, start and end"},
		{`{"operations": [{"job": 0, "step": 0, "start": 1.5}]}`, `line 1, column 17: operation 0: "start" is a number 1.5; give a whole number`},
		{`{"operations": [{"job": 0, "step": "a", "start": 1}]}`, `line 1, column 17: operation 0: "step" is a string; give a whole number`},
	} {
		_, err := jobshop.ParseDocument([]byte(c.text))
		wantSyntaxError(t, c.text, err, c.want)
	}
}

// Whatever the text, it is refused with a place in it, or it is a schedule whose value can be told.
func FuzzDocument(f *testing.F) {
	f.Add([]byte(crossed))
	f.Add([]byte(`{"operations": [{"job": 0, "step": 0, "start": 4503599627370496}]}`))
	f.Add([]byte(`{"operations": null, "value": 1e3}`))
	p := crossing().WeightedTardiness(130)
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := jobshop.ParseDocument(text)
		if err != nil {
			if e, ok := errors.AsType[*jobshop.SyntaxError](err); !ok || e.Line < 1 || e.Line > 1+strings.Count(string(text), "\n") || e.Column < 1 || e.Column > 1+len(text) {
				t.Errorf("error %#v", err)
			}
			return
		}
		for objective := range jobshop.Objective(len(jobshop.Objectives)) {
			value, err := d.Check(p, objective)
			if _, ok := errors.AsType[*jobshop.FaultError](err); err != nil && !ok {
				t.Errorf("error %#v", err)
			}
			if err == nil && objective == jobshop.Makespan && value < 7 {
				t.Errorf("makespan %d of an instance that takes 7", value)
			}
		}
	})
}
