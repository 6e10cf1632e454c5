// Package metrics tells Prometheus how the service does. It has a registry of its own; nothing global is used.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Sources are asked when metrics are read, so they should not take long: counting the late demands of a version that was not asked for yet takes the
// time to go through them once. A nil one has no metric.
type Sources struct {
	Version     func() uint64 // of the current plan
	Late        func() int    // demands that are late or short in it
	Demands     func() int    // in all
	Waiting     func() int    // requests that may change the plan and are under way
	Scenarios   func() int
	Subscribers func() int // of events
	Leads       func() bool
}

// Set is the metrics of a service. It is safe for any number of goroutines.
type Set struct {
	registry *prometheus.Registry
	planning prometheus.Histogram
	writing  prometheus.Histogram
	together prometheus.Histogram
	rush     prometheus.Histogram
	requests *prometheus.HistogramVec
	store    *prometheus.HistogramVec
	failures *prometheus.CounterVec
}

// Buckets in seconds: a small read takes less than a millisecond, a search may take minutes.
var (
	short = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}
	sizes = []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}
)

// New is a set of metrics.
func New(s Sources) *Set {
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	}
	m := &Set{
		registry: prometheus.NewRegistry(),
		planning: histogram("takt_planning_seconds", "Time to plan one step: the changes that were planned together.", short),
		writing:  histogram("takt_writing_seconds", "Time to make a step durable, with that to make its plan the rooted one where a snapshot is due.", short),
		together: histogram("takt_step_requests", "Requests that were planned together in one step.", sizes),
		rush:     histogram("takt_rush_seconds", "Time to answer a rush order.", short),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "takt_request_seconds", Help: "Time to answer requests, by route, method and status.", Buckets: short},
			[]string{"route", "method", "status"}),
		store: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "takt_store_seconds", Help: "Time of the store's operations that write.", Buckets: short}, []string{"operation"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "takt_store_errors_total", Help: "Errors of the store, by operation. Requests that were broken off are not counted."},
			[]string{"operation"}),
	}
	m.registry.MustRegister(m.planning, m.writing, m.together, m.rush, m.requests, m.store, m.failures,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.ask(s)
	return m
}

// ask registers what is asked when metrics are read.
func (m *Set) ask(s Sources) {
	gauge := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	count := func(name, help string, n func() int) {
		if n != nil {
			gauge(name, help, func() float64 { return float64(n()) })
		}
	}
	if s.Version != nil {
		gauge("takt_plan_version", "Version of the plan that holds.", func() float64 { return float64(s.Version()) })
	}
	count("takt_demands", "Demands in the plan.", s.Demands)
	count("takt_late_demands", "Demands that are late or short in the plan.", s.Late)
	count("takt_waiting_requests", "Requests that may change the plan and are under way: they wait, are planned or written.", s.Waiting)
	count("takt_scenarios", "Scenarios and rush answers that are kept.", s.Scenarios)
	count("takt_event_subscribers", "Clients that follow the events.", s.Subscribers)
	if s.Leads != nil {
		gauge("takt_leads", "1 if this instance takes changes, 0 if another does.", func() float64 {
			if s.Leads() {
				return 1
			}
			return 0
		})
	}
}

// Handler answers with all metrics.
func (m *Set) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// Planned notes a step: how long its planning and its writing took, and how many requests were in it.
func (m *Set) Planned(planning, writing time.Duration, requests int) {
	m.planning.Observe(planning.Seconds())
	m.writing.Observe(writing.Seconds())
	m.together.Observe(float64(requests))
}

// rushRoute is the route of rush orders.
const rushRoute = "POST /v1/rush"

// Seen notes a request. route is what it matched, of which there are few; a path or a method that a client has made up is no label.
func (m *Set) Seen(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, methodLabel(method), statusLabel(status)).Observe(took.Seconds())
	if route == rushRoute && status == http.StatusOK {
		m.rush.Observe(took.Seconds())
	}
}

func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

func statusLabel(status int) string {
	if status < 100 || status > 599 {
		return "none" // the connection broke first
	}
	return string([]byte{byte('0' + status/100), byte('0' + status/10%10), byte('0' + status%10)})
}
