// Command federation-worker ranks content by what the devices have learned,
// round after round. `federation-worker health` asks the worker in the same
// container whether its last round is recent, and ends with 0 if it is.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
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

	registry := prometheus.NewRegistry()
	auto := promauto.With(registry)
	rounds := auto.NewCounterVec(prometheus.CounterOpts{Name: "federation_rounds_total", Help: "Rounds, by outcome."}, []string{"outcome"})
	rounds.WithLabelValues("done")
	rounds.WithLabelValues("failed")
	aggregated := auto.NewGauge(prometheus.GaugeOpts{Name: "federation_patterns_aggregated", Help: "Patterns that the last round saw."})
	success := auto.NewGauge(prometheus.GaugeOpts{Name: "federation_last_success_timestamp_seconds", Help: "When a round last succeeded; at first, when the worker started."})
	success.SetToCurrentTime()
	var last atomic.Int64

	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		if time.Since(time.Unix(last.Load(), 0)) > 3*interval+5*time.Second {
			http.Error(w, "the last round is too long ago", http.StatusServiceUnavailable)
		}
	})
	web := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- web.ListenAndServe() }()

	log.Info("working", "interval", interval, "shard", shard, "metrics", address)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		round, cancel := context.WithTimeout(ctx, 10*time.Second)
		n, err := db.Aggregate(round, shard)
		cancel()
		switch {
		case ctx.Err() != nil:
		case err != nil:
			log.Error("round", "error", err)
			rounds.WithLabelValues("failed").Inc()
		default:
			rounds.WithLabelValues("done").Inc()
			aggregated.Set(float64(n))
			success.SetToCurrentTime()
			last.Store(time.Now().Unix())
		}
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			log.Info("stopped")
			return web.Shutdown(context.Background())
		case <-tick.C:
		}
	}
}

func health(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1"+address+"/ready", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}
