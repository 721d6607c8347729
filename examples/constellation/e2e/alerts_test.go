//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// alertsFire makes the cause of each alert, and takes it away again. Those that
// belong to the cause fire, and no others; then all resolve. The team is told of
// what fires and resolves, and not of what another alert explains.
func alertsFire(t *testing.T, k *kit, b *inbox) {
	servers := k.servers()
	stop := func(names ...string) { docker(t, append([]string{"stop", "--time", "5"}, names...)...) }
	start := func(names ...string) { docker(t, append([]string{"start"}, names...)...) }
	fired := map[string]bool{}
	var told []string
	fire := func(names ...string) {
		t.Helper()
		told = append(told, awaitFiring(t, k, names...))
		for _, n := range names {
			fired[n] = true
		}
	}

	// receive waits for a notification since the last cause.
	mark := 0
	receive := func(status, name string) {
		t.Helper()
		_, received := b.await(t, mark, status, name)
		told = append(told, received)
	}
	receive("firing", "Watchdog")
	fired["Watchdog"] = true

	// All but one are stopped, the first of them before the others.
	last := len(servers) - 1
	stop(servers[0])
	if last > 1 {
		fire("ConstellationDown")
		stop(servers[1:last]...)
	}
	fire("ConstellationDown", "ConstellationWithoutRedundancy")
	receive("firing", "ConstellationDown")
	start(servers[:last]...)
	told = append(told, awaitFiring(t, k))
	receive("resolved", "ConstellationDown")

	mark = b.mark()
	stop("constellation-database")
	fire("DatabaseUnreachable", "FederationStalled")
	receive("firing", "DatabaseUnreachable")
	told = append(told, b.silent(t, k, mark, "FederationStalled", "inhibition"))
	start("constellation-database")
	told = append(told, awaitFiring(t, k))

	// Devices that send what is none, while the worker is down.
	stop("constellation-federation")
	end := misbehave(t, k)
	fire("FederationDown", "SyncErrors")
	end()
	start("constellation-federation")
	told = append(told, awaitFiring(t, k))

	if names := b.unlinked(); len(names) > 0 {
		t.Errorf("notifications without a link to the runbook: %v", names)
	}

	record("alerts", strings.Join(told, "\n"))
	all, err := rules(k)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Type == "alerting" && !fired[r.Name] {
			t.Errorf("no cause was made for %s", r.Name)
		}
	}
}

// misbehave lets a device without a UUID ask for synchronisation, until the function that it returns is called.
func misbehave(t *testing.T, k *kit) (end func()) {
	t.Helper()
	ended, failure := make(chan struct{}), make(chan error, 1)
	address := k.grpcAddress(len(k.servers()) - 1)
	go func() {
		failure <- func() error {
			for {
				select {
				case <-ended:
					return nil
				case <-time.After(200 * time.Millisecond):
				}
				if _, err := k.ctl("sync", address, "no-device"); err == nil || !strings.Contains(err.Error(), "InvalidArgument") {
					return fmt.Errorf("a device of no UUID: %v", err)
				}
			}
		}()
	}()
	end = sync.OnceFunc(func() {
		close(ended)
		if err := <-failure; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return end
}

// awaitFiring waits until exactly these alerts fire, and says so.
func awaitFiring(t *testing.T, k *kit, names ...string) string {
	t.Helper()
	slices.Sort(names)
	start := time.Now()
	eventually(t, 2*time.Minute, "firing are "+strings.Join(names, ", "), func() error {
		var firing, pending []string
		all, err := rules(k)
		if err != nil {
			return err
		}
		for _, r := range all {
			switch {
			case r.Name == "Watchdog": // always fires
			case r.State == "firing":
				firing = append(firing, r.Name)
			case r.State == "pending" && len(names) == 0:
				pending = append(pending, r.Name)
			}
		}
		slices.Sort(firing)
		if !slices.Equal(firing, names) || len(pending) > 0 {
			return fmt.Errorf("firing are %v, pending %v", firing, pending)
		}
		return nil
	})
	told := fmt.Sprintf("firing: %s (after %s)", strings.Join(names, ", "), time.Since(start).Round(time.Second))
	if len(names) == 0 {
		told = fmt.Sprintf("no alert is firing (after %s)", time.Since(start).Round(time.Second))
	}
	t.Log(told)
	return told
}
