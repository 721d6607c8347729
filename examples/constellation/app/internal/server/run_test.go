package server

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"example.org/constellation/internal/syncpb"
)

// A running server says by every way whether it is ready, exports what it did,
// and finishes what it has begun when it is told to stop.
func TestRun(t *testing.T) {
	s, db := newTest()
	db.held = make(chan chan struct{})
	conn, stop, ended := start(t, s)
	health := healthpb.NewHealthClient(conn)
	await := func(want healthpb.HealthCheckResponse_ServingStatus) {
		t.Helper()
		for range 500 {
			answer, err := health.Check(t.Context(), &healthpb.HealthCheckRequest{Service: "constellation.v1.SyncService"})
			if err == nil && answer.Status == want {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("it is never %s", want)
	}
	await(healthpb.HealthCheckResponse_SERVING)
	db.setDown(true)
	await(healthpb.HealthCheckResponse_NOT_SERVING)
	db.setDown(false)
	await(healthpb.HealthCheckResponse_SERVING)

	client := syncpb.NewSyncServiceClient(conn)
	request := &syncpb.SyncRequest{DeviceId: device}
	if _, err := client.Sync(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	metrics := fetch(t, "http://"+s.config.Metrics+"/metrics")
	for _, line := range []string{
		`constellation_sync_requests_total{code="OK"} 1`,
		`constellation_sync_requests_total{code="InvalidArgument"} 0`,
		`constellation_sync_duration_seconds_count 1`,
		`constellation_database_up 1`,
		`constellation_active_devices 2`,
		`constellation_build_info{version="1.2.3"} 1`,
	} {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("no line %s in\n%s", line, metrics)
		}
	}
	var alive map[string]string
	if err := json.Unmarshal([]byte(fetch(t, "http://"+s.config.REST+"/health")), &alive); err != nil || alive["replica"] != "2" {
		t.Errorf("%v %v", alive, err)
	}

	db.hold.Store(true)
	answered := make(chan error, 1)
	go func() {
		_, err := client.Sync(context.Background(), request)
		answered <- err
	}()
	finish := make(chan struct{})
	db.held <- finish
	stop()
	code := 0
	for range 500 {
		if code, _ = ask(t, "http://"+s.config.REST+"/ready"); code == 503 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	lives, _ := ask(t, "http://"+s.config.REST+"/health")
	figures, _ := ask(t, "http://"+s.config.Metrics+"/metrics")
	if code != 503 || lives != 200 || figures != 200 {
		t.Errorf("while it ends, /ready answers %d, /health %d, /metrics %d", code, lives, figures)
	}
	select {
	case err := <-ended:
		t.Errorf("it ends before what was begun: %v", err)
	default:
	}
	close(finish)
	if err := <-answered; err != nil {
		t.Errorf("a request that was begun is not finished: %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
}

// Who watches the health service hears that the server stops, and doesn't keep
// it from stopping.
func TestStopWithWatcher(t *testing.T) {
	s, _ := newTest()
	s.config.StopTimeout = 300 * time.Millisecond
	conn, stop, ended := start(t, s)
	watch, err := healthpb.NewHealthClient(conn).Watch(t.Context(), &healthpb.HealthCheckRequest{}, grpc.WaitForReady(true))
	if err != nil {
		t.Fatal(err)
	}
	var last healthpb.HealthCheckResponse_ServingStatus
	for last != healthpb.HealthCheckResponse_SERVING {
		answer, err := watch.Recv()
		if err != nil {
			t.Fatal(err)
		}
		last = answer.Status
	}
	stop()
	if answer, err := watch.Recv(); err != nil || answer.Status != healthpb.HealthCheckResponse_NOT_SERVING {
		t.Errorf("%v %v", answer, err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ends with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("it doesn't end")
	}
}

// A listener that can't be had is an error, and leaves none behind.
func TestAddressInUse(t *testing.T) {
	s, _ := newTest()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s.config.GRPC, s.config.REST, s.config.Metrics = freeAddress(t), freeAddress(t), taken.Addr().String()
	if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("it ends with %v", err)
	}
	for _, a := range []string{s.config.GRPC, s.config.REST} {
		l, err := net.Listen("tcp", a)
		if err != nil {
			t.Error(err)
			continue
		}
		l.Close()
	}
}

// start runs a server until stop is called; ended gets what Run returns.
func start(t *testing.T, s *Server) (conn *grpc.ClientConn, stop func(), ended chan error) {
	t.Helper()
	s.config.GRPC, s.config.REST, s.config.Metrics = freeAddress(t), freeAddress(t), freeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	ended = make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	conn, err := grpc.NewClient(s.config.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); stop() })
	return conn, stop, ended
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func ask(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return answer.StatusCode, string(b)
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	code, body := ask(t, url)
	if code != 200 {
		t.Fatalf("%s: %d %s", url, code, body)
	}
	return body
}
