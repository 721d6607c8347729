package server

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	registry    *prometheus.Registry
	syncs       *prometheus.CounterVec
	syncSeconds prometheus.Histogram
	requests    *prometheus.CounterVec
	httpSeconds *prometheus.HistogramVec
	devices     prometheus.Gauge
	databaseUp  prometheus.Gauge
}

var buckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}

func newMetrics(version string) *metrics {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	auto := promauto.With(registry)
	m := &metrics{
		registry: registry,
		syncs: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "constellation_sync_requests_total", Help: "Synchronisations, by the answer's gRPC code.",
		}, []string{"code"}),
		syncSeconds: auto.NewHistogram(prometheus.HistogramOpts{
			Name: "constellation_sync_duration_seconds", Help: "How long synchronisations took.", Buckets: buckets,
		}),
		requests: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "constellation_http_requests_total", Help: "REST requests, by route and status.",
		}, []string{"route", "status"}),
		httpSeconds: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "constellation_http_request_duration_seconds", Help: "How long REST requests took, by route.", Buckets: buckets,
		}, []string{"route"}),
		devices: auto.NewGauge(prometheus.GaugeOpts{
			Name: "constellation_active_devices", Help: "Devices that synchronised in the last five minutes.",
		}),
		databaseUp: auto.NewGauge(prometheus.GaugeOpts{
			Name: "constellation_database_up", Help: "1 while the database answers.",
		}),
	}
	auto.NewGaugeVec(prometheus.GaugeOpts{
		Name: "constellation_build_info", Help: "1, labelled with the version.",
	}, []string{"version"}).WithLabelValues(version).Set(1)
	// So that the first failure is an increase.
	for _, code := range []string{"OK", "InvalidArgument", "DeadlineExceeded", "Unavailable"} {
		m.syncs.WithLabelValues(code)
	}
	return m
}
