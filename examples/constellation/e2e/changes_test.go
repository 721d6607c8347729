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
	name    string
	edit    func(t *testing.T, k *kit)
	words   []string // of deploy.sh; nil: up
	status  int
	needed  func(step string) bool
	rebuilt bool                                   // the replicas run another image
	check   func(t *testing.T, k *kit, out string) // what holds afterwards; nil: nothing else
}

// together are changes that are deployed at once.
func together(all ...change) change {
	var names []string
	one := change{}
	for _, c := range all {
		names = append(names, c.name)
		one.words, one.status, one.rebuilt = c.words, max(one.status, c.status), one.rebuilt || c.rebuilt
	}
	one.name = strings.Join(names, "; ")
	one.edit = func(t *testing.T, k *kit) {
		for _, c := range all {
			c.edit(t, k)
		}
	}
	one.needed = func(step string) bool {
		return slices.ContainsFunc(all, func(c change) bool { return c.needed(step) })
	}
	one.check = func(t *testing.T, k *kit, out string) {
		for _, c := range all {
			if c.check != nil {
				c.check(t, k, out)
			}
		}
	}
	return one
}

// listed are the changes in the order of their deployments: each in one of its own, or
// in a short test those that don't hide each other's effects at once.
func listed(mail *inbox) []change {
	r, s, l, d := releases(mail), schemaAndSecrets(), rotation(), removals()
	if !testing.Short() {
		return slices.Concat(r, s, l, d)
	}
	return []change{
		together(r[:5]...),
		together(r[5:8]...),
		together(r[8], s[0], s[1]), // a replica fewer, a new service, a parameter
		together(s[2], l[0]),       // the schema, and a role with two logins
		s[3], s[4],
		together(s[5], d[0]), // a column is destroyed, a service less
		l[1], d[1], d[2],
	}
}

// changes deploys one change after the other under readers: no request fails, and no
// step is done again that doesn't need to be. Then the first release comes back.
func changes(t *testing.T, k *kit, mail *inbox) {
	k.Deploy(t, 0, "up")
	first := strings.TrimSpace(readFile(t, filepath.Join(k.Dir, ".omegagen/state/release")))
	compose := readFile(t, filepath.Join(k.Dir, "docker-compose.yml"))
	var table strings.Builder
	for _, c := range listed(mail) {
		stage(t, c.name, func(t *testing.T) { deployed(t, k, c, &table) })
	}
	t.Logf("\n%s", table.String())
	record("changes", table.String())
	if rules := readRules(t, k); !strings.Contains(rules, `federation_last_success_timestamp_seconds \u003e 19`) {
		t.Errorf("Prometheus goes by %s", rules)
	}

	r, start := read(k), time.Now()
	out := k.Deploy(t, 0, "rollback", first, "--yes")
	r.end(t, "the rollback")
	t.Logf("rollback to the first release: %d steps redone, %d of %d requests failed, %s", len(startedSteps(out)), r.failed.Load(), r.done.Load(), time.Since(start).Round(time.Second))
	k.readPorts(t)
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

// deployed deploys a change, and adds its row to the table.
func deployed(t *testing.T, k *kit, c change, table *strings.Builder) {
	image := docker(t, "inspect", "--format", "{{.Image}}", k.servers()[0])
	c.edit(t, k)
	k.readPorts(t)
	r, start := read(k), time.Now()
	if c.words == nil {
		c.words = []string{"up"}
	}
	out := k.Deploy(t, c.status, c.words...)
	took := time.Since(start)
	r.end(t, c.name)
	var beyond []string
	redone := startedSteps(out)
	for _, id := range redone {
		if !c.needed(id) {
			beyond = append(beyond, id)
		}
	}
	fmt.Fprintf(table, "%-42s %3d steps redone, %d beyond need, %d of %4d requests failed, %3.0f s\n", c.name, len(redone), len(beyond), r.failed.Load(), r.done.Load(), took.Seconds())
	t.Logf("redone: %s", strings.Join(redone, ", "))
	if len(beyond) > 0 {
		t.Errorf("redone without need: %s\n%s", strings.Join(beyond, ", "), out)
	}
	now := docker(t, "inspect", "--format", "{{.Image}}", k.servers()[0])
	if (now != image) != c.rebuilt {
		t.Errorf("the replicas run another image: %v\n%s", now != image, out)
	}
	if c.check != nil {
		c.check(t, k, out)
	}
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
