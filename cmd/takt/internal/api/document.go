package api

import (
	"encoding/json"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/plan/tables"
)

// document is a JSON object that is written member by member; rows of tables are written as lists write them.
type document struct{ text []byte }

// begin begins the document of a version.
func begin(version uint64) *document {
	return &document{strconv.AppendUint([]byte(`{"version":`), version, 10)}
}

func (d *document) name(name string) {
	d.text = append(d.text, ",\""...)
	d.text = append(d.text, name...) // our own names need no escapes
	d.text = append(d.text, "\":"...)
}

// value adds a member.
func (d *document) value(name string, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own types
	}
	d.name(name)
	d.text = append(d.text, text...)
}

// row adds the first row of a table; null if it has none.
func (d *document) row(name string, t tables.Table) {
	d.name(name)
	object := t.Objects()
	for r := range t.Rows {
		d.text = object(d.text, r)
		return
	}
	d.text = append(d.text, "null"...)
}

// rows adds the rows of a table, at most so many of them.
func (d *document) rows(name string, t tables.Table, most int) {
	d.name(name)
	object := t.Objects()
	d.text = append(d.text, '[')
	n := 0
	for r := range t.Rows {
		if n == most {
			break
		}
		if n++; n > 1 {
			d.text = append(d.text, ',')
		}
		d.text = append(d.text, '\n')
		d.text = object(d.text, r)
	}
	d.text = append(d.text, ']')
}

func (d *document) end() []byte { return append(d.text, "}\n"...) }

// documentSchema describes a document with these members; all are there.
func documentSchema(r huma.Registry, name string, members map[string]*huma.Schema) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Properties: map[string]*huma.Schema{
		"version": {Type: huma.TypeInteger, Format: "int64", Description: "Version of the plan"}}}
	for member, schema := range members {
		s.Properties[member] = schema
	}
	s.Required = sortedKeys(s.Properties)
	s.PrecomputeMessages()
	r.Map()[name] = s
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// listOf is an array of rows.
func listOf(item *huma.Schema, description string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: item, Description: description}
}

// maybe is a row that need not be there.
func maybe(item *huma.Schema) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{item, {Type: "null"}}}
}
