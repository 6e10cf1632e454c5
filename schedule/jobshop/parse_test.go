package jobshop_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/internal/shareddata"
	"github.com/taktplan/takt/schedule/jobshop"
)

// What surrounds the numbers in the collections does not matter.
func TestParseSkipsWhatIsNoNumber(t *testing.T) {
	want := [][]jobshop.Step{{jobshop.On(0, 3), jobshop.On(1, 2)}, {jobshop.On(1, 4), jobshop.On(0, 3)}}
	for name, text := range map[string]string{
		"plain":              "2 2\n0 3 1 2\n1 4 0 3\n",
		"no last line break": "2 2\n0 3 1 2\n1 4 0 3",
		"comments":           "# two jobs\n2 2 # and two machines\n\n0 3 1 2 # the first\n1 4 0 3\n# end\n",
		"collection":         " instance tiny\n\n ++++++++\n Own 2x2 instance (Table 1, instance 1)\n 2x2 of our own\n 2 2\n 0  3  1  2\n 1  4  0  3\n ++++++++\n",
		"Windows":            "\ufeff2 2\r\n0 3 1 2\r\n1 4 0 3\r\n",
		"tabs":               "2\t2\t\n0\t3\t1\t2\t\n\t1\t4\t0\t3\n",
	} {
		if p := parse(t, text); !reflect.DeepEqual(p.Jobs, want) {
			t.Errorf("%s: read %v, want %v", name, p.Jobs, want)
		}
	}
}

func TestParseTaillard(t *testing.T) {
	p, err := jobshop.ParseTaillard([]byte("Nb of jobs, Nb of Machines\n2 3 1 2 99 50\nTimes\n5 6 7\n8 9 1\nMachines\n1 3 2\n3 2 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]jobshop.Step{{jobshop.On(0, 5), jobshop.On(2, 6), jobshop.On(1, 7)}, {jobshop.On(2, 8), jobshop.On(1, 9), jobshop.On(0, 1)}}
	if !reflect.DeepEqual(p.Jobs, want) {
		t.Errorf("read %v, want %v", p.Jobs, want)
	}
}

// Machines of flexible shops count from 0 if one of them is 0, and else from 1.
func TestParseFlexibleMachines(t *testing.T) {
	two := jobshop.Step{{Machine: 0, Time: 5}, {Machine: 2, Time: 6}}
	for text, want := range map[string][][]jobshop.Step{
		"1 3\n2 2 1 5 3 6 1 2 4\n":       {{two, jobshop.On(1, 4)}},
		"1 3 1.5\n2 2 0 5 2 6 1 1 4\n":   {{two, jobshop.On(1, 4)}},
		"1 3 2\n1 1 2 4\n":               {{jobshop.On(1, 4)}}, // neither 0 nor 3: as in the classic files
		"2 1 1\n1 1 1 7\n2 1 1 8 1 1 9 ": {{jobshop.On(0, 7)}, {jobshop.On(0, 8), jobshop.On(0, 9)}},
	} {
		p, err := jobshop.ParseFlexible([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if !reflect.DeepEqual(p.Jobs, want) {
			t.Errorf("%q: read %v, want %v", text, p.Jobs, want)
		}
	}
}

// Read tells the form by the name and by the text, and the error is that of the form that was meant.
func TestReadTellsTheForm(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.txt", "2 2\n0 3 1 2\n1 4 0 3\n", ""},
		{"a.txt", "2 2 7 8 9 10\nTimes\n3 2\n4 3\nMachines\n1 2\n2 1\n", ""},
		{"a", "2 2\n3 2\n4 3\n1 2\n2 1\n", ""},
		{"mk01.txt", "2 2\n1 2 0 3 1 2\n2 1 1 4 1 0 3\n", ""},
		{"mk01.FJS", "1 2\n1 1 1 5\n", ""},                                                          // with another name it would be a job shop
		{"a.fjs", "2 2\n0 3 1 2\n1 4 0 3\n", "line 2, column 1: job 0: 0 steps; give at least one"}, // and this one would
		{"a.txt", "2 2\n0 3 1 2\n1 4 2 3\n", "line 3, column 5: machine 2; machines count from 0 to 1"},
		{"a.txt", "2 2\n0 3 1 2\n1 4 0\n", "line 3, column 6: job 1 has 3 numbers; give a machine and a time for each of 2 machines, 4 in all"},
		{"a.txt", "2 2\nTimes\n3 2\n4 3\nMachines\n1 2\n3 1\n", "line 7, column 1: machine 3; machines count from 1 to 2"},
		{"a.txt", "2 2\n3 2\n4 -3\n1 2\n2 1\n", "line 3, column 3: time -3; times are not negative"},
		{"a.txt", "2 2\n1 2 0 3 1 2\n2 1 1 4 1 0\n", "line 3, column 12: job 1, step 1: the line ends after 1 number; give a machine and a time for each of 1 machine"},
		{"a.txt", "1 2 1.5\n1 2 0 3 2 2\n", "line 2, column 9: machine 2, and there is a machine 0 in line 2, column 5; count machines from 0 to 1 or from 1 to 2"},
	} {
		p, err := jobshop.Read(c.name, []byte(c.text))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s %q: %v", c.name, c.text, err)
		case c.want == "" && p == nil:
			t.Errorf("%s %q: nothing was read", c.name, c.text)
		case c.want != "" && (err == nil || err.Error() != c.want):
			t.Errorf("%s %q\ngot  %v\nwant %s", c.name, c.text, err, c.want)
		}
	}
}

// Errors name line, column and value, and what to do.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "line 1, column 1: there is no line with the numbers of jobs and machines; begin with one, such as 6 6"},
		{"words\nonly\n", "line 3, column 1: there is no line with the numbers of jobs and machines; begin with one, such as 6 6"},
		{"\xff\xfe2\x00", "line 1, column 1: the text is in UTF-16; save it as UTF-8"},
		{"3\n", "line 1, column 2: the line has 1 number; give the number of jobs and the number of machines"},
		{"1 1 5\n0 5\n", "line 1, column 5: the line has 3 numbers; give the number of jobs and the number of machines"},
		{"0 1\n", "line 1, column 1: 0 jobs; give at least one"},
		{"1000000000 2\n0 5 1 5\n", "line 1, column 1: 1000000000 jobs; at most 16777216 can be read"},
		{"16777216 2\n0 5 1 5\n", "line 3, column 1: the text ends after 1 of 16777216 jobs; give all that the first line announces"},
		{"1 1000000000\n0 5\n", "line 1, column 3: 1000000000 machines; at most 1048576 can be read"},
		{"2 1\n0 5\n", "line 3, column 1: the text ends after 1 of 2 jobs; give all that the first line announces"},
		{"1 1\n0 5\n0 6\n", `line 3, column 1: "0" comes after the last of 1 job; a file holds one instance and nothing behind it`},
		{"1 1\n0 5\n  done\n", `line 3, column 3: "done" comes after the last of 1 job; a file holds one instance and nothing behind it`},
		{"1 1\n1 5\n", "line 2, column 1: machine 1; machines count from 0 to 0"},
		{"1 1\n-1 5\n", "line 2, column 1: machine -1; machines count from 0 to 0"},
		{"1 1\n0 5 0\n", "line 2, column 5: job 0 has 3 numbers; give a machine and a time for each of 1 machine, 2 in all"},
		{"1 2\n0 5\n", "line 2, column 4: job 0 has 2 numbers; give a machine and a time for each of 2 machines, 4 in all"},
		{"1 1\n\t0\u00a0 x\n", `line 2, column 5: "x" is not a whole number`},
		{"1 1\n0 5.5\n", `line 2, column 3: "5.5" is not a whole number`},
		{"2 1\n0 5\nfive 0\n", `line 3, column 1: "five" is not a whole number`},
		{"1 1\n0 -5\n", "line 2, column 3: time -5; times are not negative"},
		{"1 1\n0 99999999999999999999\n", "line 2, column 3: 99999999999999999999 is too large; numbers have at most 64 bits"},
		{"2 1\r\n0 5\r\n0 1125899906842620\r\n", "line 3, column 3: time 1125899906842620: the times up to here add up to more than 2⁵⁰; use a coarser unit"},
	} {
		_, err := jobshop.Parse([]byte(c.text))
		wantSyntaxError(t, c.text, err, c.want)
	}
}

func wantSyntaxError(t *testing.T, text string, err error, want string) {
	t.Helper()
	if _, ok := errors.AsType[*jobshop.SyntaxError](err); !ok || err.Error() != want {
		t.Errorf("%q\ngot  %v\nwant %s", text, err, want)
	}
}

func TestParseTaillardErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2 2\n1 2\n3 4\n1 2\n", "line 5, column 1: the text ends after 1 of 2 lines of machines; give all that the first line announces"},
		{"1 2\nTimes\n1 2\nMachines\n", "line 5, column 1: the text ends after 0 of 1 lines of machines; give all that the first line announces"},
		{"1 2\nTimes\n1 2 3\n", "line 3, column 5: job 0 has 3 numbers; give one for each of 2 machines, 2 in all"},
		{"1 2\n1 2\n1 0\n", "line 3, column 3: machine 0; machines count from 1 to 2"},
		{"1 2\n1 2\n1 2\nEnd\n", `line 4, column 1: "End" comes after the last of 1 job; a file holds one instance and nothing behind it`},
	} {
		_, err := jobshop.ParseTaillard([]byte(c.text))
		wantSyntaxError(t, c.text, err, c.want)
	}
}

func TestParseFlexibleErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"1 2 x\n1 1 1 5\n", `line 1, column 5: "x" is not a number; give the average number of machines that can do a step, or leave it out`},
		{"1 2 1 1\n1 1 1 5\n", "line 1, column 7: the line has 4 numbers; give the number of jobs, the number of machines and no more than their average number a step"},
		{"1 2\n0\n", "line 2, column 1: job 0: 0 steps; give at least one"},
		{"1 2\n1000000000 1 1 5\n", "line 2, column 1: job 0: 1000000000 steps; there can be at most 16777216"},
		{"1 2\n16777216 1 1 5\n", "line 2, column 15: job 0, step 1: the line ends where the number of machines should be"},
		{"1 2\n1 3 1 5 2 5 3 5\n", "line 2, column 3: job 0, step 0: 3 machines; there can be at most 2"},
		{"1 2\n1 0\n", "line 2, column 3: job 0, step 0: 0 machines; give at least one"},
		{"1 2\n1 2 1 5 2\n", "line 2, column 10: job 0, step 0: the line ends after 3 numbers; give a machine and a time for each of 2 machines"},
		{"1 2\n1 1 1 5 7 8\n", `line 2, column 9: job 0: "7" comes after the last of 1 step`},
		{"1 2\n1 2 1 5 1 6\n", "line 2, column 9: machine 1 is there twice in a step; give it once, with the shorter time"},
		{"1 2\n1 1 3 5\n", "line 2, column 5: machine 3; machines count from 1 to 2, or from 0 to 1"},
		{"2 2\n1 1 0 5\n1 1 2 5\n", "line 3, column 5: machine 2, and there is a machine 0 in line 2, column 5; count machines from 0 to 1 or from 1 to 2"},
		{"1 2\n1 1 1 -5\n", "line 2, column 7: time -5; times are not negative"},
		{"1 2\n2 1 1 5 2 1 5 2 1125899906842624\n", "line 2, column 17: time 1125899906842624: the times up to here add up to more than 2⁵⁰; use a coarser unit"},
		{"2 2\n1 1 1 5\n", "line 3, column 1: the text ends after 1 of 2 jobs; give all that the first line announces"},
		{"1 2\n1 1 1 5\n1 1 1 5\n", `line 3, column 1: "1" comes after the last of 1 job; a file holds one instance and nothing behind it`},
	} {
		_, err := jobshop.ParseFlexible([]byte(c.text))
		wantSyntaxError(t, c.text, err, c.want)
	}
}

// The shared instances are read as what they are, whatever the form, and come back as they went.
func TestReadSharedInstances(t *testing.T) {
	for folder, flexible := range map[string]bool{"jsp": false, "fjsp": true} {
		files, err := filepath.Glob(filepath.Join(shareddata.Path(t, "jobshop", folder), "*.txt"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files: %v", folder, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := jobshop.Read(file, text)
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			choice := false
			for _, steps := range p.Jobs {
				choice = choice || slices.ContainsFunc(steps, func(s jobshop.Step) bool { return len(s) > 1 })
			}
			if choice != flexible {
				t.Errorf("%s: some step has several machines: %t", file, choice)
			}
			roundTrip(t, p)
		}
	}
}

// roundTrip writes an instance and reads it again, in every form that can hold it.
func roundTrip(t *testing.T, p *jobshop.Instance) {
	t.Helper()
	text, err := p.FlexibleText()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := jobshop.Read("again.fjs", text); err != nil || !reflect.DeepEqual(p.Jobs, again.Jobs) {
		t.Errorf("%v written as .fjs and read is %v, %v:\n%s", p, again, err, text)
	}
	if text, err = p.Text(); err != nil {
		if _, ok := errors.AsType[*jobshop.InvalidError](err); !ok {
			t.Errorf("%v cannot be written: %v", p, err)
		}
		return // not of the standard form
	}
	if again, err := jobshop.Read("again.txt", text); err != nil || !reflect.DeepEqual(p.Jobs, again.Jobs) {
		t.Errorf("%v written and read is %v, %v:\n%s", p, again, err, text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(ft06))
	f.Add([]byte("1 2\n0 3 1 0\n"))
	f.Add([]byte("a\n2 1\n0 1\n0 9223372036854775807"))
	f.Add([]byte("2 2\n5 6\n8 9\n1 2\n2 1\n"))
	f.Add([]byte("\ufeff2 2 1 2\r\nTimes\r\n5 6\r\n8 9\r\nMachines\r\n1 2\r\n2 1\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, read := range []func([]byte) (*jobshop.Instance, error){jobshop.Parse, jobshop.ParseTaillard} {
			holds(t, text, read)
		}
	})
}

func FuzzParseFlexible(f *testing.F) {
	f.Add([]byte("2 3 1.5\n2 2 1 5 3 6 1 2 4\n1 1 1 9\n"))
	f.Add([]byte("2 2\n1 2 0 3 1 2\n2 1 1 4 1 0 3\n"))
	f.Add([]byte("1 2\n1 2 0 3 2 2\n"))
	f.Add([]byte("1 1\n1000000000 1 1 5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		holds(t, text, jobshop.ParseFlexible)
		holds(t, text, func(text []byte) (*jobshop.Instance, error) { return jobshop.Read("shop.txt", text) })
	})
}

// holds reads a text: what comes is a valid instance that can be written, read and solved, or an
// error that lies within the text.
func holds(t *testing.T, text []byte, read func([]byte) (*jobshop.Instance, error)) {
	t.Helper()
	p, err := read(text)
	if err != nil {
		e, ok := errors.AsType[*jobshop.SyntaxError](err)
		if !ok || e.Line < 1 || e.Line > 1+strings.Count(string(text), "\n") || e.Column < 1 || e.Column > 1+len(text) || e.Reason == "" {
			t.Errorf("error %#v", err)
		}
		return
	}
	roundTrip(t, p)
	machines := int32(0)
	for _, steps := range p.Jobs {
		for _, step := range steps {
			for _, m := range step {
				machines = max(machines, m.Machine)
			}
		}
	}
	if machines < 100 && len(p.Jobs) < 100 {
		solve(t, p, jobshop.Options{Iterations: 20})
	}
}
