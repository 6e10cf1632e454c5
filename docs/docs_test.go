// Package docs_test keeps the documentation complete and true to the code.
package docs_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// row is the line of a Markdown table whose first cell is `name`, bold or not.
func row(text, name string) string {
	for _, mark := range []string{"`" + name + "`", "**`" + name + "`**"} {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "| "+mark+" |") {
				return line
			}
		}
	}
	return ""
}

// firstCells are the names in the first cells of the tables of a text.
func firstCells(text string) []string {
	var names []string
	for _, m := range regexp.MustCompile("(?m)^\\| (?:\\*\\*)?`([a-z_]+)`(?:\\*\\*)? \\|").FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// Every message code has its row in both tables of messages.md, and no other has one.
func TestMessagesAreDocumented(t *testing.T) {
	list, columns, found := strings.Cut(read(t, "messages.md"), "## What the columns hold")
	if !found {
		t.Fatal("messages.md has no section on the columns")
	}
	for _, part := range []string{list, columns} {
		for _, code := range mrp.Codes() {
			if row(part, string(code)) == "" {
				t.Errorf("message %s is missing", code)
			}
		}
		for _, name := range firstCells(part) {
			if !slices.Contains(mrp.Codes(), mrp.Code(name)) {
				t.Errorf("message %s does not exist", name)
			}
		}
	}
}

// The severities in messages.md are those of the messages of the example.
func TestSeveritiesAreDocumented(t *testing.T) {
	model, _, err := tables.Load(context.Background(), "../examples/appliance", tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(context.Background(), model, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, "messages.md")
	for _, m := range p.Material().Messages() {
		if !strings.HasPrefix(row(text, string(m.Code)), "| `"+string(m.Code)+"` | "+string(m.Severity)+" |") {
			t.Errorf("message %s is documented without its severity %s", m.Code, m.Severity)
		}
	}
}

// section is the part of a text below a heading, up to the next one.
func section(text, heading string) string {
	_, after, found := strings.Cut(text, "\n"+heading+"\n")
	if !found {
		return ""
	}
	body, _, _ := strings.Cut(after, "\n#")
	return body
}

// Every input table has its section in model.md, with all its columns and their
// values; required columns are bold, and those of the key say so.
func TestInputTablesAreDocumented(t *testing.T) {
	text := read(t, "model.md")
	for _, table := range tables.Inputs() {
		body := section(text, "### "+table)
		if body == "" {
			t.Errorf("table %s has no section", table)
			continue
		}
		var names []string
		for _, c := range tables.Columns(table) {
			names = append(names, c.Name)
			line := row(body, c.Name)
			if line == "" {
				t.Errorf("%s: column %s is missing", table, c.Name)
				continue
			}
			if strings.HasPrefix(line, "| **") != c.Required {
				t.Errorf("%s: column %s: required is %v", table, c.Name, c.Required)
			}
			cells := strings.Split(line, "|")
			if (strings.TrimSpace(cells[2]) == "key") != c.Key {
				t.Errorf("%s: column %s: part of the key is %v", table, c.Name, c.Key)
			}
			for _, value := range c.Values {
				if value != "" && !strings.Contains(line, "`"+value+"`") {
					t.Errorf("%s: column %s: value %s is missing", table, c.Name, value)
				}
			}
		}
		for _, name := range firstCells(body) {
			if !slices.Contains(names, name) {
				t.Errorf("%s: column %s does not exist", table, name)
			}
		}
	}
}

// Every table that a plan writes has its section in model.md, with its columns.
func TestOutputTablesAreDocumented(t *testing.T) {
	model, err := (&plan.Rows{Settings: mrp.Settings{Start: bom.OnDay(bom.On(2026, time.March, 2))}}).Model()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(context.Background(), model, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, "model.md")
	for _, table := range append(tables.Results(p), tables.LoadProfile(nil, p.CapacityRequirements(plan.LoadOptions{}).Profile.Rows())) {
		body := section(text, "### "+table.Name+" (output)")
		var names []string
		for _, c := range table.Columns {
			names = append(names, c.Name)
			if row(body, c.Name) == "" {
				t.Errorf("%s: column %s is missing", table.Name, c.Name)
			}
		}
		for _, name := range firstCells(body) {
			if !slices.Contains(names, name) {
				t.Errorf("%s: column %s does not exist", table.Name, name)
			}
		}
	}
}

// The section on finite scheduling names all directions, rules and causes, and the table kpi all
// figures of a plan with a schedule.
func TestFiniteSchedulingIsDocumented(t *testing.T) {
	text := read(t, "model.md")
	_, after, _ := strings.Cut(text, "\n## Finite scheduling\n")
	body, _, found := strings.Cut(after, "\n## ")
	if !found {
		t.Fatal("model.md has no section on finite scheduling")
	}
	for _, name := range append(schedule.Directions[:], schedule.Rules[:]...) {
		if !strings.Contains(body, "`"+name+"`") {
			t.Errorf("%s is missing", name)
		}
	}
	for _, kind := range []plan.CauseKind{plan.CauseMachine, plan.CauseOven, plan.CausePool, plan.CauseClosed, plan.CauseFrozen, plan.CausePurchase,
		plan.CauseReceipt, plan.CauseStock, plan.CauseLead, plan.CauseWork, plan.CauseOverdue, plan.CauseMaterial, plan.CauseNever} {
		if !strings.Contains(body, "\n| "+string(kind)+" |") {
			t.Errorf("cause %s is missing", kind)
		}
	}
	now := bom.OnDay(bom.On(2026, time.March, 2))
	model, err := (&plan.Rows{
		Settings:    mrp.Settings{Start: now},
		Items:       []bom.Item{{ID: "A"}},
		WorkCentres: []capacity.WorkCentre{{ID: "SAW"}},
		Operations:  []capacity.Operation{{Item: "A", Op: 10, WorkCentre: "SAW", RunMin: bom.One}},
		Demands:     []mrp.Demand{{ID: "SO1", Item: "A", Quantity: bom.Unit, Due: now}},
		Schedule:    []capacity.ScheduledOperation{{Order: "GONE", Op: 10, WorkCentre: "SAW", Start: now, End: now}},
	}).Model()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(context.Background(), model, plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		t.Fatal(err)
	}
	figures := section(text, "### kpi (output)")
	for _, k := range p.KPIs() {
		if !regexp.MustCompile(`\b` + k.Name + `\b`).MatchString(figures) {
			t.Errorf("figure %s is missing", k.Name)
		}
	}
}

// The Go code in the README is that of examples/embed, but for its indentation.
func TestReadmeCodeIsReal(t *testing.T) {
	_, after, found := strings.Cut(read(t, "../README.md"), "```go\n")
	code, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("the README has no Go code")
	}
	if !strings.Contains(unindented(read(t, "../examples/embed/main.go")), unindented(code)) {
		t.Error("the README's Go code is not in examples/embed/main.go: copy it from there")
	}
}

func unindented(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		b.WriteString(strings.TrimLeft(line, "\t"))
	}
	return b.String()
}

// Links to files of the repository lead somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
	for _, file := range []string{"../README.md", "../CONTRIBUTING.md", "model.md", "messages.md", "../examples/appliance/README.md"} {
		folder := file[:strings.LastIndex("/"+file, "/")]
		for _, m := range link.FindAllStringSubmatch(read(t, file), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(folder + m[1]); err != nil {
				t.Errorf("%s links to %s, which is not there", file, m[1])
			}
		}
	}
}
