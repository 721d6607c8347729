// Command constellationctl talks to constellation servers.
//
//	constellationctl sync ADDRESS DEVICE [PATTERNS]   synchronise a device with random patterns
//	constellationctl list ADDRESS                     the gRPC services that reflection names
//	constellationctl bench-grpc ADDRESS N CONCURRENCY the 99th percentile of N syncs, in ms
//	constellationctl bench-rest URL N CONCURRENCY     the 99th percentile of N requests, in ms
//
// ADDRESS is HOST:PORT. What fails is an error and ends with status 1.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	reflectpb "google.golang.org/grpc/reflection/grpc_reflection_v1"

	"example.org/constellation/internal/store"
	"example.org/constellation/internal/syncpb"
)

const usage = `usage: constellationctl sync ADDRESS DEVICE [PATTERNS]
       constellationctl list ADDRESS
       constellationctl bench-grpc ADDRESS N CONCURRENCY
       constellationctl bench-rest URL N CONCURRENCY`

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	args := os.Args[1:]
	var err error
	switch {
	case len(args) >= 3 && len(args) <= 4 && args[0] == "sync":
		err = syncOne(ctx, args[1], args[2], args[3:])
	case len(args) == 2 && args[0] == "list":
		err = list(ctx, args[1])
	case len(args) == 4 && args[0] == "bench-grpc":
		err = benchGRPC(ctx, args[1], args[2], args[3])
	case len(args) == 4 && args[0] == "bench-rest":
		err = benchREST(ctx, args[1], args[2], args[3])
	default:
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "constellationctl:", err)
		os.Exit(1)
	}
}

func dial(address string) (*grpc.ClientConn, error) {
	return grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
}

func randomPattern() *syncpb.Pattern {
	p := &syncpb.Pattern{Embedding: make([]float32, store.Dimensions), SuccessRate: rand.Float32(), SampleCount: rand.Int32N(100)}
	for i := range p.Embedding {
		p.Embedding[i] = rand.Float32()*2 - 1
	}
	return p
}

func syncOne(ctx context.Context, address, device string, rest []string) error {
	in := &syncpb.SyncRequest{DeviceId: device, Region: "test"}
	if len(rest) == 1 {
		n, err := strconv.Atoi(rest[0])
		if err != nil {
			return err
		}
		for range n {
			in.Patterns = append(in.Patterns, randomPattern())
		}
	}
	conn, err := dial(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	out, err := syncpb.NewSyncServiceClient(conn).Sync(ctx, in)
	if err != nil {
		return err
	}
	fmt.Printf("version %d, %d patterns\n", out.Version, out.Patterns)
	return nil
}

func list(ctx context.Context, address string) error {
	conn, err := dial(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	stream, err := reflectpb.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		return err
	}
	err = stream.Send(&reflectpb.ServerReflectionRequest{MessageRequest: &reflectpb.ServerReflectionRequest_ListServices{}})
	if err != nil {
		return err
	}
	answer, err := stream.Recv()
	if err != nil {
		return err
	}
	if problem := answer.GetErrorResponse(); problem != nil {
		return errors.New(problem.GetErrorMessage())
	}
	for _, s := range answer.GetListServicesResponse().GetService() {
		fmt.Println(s.Name)
	}
	return stream.CloseSend()
}

func benchGRPC(ctx context.Context, address, n, concurrency string) error {
	conn, err := dial(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	client := syncpb.NewSyncServiceClient(conn)
	return bench(n, concurrency, func(i int) error {
		_, err := client.Sync(ctx, &syncpb.SyncRequest{DeviceId: fmt.Sprintf("00000000-0000-4000-8000-%012d", i%50), Region: "bench"})
		return err
	})
}

func benchREST(ctx context.Context, url, n, concurrency string) error {
	return bench(n, concurrency, func(int) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return err
		}
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", url, answer.Status)
		}
		return nil
	})
}

// bench calls fn n times, several at once, and prints the 99th percentile of
// how long it took, in milliseconds. The first error ends it.
func bench(count, concurrency string, fn func(int) error) error {
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not a valid number of requests", count)
	}
	workers, err := strconv.Atoi(concurrency)
	if err != nil || workers < 1 {
		return fmt.Errorf("%q is not a valid concurrency", concurrency)
	}
	took := make([]time.Duration, n)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < n && errs[w] == nil; i += workers {
				start := time.Now()
				errs[w] = fn(i)
				took[i] = time.Since(start)
			}
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	slices.Sort(took)
	fmt.Printf("%.2f\n", float64(took[(n*99+99)/100-1].Microseconds())/1000)
	return nil
}
