// Command constellation-server synchronises devices and recommends content.
// `constellation-server health` asks a server in the same container whether it
// is ready, and ends with 0 if it is. `constellation-server connect` opens a new
// connection to the database every 20 ms, and prints how each went.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"example.org/constellation/internal/server"
	"example.org/constellation/internal/store"
	"example.org/constellation/internal/web"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := serve
	switch {
	case len(os.Args) == 2 && os.Args[1] == "health":
		run = health
	case len(os.Args) == 2 && os.Args[1] == "connect":
		run = connect
	case len(os.Args) == 2 && os.Args[1] == "version":
		fmt.Println(version)
		return
	case len(os.Args) > 1:
		fmt.Fprintln(os.Stderr, "usage: constellation-server [health|connect|version]")
		os.Exit(2)
	}
	if err := run(ctx); err != nil {
		slog.Error("constellation-server", "error", err)
		os.Exit(1)
	}
}

func setting(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func serve(ctx context.Context) error {
	db, err := store.Open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	config := server.Config{
		Version:     version,
		Replica:     setting("REPLICA", "0"),
		GRPC:        setting("GRPC_ADDR", ":50051"),
		REST:        setting("REST_ADDR", ":8080"),
		Metrics:     setting("METRICS_ADDR", ":9090"),
		CheckEvery:  time.Second,
		Answer:      5 * time.Second,
		StopTimeout: 7 * time.Second, // three times less than the container's grace
	}
	return server.New(config, db, slog.New(slog.NewJSONHandler(os.Stderr, nil))).Run(ctx)
}

func connect(ctx context.Context) error {
	return store.Connect(ctx, 20*time.Millisecond, func(err error) {
		if err != nil {
			fmt.Println("failed:", err)
		} else {
			fmt.Println("ok")
		}
	})
}

// health wants both REST and gRPC to say that the server is ready.
func health(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := web.Check(ctx, setting("REST_ADDR", ":8080"), "/ready"); err != nil {
		return err
	}
	address, err := web.Local(setting("GRPC_ADDR", ":50051"))
	if err != nil {
		return err
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	state, err := healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{})
	if err != nil {
		return err
	}
	if state.Status != healthpb.HealthCheckResponse_SERVING {
		return fmt.Errorf("gRPC says %s", state.Status)
	}
	return nil
}
