package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/erp"
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/postgres"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// openPostgres opens a store in a database.
func openPostgres(ctx context.Context, address string, log *slog.Logger) (store.Store, error) {
	return postgres.Open(ctx, address, postgres.Options{Log: log})
}

// firstModel reads the tables to begin with; nil if none are named.
func (s *service) firstModel() func(context.Context) (*plan.Model, error) {
	var read func(context.Context) (*plan.Model, []tables.Note, error)
	switch {
	case s.Import != "":
		read = s.importModel
	case s.Model != "":
		read = func(context.Context) (*plan.Model, []tables.Note, error) {
			return s.app.load(modelArg{Dir: s.Model, Start: s.Start})
		}
	default:
		return nil
	}
	return func(ctx context.Context) (*plan.Model, error) {
		m, notes, err := read(ctx)
		if err != nil {
			return nil, err
		}
		for _, n := range notes {
			s.log.Info("note on the model", "note", n.String())
		}
		if err := m.Check(); err != nil {
			return nil, &modelError{s.name(), located(s.name(), err)}
		}
		return m, nil
	}
}

// importModel reads tables from an ERP database.
func (s *service) importModel(ctx context.Context) (*plan.Model, []tables.Note, error) {
	o := tables.Options{Now: time.Now}
	if s.Start != "" {
		start, err := bom.ParseWhen(s.Start, time.UTC)
		if err != nil {
			return nil, nil, fmt.Errorf("--start: %w", err)
		}
		o.Start = start
	}
	m, notes, err := erp.Load(ctx, s.Import, erp.Options{Tables: o})
	if err != nil {
		return nil, notes, &modelError{s.Import, err}
	}
	return m, notes, nil
}
