package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/api"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/cmd/takt/internal/metrics"
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/bolt"
	"github.com/taktplan/takt/plan"
)

// service is what takt serve runs.
type service struct {
	settings
	app      *app
	log      *slog.Logger
	address  string
	loopback bool

	store     store.Store
	temporary string // folder of a store that is not kept
	gate      *access.Gate
	metrics   *metrics.Set
	keeper    *keeper.Keeper
	api       *api.Server
	now       handlerNow
	leaving   atomic.Bool                   // asked to end, and going on for a moment
	live      atomic.Pointer[keeper.Keeper] // for metrics: they are asked while starting too
	answers   atomic.Pointer[api.Server]
}

// openStore opens where the accepted changes are.
func (s *service) openStore(ctx context.Context) (err error) {
	folder := s.Data
	switch {
	case s.Store != "":
		s.store, err = openPostgres(ctx, s.Store, s.log)
		return err
	case s.keepsNone:
		if folder, err = os.MkdirTemp("", "takt-serve-"); err != nil {
			return err
		}
		s.temporary = folder
		s.log.Warn("nothing is kept: changes are lost when the service ends; add --data DIR")
	}
	opened, err := bolt.Open(folder, bolt.Options{Log: s.log})
	if err != nil {
		s.removeTemporary()
		return fmt.Errorf("--data %s: %w", folder, err)
	}
	s.store = opened
	return nil
}

func (s *service) closeStore() {
	if err := s.store.Close(); err != nil {
		s.log.Error("the store was not closed well", "error", err)
	}
	s.removeTemporary()
}

func (s *service) removeTemporary() {
	if s.temporary != "" {
		_ = os.RemoveAll(s.temporary)
	}
}

// open makes what is there while the plan is not yet.
func (s *service) open() {
	s.metrics = metrics.New(s.sources())
	s.store = s.metrics.Watch(s.store)
	s.gate = access.NewGate(access.Options{Tokens: s.store, Log: s.log, Loopback: s.loopback, NoAuth: s.NoAuth, Hosts: s.Host, TLS: s.TLSCert != "",
		Rate: s.Rate, Burst: s.Burst, MaxBody: s.maxBody, Timeout: s.RequestTimeout, Seen: s.metrics.Seen})
	s.now.set(s.starting())
}

// start reads the plan, or makes it, and serves it.
func (s *service) start(ctx context.Context) error {
	last, err := s.store.Last(ctx)
	if err != nil {
		return err
	}
	begin := s.firstModel()
	processors := share()
	k, err := keeper.Open(ctx, keeper.Options{Store: s.store, Model: begin, Plan: plan.Options{Finite: s.finite, Workers: processors}, Address: s.Advertise, Log: s.log, Version: ownVersion(), Planned: s.metrics.Planned})
	if errors.Is(err, keeper.ErrNoModel) {
		return fmt.Errorf("there is nothing in the store yet: name the model to begin with, as in takt serve MODEL_DIR --data DIR")
	}
	if err != nil {
		return err
	}
	if err := s.reload(ctx, k, begin, last); err != nil {
		return errors.Join(err, k.Close(ctx))
	}
	s.keeper = k
	s.api = api.New(api.Options{Keeper: k, ModelName: filepath.Base(s.name()), Log: s.log, Who: access.Who, RequestID: access.RequestID, Roles: s.gate.Require,
		ScenarioCap: s.Scenarios, ScenarioLife: s.ScenarioLife, Behind: s.Behind, RushTime: s.RequestTimeout, MaxBody: s.maxBody, BodyTime: s.RequestTimeout, Processors: processors})
	s.live.Store(s.keeper)
	s.answers.Store(s.api)
	settle()
	s.now.set(s.routes())
	return nil
}

// reload tells what becomes of the named model when the store has one already.
func (s *service) reload(ctx context.Context, k *keeper.Keeper, begin func(context.Context) (*plan.Model, error), last uint64) error {
	switch {
	case last == 0 || begin == nil:
		return nil
	case !s.Reload:
		s.log.Info("the store goes on where it ended; the model that was named is not read: to load it, start with --reload, or PUT it to /v1/model",
			"model", s.name(), "version", k.Current().Version)
		return nil
	}
	m, err := begin(ctx)
	if err != nil {
		return err
	}
	r, err := k.Load(ctx, keeper.Request{Actor: "takt serve --reload"}, m)
	if err != nil {
		return fmt.Errorf("--reload: %w", err)
	}
	s.log.Info("the model was read again", "audit", true, "model", s.name(), "version", r.Version)
	return nil
}

// name is how the model is called.
func (s *service) name() string {
	switch {
	case s.Model != "":
		return s.Model
	case s.Import != "":
		return s.Import
	case s.Data != "":
		return s.Data
	}
	return "the database"
}
