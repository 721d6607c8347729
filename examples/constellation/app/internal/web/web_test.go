package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestLocal(t *testing.T) {
	for address, want := range map[string]string{
		":9100":          "127.0.0.1:9100",
		"0.0.0.0:9100":   "127.0.0.1:9100",
		"[::]:9100":      "127.0.0.1:9100",
		"127.0.0.2:9100": "127.0.0.2:9100",
		"[::1]:9100":     "[::1]:9100",
		"worker:9100":    "worker:9100",
		"9100":           "",
	} {
		if got, err := Local(address); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v, not %q", address, got, err, want)
		}
	}
}

// serve serves until the test ends, and gives the address.
func serve(t *testing.T, handler http.HandlerFunc) (*http.Server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	server := Server(handler)
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return server, "0.0.0.0:" + port
}

func TestCheck(t *testing.T) {
	_, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ready" {
			http.Error(w, "no", http.StatusServiceUnavailable)
		}
	})
	if err := Check(t.Context(), address, "/ready"); err != nil {
		t.Error(err)
	}
	if err := Check(t.Context(), address, "/other"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("not ready: %v", err)
	}
}

// A request in time is finished; one that takes too long is cut off, and Stop
// doesn't wait for it.
func TestStop(t *testing.T) {
	for _, c := range []struct {
		takes, limit time.Duration
		want         error
	}{
		{200 * time.Millisecond, time.Hour, nil},
		{time.Hour, 100 * time.Millisecond, context.DeadlineExceeded},
	} {
		begun := make(chan bool)
		server, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
			close(begun)
			select {
			case <-time.After(c.takes):
			case <-r.Context().Done():
			}
			io.WriteString(w, "done")
		})
		answered := make(chan error)
		go func() { answered <- Check(context.Background(), address, "/") }()
		<-begun
		if err := Stop(server, c.limit); !errors.Is(err, c.want) {
			t.Errorf("takes %s: %v, not %v", c.takes, err, c.want)
		}
		if err := <-answered; (err == nil) != (c.want == nil) {
			t.Errorf("takes %s: the client got %v", c.takes, err)
		}
	}
}
