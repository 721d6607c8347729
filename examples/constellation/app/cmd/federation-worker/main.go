// Command federation-worker ranks content by what the devices have learned,
// round after round. `federation-worker health` asks the worker in the same
// container whether its last round is recent, and ends with 0 if it is.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.org/constellation/internal/store"
	"example.org/constellation/internal/web"
)

// address is where the metrics are, and the answer to `health`.
var address = cmp.Or(os.Getenv("METRICS_ADDR"), ":9100")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := work
	switch {
	case len(os.Args) == 2 && os.Args[1] == "health":
		run = health
	case len(os.Args) > 1:
		fmt.Fprintln(os.Stderr, "usage: federation-worker [health]")
		os.Exit(2)
	}
	if err := run(ctx); err != nil {
		slog.Error("federation-worker", "error", err)
		os.Exit(1)
	}
}

// work runs a round at once and then every INTERVAL. A round that fails is
// counted, and the next one tried.
func work(ctx context.Context) error {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	interval, err := time.ParseDuration(os.Getenv("INTERVAL"))
	if err == nil && interval <= 0 {
		err = fmt.Errorf("%s is no time between rounds", interval)
	}
	if err != nil {
		return fmt.Errorf("INTERVAL: %w", err)
	}
	shard, err := strconv.Atoi(os.Getenv("SHARD"))
	if err != nil {
		return fmt.Errorf("SHARD: %w", err)
	}
	db, err := store.Open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	f := newFigures()
	server := web.Server(f.handler(3*interval + 5*time.Second))
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	log.Info("working", "interval", interval, "shard", shard, "metrics", address)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		round, cancel := context.WithTimeout(ctx, 10*time.Second)
		n, err := db.Aggregate(round, shard)
		cancel()
		if ctx.Err() == nil { // else it was stopped, which is no failure
			f.record(n, err)
			if err != nil {
				log.Error("round", "error", err)
			}
		}
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			log.Info("stopped")
			return web.Stop(server, 5*time.Second)
		case <-tick.C:
		}
	}
}

// figures are the worker's metrics, and when a round last succeeded.
type figures struct {
	registry   *prometheus.Registry
	rounds     *prometheus.CounterVec
	aggregated prometheus.Gauge
	success    prometheus.Gauge
	last       atomic.Int64 // Unix time; 0 before the first success
}

func newFigures() *figures {
	f := &figures{registry: prometheus.NewRegistry()}
	auto := promauto.With(f.registry)
	f.rounds = auto.NewCounterVec(prometheus.CounterOpts{Name: "federation_rounds_total", Help: "Rounds, by outcome."}, []string{"outcome"})
	f.rounds.WithLabelValues("done")
	f.rounds.WithLabelValues("failed")
	f.aggregated = auto.NewGauge(prometheus.GaugeOpts{Name: "federation_patterns_aggregated", Help: "Patterns that the last round saw."})
	f.success = auto.NewGauge(prometheus.GaugeOpts{Name: "federation_last_success_timestamp_seconds", Help: "When a round last succeeded; at first, when the worker started."})
	f.success.SetToCurrentTime()
	return f
}

// record counts a round that saw n patterns or failed.
func (f *figures) record(n int64, err error) {
	if err != nil {
		f.rounds.WithLabelValues("failed").Inc()
		return
	}
	f.rounds.WithLabelValues("done").Inc()
	f.aggregated.Set(float64(n))
	f.success.SetToCurrentTime()
	f.last.Store(time.Now().Unix())
}

// handler serves the metrics, and whether a round has succeeded of late.
func (f *figures) handler(late time.Duration) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(f.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		if time.Since(time.Unix(f.last.Load(), 0)) > late {
			http.Error(w, "the last round is too long ago", http.StatusServiceUnavailable)
		}
	})
	return mux
}

func health(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	return web.Check(ctx, address, "/ready")
}
