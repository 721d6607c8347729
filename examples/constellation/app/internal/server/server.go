// Package server is the constellation server: synchronisation by gRPC, queries
// by REST, and metrics.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"

	"example.org/constellation/internal/store"
	"example.org/constellation/internal/syncpb"
)

// Database is what the server needs of its store.
type Database interface {
	Ready(context.Context) error
	Sync(ctx context.Context, device, region string, patterns []store.Pattern) (version, stored int64, err error)
	Status(context.Context) (store.Status, error)
	ActiveDevices(context.Context) (int64, error)
	Similar(ctx context.Context, id string, limit int) ([]store.Neighbour, error)
}

// Config says what a server is called and where it listens.
type Config struct {
	Version, Replica        string
	GRPC, REST, Metrics     string // addresses
	CheckEvery, StopTimeout time.Duration
}

// Server answers devices. Make it with New.
type Server struct {
	syncpb.UnimplementedSyncServiceServer
	config  Config
	db      Database
	log     *slog.Logger
	metrics *metrics
	health  *health.Server
	ready   atomic.Bool
}

// New makes a server that doesn't listen yet.
func New(config Config, db Database, log *slog.Logger) *Server {
	return &Server{config: config, db: db, log: log, metrics: newMetrics(config.Version), health: health.NewServer()}
}

// Run serves until ctx ends. Then it says NOT_SERVING, finishes the requests
// that it has, for StopTimeout at most, and returns nil.
func (s *Server) Run(ctx context.Context) error {
	rpc := grpc.NewServer()
	syncpb.RegisterSyncServiceServer(rpc, s)
	healthpb.RegisterHealthServer(rpc, s.health)
	reflection.Register(rpc)
	rest := &http.Server{Addr: s.config.REST, Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	figures := http.NewServeMux()
	figures.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	metrics := &http.Server{Addr: s.config.Metrics, Handler: figures, ReadHeaderTimeout: 5 * time.Second}

	listener, err := net.Listen("tcp", s.config.GRPC)
	if err != nil {
		return err
	}
	failed := make(chan error, 3)
	go func() { failed <- rpc.Serve(listener) }()
	go func() { failed <- rest.ListenAndServe() }()
	go func() { failed <- metrics.ListenAndServe() }()
	go s.watch(ctx)
	s.log.Info("serving", "grpc", s.config.GRPC, "rest", s.config.REST, "metrics", s.config.Metrics, "version", s.config.Version)

	select {
	case err := <-failed:
		return fmt.Errorf("a listener ended: %w", err)
	case <-ctx.Done():
	}
	s.log.Info("stopping")
	s.health.Shutdown()
	stop, cancel := context.WithTimeout(context.Background(), s.config.StopTimeout)
	defer cancel()
	drained := make(chan struct{})
	go func() { rpc.GracefulStop(); close(drained) }()
	err = errors.Join(rest.Shutdown(stop), metrics.Shutdown(stop))
	select {
	case <-drained:
	case <-stop.Done():
		rpc.Stop()
	}
	s.log.Info("stopped")
	return err
}

// watch asks the database again and again, and says in the gRPC health service
// and in the metrics whether it answers.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(s.config.CheckEvery)
	defer tick.Stop()
	for first := true; ; first = false {
		err := s.check(ctx)
		if ctx.Err() != nil {
			return
		}
		if was := s.ready.Swap(err == nil); was != (err == nil) || first {
			s.log.Info("readiness", "ready", err == nil, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Server) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := s.db.Ready(ctx)
	serving, up := healthpb.HealthCheckResponse_SERVING, 1.0
	if err != nil {
		serving, up = healthpb.HealthCheckResponse_NOT_SERVING, 0
	}
	s.health.SetServingStatus("", serving)
	s.health.SetServingStatus(syncpb.SyncService_ServiceDesc.ServiceName, serving)
	s.metrics.databaseUp.Set(up)
	if n, err := s.db.ActiveDevices(ctx); err == nil {
		s.metrics.devices.Set(float64(n))
	}
	return err
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Sync implements the gRPC service.
func (s *Server) Sync(ctx context.Context, in *syncpb.SyncRequest) (*syncpb.SyncResponse, error) {
	start := time.Now()
	out, err := s.sync(ctx, in)
	s.metrics.syncs.WithLabelValues(status.Code(err).String()).Inc()
	s.metrics.syncSeconds.Observe(time.Since(start).Seconds())
	return out, err
}

func (s *Server) sync(ctx context.Context, in *syncpb.SyncRequest) (*syncpb.SyncResponse, error) {
	if !uuid.MatchString(in.GetDeviceId()) {
		return nil, status.Error(codes.InvalidArgument, "device_id is no UUID")
	}
	patterns := make([]store.Pattern, len(in.GetPatterns()))
	for i, p := range in.GetPatterns() {
		if len(p.GetEmbedding()) != store.Dimensions {
			return nil, status.Errorf(codes.InvalidArgument, "pattern %d has %d numbers, not %d", i, len(p.GetEmbedding()), store.Dimensions)
		}
		if r := p.GetSuccessRate(); !(r >= 0 && r <= 1) {
			return nil, status.Errorf(codes.InvalidArgument, "pattern %d: success_rate is outside 0 to 1", i)
		}
		patterns[i] = store.Pattern{Embedding: p.GetEmbedding(), SuccessRate: p.GetSuccessRate(), SampleCount: p.GetSampleCount()}
	}
	version, stored, err := s.db.Sync(ctx, in.GetDeviceId(), in.GetRegion(), patterns)
	if err != nil {
		s.log.Error("sync", "error", err)
		return nil, status.Error(codes.Unavailable, "the database doesn't answer")
	}
	return &syncpb.SyncResponse{Version: version, Patterns: stored}, nil
}
