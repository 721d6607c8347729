// Package store keeps devices, patterns and content in PostgreSQL.
package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// What the columns hold.
const (
	Dimensions = 384       // of every embedding
	MaxRegion  = 64        // characters
	MaxSamples = 1_000_000 // of a pattern
)

// Store is a pool of connections. It is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
}

// settings are those of a connection: PGHOST, PGPORT and PGDATABASE, the user of PGUSER or
// in the file that USER_FILE names, and the password in the file that PASSWORD_FILE names.
func settings() (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig("sslmode=disable connect_timeout=3")
	if err != nil {
		return nil, err
	}
	password, err := os.ReadFile(os.Getenv("PASSWORD_FILE"))
	if err != nil {
		return nil, fmt.Errorf("PASSWORD_FILE: %w", err)
	}
	config.ConnConfig.Password = strings.TrimSpace(string(password))
	if path := os.Getenv("USER_FILE"); path != "" {
		user, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("USER_FILE: %w", err)
		}
		config.ConnConfig.User = strings.TrimSpace(string(user))
	}
	return config, nil
}

// Open makes a pool of connections. It doesn't connect: the database may come and go.
func Open(ctx context.Context) (*Store, error) {
	config, err := settings()
	if err != nil {
		return nil, err
	}
	// An index scan ends after hnsw.ef_search rows (40) unless it may go on.
	config.ConnConfig.RuntimeParams["hnsw.iterative_scan"] = "strict_order"
	// What a request has given up, the database gives up too.
	config.ConnConfig.RuntimeParams["statement_timeout"] = "10s"
	config.MaxConns = 8
	config.HealthCheckPeriod = 5 * time.Second
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return &Store{pool: pool}, nil
}

// Connect opens a new connection again and again, with a pause between two, until ctx
// ends, and reports each: what pools do now and then is seen at once, for example while
// a password is rotated.
func Connect(ctx context.Context, pause time.Duration, report func(error)) error {
	config, err := settings()
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		conn, err := pgx.ConnectConfig(context.WithoutCancel(ctx), config.ConnConfig)
		if err == nil {
			err = conn.Close(context.WithoutCancel(ctx))
		}
		report(err)
	}
}

// Close ends all connections, after the queries that run.
func (s *Store) Close() { s.pool.Close() }

// Refused tells whether the database was asked and wouldn't have the values:
// SQLSTATE class 22 (data exception) or 23 (integrity constraint violation).
func Refused(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (strings.HasPrefix(e.Code, "22") || strings.HasPrefix(e.Code, "23"))
}

// Ready reports whether the database answers and has the schema.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "SELECT 1 FROM content_embeddings LIMIT 1")
	return err
}

// Pattern is something that a device has learned.
type Pattern struct {
	Embedding   []float32
	SuccessRate float32
	SampleCount int32
}

const registerQuery = `
	INSERT INTO devices (device_id, region, sync_version) VALUES ($1, $2, 1)
	ON CONFLICT (device_id) DO UPDATE
	SET region = excluded.region, sync_version = devices.sync_version + 1, last_seen = now()
	RETURNING sync_version`

// Sync stores patterns of a device and gives its new version and how many
// patterns it has. It is one transaction.
func (s *Store) Sync(ctx context.Context, device, region string, patterns []Pattern) (version, stored int64, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, registerQuery, device, region).Scan(&version)
		if err != nil {
			return err
		}
		for _, p := range patterns {
			_, err := tx.Exec(ctx, `
				INSERT INTO patterns (device_id, embedding, success_rate, sample_count)
				VALUES ($1, $2::vector, $3, $4)`, device, Vector(p.Embedding), p.SuccessRate, p.SampleCount)
			if err != nil {
				return err
			}
		}
		return tx.QueryRow(ctx, "SELECT count(*) FROM patterns WHERE device_id = $1", device).Scan(&stored)
	})
	return version, stored, err
}

// Status is what the database says of itself and of what it holds.
type Status struct {
	Server   string `json:"server"`
	Primary  bool   `json:"primary"`
	Devices  int64  `json:"devices"`
	Patterns int64  `json:"patterns"`
	Content  int64  `json:"content"`
}

// Status asks the database.
func (s *Store) Status(ctx context.Context) (Status, error) {
	var st Status
	err := s.pool.QueryRow(ctx, `
		SELECT current_setting('server_version'), NOT pg_is_in_recovery(),
		       (SELECT count(*) FROM devices), (SELECT count(*) FROM patterns), (SELECT count(*) FROM content_embeddings)`).
		Scan(&st.Server, &st.Primary, &st.Devices, &st.Patterns, &st.Content)
	return st, err
}

// ActiveDevices counts the devices that synchronised in the last five minutes.
func (s *Store) ActiveDevices(ctx context.Context) (n int64, err error) {
	err = s.pool.QueryRow(ctx, "SELECT count(*) FROM devices WHERE last_seen > now() - interval '5 minutes'").Scan(&n)
	return n, err
}

// Neighbour is content near to some other.
type Neighbour struct {
	ContentID string  `json:"content_id"`
	Title     string  `json:"title"`
	Distance  float64 `json:"distance"`
}

// ErrNoContent says that there is no content of that name.
var ErrNoContent = errors.New("no such content")

// similarQuery takes an embedding and how many rows to give. The HNSW index
// serves it.
const similarQuery = `
	SELECT content_id, title, embedding <=> $1::vector AS distance FROM content_embeddings
	ORDER BY embedding <=> $1::vector LIMIT $2`

// Similar gives the content nearest to that of an id by cosine distance, that
// itself left out. An embedding of length zero is near to nothing.
func (s *Store) Similar(ctx context.Context, id string, limit int) ([]Neighbour, error) {
	var embedding string
	err := s.pool.QueryRow(ctx, "SELECT embedding::text FROM content_embeddings WHERE content_id = $1", id).Scan(&embedding)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrNoContent
	}
	if err != nil {
		return nil, err
	}
	rows, err := s.pool.Query(ctx, similarQuery, embedding, limit+1)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Neighbour])
	if err != nil {
		return nil, err
	}
	others := make([]Neighbour, 0, limit)
	for _, n := range found {
		if n.ContentID != id && !math.IsNaN(n.Distance) && len(others) < limit {
			others = append(others, n)
		}
	}
	return others, nil
}

const rankQuery = `
	INSERT INTO trending_content (content_id, time_window, score)
	SELECT nearest.content_id, '24h', sum(pattern_quality(p.success_rate, p.sample_count))
	FROM (SELECT * FROM patterns WHERE created_at > now() - interval '24 hours' ORDER BY created_at DESC LIMIT 100) p
	CROSS JOIN LATERAL (SELECT content_id FROM content_embeddings c ORDER BY c.embedding <=> p.embedding LIMIT 1) nearest
	GROUP BY nearest.content_id
	ON CONFLICT (content_id, time_window) DO UPDATE SET score = excluded.score, updated_at = now()`

const roundQuery = `
	INSERT INTO federation_state (shard_id, last_round, patterns_aggregated) VALUES ($1, 1, (SELECT count(*) FROM patterns))
	ON CONFLICT (shard_id) DO UPDATE
	SET last_round = federation_state.last_round + 1, patterns_aggregated = excluded.patterns_aggregated, updated_at = now()
	RETURNING patterns_aggregated`

// Aggregate ranks content by the patterns nearest to it, drops what ranks no
// longer, and counts the round. It is one transaction, in which now() is the
// same time.
func (s *Store) Aggregate(ctx context.Context, shard int) (patterns int64, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, rankQuery); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM trending_content WHERE time_window = '24h' AND updated_at < now()"); err != nil {
			return err
		}
		return tx.QueryRow(ctx, roundQuery, shard).Scan(&patterns)
	})
	return patterns, err
}

// Vector writes an embedding as pgvector reads it.
func Vector(v []float32) string {
	b := []byte{'['}
	for i, x := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, float64(x), 'g', -1, 32)
	}
	return string(append(b, ']'))
}
