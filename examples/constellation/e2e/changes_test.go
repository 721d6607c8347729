//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// readers ask for similar contents all the time, as clients with several addresses
// do: where a connection is refused or ends before an answer began, they try the next
// replica. A request has failed if no replica answered, or an answer was no success.
type readers struct {
	done, failed atomic.Int64
	stop         chan struct{}
	all          sync.WaitGroup
	last         atomic.Pointer[string]
}

func read(k *kit) *readers {
	r := &readers{stop: make(chan struct{})}
	servers := k.servers()
	for i := range 3 {
		r.all.Go(func() {
			for n := i; ; n++ {
				select {
				case <-r.stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
				status, body := 0, []byte(nil)
				for try := range servers {
					name := servers[(n+try)%len(servers)]
					if status, body = get("http://" + k.address(name, "rest") + "/api/v1/similar?content_id=content-7&limit=10"); status != 0 {
						break
					}
				}
				r.done.Add(1)
				if status != 200 {
					r.failed.Add(1)
					said := fmt.Sprint(status, " ", string(body))
					r.last.Store(&said)
				}
			}
		})
	}
	return r
}

func (r *readers) end(t *testing.T, what string) {
	t.Helper()
	close(r.stop)
	r.all.Wait()
	t.Logf("%s: %d of %d requests failed", what, r.failed.Load(), r.done.Load())
	if r.failed.Load() > 0 {
		t.Errorf("%s: the last failed request: %s", what, *r.last.Load())
	}
	if r.done.Load() < 20 {
		t.Errorf("%s: there were only %d requests", what, r.done.Load())
	}
}

// change is a change of a deployment: what is edited, and which steps need it.
type change struct {
	name   string
	edit   func(t *testing.T, k *kit)
	status int
	needed func(step string) bool
}

// steps that need another image of the replicas, or other replicas.
func ofReplicas(step string) bool {
	for _, other := range []string{"database", "content", "schema", "secrets", "federation.", "image.", "build-", "check_", "modules", "unit"} {
		if strings.Contains(step, other) {
			return false
		}
	}
	return true
}

func none(string) bool { return false }

// changes deploys one change after the other under readers: no request fails, and no
// step is done again that doesn't need to be. Then the first release comes back.
func changes(t *testing.T, k *kit) {
	edit := func(file, old, new string) func(*testing.T, *kit) {
		return func(t *testing.T, k *kit) { k.edit(t, file, old, new); k.build(t) }
	}
	source := func(new string) func(*testing.T, *kit) {
		return func(t *testing.T, _ *kit) {
			name := filepath.Join(enginetest.Work, "app/cmd/constellation-server/main.go")
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Replace(string(b), `slog.Error("constellation-server`, `slog.Error("constellation-server`+new, 1)
			if text == string(b) {
				t.Fatal("the source has not changed")
			}
			put(t, name, []byte(text))
		}
	}
	smoke := "\naction \"smoke\" {\n  milestone    = milestone.integration\n  precondition = service.constellation.healthy\n  on_failure   = \"rollback\"\n  run          = \"exit 3\"\n}\n"
	k.Deploy(t, 0, "up")
	first := strings.TrimSpace(readFile(t, filepath.Join(k.Dir, ".omegagen/state/release")))
	compose := readFile(t, filepath.Join(k.Dir, "docker-compose.yml"))
	list := []change{
		{"a runbook", edit("operations.hcl", "A program or an image can't be built", "A program or an image cannot be built"), 0, none},
		{"an alert's threshold", edit("monitoring.hcl", "federation_last_success_timestamp_seconds > 17", "federation_last_success_timestamp_seconds > 19"), 0,
			func(step string) bool { return step == "start_prometheus" }}, // reloads
		{"a new action", edit("validation.hcl", "\naction ", "\naction \"look\" {\n  milestone = milestone.integration\n  run       = \"echo looked\"\n}\n\naction "), 0,
			func(step string) bool { return step == "look" || step == "report" }},
		{"a variable", edit("services.hcl", `INTERVAL     = "4s"`, `INTERVAL     = "3s"`), 0,
			func(step string) bool {
				return strings.Contains(step, "federation") || ofReplicas(step) && !strings.Contains(step, "replicas")
			}},
		{"a source", source(" 2"), 0, func(step string) bool { return step == "build_image-constellation" || ofReplicas(step) }},
		{"an image's tag", edit("images.hcl", `"constellation-server:${local.version}"`, `"constellation-server:${local.version}-b"`), 0,
			func(step string) bool {
				return step == "build_image-constellation" || step == "check_compose" || ofReplicas(step)
			}},
		{"a failing release", func(t *testing.T, k *kit) {
			source(" 3")(t, k)
			edit("validation.hcl", "\naction ", smoke+"\naction ")(t, k)
		}, 1, func(step string) bool {
			return step == "smoke" || step == "build_image-constellation" || ofReplicas(step)
		}},
	}
	var table strings.Builder
	for _, c := range list {
		image := docker(t, "inspect", "--format", "{{.Image}}", k.servers()[0])
		c.edit(t, k)
		r := read(k)
		out := k.Deploy(t, c.status, "up")
		r.end(t, c.name)
		var redone, beyond []string
		for _, id := range startedSteps(out) {
			redone = append(redone, id)
			if !c.needed(id) {
				beyond = append(beyond, id)
			}
		}
		fmt.Fprintf(&table, "%-22s %3d steps redone, %d beyond need, %d of %d requests failed\n", c.name, len(redone), len(beyond), r.failed.Load(), r.done.Load())
		if len(beyond) > 0 {
			t.Errorf("%s: redone without need: %s\n%s", c.name, strings.Join(beyond, ", "), out)
		}
		now := docker(t, "inspect", "--format", "{{.Image}}", k.servers()[0])
		if (now != image) != (c.name == "a source") {
			t.Errorf("%s: the replicas run another image: %v\n%s", c.name, now != image, out)
		}
	}
	t.Logf("\n%s", table.String())
	record("changes", table.String())
	if rules := readRules(t, k); !strings.Contains(rules, `federation_last_success_timestamp_seconds \u003e 19`) {
		t.Errorf("Prometheus goes by %s", rules)
	}

	r := read(k)
	out := k.Deploy(t, 0, "rollback", first, "--yes")
	r.end(t, "the rollback")
	docker(t, "image", "rm", "constellation-server:1.0.0-b")
	record("rollback", out)
	if slices.Contains(startedSteps(out), "build_image-constellation") {
		t.Errorf("the rollback has built an image:\n%s", out)
	}
	if got := readFile(t, filepath.Join(k.Dir, "docker-compose.yml")); got != compose {
		t.Errorf("the rollback leaves another docker-compose.yml:\n%s", got)
	}
	if out := k.Deploy(t, 0, "up"); len(startedSteps(out)) > 0 {
		t.Errorf("after the rollback, up does something:\n%s", out)
	}
	record("history", k.Deploy(t, 0, "history"))
}

func readRules(t *testing.T, k *kit) string {
	t.Helper()
	_, body := get(k.prometheusURL() + "/api/v1/rules")
	return string(body)
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
