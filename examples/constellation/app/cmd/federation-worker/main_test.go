package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A worker is ready once a round has succeeded, and no longer when the last
// success is too long ago; failures and successes are counted.
func TestFigures(t *testing.T) {
	f := newFigures()
	get := func(late time.Duration, path string) (int, string) {
		w := httptest.NewRecorder()
		f.handler(late).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code, w.Body.String()
	}
	ready := func(when string, late time.Duration, want int) {
		t.Helper()
		if code, _ := get(late, "/ready"); code != want {
			t.Errorf("%s: %d, not %d", when, code, want)
		}
	}
	ready("at first", time.Hour, 503)
	f.record(0, errors.New("no database"))
	ready("after a failure", time.Hour, 503)
	f.record(7, nil)
	ready("after a success", time.Hour, 200)
	f.record(0, errors.New("no database"))
	ready("with a recent success", time.Hour, 200)
	ready("with an old success", -time.Hour, 503)
	_, metrics := get(time.Hour, "/metrics")
	for _, line := range []string{`federation_rounds_total{outcome="done"} 1`, `federation_rounds_total{outcome="failed"} 2`, `federation_patterns_aggregated 7`} {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("no line %s in\n%s", line, metrics)
		}
	}
}

func TestIntervalIsRefused(t *testing.T) {
	t.Setenv("SHARD", "1")
	for _, interval := range []string{"", "5", "0s", "-1s"} {
		t.Setenv("INTERVAL", interval)
		if err := work(t.Context()); err == nil || !strings.Contains(err.Error(), "INTERVAL") {
			t.Errorf("%q: %v", interval, err)
		}
	}
}
