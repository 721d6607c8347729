//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// ready asks a replica.
func (k *kit) ready(replica int) error {
	if status, body := get(k.restURL(replica) + "/ready"); status != 200 {
		return fmt.Errorf("replica %d: %d %s", replica+1, status, body)
	}
	return nil
}

func (k *kit) allReady() error {
	var errs []error
	for i := range k.servers() {
		errs = append(errs, k.ready(i))
	}
	return errors.Join(errs...)
}

func restarts(t *testing.T, container string) string {
	t.Helper()
	return docker(t, "inspect", "--format", "{{.RestartCount}}", container)
}

// healthy waits for the engine's own opinion.
func healthy(t *testing.T, containers ...string) {
	t.Helper()
	eventually(t, time.Minute, "all are healthy", func() error {
		for _, c := range containers {
			if s := docker(t, "inspect", "--format", "{{.State.Status}} {{.State.Health.Status}}", c); s != "running healthy" {
				return fmt.Errorf("%s is %s", c, s)
			}
		}
		return nil
	})
}

// killReplica kills the server inside a replica. The others stay ready all the
// time, and it comes back by itself.
func killReplica(t *testing.T, k *kit) {
	victim := k.servers()[0]
	before := restarts(t, victim)
	docker(t, "exec", victim, "pkill", "-KILL", "constellation-s")
	killed := time.Now()
	eventually(t, time.Minute, "the replica comes back", func() error {
		for i := 1; i < len(k.servers()); i++ {
			if err := k.ready(i); err != nil {
				t.Errorf("while a replica is down, another isn't ready: %v", err)
			}
		}
		if restarts(t, victim) == before {
			return errors.New("it hasn't been restarted")
		}
		return k.ready(0)
	})
	t.Logf("ready again after %s", time.Since(killed).Round(100*time.Millisecond))
	healthy(t, victim)
	record("victim", victim)
	record("replica", docker(t, "ps", "--filter", "name=constellation-constellation", "--format", "{{.Names}}  {{.Status}}"))
}

// killDatabase ends the server of the database at once: by QUIT, on which it
// leaves without a checkpoint, for no process of its own namespace can kill the first
// one. The replicas say so, and are ready again when it has come back by itself.
func killDatabase(t *testing.T, k *kit) {
	before := restarts(t, "constellation-database")
	var unready atomic.Int32
	var said atomic.Value
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
			if status, body := get(k.restURL(0) + "/ready"); status == 503 {
				unready.Add(1)
				said.CompareAndSwap(nil, strings.TrimSpace(string(body)))
			}
		}
	}()
	docker(t, "exec", "--user", "postgres", "constellation-database", "bash", "-c", `kill -QUIT "$(head -n 1 "$PGDATA/postmaster.pid")"`)
	killed := time.Now()
	eventually(t, time.Minute, "the database comes back", func() error {
		if restarts(t, "constellation-database") == before {
			return errors.New("it hasn't been restarted")
		}
		if unready.Load() == 0 {
			return errors.New("the replica never said that it isn't ready")
		}
		return k.allReady()
	})
	told := fmt.Sprintf("all replicas are ready again after %s", time.Since(killed).Round(100*time.Millisecond))
	close(stop)
	<-ended
	record("unready", said.Load().(string))
	record("readyagain", told)
	healthy(t, append(k.servers(), "constellation-database", "constellation-federation")...)
	if out, err := k.ctl("sync", k.grpcAddress(0), "00000000-0000-4000-8000-00000000dead", "1"); err != nil {
		t.Errorf("%s %v", out, err)
	}
}

// pausePrometheus: the replicas don't care, deploy.sh says what isn't met, and
// everything is met again afterwards.
func pausePrometheus(t *testing.T, k *kit) {
	docker(t, "pause", "constellation-prometheus")
	paused := true
	defer func() {
		if paused {
			_ = exec.Command("docker", "unpause", "constellation-prometheus").Run()
		}
	}()
	out := k.Deploy(t, 6, "verify")
	record("paused", out)
	for _, line := range []string{"  NOT MET Prometheus scrapes every replica", "  met    REST answers from the database"} {
		if !strings.Contains(out, line) {
			t.Errorf("it doesn't say %q:\n%s", line, out)
		}
	}
	if err := k.allReady(); err != nil {
		t.Error(err)
	}
	docker(t, "unpause", "constellation-prometheus")
	paused = false
	healthy(t, "constellation-prometheus") // by its next healthcheck; verify says what is the case
	k.Deploy(t, 0, "verify")
}

// milestones are those of the plan's steps, by step. Generated actions have none.
func milestones(t *testing.T, k *kit) map[string]string {
	t.Helper()
	out, err := output(exec.Command(enginetest.Compiler(), append([]string{"plan", k.Manifest, "--json"}, k.Options...)...))
	if err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Steps []struct{ ID, Milestone string }
	}
	if err := json.Unmarshal([]byte(out), &plan); err != nil {
		t.Fatal(err)
	}
	of, different := map[string]string{}, map[string]bool{}
	for _, s := range plan.Steps {
		if s.Milestone != "" {
			of[s.ID] = s.Milestone
			different[s.Milestone] = true
		}
	}
	if len(different) != 8 {
		t.Fatalf("milestones: %v", different)
	}
	return of
}

// key is what deploy.sh calls a step in its state.
func key(id string) string { return strings.NewReplacer(".", "_", "-", "_").Replace(id) }

// doneSteps are those with a record.
func doneSteps(k *kit) map[string]bool {
	files, _ := filepath.Glob(filepath.Join(k.Dir, ".omegagen/state/*.done"))
	done := map[string]bool{}
	for _, f := range files {
		done[strings.TrimSuffix(filepath.Base(f), ".done")] = true
	}
	return done
}

// startedSteps are the steps that an output says were started.
func startedSteps(out string) []string {
	var ids []string
	for _, line := range strings.Split(out, "\n") {
		if _, rest, ok := strings.Cut(line, "] start   "); ok {
			id, _, _ := strings.Cut(rest, " ")
			ids = append(ids, id)
		}
	}
	return ids
}
