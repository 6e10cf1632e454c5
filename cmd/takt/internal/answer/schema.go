package answer

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/plan/tables"
)

// TablesSchema describes a document of tables, as tables.WriteJSON writes it.
func TablesSchema(list ...tables.Table) *huma.Schema {
	out := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}}
	for _, t := range list {
		row := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}}
		for _, c := range t.Columns {
			row.Properties[c.Name] = columnSchema(&c)
		}
		out.Properties[t.Name] = &huma.Schema{Type: huma.TypeArray, Items: row}
		out.Required = append(out.Required, t.Name)
	}
	return out
}

func columnSchema(c *tables.Column) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Nullable: true}
	switch c.Kind {
	case tables.KindNumber:
		s.Type = huma.TypeNumber
	case tables.KindBool:
		s.Type = huma.TypeBoolean
	}
	return s
}
