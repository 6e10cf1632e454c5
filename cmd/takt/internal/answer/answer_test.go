package answer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

func bikes(t *testing.T) *plan.Plan {
	t.Helper()
	day := func(d int) bom.When { return bom.OnDay(bom.On(2026, time.March, d)) }
	rows := plan.Rows{
		Settings: mrp.Settings{Start: day(2)},
		Items:    []bom.Item{{ID: "BIKE", LeadDays: bom.Some(2)}, {ID: "FRAME", LeadDays: bom.Some(10)}},
		Lines:    []bom.Line{{Parent: "BIKE", Component: "FRAME", Quantity: bom.Units(1)}},
		Demands:  []mrp.Demand{{ID: "SO-7", Item: "BIKE", Quantity: bom.MustQuantity("10.5"), Due: day(27)}},
	}
	m, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(t.Context(), m, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Exact numbers are written and read as they are; what is not there is null.
func TestNumbersKeepTheirDigits(t *testing.T) {
	type row struct {
		A, B answer.Number
	}
	text, err := json.Marshal(row{A: answer.Quantity(bom.MustQuantity("123456789012.000001"))})
	if err != nil || string(text) != `{"A":123456789012.000001,"B":null}` {
		t.Fatalf("%s %v", text, err)
	}
	var back row
	if err := json.Unmarshal(text, &back); err != nil || back.A != "123456789012.000001" || back.B != "" {
		t.Errorf("%+v %v", back, err)
	}
	if d := answer.Days(36 * 3600); d != "1.5" {
		t.Errorf("%s days", d)
	}
}

// A demand that goes and one that comes are told without the date that they do not have.
func TestEffectsTellWhoComesAndGoes(t *testing.T) {
	p := bikes(t)
	next, err := p.Apply(t.Context(), plan.AddDemand{Demand: mrp.Demand{ID: "SO-8", Item: "BIKE", Quantity: bom.Units(1), Due: bom.OnDay(bom.On(2026, time.March, 27))}}, plan.CancelDemand{Demand: "SO-7"})
	if err != nil {
		t.Fatal(err)
	}
	e := answer.EffectsOf(next.Effects(), time.UTC)
	if len(e.Shifts) != 2 || e.Shifts[0].Before != "2026-03-27" || e.Shifts[0].After != "" || e.Shifts[1].Before != "" || e.Shifts[1].After != "2026-03-27" {
		t.Errorf("%+v", e.Shifts)
	}
}

// The tables of a comparison are what their description says.
func TestTablesFitTheirSchema(t *testing.T) {
	p := bikes(t)
	next, err := p.Apply(t.Context(), plan.CopyDemand{Demand: "SO-7", ID: "SO-8"})
	if err != nil {
		t.Fatal(err)
	}
	diff := plan.Compare(p, next)
	list := answer.DiffTables(time.UTC, &diff)
	var text bytes.Buffer
	if err := tables.WriteJSON(context.Background(), &text, list...); err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(text.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	check := func(document any) []error {
		registry := huma.NewMapRegistry("#/", huma.DefaultSchemaNamer)
		s := answer.TablesSchema(list...)
		s.PrecomputeMessages()
		var found huma.ValidateResult
		huma.Validate(registry, s, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, document, &found)
		return found.Errors
	}
	if wrong := check(document); len(wrong) > 0 {
		t.Errorf("%v: %s", wrong, &text)
	}
	orders := document.(map[string]any)["orders"].([]any)
	orders[0].(map[string]any)["qty_after"] = "many"
	if wrong := check(document); len(wrong) == 0 {
		t.Error("a text in a column of numbers fits the schema")
	}
}
