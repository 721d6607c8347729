package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.org/constellation/internal/store"
)

// answer is the JSON of a route and its HTTP status.
type answer func(*http.Request) (int, any)

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, fn := range map[string]answer{
		"/health":         s.alive,
		"/ready":          s.isReady,
		"/api/v1/status":  s.status,
		"/api/v1/similar": s.similar,
	} {
		mux.HandleFunc("GET "+pattern, s.measured(pattern, fn))
	}
	return mux
}

// measured serves JSON, and counts and times what it serves.
func (s *Server) measured(route string, fn answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(r.Context(), s.config.Answer)
		defer cancel()
		code, body := fn(r.WithContext(ctx))
		text, err := json.Marshal(body)
		if err != nil {
			s.log.Error("answer", "route", route, "error", err)
			code, text = http.StatusInternalServerError, []byte(`{"error":"the answer can't be written"}`)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		if _, err := w.Write(append(text, '\n')); err != nil {
			s.log.Debug("answer", "route", route, "error", err)
		}
		s.metrics.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
		s.metrics.httpSeconds.WithLabelValues(route).Observe(time.Since(start).Seconds())
	}
}

// httpStatus is the status for what failure gives.
var httpStatus = map[codes.Code]int{
	codes.InvalidArgument:  http.StatusBadRequest,
	codes.Canceled:         499, // nginx's: nobody waits for the answer
	codes.DeadlineExceeded: http.StatusGatewayTimeout,
	codes.Unavailable:      http.StatusServiceUnavailable,
}

// failed is failure for REST.
func (s *Server) failed(r *http.Request, what string, err error) (code int, text string) {
	answer := status.Convert(s.failure(r.Context(), what, err))
	return httpStatus[answer.Code()], answer.Message()
}

type identity struct {
	Status  string `json:"status"`
	Version string `json:"version"`
	Replica string `json:"replica"`
	Error   string `json:"error,omitempty"`
}

func (s *Server) identity(state, problem string) identity {
	return identity{Status: state, Version: s.config.Version, Replica: s.config.Replica, Error: problem}
}

// alive: the process works, whatever the database does.
func (s *Server) alive(*http.Request) (int, any) {
	return http.StatusOK, s.identity("healthy", "")
}

// isReady asks the database now, unless the server is about to end.
func (s *Server) isReady(r *http.Request) (int, any) {
	if s.stopping.Load() {
		return http.StatusServiceUnavailable, s.identity("stopping", "the server is told to stop")
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.db.Ready(ctx); err != nil {
		return http.StatusServiceUnavailable, s.identity("not ready", "the database doesn't answer")
	}
	return http.StatusOK, s.identity("ready", "")
}

func (s *Server) status(r *http.Request) (int, any) {
	type full struct {
		identity
		Database *store.Status `json:"database,omitempty"`
	}
	db, err := s.db.Status(r.Context())
	if err != nil {
		code, problem := s.failed(r, "status", err)
		return code, full{identity: s.identity("degraded", problem)}
	}
	return http.StatusOK, full{identity: s.identity("ok", ""), Database: &db}
}

// similar wants content_id, and takes limit (1 to 100, else 10).
func (s *Server) similar(r *http.Request) (int, any) {
	type problem struct {
		Error string `json:"error"`
	}
	id := r.URL.Query().Get("content_id")
	limit := 10
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 100 {
			return http.StatusBadRequest, problem{"limit is a number from 1 to 100"}
		}
		limit = n
	}
	if id == "" {
		return http.StatusBadRequest, problem{"content_id is missing"}
	}
	if !isText(id) {
		return http.StatusBadRequest, problem{"content_id is no text"}
	}
	found, err := s.db.Similar(r.Context(), id, limit)
	switch {
	case errors.Is(err, store.ErrNoContent):
		return http.StatusNotFound, problem{"no such content"}
	case err != nil:
		code, text := s.failed(r, "similar", err)
		return code, problem{text}
	}
	return http.StatusOK, map[string]any{"content_id": id, "similar": found}
}
