package main

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/taktplan/takt/plan"
)

// serveCmd is the service. Every flag has an environment variable, for containers.
type serveCmd struct {
	Model string `arg:"" optional:"" name:"model" env:"TAKT_MODEL" help:"A folder of CSV tables, a .json document or an .xlsx workbook to begin with. A store that is there already is read instead."`
	Start string `placeholder:"DATE" env:"TAKT_START" help:"The day that is today for the plan; for the model as it is first read. Default: start in the settings, else the clock's day."`

	Data   string `placeholder:"DIR" group:"store" env:"TAKT_DATA" help:"The folder that keeps what was accepted. Without it, and without --store, nothing is kept."`
	Store  string `placeholder:"postgres://…" group:"store" env:"TAKT_STORE" help:"Keep it in a PostgreSQL database instead; several instances may share one."`
	Import string `placeholder:"sql.yaml" group:"store" env:"TAKT_IMPORT" help:"Begin with tables that the queries of this file read from an ERP database."`
	Reload bool   `group:"store" env:"TAKT_RELOAD" help:"Read the model again, and put it in place of what the store has, as another version."`

	Listen    string   `placeholder:"HOST:PORT" default:"127.0.0.1:8080" group:"network" env:"TAKT_LISTEN" help:"Where to listen; default 127.0.0.1:8080. Beyond this machine tokens are needed."`
	TLSCert   string   `name:"tls-cert" placeholder:"FILE" group:"network" env:"TAKT_TLS_CERT" help:"Certificate (PEM), with those of its issuers; with --tls-key."`
	TLSKey    string   `name:"tls-key" placeholder:"FILE" group:"network" env:"TAKT_TLS_KEY" help:"Its private key (PEM)."`
	Advertise string   `placeholder:"URL" group:"network" env:"TAKT_ADVERTISE" help:"With --store: where other instances reach this one, to hand it the changes they are sent."`
	Host      []string `placeholder:"NAME,…" group:"network" env:"TAKT_HOST" help:"Further names of this service, such as that of a proxy before it."`
	NoAuth    bool     `group:"network" env:"TAKT_NO_AUTH" help:"Ask nobody for a token, though there are tokens; on a loopback address only."`

	serveLimits
	serveFinite

	LogLevel string `enum:"debug,info,warn,error" default:"info" env:"TAKT_LOG_LEVEL" help:"What goes to the log, which is JSON on stderr: debug, info (every request), warn or error."`
}

// serveLimits bound what clients may ask for.
type serveLimits struct {
	Rate           float64       `placeholder:"N" default:"5000" group:"limits" env:"TAKT_RATE" help:"Requests a second of one token; 0 for no limit. Default 5000."`
	Burst          int           `placeholder:"N" default:"10000" group:"limits" env:"TAKT_BURST" help:"Requests of one token at once. Default 10000."`
	MaxBody        string        `placeholder:"SIZE" default:"64MB" group:"limits" env:"TAKT_MAX_BODY" help:"The largest body of a request, such as 500KB or 1GB. Default 64MB."`
	RequestTimeout time.Duration `placeholder:"TIME" default:"60s" group:"limits" env:"TAKT_REQUEST_TIMEOUT" help:"The longest time to plan a question or take a change, for a body to come, and for a slow client to take a piece of an answer; the writing of a long answer as a whole is not bounded. Default 60s."`
	Scenarios      int           `placeholder:"N" default:"64" group:"limits" env:"TAKT_SCENARIOS" help:"How many scenarios and rush answers are kept. Default 64."`
	ScenarioLife   time.Duration `placeholder:"TIME" default:"1h" group:"limits" env:"TAKT_SCENARIO_LIFE" help:"For how long one is kept after it was made, used or not. Default 1h."`
	Behind         time.Duration `placeholder:"TIME" default:"2s" group:"limits" env:"TAKT_BEHIND" help:"How old the schedule may be that reads show while that of a newer version is written out; 0 for not at all. Answers name their version. Default 2s."`
	DrainDelay     time.Duration `placeholder:"TIME" default:"0s" group:"limits" env:"TAKT_DRAIN_DELAY" help:"How long to go on, with /readyz failing, when asked to end, so that a load balancer sends nothing more; 5s behind one. Default 0s."`
	Drain          time.Duration `placeholder:"TIME" default:"30s" group:"limits" env:"TAKT_DRAIN" help:"How long to finish what is under way when asked to end. Default 30s."`
}

// serveFinite are the flags of finite scheduling, as those of takt plan but for the environment.
type serveFinite struct {
	Finite       bool     `group:"schedule" env:"TAKT_FINITE" help:"Schedule the orders on the real work centres. This is so unless --material is given."`
	Material     bool     `group:"schedule" env:"TAKT_MATERIAL" help:"Plan material alone, without capacity."`
	Direction    string   `enum:"forward,backward,bottleneck" default:"backward" group:"schedule" env:"TAKT_DIRECTION" help:"backward, forward or bottleneck; see takt plan --help."`
	Rule         []string `placeholder:"NAME,…" group:"schedule" env:"TAKT_RULE" help:"Dispatch rules: ${rules}."`
	Objective    []string `placeholder:"NAME,…" group:"schedule" env:"TAKT_OBJECTIVE" help:"What a good schedule is, the first first: ${measures}."`
	NoGapFilling bool     `group:"schedule" env:"TAKT_NO_GAP_FILLING" help:"Put every operation behind those that its machine has already."`
	LeadTimes    string   `enum:"routing,scheduled" default:"routing" group:"schedule" env:"TAKT_LEAD_TIMES" help:"scheduled plans material again with the lead times that the schedule shows."`
}

func (f *serveFinite) options() (*plan.FiniteOptions, error) {
	same := capableFlags{Material: f.Material, finiteFlags: finiteFlags{Finite: f.Finite, Direction: f.Direction, Rule: f.Rule, Objective: f.Objective,
		NoGapFilling: f.NoGapFilling, LeadTimes: f.LeadTimes}}
	return same.options()
}

// Help is the long help of the command.
func (*serveCmd) Help() string {
	return `Serves the plan of a model over HTTP: orders, changes, rush orders, promises, scenarios, events. The API is described under /docs and /openapi.json; docs/serve.md tells how to run it.

Examples:

    takt serve factory                                          to try it; nothing is kept
    takt serve factory --data /var/lib/takt                     begins with the model, later starts go on with the store
    takt token create board --role planner --data /var/lib/takt
    takt serve --data /var/lib/takt --listen :8443 --tls-cert cert.pem --tls-key key.pem
    takt serve factory --store postgres://takt@db/takt --advertise http://10.0.0.5:8080`
}

// settings are the flags, checked and read.
type settings struct {
	*serveCmd
	finite    *plan.FiniteOptions
	maxBody   int64
	keepsNone bool // neither --data nor --store
}

// settings looks at the flags alone.
func (c *serveCmd) settings() (settings, error) {
	s := settings{serveCmd: c, keepsNone: c.Data == "" && c.Store == ""}
	var err error
	if s.finite, err = c.serveFinite.options(); err != nil {
		return s, err
	}
	if s.maxBody, err = parseSize(c.MaxBody); err != nil {
		return s, fmt.Errorf("--max-body %s: %w", c.MaxBody, err)
	}
	for _, check := range []func() error{c.checkStore, c.checkNetwork, c.checkLimits} {
		if err := check(); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (c *serveCmd) checkStore() error {
	switch {
	case c.Data != "" && c.Store != "":
		return fmt.Errorf("--data and --store are two places to keep the same: leave one out")
	case c.Store != "" && !isPostgres(c.Store):
		return fmt.Errorf("--store: begin it with postgres://, such as postgres://takt@db.example/takt; for a folder there is --data")
	case c.Model != "" && c.Import != "":
		return fmt.Errorf("a model (%s) and --import are two things to begin with: leave one out", c.Model)
	case c.Model == "" && c.Import == "" && c.Data == "" && c.Store == "":
		return fmt.Errorf("there is nothing to serve: name a model folder, or a store with --data or --store")
	case c.Reload && c.Model == "" && c.Import == "":
		return fmt.Errorf("--reload: name the model to read, or --import")
	case c.Start != "" && c.Model == "" && c.Import == "":
		return fmt.Errorf("--start is for a model as it is first read: name the model, or --import")
	case c.Advertise != "" && c.Store == "":
		return fmt.Errorf("--advertise is for several instances on one database: add --store postgres://…")
	}
	return nil
}

func (c *serveCmd) checkNetwork() error {
	if _, port, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("--listen %s: a host and a port, such as 127.0.0.1:8080 or :8080", c.Listen)
	} else if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("--listen %s: the port is a number from 0 (any free one) to 65535", c.Listen)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fmt.Errorf("--tls-cert and --tls-key go together: name both files")
	}
	if c.Advertise != "" {
		u, err := url.Parse(c.Advertise)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.User != nil {
			return fmt.Errorf("--advertise: an address without a path, such as http://10.0.0.5:8080")
		}
	}
	for _, h := range c.Host {
		if h == "" || strings.ContainsAny(h, "/ \t@") {
			return fmt.Errorf("--host %q: a name without scheme and path, such as planner.example", h)
		}
	}
	return nil
}

func (c *serveCmd) checkLimits() error {
	switch {
	case !(c.Rate >= 0 && c.Rate <= 1e9):
		return fmt.Errorf("--rate %v: requests a second, or 0 for no limit", c.Rate)
	case c.Burst < 1:
		return fmt.Errorf("--burst %d: a number from 1 on", c.Burst)
	case c.RequestTimeout < time.Second:
		return fmt.Errorf("--request-timeout %v: a second or more", c.RequestTimeout)
	case c.Scenarios < 1:
		return fmt.Errorf("--scenarios %d: a number from 1 on", c.Scenarios)
	case c.ScenarioLife < time.Second:
		return fmt.Errorf("--scenario-life %v: a second or more", c.ScenarioLife)
	case c.Behind < 0:
		return fmt.Errorf("--behind %v: 0 or more", c.Behind)
	case c.DrainDelay < 0:
		return fmt.Errorf("--drain-delay %v: 0 or more", c.DrainDelay)
	case c.Drain < 0:
		return fmt.Errorf("--drain %v: 0 or more", c.Drain)
	}
	return nil
}

func isPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// parseSize reads a number of bytes. KB, MB and GB are powers of 1024.
func parseSize(text string) (int64, error) {
	units := []struct {
		name string
		size int64
	}{{"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"B", 1}, {"", 1}}
	for _, u := range units {
		number, ok := strings.CutSuffix(strings.ToUpper(strings.TrimSpace(text)), u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if err != nil || n < 1 || n > (1<<40)/u.size {
			break
		}
		return n * u.size, nil
	}
	return 0, fmt.Errorf("a size from 1 byte to 1024 GB, such as 64MB")
}
