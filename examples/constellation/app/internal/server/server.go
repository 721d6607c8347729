// Package server is the constellation server: synchronisation by gRPC, queries
// by REST, and metrics.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"

	"example.org/constellation/internal/store"
	"example.org/constellation/internal/syncpb"
	"example.org/constellation/internal/web"
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
	Version, Replica    string
	GRPC, REST, Metrics string // addresses
	CheckEvery          time.Duration
	Answer              time.Duration // how long a request may take
	StopTimeout         time.Duration // for each of the three listeners
}

// Server answers devices. Make it with New.
type Server struct {
	syncpb.UnimplementedSyncServiceServer
	config   Config
	db       Database
	log      *slog.Logger
	metrics  *metrics
	health   *health.Server
	stopping atomic.Bool
}

// New makes a server that doesn't listen yet.
func New(config Config, db Database, log *slog.Logger) *Server {
	return &Server{config: config, db: db, log: log, metrics: newMetrics(config.Version), health: health.NewServer()}
}

// Run serves until ctx ends or a listener does, which is an error. Then it
// says that it isn't ready, and finishes the requests that it has: those by
// gRPC, then those by REST, and the metrics last. It returns when all has
// ended.
func (s *Server) Run(ctx context.Context) error {
	rpc := grpc.NewServer()
	syncpb.RegisterSyncServiceServer(rpc, s)
	healthpb.RegisterHealthServer(rpc, s.health)
	reflection.Register(rpc)
	figures := http.NewServeMux()
	figures.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	rest, metrics := web.Server(s.routes()), web.Server(figures)

	listeners, err := listen(s.config.GRPC, s.config.REST, s.config.Metrics)
	if err != nil {
		return err
	}
	failed := make(chan error, 3)
	go func() { failed <- rpc.Serve(listeners[0]) }()
	go func() { failed <- rest.Serve(listeners[1]) }()
	go func() { failed <- metrics.Serve(listeners[2]) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watched := make(chan struct{})
	go func() { s.watch(ctx); close(watched) }()
	s.log.Info("serving", "grpc", s.config.GRPC, "rest", s.config.REST, "metrics", s.config.Metrics, "version", s.config.Version)

	select {
	case err = <-failed:
		err = fmt.Errorf("a listener ended: %w", err)
	case <-ctx.Done():
	}
	s.log.Info("stopping")
	s.stopping.Store(true)
	s.health.Shutdown()
	cancel()
	<-watched
	s.stopRPC(rpc)
	err = errors.Join(err, web.Stop(rest, s.config.StopTimeout))
	err = errors.Join(err, web.Stop(metrics, s.config.StopTimeout))
	s.log.Info("stopped")
	return err
}

// listen listens on all addresses or on none.
func listen(addresses ...string) ([]net.Listener, error) {
	var out []net.Listener
	for _, a := range addresses {
		l, err := net.Listen("tcp", a)
		if err != nil {
			for _, l := range out {
				l.Close()
			}
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// stopRPC waits for the calls that are under way, for StopTimeout at most: who
// watches the health service would stay for ever.
func (s *Server) stopRPC(rpc *grpc.Server) {
	drained := make(chan struct{})
	go func() { rpc.GracefulStop(); close(drained) }()
	select {
	case <-drained:
	case <-time.After(s.config.StopTimeout):
		s.log.Warn("calls are cut off", "after", s.config.StopTimeout)
		rpc.Stop()
		<-drained
	}
}

// watch asks the database again and again, and says in the gRPC health service
// and in the metrics whether it answers.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(s.config.CheckEvery)
	defer tick.Stop()
	ready := false
	for first := true; ; first = false {
		err := s.check(ctx)
		if ctx.Err() != nil {
			return
		}
		if first || ready != (err == nil) {
			s.log.Info("readiness", "ready", err == nil, "error", err)
		}
		ready = err == nil
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
	if err != nil {
		return err
	}
	if n, err := s.db.ActiveDevices(ctx); err == nil {
		s.metrics.devices.Set(float64(n))
	} else if ctx.Err() == nil {
		s.log.Warn("active devices", "error", err)
	}
	return nil
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Sync implements the gRPC service.
func (s *Server) Sync(ctx context.Context, in *syncpb.SyncRequest) (*syncpb.SyncResponse, error) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, s.config.Answer)
	defer cancel()
	out, err := s.sync(ctx, in)
	s.metrics.syncs.WithLabelValues(status.Code(err).String()).Inc()
	s.metrics.syncSeconds.Observe(time.Since(start).Seconds())
	return out, err
}

func (s *Server) sync(ctx context.Context, in *syncpb.SyncRequest) (*syncpb.SyncResponse, error) {
	if !uuid.MatchString(in.GetDeviceId()) {
		return nil, status.Error(codes.InvalidArgument, "device_id is no UUID")
	}
	if r := in.GetRegion(); !isText(r) || utf8.RuneCountInString(r) > store.MaxRegion {
		return nil, status.Errorf(codes.InvalidArgument, "region is no text of at most %d characters", store.MaxRegion)
	}
	patterns := make([]store.Pattern, len(in.GetPatterns()))
	for i, p := range in.GetPatterns() {
		if problem := problemOf(p); problem != "" {
			return nil, status.Errorf(codes.InvalidArgument, "pattern %d: %s", i, problem)
		}
		patterns[i] = store.Pattern{Embedding: p.GetEmbedding(), SuccessRate: p.GetSuccessRate(), SampleCount: p.GetSampleCount()}
	}
	version, stored, err := s.db.Sync(ctx, in.GetDeviceId(), in.GetRegion(), patterns)
	if err != nil {
		return nil, s.failure(ctx, "sync", err)
	}
	return &syncpb.SyncResponse{Version: version, Patterns: stored}, nil
}

// isText tells whether PostgreSQL can hold a string.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// problemOf says why a pattern can't be stored, or is "".
func problemOf(p *syncpb.Pattern) string {
	if n := len(p.GetEmbedding()); n != store.Dimensions {
		return fmt.Sprintf("embedding has %d numbers, not %d", n, store.Dimensions)
	}
	square := 0.0
	for _, x := range p.GetEmbedding() {
		square += float64(x) * float64(x)
	}
	// pgvector sums squares as float32. The comparisons are false for NaN.
	if !(square >= 0x1p-126 && square <= math.MaxFloat32) {
		return "embedding has a number that is none, or its length is zero or beyond measure"
	}
	if r := p.GetSuccessRate(); !(r >= 0 && r <= 1) {
		return "success_rate is outside 0 to 1"
	}
	if n := p.GetSampleCount(); n < 0 || n > store.MaxSamples {
		return fmt.Sprintf("sample_count is outside 0 to %d", store.MaxSamples)
	}
	return ""
}

// failure says what to answer when the database hasn't done what was asked
// under ctx. What it said itself is logged, not told.
func (s *Server) failure(ctx context.Context, what string, err error) error {
	level, code, text := slog.LevelError, codes.Unavailable, "the database doesn't answer"
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		level, code, text = slog.LevelInfo, codes.Canceled, "the request was given up"
	case ctx.Err() != nil:
		code, text = codes.DeadlineExceeded, "the database doesn't answer in time"
	case store.Refused(err):
		level, code, text = slog.LevelWarn, codes.InvalidArgument, "the database refuses a value"
	}
	s.log.Log(ctx, level, what, "code", code.String(), "error", err)
	return status.Error(code, text)
}
