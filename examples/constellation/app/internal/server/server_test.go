package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.org/constellation/internal/store"
	"example.org/constellation/internal/syncpb"
)

// fakeDB stands for the database: it can be down, refuse what it is told and
// be slow.
type fakeDB struct {
	mu      sync.Mutex
	fails   error
	devices map[string]int64
	slow    time.Duration
	hold    atomic.Bool        // who works
	held    chan chan struct{} // waits for what it gets here
}

var errDown = errors.New("connection refused to 10.0.0.1 as user constellation")

func (f *fakeDB) err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fails
}

func (f *fakeDB) setError(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = err
}

func (f *fakeDB) setDown(down bool) {
	if down {
		f.setError(errDown)
	} else {
		f.setError(nil)
	}
}

// work takes its time, and less if ctx ends.
func (f *fakeDB) work(ctx context.Context) error {
	if f.hold.Load() {
		<-<-f.held
	}
	select {
	case <-time.After(f.slow):
		return f.err()
	case <-ctx.Done():
		return fmt.Errorf("timeout: %w", ctx.Err())
	}
}

func (f *fakeDB) Ready(context.Context) error { return f.err() }

func (f *fakeDB) Sync(ctx context.Context, device, _ string, patterns []store.Pattern) (int64, int64, error) {
	if err := f.work(ctx); err != nil {
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

func (f *fakeDB) Similar(ctx context.Context, id string, limit int) ([]store.Neighbour, error) {
	if id != "a" {
		return nil, store.ErrNoContent
	}
	return []store.Neighbour{{ContentID: "b"}, {ContentID: "c"}}[:min(limit, 2)], f.work(ctx)
}

func newTest() (*Server, *fakeDB) {
	db := &fakeDB{devices: map[string]int64{}}
	config := Config{Version: "1.2.3", Replica: "2", CheckEvery: 10 * time.Millisecond, Answer: 5 * time.Second, StopTimeout: 5 * time.Second}
	return New(config, db, slog.New(slog.DiscardHandler)), db
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
		{"/api/v1/similar?content_id=%00", false, 400, "no text"},
		{"/api/v1/similar?content_id=%ff", false, 400, "no text"},
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

const device = "00000000-0000-4000-8000-000000000001"

// pattern is a good one, changed.
func pattern(change func(*syncpb.Pattern)) []*syncpb.Pattern {
	p := &syncpb.Pattern{Embedding: make([]float32, store.Dimensions), SuccessRate: 1, SampleCount: 1}
	p.Embedding[0] = 1
	change(p)
	return []*syncpb.Pattern{p}
}

func TestSyncRefusesWhatIsNone(t *testing.T) {
	s, db := newTest()
	number := func(x float32) []*syncpb.Pattern {
		return pattern(func(p *syncpb.Pattern) { p.Embedding[0] = x })
	}
	rate := func(x float32) []*syncpb.Pattern {
		return pattern(func(p *syncpb.Pattern) { p.SuccessRate = x })
	}
	samples := func(n int32) []*syncpb.Pattern {
		return pattern(func(p *syncpb.Pattern) { p.SampleCount = n })
	}
	nan, infinite := float32(math.NaN()), float32(math.Inf(-1))
	for name, c := range map[string]struct {
		in   *syncpb.SyncRequest
		want codes.Code
	}{
		"good":            {&syncpb.SyncRequest{DeviceId: device, Patterns: number(-1)}, codes.OK},
		"no UUID":         {&syncpb.SyncRequest{DeviceId: "x'; DROP TABLE devices"}, codes.InvalidArgument},
		"long region":     {&syncpb.SyncRequest{DeviceId: device, Region: strings.Repeat("é", 64)}, codes.OK},
		"longer region":   {&syncpb.SyncRequest{DeviceId: device, Region: strings.Repeat("é", 65)}, codes.InvalidArgument},
		"NUL in region":   {&syncpb.SyncRequest{DeviceId: device, Region: "e\x00u"}, codes.InvalidArgument},
		"short":           {&syncpb.SyncRequest{DeviceId: device, Patterns: []*syncpb.Pattern{{Embedding: []float32{1}}}}, codes.InvalidArgument},
		"no pattern":      {&syncpb.SyncRequest{DeviceId: device, Patterns: []*syncpb.Pattern{nil}}, codes.InvalidArgument},
		"NaN":             {&syncpb.SyncRequest{DeviceId: device, Patterns: number(nan)}, codes.InvalidArgument},
		"infinite":        {&syncpb.SyncRequest{DeviceId: device, Patterns: number(infinite)}, codes.InvalidArgument},
		"zero":            {&syncpb.SyncRequest{DeviceId: device, Patterns: number(0)}, codes.InvalidArgument},
		"too near zero":   {&syncpb.SyncRequest{DeviceId: device, Patterns: number(1e-30)}, codes.InvalidArgument},
		"too far":         {&syncpb.SyncRequest{DeviceId: device, Patterns: number(1e30)}, codes.InvalidArgument},
		"rate too low":    {&syncpb.SyncRequest{DeviceId: device, Patterns: rate(-0.1)}, codes.InvalidArgument},
		"rate too high":   {&syncpb.SyncRequest{DeviceId: device, Patterns: rate(1.5)}, codes.InvalidArgument},
		"rate NaN":        {&syncpb.SyncRequest{DeviceId: device, Patterns: rate(nan)}, codes.InvalidArgument},
		"no sample":       {&syncpb.SyncRequest{DeviceId: device, Patterns: samples(0)}, codes.OK},
		"samples below 0": {&syncpb.SyncRequest{DeviceId: device, Patterns: samples(-1)}, codes.InvalidArgument},
		"most samples":    {&syncpb.SyncRequest{DeviceId: device, Patterns: samples(store.MaxSamples)}, codes.OK},
		"more samples":    {&syncpb.SyncRequest{DeviceId: device, Patterns: samples(store.MaxSamples + 1)}, codes.InvalidArgument},
	} {
		before := db.devices[device]
		if _, err := s.Sync(t.Context(), c.in); status.Code(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if stored := db.devices[device] > before; stored != (c.want == codes.OK) {
			t.Errorf("%s: stored %t", name, stored)
		}
	}
}

// Who is at fault is told apart: the database that is down or slow, the values
// that it refuses, and the client that has gone.
func TestFailures(t *testing.T) {
	refused := fmt.Errorf("sync: %w", &pgconn.PgError{Code: "23514"})
	for name, c := range map[string]struct {
		fails  error
		slow   time.Duration
		gone   bool
		code   codes.Code
		status int
	}{
		"down":           {errDown, 0, false, codes.Unavailable, 503},
		"connects long":  {fmt.Errorf("dial: %w", context.DeadlineExceeded), 0, false, codes.Unavailable, 503},
		"slow":           {nil, time.Minute, false, codes.DeadlineExceeded, 504},
		"gone":           {nil, time.Minute, true, codes.Canceled, 499},
		"constraint":     {refused, 0, false, codes.InvalidArgument, 400},
		"data exception": {&pgconn.PgError{Code: "22021"}, 0, false, codes.InvalidArgument, 400},
		"no table":       {&pgconn.PgError{Code: "42P01"}, 0, false, codes.Unavailable, 503},
	} {
		s, db := newTest()
		s.config.Answer = 50 * time.Millisecond
		db.fails, db.slow = c.fails, c.slow
		ctx, cancel := context.WithCancel(t.Context())
		if c.gone {
			cancel()
		}
		if _, err := s.Sync(ctx, &syncpb.SyncRequest{DeviceId: device}); status.Code(err) != c.code {
			t.Errorf("%s: %v, not %s", name, err, c.code)
		}
		w := httptest.NewRecorder()
		s.routes().ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/similar?content_id=a", nil))
		if w.Code != c.status {
			t.Errorf("%s: %d %s, not %d", name, w.Code, w.Body, c.status)
		}
		cancel()
	}
}
