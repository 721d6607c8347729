//go:build postgres

// These tests want a PostgreSQL that has the example's schema, named by PGHOST
// and PGDATABASE: TestConstellation in templates/ starts one and runs them.
package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// open is a store as the servers open it, under a role of the schema.
func open(t *testing.T, role string) *Store {
	t.Helper()
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("any\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PASSWORD_FILE", password)
	t.Setenv("PGUSER", role)
	s, err := Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// load empties the tables and puts content into them, as the deployment does.
func load(t *testing.T, contents int) (owner *pgx.Conn) {
	t.Helper()
	owner, err := pgx.Connect(t.Context(), "user=postgres")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { owner.Close(context.Background()) })
	change(t, owner, "TRUNCATE devices, patterns, content_embeddings, trending_content")
	change(t, owner, fmt.Sprintf(`INSERT INTO content_embeddings (content_id, title, embedding)
		SELECT 'content-' || i, 'Content ' || i, (SELECT array_agg(sin(i * d * 0.37 + d) ORDER BY d)::vector FROM generate_series(1, 384) AS d)
		FROM generate_series(1, %d) AS i`, contents))
	change(t, owner, "ANALYZE content_embeddings")
	return owner
}

func change(t *testing.T, owner *pgx.Conn, statement string, args ...any) {
	t.Helper()
	if _, err := owner.Exec(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// There are as many neighbours as were asked for, the nearest first, and the
// index finds them whatever the size and however the query is planned.
func TestSimilarGivesAll(t *testing.T) {
	load(t, 4000)
	s := open(t, "constellation_app")
	for _, limit := range []int{1, 10, 39, 40, 41, 100} {
		found, err := s.Similar(t.Context(), "content-7", limit)
		if err != nil || len(found) != limit {
			t.Errorf("limit %d: %d rows, %v", limit, len(found), err)
		}
		if !slices.IsSortedFunc(found, func(a, b Neighbour) int { return cmpFloat(a.Distance, b.Distance) }) {
			t.Errorf("limit %d: not the nearest first", limit)
		}
		if slices.ContainsFunc(found, func(n Neighbour) bool { return n.ContentID == "content-7" }) {
			t.Errorf("limit %d: it is its own neighbour", limit)
		}
	}
	if _, err := s.Similar(t.Context(), "none", 1); !errors.Is(err, ErrNoContent) {
		t.Errorf("of no content: %v", err)
	}
	for _, limit := range []int{1, 10, 100} {
		if plan := explain(t, s, limit); !strings.Contains(plan, "Index Scan using content_embeddings_hnsw_idx") {
			t.Errorf("limit %d: the index isn't used\n%s", limit, plan)
		}
	}
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// explain is the plan of the very text that the server sends, on a connection
// of its own that has sent it often.
func explain(t *testing.T, s *Store, limit int) string {
	t.Helper()
	conn, err := s.pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	change(t, conn.Conn(), "PREPARE nearest AS "+similarQuery)
	defer change(t, conn.Conn(), "DEALLOCATE nearest")
	var embedding string
	if err := conn.QueryRow(t.Context(), "SELECT embedding::text FROM content_embeddings WHERE content_id = 'content-1'").Scan(&embedding); err != nil {
		t.Fatal(err)
	}
	execute := fmt.Sprintf("EXECUTE nearest('%s', %d)", embedding, limit)
	for range 10 { // from the sixth on it might be planned for all parameters alike
		if _, err := conn.Exec(t.Context(), execute, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := conn.Query(t.Context(), "EXPLAIN "+execute, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// Content whose embedding has no direction has no neighbours.
func TestSimilarToZero(t *testing.T) {
	owner := load(t, 100)
	change(t, owner, "INSERT INTO content_embeddings VALUES ('zero', '', $1::vector)", Vector(make([]float32, Dimensions)))
	found, err := open(t, "constellation_app").Similar(t.Context(), "zero", 10)
	if err != nil || len(found) != 0 {
		t.Errorf("%v %v", found, err)
	}
}

func sample(x float32, count int32) Pattern {
	p := Pattern{Embedding: make([]float32, Dimensions), SuccessRate: 1, SampleCount: count}
	for i := range p.Embedding {
		p.Embedding[i] = float32(math.Sin(float64(i+1)*float64(x)*0.37 + float64(i+1)))
	}
	return p
}

const device = "00000000-0000-4000-8000-000000000001"

// What the database refuses is told apart from a database that isn't there,
// and nothing of it is kept.
func TestRefused(t *testing.T) {
	load(t, 100)
	s := open(t, "constellation_app")
	bad := func(change func(*Pattern)) []Pattern {
		p := sample(1, 1)
		change(&p)
		return []Pattern{sample(2, 1), p}
	}
	for name, c := range map[string]struct {
		region   string
		patterns []Pattern
	}{
		"samples below 0": {"eu", bad(func(p *Pattern) { p.SampleCount = -1 })},
		"more samples":    {"eu", bad(func(p *Pattern) { p.SampleCount = MaxSamples + 1 })},
		"rate":            {"eu", bad(func(p *Pattern) { p.SuccessRate = 1.5 })},
		"NaN":             {"eu", bad(func(p *Pattern) { p.Embedding[3] = float32(math.NaN()) })},
		"infinite":        {"eu", bad(func(p *Pattern) { p.Embedding[3] = float32(math.Inf(1)) })},
		"short":           {"eu", bad(func(p *Pattern) { p.Embedding = p.Embedding[1:] })},
		"long region":     {strings.Repeat("é", MaxRegion+1), nil},
		"NUL":             {"e\x00u", nil},
	} {
		if _, _, err := s.Sync(t.Context(), device, c.region, c.patterns); err == nil || !Refused(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Similar(t.Context(), "a\x00", 1); !Refused(err) {
		t.Errorf("NUL in content_id: %v", err)
	}
	if st, err := s.Status(t.Context()); err != nil || st.Devices != 0 || st.Patterns != 0 {
		t.Errorf("%+v %v", st, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.Sync(gone, device, "eu", nil); err == nil || Refused(err) {
		t.Errorf("given up: %v", err)
	}
	t.Setenv("PGHOST", t.TempDir())
	down, err := Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer down.Close()
	if _, _, err := down.Sync(t.Context(), device, "eu", nil); err == nil || Refused(err) {
		t.Errorf("no server: %v", err)
	}
}

// The extremes of what a device may send are stored and ranked; what ranks no
// longer is dropped.
func TestAggregate(t *testing.T) {
	owner := load(t, 100)
	s, worker := open(t, "constellation_app"), open(t, "constellation_federation")
	version, stored, err := s.Sync(t.Context(), device, strings.Repeat("é", MaxRegion), []Pattern{sample(1, 0), sample(2, 3), sample(3, MaxSamples)})
	if err != nil || version != 1 || stored != 3 {
		t.Fatal(version, stored, err)
	}
	if n, err := worker.Aggregate(t.Context(), 7); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	// 1 - 1/sqrt(1 + samples)
	want := map[string]float64{"content-1": 0, "content-2": 0.5, "content-3": 0.999}
	if got := ranking(t, owner); len(got) != 3 || math.Abs(got["content-1"]) > 1e-6 || math.Abs(got["content-2"]-0.5) > 1e-6 || math.Abs(got["content-3"]-0.999) > 1e-6 {
		t.Errorf("%v, not %v", got, want)
	}
	change(t, owner, "UPDATE patterns SET created_at = now() - interval '25 hours' WHERE sample_count <> 3")
	if _, err := worker.Aggregate(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	if got := ranking(t, owner); len(got) != 1 || got["content-2"] != 0.5 {
		t.Errorf("after a day: %v", got)
	}
	var rounds int
	if err := owner.QueryRow(t.Context(), "SELECT last_round FROM federation_state WHERE shard_id = 7").Scan(&rounds); err != nil || rounds != 2 {
		t.Errorf("%d rounds, %v", rounds, err)
	}
}

func ranking(t *testing.T, owner *pgx.Conn) map[string]float64 {
	t.Helper()
	rows, err := owner.Query(t.Context(), "SELECT content_id, score FROM trending_content WHERE time_window = '24h'")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	var id string
	var score float64
	if _, err := pgx.ForEachRow(rows, []any{&id, &score}, func() error { out[id] = score; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}
