package tables

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/taktplan/takt/bom"
)

// jsonWith is a small document with other text for some members; an empty text removes one.
func jsonWith(members map[string]string) string {
	all := map[string]string{
		"settings": `[{"start": "2026-01-05", "time_zone": "Europe/Berlin"}]`,
		"items":    `[{"item": "BIKE", "decimals": 0}, {"item": "WHEEL", "decimals": "0", "phantom": false, "cost": null}]`,
		"bom":      `[{"parent": "BIKE", "component": "WHEEL", "qty": 2.000000}]`,
		"sources":  `[{"item": "WHEEL", "source": "V1", "kind": "buy"}]`,
		"demands":  `[{"demand": "SO-1", "item": "BIKE", "qty": "3", "due": "2026-02-02"}]`,
	}
	order := []string{"settings", "items", "bom", "sources", "demands"}
	for name, text := range members {
		if all[name] == "" {
			order = append(order, name)
		}
		all[name] = text
	}
	var list []string
	for _, name := range order {
		if all[name] != "" {
			list = append(list, `"`+name+`": `+all[name])
		}
	}
	return "{\n" + strings.Join(list, ",\n") + "\n}"
}

func TestBadJSON(t *testing.T) {
	for _, c := range []struct {
		rule, member, text string
		want               []string
	}{
		{"unknown table", "itemz", `[]`, []string{`model.json: line 7: no table is named "itemz": did you mean "items"?`}},
		{"unknown column", "bom", `[{"parent": "BIKE", "component": "WHEEL", "qty": 2, "qtty": 1}, {"parent": "BIKE", "component": "WHEEL", "qty": 2, "line": "2", "qtty": 1}]`,
			[]string{`model.json: bom[0]: column qtty: "qtty": no such column in bom: did you mean "qty"?`}},
		{"bad number", "bom", `[{"parent": "BIKE", "component": "WHEEL", "qty": "two"}]`,
			[]string{`model.json: bom[0]: column qty: "two": not a decimal number`}},
		{"exponent", "bom", `[{"parent": "BIKE", "component": "WHEEL", "qty": 1e3}]`,
			[]string{`model.json: bom[0]: column qty: "1e3": a number without exponent is expected`}},
		{"missing value", "items", `[{"item": "BIKE"}, {"item": "WHEEL"}, {}]`,
			[]string{`model.json: items[2]: column item: "": a value is required`}},
		{"number as id", "items", `[{"item": "BIKE"}, {"item": "WHEEL"}, {"item": 7}]`,
			[]string{`model.json: items[2]: column item: "7": a text is expected: write it in double quotes`}},
		{"boolean as number", "items", `[{"item": "BIKE", "lead_days": true}, {"item": "WHEEL"}]`,
			[]string{`model.json: items[0]: column lead_days: "true": true and false are for columns that are yes or no`}},
		{"object as cell", "items", `[{"item": {"id": "BIKE"}}]`,
			[]string{`model.json: items[0]: column item: "": a single value is expected`}},
		{"column twice", "items", `[{"item": "BIKE", "item": "WHEEL"}]`,
			[]string{`model.json: items[0]: column item: "item": the column is there twice`}},
		{"no object", "items", `[["BIKE"]]`,
			[]string{`model.json: items[0]: an object with the columns of the row is expected`}},
		{"no array", "items", `{"item": "BIKE"}`,
			[]string{`model.json: items: an array of objects is expected, one per row`}},
		{"no UTF-8", "items", "[{\"item\": \"BIKE\"}, {\"item\": \"WHEEL\", \"description\": \"a\xff\"}]",
			[]string{"model.json: items[1]: column description: \"a\ufffd\": not UTF-8 text"}},
		{"half a surrogate pair", "items", `[{"item": "BIKE"}, {"item": "WHEEL", "description": "\ud800"}]`,
			[]string{"not UTF-8 text"}},
		{"long cell", "items", `[{"item": "BIKE", "description": "` + strings.Repeat("x", MaxCell+1) + `"}]`,
			[]string{"model.json: items[0]: column description: "}},
		{"not JSON", "items", "[\n{item: 1}]", []string{`model.json: line 4: 'i' is not expected here, but a string in double quotes`}},
		{"cut off", "demands", `[{"demand": "SO-1`, []string{"model.json: line 6: a control character in a string"}},
		{"items missing", "items", "", []string{`model.json: the table items is missing: add "items": [...]`}},
		{"demands missing", "demands", "", []string{`model.json: the table demands is missing: add "demands": [...]`}},
		{"by the builder", "bom", `[{"parent": "BIKE", "component": "WHEEL", "qty": 2}, {"parent": "BIKE", "component": "SPOKE", "qty": 2}]`,
			[]string{`model.json: bom[1]: column component: "SPOKE": `}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m, _, err := readJSON(jsonWith(map[string]string{c.member: c.text}), Options{})
			if m != nil {
				t.Error("a model came out")
			}
			expectErrors(t, err, c.want)
		})
	}
	for text, want := range map[string]string{
		"":                      "the document ends where '{' is expected",
		"[]":                    "'[' is not expected here, but '{'",
		jsonWith(nil) + "x":     "'x' is not expected here, but the end of the document",
		jsonWith(nil)[:100]:     "the document ends where",
		`{"items": [], "items"`: "the document ends where",
	} {
		if _, _, err := readJSON(text, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func TestToleratedJSON(t *testing.T) {
	for rule, text := range map[string]string{
		"as it is":           jsonWith(nil),
		"byte order mark":    "\ufeff" + jsonWith(nil),
		"settings an object": jsonWith(map[string]string{"settings": `{"time_zone": "UTC", "start": "2026-01-05"}`}),
		"members of one's own": jsonWith(map[string]string{"x_who": `{"a": [1, {"b": null}], "c": "\u00e4"}`,
			"bom": `[{"x_a": [[]], "parent": "BIKE", "component": "WHEEL", "qty": 2}]`}),
		"a table of a plan": jsonWith(map[string]string{"kpi": `[{"name": "a", "value": 1}]`}),
	} {
		if _, _, err := readJSON(text, Options{}); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
}

// TestSettingsLast: the zone and start at the end of a document still govern its dates.
func TestSettingsLast(t *testing.T) {
	items := `"items": [{"item": "BI\"[{\\KE"}], `
	demands := func(due string) string {
		return `"demands": [{"demand": "1", "item": "BI\"[{\\KE", "qty": 1, "due": "` + due + `"}]`
	}
	settings := `, "settings": [{"start": "2026-01-05", "time_zone": "Asia/Tokyo"}]`
	m, _, err := readJSON("{"+items+demands("2026-02-02T20:00:00Z")+settings+"}", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for d := range m.Demands() {
		if d.Due.Day != bom.On(2026, 2, 3) {
			t.Error(d.Due)
		}
	}
	_, _, err = readJSON("{"+items+demands("1999-02-02")+settings+"}", Options{})
	expectErrors(t, err, []string{`model.json: demands[0]: column due: "1999-02-02": a date from 2016-01-05`})
}

func TestHugeJSONIsNotRead(t *testing.T) {
	for _, opening := range []string{
		`{"settings": [{"start": "2026-01-05"}], "items": [{"item": "`,
		`{"settings": [{"start": "2026-01-05"}], "items": [{"item": 1`,
		`{"x_a": "`, `{"`, `{"items": [{"item": "`,
	} {
		var read int64
		r := NewReader(Options{Progress: func(n, _ int64) { read = n }})
		err := r.ReadJSON(t.Context(), "m.json", io.MultiReader(strings.NewReader(opening), digits{}))
		if err == nil {
			_, _, err = r.Model()
		}
		if err == nil || !strings.Contains(err.Error(), "a cell holds at most 1048576 bytes") || read > 16*MaxCell {
			t.Errorf("%s: read %d bytes: %v", opening, read, err)
		}
	}
}

// digits is a source without end.
type digits struct{}

func (digits) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}

// FuzzJSON must never panic, must refuse what is no JSON, and must not depend on
// how the source hands out its bytes.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(jsonWith(nil)))
	f.Add([]byte(`{"items": [{"item": "a\u00e4\ud83d\ude00", "x": -0.5e+1}], "x_": {"y": [true, false, null, "\\"]}}`))
	f.Add([]byte(`{"demands":[],"items":[{"item":"A"}],"settings":{"start":"2026-01-05"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		read := func(src io.Reader) string {
			r := NewReader(Options{Start: bom.OnDay(bom.On(2026, 1, 5))})
			if err := r.ReadJSON(t.Context(), "m.json", src); err != nil {
				t.Fatal(err)
			}
			m, _, err := r.Model()
			if (m == nil) == (err == nil) {
				t.Fatal(m, err)
			}
			if err != nil {
				return err.Error()
			}
			return ""
		}
		got := read(bytes.NewReader(text))
		if slow := read(iotest.OneByteReader(bytes.NewReader(text))); slow != got {
			t.Errorf("at once %q, byte by byte %q", got, slow)
		}
		if got == "" && !json.Valid(bytes.TrimPrefix(text, []byte("\ufeff"))) {
			t.Errorf("%q is read without an error", text)
		}
	})
}

// FuzzScanner compares the strings and values of the scanner with encoding/json.
func FuzzScanner(f *testing.F) {
	for _, text := range []string{`"a"`, `"\n\u00e4\ud83d\ude00\/"`, `[1, -0.5e+1, {"a": []}]`, `nul`, `01`, `"\x"`, "\"\x01\"", `[1,]`, `{"a" 1}`, `{,}`, "[1}", `"\`, "1 "} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if bytes.HasPrefix(text, []byte("\ufeff")) {
			return
		}
		var s scanner
		s.reset(bytes.NewReader(text), 1)
		err := s.skip(0)
		whole := err == nil && s.peek() == 0 && s.in.pos == s.in.end
		if valid := json.Valid(text); whole != valid && bytes.Count(text, []byte{'['})+bytes.Count(text, []byte{'{'}) < 1000 {
			t.Errorf("%q: valid %v, error %v", text, valid, err)
		}
		if !whole || bytes.TrimLeft(text, " \t\r\n")[0] != '"' {
			return
		}
		s.reset(bytes.NewReader(text), 1)
		got, err := s.text(nil)
		var want string
		if json.Unmarshal(text, &want) == nil && err == nil && string(got) != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	})
}

func TestCopyValue(t *testing.T) {
	for _, text := range []string{`[]`, `[{"a": "]\"[\\", "b": [1, {"c": 2}]}]`, `{"a": {}}`, `"x,]"`, `12`, "[\n\n]"} {
		for _, end := range []string{",", "}"} {
			for name, src := range map[string]io.Reader{"at once": strings.NewReader(text + end), "byte by byte": iotest.OneByteReader(strings.NewReader(text + end))} {
				var s scanner
				s.reset(src, 1)
				got, err := s.copyValue(nil)
				if err != nil || string(got) != text || s.peek() != end[0] {
					t.Errorf("%s %s: %q, %v", name, text, got, err)
				}
			}
		}
	}
}

func TestInputsAreKnown(t *testing.T) {
	if len(Inputs()) != 15 || !slices.Contains(Inputs(), "work_centres") || Columns("kpi") != nil {
		t.Error(Inputs())
	}
}
