package docs_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/plan/tables"
)

// Every kind of change has its row in changes.md with its fields, required ones bold, and its Go type; no other has one.
func TestChangesAreDocumented(t *testing.T) {
	text := read(t, "changes.md")
	var names []string
	for _, k := range tables.ChangeKinds() {
		names = append(names, k.Name)
		line := row(text, k.Name)
		if line == "" {
			t.Errorf("change %s is missing", k.Name)
			continue
		}
		cells := strings.Split(line, "|")
		fields, impact, goType := strings.TrimSpace(cells[2]), strings.TrimSpace(cells[4]), strings.Trim(strings.TrimSpace(cells[5]), "`")
		if m := regexp.MustCompile(`^columns of \[([a-z_]+)\]\(model\.md#([a-z_]+)\)$`).FindStringSubmatch(fields); m != nil {
			if want := tables.Columns(m[1]); m[1] != m[2] || !slices.EqualFunc(k.Columns, want, func(a, b tables.Column) bool { return a.Name == b.Name }) {
				t.Errorf("%s does not take the columns of %s", k.Name, m[1])
			}
		} else if want := fieldList(k.Columns); fields != want {
			t.Errorf("%s: fields %s, in the code %s", k.Name, fields, want)
		}
		if !slices.Contains([]string{"sequence", "dates", "structure"}, impact) {
			t.Errorf("%s: impact %q", k.Name, impact)
		}
		if got := goTypeOf(t, k); got != "plan."+goType {
			t.Errorf("%s is a %s, not a %s", k.Name, got, goType)
		}
	}
	for _, name := range firstCells(text) {
		if !slices.Contains(names, name) {
			t.Errorf("change %s does not exist", name)
		}
	}
}

func fieldList(columns []tables.Column) string {
	var out []string
	for _, c := range columns {
		name := "`" + c.Name + "`"
		if c.Required {
			name = "**" + name + "**"
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// goTypeOf reads a change of a kind.
func goTypeOf(t *testing.T, k tables.ChangeKind) string {
	var fields []string
	for _, c := range k.Columns {
		value := "ID"
		switch {
		case !c.Required:
			continue
		case c.Kind == tables.KindNumber:
			value = "1"
		case c.Kind == tables.KindDate:
			value = "2026-12-01"
		case c.Kind == tables.KindName:
			value = c.Values[0]
		}
		fields = append(fields, fmt.Sprintf("%q: %q", c.Name, value))
	}
	scenarios, err := tables.ReadChanges(strings.NewReader(fmt.Sprintf(`[{"change": %q, %s}]`, k.Name, strings.Join(fields, ", "))), tables.JSON, nil)
	if err != nil {
		t.Errorf("%s: %v", k.Name, err)
		return ""
	}
	return fmt.Sprintf("%T", scenarios[0].Changes[0])
}

// The examples of change lists can be read, and have the scenarios that they show.
func TestExamplesOfChangeListsAreReal(t *testing.T) {
	text := read(t, "changes.md")
	for lang, format := range map[string]tables.Format{"json": tables.JSON, "csv": tables.CSV} {
		_, after, found := strings.Cut(text, "```"+lang+"\n")
		list, _, closed := strings.Cut(after, "```")
		if !found || !closed {
			t.Fatalf("changes.md has no example in %s", lang)
		}
		scenarios, err := tables.ReadChanges(strings.NewReader(list), format, nil)
		if err != nil || len(scenarios) != 2 {
			t.Errorf("%s: %d scenarios, %v", lang, len(scenarios), err)
		}
	}
}
