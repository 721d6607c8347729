package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.org/constellation/internal/store"
	"example.org/constellation/internal/syncpb"
)

// fakeDB stands for the database: it can be down.
type fakeDB struct {
	mu      sync.Mutex
	down    bool
	devices map[string]int64
	slow    time.Duration
}

var errDown = errors.New("connection refused to 10.0.0.1 as user constellation")

func (f *fakeDB) err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return errDown
	}
	return nil
}

func (f *fakeDB) setDown(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
}

func (f *fakeDB) Ready(context.Context) error { return f.err() }

func (f *fakeDB) Sync(_ context.Context, device, _ string, patterns []store.Pattern) (int64, int64, error) {
	time.Sleep(f.slow)
	if err := f.err(); err != nil {
		return 0, 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.devices[device]++
	return f.devices[device], int64(len(patterns)), nil
}

func (f *fakeDB) Status(context.Context) (store.Status, error) {
	return store.Status{Server: "17", Primary: true, Content: 3}, f.err()
}

func (f *fakeDB) ActiveDevices(context.Context) (int64, error) { return 2, f.err() }

func (f *fakeDB) Similar(_ context.Context, id string, limit int) ([]store.Neighbour, error) {
	if id != "a" {
		return nil, store.ErrNoContent
	}
	return []store.Neighbour{{ContentID: "b"}, {ContentID: "c"}}[:min(limit, 2)], f.err()
}

func newTest() (*Server, *fakeDB) {
	db := &fakeDB{devices: map[string]int64{}}
	return New(Config{Version: "1.2.3", Replica: "2", CheckEvery: 10 * time.Millisecond, StopTimeout: 5 * time.Second}, db, slog.New(slog.DiscardHandler)), db
}

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestREST(t *testing.T) {
	s, db := newTest()
	h := s.routes()
	for _, c := range []struct {
		path string
		down bool
		code int
		want string
	}{
		{"/health", false, 200, `"status":"healthy"`},
		{"/health", true, 200, `"status":"healthy"`},
		{"/ready", false, 200, `"version":"1.2.3"`},
		{"/ready", true, 503, `"status":"not ready"`},
		{"/api/v1/status", false, 200, `"content":3`},
		{"/api/v1/status", true, 503, `"status":"degraded"`},
		{"/api/v1/similar?content_id=a", false, 200, `"content_id":"c"`},
		{"/api/v1/similar?content_id=a&limit=1", false, 200, `"similar":[{"content_id":"b","title":"","distance":0}]`},
		{"/api/v1/similar?content_id=a", true, 503, "error"},
		{"/api/v1/similar?content_id=zz", false, 404, "no such content"},
		{"/api/v1/similar", false, 400, "missing"},
		{"/api/v1/similar?content_id=a&limit=101", false, 400, "limit"},
		{"/api/v1/similar?content_id=a&limit=x", false, 400, "limit"},
		{"/none", false, 404, ""},
	} {
		db.setDown(c.down)
		code, body := get(t, h, c.path)
		if code != c.code || !strings.Contains(body, c.want) {
			t.Errorf("%s (down: %t): %d %s", c.path, c.down, code, body)
		}
		if strings.Contains(body, "10.0.0.1") {
			t.Errorf("%s tells what the database is: %s", c.path, body)
		}
	}
}

func TestSyncRefusesWhatIsNone(t *testing.T) {
	s, _ := newTest()
	good := &syncpb.Pattern{Embedding: make([]float32, store.Dimensions), SuccessRate: 1}
	device := "00000000-0000-4000-8000-000000000001"
	for name, c := range map[string]struct {
		in   *syncpb.SyncRequest
		want codes.Code
	}{
		"good":          {&syncpb.SyncRequest{DeviceId: device, Patterns: []*syncpb.Pattern{good}}, codes.OK},
		"no UUID":       {&syncpb.SyncRequest{DeviceId: "x'; DROP TABLE devices"}, codes.InvalidArgument},
		"short":         {&syncpb.SyncRequest{DeviceId: device, Patterns: []*syncpb.Pattern{{Embedding: []float32{1}}}}, codes.InvalidArgument},
		"rate too high": {&syncpb.SyncRequest{DeviceId: device, Patterns: []*syncpb.Pattern{{Embedding: good.Embedding, SuccessRate: 1.5}}}, codes.InvalidArgument},
	} {
		if _, err := s.Sync(t.Context(), c.in); status.Code(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A running server says by every way whether it is ready, exports what it did,
// and finishes what it has begun when it is told to stop.
func TestRun(t *testing.T) {
	s, db := newTest()
	db.slow = 300 * time.Millisecond
	s.config.GRPC, s.config.REST, s.config.Metrics = freeAddress(t), freeAddress(t), freeAddress(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	conn, err := grpc.NewClient(s.config.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
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
	request := &syncpb.SyncRequest{DeviceId: "00000000-0000-4000-8000-000000000001"}
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

	answered := make(chan error, 1)
	go func() {
		_, err := client.Sync(context.Background(), request)
		answered <- err
	}()
	time.Sleep(100 * time.Millisecond)
	cancel()
	if err := <-answered; err != nil {
		t.Errorf("a request that was begun is not finished: %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
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

func fetch(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("%s: %s %v", url, answer.Status, err)
	}
	return string(b)
}
