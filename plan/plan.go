package plan

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// Options steer a planning run; the zero value is good.
type Options struct {
	// Workers bounds the goroutines that plan, and those of Plan.Rush; 0 is GOMAXPROCS. The plan does not depend on it.
	Workers int
	// Progress, when set, is told how many parts are planned, from one goroutine at a time.
	Progress func(done, total int)
	// Phase, when set, is told the name of a phase of the work as it begins:
	// compile, material, then capacity.
	Phase func(name string)
	// Finite schedules the orders on real work centres; nil: a material plan only.
	Finite *FiniteOptions
}

func (o *Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// quiet are the options without what is told during the work, and without the search, which is for one plan.
func (o Options) quiet() Options {
	o.Progress, o.Phase = nil, nil
	if o.Finite != nil {
		finite := *o.Finite
		finite.Progress, finite.Optimise = nil, nil
		o.Finite = &finite
	}
	return o
}

// Plan is a plan of a model. It is immutable and safe for any number of readers.
type Plan struct {
	model    *Model
	network  *bom.Network
	material *mrp.Plan
	finite   *laterFinite // nil without finite scheduling
	version  *version     // among plans that share their schedules; nil: repair does not cover this one
	options  Options      // without callbacks: those of plans made from this one
	effects  *laterEffects
}

// laterFinite is a finite schedule that is made when it is first asked for.
type laterFinite struct {
	once sync.Once
	made *Finite
	make func() *Finite
}

func (l *laterFinite) get() *Finite {
	l.once.Do(func() {
		if l.made == nil {
			l.made, l.make = l.make(), nil
		}
	})
	return l.made
}

// New plans a model. Errors are *bom.Errors of *bom.RowError (BOM versions and
// routings that do not exist) and *bom.CycleError, *mrp.OverflowError,
// *mrp.LotCountError, *SearchError, and the context's.
func New(ctx context.Context, m *Model, opts Options) (*Plan, error) {
	phase := opts.Phase
	if phase == nil {
		phase = func(string) {}
	}
	if opts.Finite != nil && opts.Finite.Optimise != nil {
		if err := opts.Finite.Optimise.check(); err != nil {
			return nil, err
		}
	}
	phase("compile")
	network, err := m.Network()
	if err != nil {
		return nil, err
	}
	compiled, err := mrp.Compile(network, m.Shop, m.Book)
	if err != nil {
		return nil, err
	}
	phase("material")
	material, err := compiled.Plan(ctx, mrp.Options{Workers: opts.Workers, Progress: opts.Progress})
	if err != nil {
		return nil, err
	}
	p := &Plan{model: m, network: network, material: material, options: opts.quiet()}
	if opts.Finite == nil {
		return p, nil
	}
	phase("capacity")
	if err := p.schedule(ctx, opts); err != nil {
		return nil, err
	}
	return p, nil
}

// schedule adds the finite schedule.
func (p *Plan) schedule(ctx context.Context, opts Options) error {
	first := *opts.Finite
	if first.ScheduledLeadTimes {
		first.Optimise = nil // the second is what counts
	}
	f, err := newFinite(ctx, p.material, p.model.published, &first)
	if err != nil {
		return err
	}
	if opts.Finite.ScheduledLeadTimes {
		if f, err = p.withScheduledLeadTimes(ctx, f, opts); err != nil {
			return err
		}
	}
	p.finite = &laterFinite{made: f}
	p.version = newFamily(f, p.model.published, &opts)
	return nil
}

// withScheduledLeadTimes plans again with the lead times that a first schedule shows.
func (p *Plan) withScheduledLeadTimes(ctx context.Context, first *Finite, opts Options) (*Finite, error) {
	compiled, err := mrp.CompileWith(p.network, p.model.Shop, p.model.Book, first.leadTimes())
	if err != nil {
		return nil, err
	}
	if p.material, err = compiled.Plan(ctx, mrp.Options{Workers: opts.Workers, Progress: opts.Progress}); err != nil {
		return nil, err
	}
	return newFinite(ctx, p.material, p.model.published, opts.Finite)
}

// Options are those that the plan was made with, without callbacks and search: plans that come of it by changes are made with them.
func (p *Plan) Options() Options { return p.options.quiet() }

// Network compiles the model's BOM structure: where-used, low-level codes,
// versions. It is the step of New that finds cycles.
func (m *Model) Network() (*bom.Network, error) { return bom.Compile(m.Catalog, m.Shop.Routed()) }

// Check does all that New does short of planning: it finds every error that
// keeps the model from being planned.
func (m *Model) Check() error {
	network, err := m.Network()
	if err != nil {
		return err
	}
	_, err = mrp.Compile(network, m.Shop, m.Book)
	return err
}

// Model is what was planned.
func (p *Plan) Model() *Model { return p.model }

// Scheduled reports whether the plan has a finite schedule, without putting it together.
func (p *Plan) Scheduled() bool { return p.finite != nil }

// Finite is the finite schedule, nil if none was asked for. That of a plan made by repair is put
// together when it is first asked for, in O(n log n).
func (p *Plan) Finite() *Finite {
	if p.finite == nil {
		return nil
	}
	return p.finite.get()
}

// Network is the model's compiled BOM structure.
func (p *Plan) Network() *bom.Network { return p.network }

// Material is the material plan: orders, pegging, messages, netting records.
func (p *Plan) Material() *mrp.Plan { return p.material }

// Zone is the model's time zone.
func (m *Model) Zone() *time.Location { return m.Book.Zone }
