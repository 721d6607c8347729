package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

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
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		code, body := fn(r.WithContext(ctx))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			s.log.Debug("answer", "route", route, "error", err)
		}
		s.metrics.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
		s.metrics.httpSeconds.WithLabelValues(route).Observe(time.Since(start).Seconds())
	}
}

type identity struct {
	Status  string `json:"status"`
	Version string `json:"version"`
	Replica string `json:"replica"`
	Error   string `json:"error,omitempty"`
}

// alive: the process works, whatever the database does.
func (s *Server) alive(*http.Request) (int, any) {
	return http.StatusOK, identity{Status: "healthy", Version: s.config.Version, Replica: s.config.Replica}
}

// isReady asks the database now.
func (s *Server) isReady(r *http.Request) (int, any) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.db.Ready(ctx); err != nil {
		return http.StatusServiceUnavailable, identity{Status: "not ready", Version: s.config.Version, Replica: s.config.Replica, Error: "the database doesn't answer"}
	}
	return http.StatusOK, identity{Status: "ready", Version: s.config.Version, Replica: s.config.Replica}
}

func (s *Server) status(r *http.Request) (int, any) {
	type full struct {
		identity
		Database *store.Status `json:"database,omitempty"`
	}
	db, err := s.db.Status(r.Context())
	if err != nil {
		s.log.Error("status", "error", err)
		return http.StatusServiceUnavailable, full{identity: identity{Status: "degraded", Version: s.config.Version, Replica: s.config.Replica, Error: "the database doesn't answer"}}
	}
	return http.StatusOK, full{identity: identity{Status: "ok", Version: s.config.Version, Replica: s.config.Replica}, Database: &db}
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
	found, err := s.db.Similar(r.Context(), id, limit)
	switch {
	case errors.Is(err, store.ErrNoContent):
		return http.StatusNotFound, problem{"no such content"}
	case err != nil:
		s.log.Error("similar", "error", err)
		return http.StatusServiceUnavailable, problem{"the database doesn't answer"}
	}
	return http.StatusOK, map[string]any{"content_id": id, "similar": found}
}
