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
// belong to the cause fire, and no others; then all resolve.
func alertsFire(t *testing.T, k *kit) {
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

	// All but one are stopped, the first of them before the others.
	last := len(servers) - 1
	stop(servers[0])
	if last > 1 {
		fire("ConstellationDown")
		stop(servers[1:last]...)
	}
	fire("ConstellationDown", "ConstellationWithoutRedundancy")
	start(servers[:last]...)
	told = append(told, awaitFiring(t, k))

	stop("constellation-database")
	fire("DatabaseUnreachable", "FederationStalled")
	start("constellation-database")
	told = append(told, awaitFiring(t, k))

	// Devices that send what is none, while the worker is down.
	stop("constellation-federation")
	ended := make(chan struct{})
	end := sync.OnceFunc(func() { close(ended) })
	defer end()
	misbehave := make(chan error, 1)
	go func() {
		misbehave <- func() error {
			for {
				select {
				case <-ended:
					return nil
				case <-time.After(200 * time.Millisecond):
				}
				if _, err := k.ctl("sync", k.grpcAddress(last), "no-device"); err == nil || !strings.Contains(err.Error(), "InvalidArgument") {
					return fmt.Errorf("a device of no UUID: %v", err)
				}
			}
		}()
	}()
	fire("FederationDown", "SyncErrors")
	end()
	if err := <-misbehave; err != nil {
		t.Error(err)
	}
	start("constellation-federation")
	told = append(told, awaitFiring(t, k))

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
