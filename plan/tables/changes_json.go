package tables

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// jsonChanges reads a change list in JSON, value by value, so that every error has its place.
type jsonChanges struct {
	*changeReader
	data []byte
	d    *json.Decoder
}

// errBadJSON ends a document whose text was reported.
var errBadJSON = errors.New("reported")

func (x *changeReader) json(data []byte) {
	j := jsonChanges{x, data, json.NewDecoder(bytes.NewReader(data))}
	j.d.UseNumber()
	err := j.document()
	if err == nil {
		if _, end := j.d.Token(); end != io.EOF {
			j.broken("one document is expected, and more follows")
		}
	}
	if len(x.errs.List) > 0 {
		return
	}
	changes := 0
	for _, s := range x.scenarios {
		changes += len(s.Changes)
	}
	if changes == 0 {
		x.whole(fmt.Errorf("the list has no change: write an array of objects such as {\"change\": \"cancel_demand\", \"demand\": \"SO-1\"}"))
	}
}

// broken reports a text that is not the JSON that is expected here.
func (j *jsonChanges) broken(expected string) error {
	line := 1 + bytes.Count(j.data[:min(int(j.d.InputOffset()), len(j.data))], []byte{'\n'})
	j.whole(fmt.Errorf("line %d: %s", line, expected))
	return errBadJSON
}

// token is the next token.
func (j *jsonChanges) token() (json.Token, error) {
	t, err := j.d.Token()
	switch {
	case err == io.EOF:
		return nil, j.broken("the document ends too early: close what is open")
	case err != nil:
		return nil, j.broken("not JSON: " + err.Error())
	}
	return t, nil
}

// skip passes over the rest of a value whose first token was read.
func (j *jsonChanges) skip(first json.Token) error {
	open, ok := first.(json.Delim)
	if !ok || open == '}' || open == ']' {
		return nil
	}
	for depth := 1; depth > 0; {
		t, err := j.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// document reads the whole document.
func (j *jsonChanges) document() error {
	t, err := j.token()
	switch {
	case err != nil:
		return err
	case t == json.Delim('['):
		s := Scenario{}
		if err := j.changes(&s, "changes"); err != nil {
			return err
		}
		j.scenarios = append(j.scenarios, s)
		return nil
	case t != json.Delim('{'):
		return j.broken("an array of changes is expected, or an object with scenarios")
	}
	single := Scenario{}
	one := false
	err = j.members([]string{"scenarios", "name", "changes"}, "", 0, func(key string) error {
		if key == "scenarios" {
			return j.list("scenarios", j.scenario)
		}
		one = true
		return j.member(&single, key, "")
	})
	if one && err == nil {
		j.scenarios = append(j.scenarios, single)
	}
	return err
}

// members reads an object's members up to its end; unknown ones are reported, those that begin with x_ passed over.
func (j *jsonChanges) members(known []string, array string, row int, visit func(key string) error) error {
	var seen []string
	for {
		t, err := j.token()
		if err != nil {
			return err
		}
		key, ok := t.(string)
		if !ok {
			return nil // the end of the object
		}
		switch {
		case slices.Contains(seen, key):
			j.fail(array, row, key, key, "it is there twice: keep one")
		case slices.Contains(known, key):
			seen = append(seen, key)
			if err := visit(key); err != nil {
				return err
			}
			continue
		case len(key) < 2 || key[:2] != "x_":
			j.fail(array, row, key, key, "no such field: "+didYouMean(key, known))
		}
		if t, err = j.token(); err != nil {
			return err
		}
		if err := j.skip(t); err != nil {
			return err
		}
	}
}

// list reads an array of objects, each by visit after its brace.
func (j *jsonChanges) list(name string, visit func(row int) error) error {
	t, err := j.token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return j.broken(name + ": an array of objects is expected")
	}
	return j.rest(name, visit)
}

// rest reads an array of objects whose bracket was read.
func (j *jsonChanges) rest(name string, visit func(row int) error) error {
	for row := 1; ; row++ {
		t, err := j.token()
		switch {
		case err != nil:
			return err
		case t == json.Delim(']'):
			return nil
		case t != json.Delim('{'):
			j.fail(name, row, "", "", "an object is expected")
			err = j.skip(t)
		default:
			err = visit(row)
		}
		if err != nil {
			return err
		}
	}
}

// scenario reads one of the scenarios.
func (j *jsonChanges) scenario(row int) error {
	s := Scenario{}
	err := j.members([]string{"name", "changes"}, "scenarios", row, func(key string) error {
		return j.member(&s, key, fmt.Sprintf("scenarios[%d].", row-1))
	})
	if s.Name == "" {
		s.Name = fmt.Sprintf("scenario %d", row)
	}
	if slices.ContainsFunc(j.scenarios, func(o Scenario) bool { return o.Name == s.Name }) {
		j.fail("scenarios", row, "name", s.Name, "there is a scenario of this name already: take another")
	}
	j.scenarios = append(j.scenarios, s)
	return err
}

// member reads the name or the changes of a scenario.
func (j *jsonChanges) member(s *Scenario, key, within string) error {
	t, err := j.token()
	if err != nil {
		return err
	}
	if key == "changes" {
		if t != json.Delim('[') {
			return j.broken(within + "changes: an array of changes is expected")
		}
		return j.changes(s, within+"changes")
	}
	name, ok := t.(string)
	if !ok {
		return j.broken(within + "name: a text is expected: write it in double quotes")
	}
	s.Name = name
	return nil
}

// changes reads the changes of a scenario, after the bracket.
func (j *jsonChanges) changes(s *Scenario, array string) error {
	return j.rest(array, func(row int) error {
		kind, cells, ok, err := j.object(array, row)
		if err != nil || !ok {
			return err
		}
		if c, apart := j.change(array, row, kind, cells); c != nil {
			s.add(c, apart)
		}
		return nil
	})
}

// object reads the members of one change; ok is false if it reported one.
func (j *jsonChanges) object(array string, row int) (kind string, cells []cell, ok bool, err error) {
	ok = true
	for {
		t, err := j.token()
		if err != nil {
			return "", nil, false, err
		}
		key, more := t.(string)
		if !more {
			return kind, cells, ok, nil
		}
		if t, err = j.token(); err != nil {
			return "", nil, false, err
		}
		c := cell{column: key}
		switch v := t.(type) {
		case nil:
		case string:
			c.text = v
		case json.Number:
			c.text, c.word = v.String(), true
		case bool:
			c.text, c.word = fmt.Sprint(v), true
		default:
			j.fail(array, row, key, "", "a single value is expected, not an object or an array")
			ok = false
			if err := j.skip(t); err != nil {
				return "", nil, false, err
			}
			continue
		}
		switch {
		case len(key) >= 2 && key[:2] == "x_":
		case slices.ContainsFunc(cells, func(o cell) bool { return o.column == key }), key == "change" && kind != "":
			j.fail(array, row, key, c.text, "the field is there twice: keep one")
			ok = false
		case key == "change":
			kind = c.text
		case c.text != "":
			cells = append(cells, c)
		}
	}
}
