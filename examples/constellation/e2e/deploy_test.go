//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestConstellation is one deployment's life: from nothing to all criteria met,
// through every failure, to nothing again.
func TestConstellation(t *testing.T) {
	keepImage(t, "debian:13.1-slim")
	before := everything(t)
	record("versions", versions(t))
	mail := newInbox(t)
	k := newKit(t, "kit", nil)
	spy := watchProcesses(t, k)

	stage(t, "up", func(t *testing.T) { up(t, k) })
	stage(t, "up again", func(t *testing.T) { upAgain(t, k) })
	checkStack(t, k)
	stage(t, "picture", func(t *testing.T) { picture(t, k) })
	stage(t, "answers", func(t *testing.T) { showAPI(t, k) })
	stage(t, "database twice", func(t *testing.T) { schemaTwice(t, k) })
	stage(t, "alerts", func(t *testing.T) { alertsFire(t, k, mail) })
	stage(t, "faults", func(t *testing.T) {
		t.Run("replica killed", func(t *testing.T) { killReplica(t, k) })
		t.Run("database killed", func(t *testing.T) { killDatabase(t, k) })
		t.Run("prometheus paused", func(t *testing.T) { pausePrometheus(t, k) })
	})
	stage(t, "secrets", func(t *testing.T) { secretsStaySecret(t, k) })
	stage(t, "reset", func(t *testing.T) {
		k.Deploy(t, 0, "reset", "--yes")
		if left := leftovers(everything(t), before, "image"); len(left) > 0 {
			t.Errorf("reset leaves %v", left)
		}
	})
	stage(t, "quickstart", quickstart)
	stage(t, "killed at each milestone", func(t *testing.T) { killAtMilestones(t, k) })
	stage(t, "process lists", spy.sawNoSecret)
	stage(t, "reset after that", func(t *testing.T) { k.Deploy(t, 0, "reset", "--yes") })
	stage(t, "what can't come up", func(t *testing.T) {
		t.Run("port taken", portTaken)
		t.Run("disk too small", diskTooSmall)
		t.Run("disk fills up", diskFillsUp)
		t.Run("wrong tag", wrongTag)
		t.Run("out of memory", outOfMemory)
	})
	stage(t, "another manifest", func(t *testing.T) {
		replicas, port := len(k.servers())+1, k.ports[k.servers()[0]]["rest"]+100
		v := newKit(t, "variant", keepReleases, fmt.Sprint("replicas=", replicas), fmt.Sprint("rest_port=", port))
		if got := v.ports[v.servers()[0]]["rest"]; len(v.servers()) != replicas || got != port {
			t.Fatalf("the variant has %d replicas, and port %d", len(v.servers()), got)
		}
		stage(t, "up", func(t *testing.T) { up(t, v) })
		stage(t, "up again", func(t *testing.T) { upAgain(t, v) })
		checkStack(t, v)
		stage(t, "changed", func(t *testing.T) { changed(t, v) })
		stage(t, "changes", func(t *testing.T) { changes(t, v, mail) })
		stage(t, "down and up with an older database", func(t *testing.T) { olderSchema(t, v) })
		stage(t, "uninstall", func(t *testing.T) {
			v.Deploy(t, 0, "uninstall", "--yes")
			if left := docker(t, "container", "ls", "--all", "--format", "{{.Names}}", "--filter", "label=com.docker.compose.project=constellation"); left != "" {
				t.Errorf("uninstall leaves containers: %s", left)
			}
		})
		stage(t, "reset", func(t *testing.T) { record("reset", v.Deploy(t, 0, "reset", "--images", "--yes")) })
		if left := leftovers(everything(t), before, ""); len(left) > 0 {
			t.Errorf("reset --images leaves %v", left)
		}
	})
	writeTour(t)
}

// keepImage gives an image that reset --images removes its name back when the test ends: other tests build from it.
func keepImage(t *testing.T, image string) {
	t.Helper()
	const kept = "omegagen-e2e-kept-for-later:1"
	docker(t, "tag", image, kept)
	t.Cleanup(func() {
		docker(t, "tag", kept, image)
		docker(t, "image", "rm", kept)
	})
}

// versions are those of what takes part.
func versions(t *testing.T) string {
	return docker(t, "version", "--format", "Docker Engine {{.Server.Version}}") + "\n" +
		docker(t, "version", "--format", `{{range .Server.Components}}{{if ne .Name "Engine"}}{{.Name}} {{.Version}}{{"\n"}}{{end}}{{end}}`) + "\n" +
		"Docker Compose " + docker(t, "compose", "version", "--short") + "\n" +
		docker(t, "buildx", "version") + "\n" +
		docker(t, "run", "--rm", "--entrypoint", "postgres", "pgvector/pgvector:0.8.0-pg17", "--version") + "\n" +
		strings.SplitN(docker(t, "run", "--rm", "prom/prometheus:v2.53.3", "--version"), " (", 2)[0] + "\n" +
		strings.SplitN(docker(t, "run", "--rm", "prom/alertmanager:v0.28.1", "--version"), " (", 2)[0] + "\n" +
		docker(t, "run", "--rm", "golang:1.24-trixie", "go", "version")
}

// everything lists containers, networks, volumes and images by kind and name.
func everything(t *testing.T) []string {
	t.Helper()
	var all []string
	for kind, args := range map[string][]string{
		"container": {"container", "ls", "--all", "--format", "{{.Names}}"},
		"network":   {"network", "ls", "--format", "{{.Name}}"},
		"volume":    {"volume", "ls", "--format", "{{.Name}}"},
		"image":     {"image", "ls", "--all", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"},
	} {
		for _, name := range strings.Split(docker(t, args...), "\n") {
			if name != "" {
				all = append(all, kind+" "+name)
			}
		}
	}
	slices.Sort(all)
	return all
}

// leftovers are those of now that weren't there before, but those of a kind.
func leftovers(now, before []string, but string) []string {
	return slices.DeleteFunc(now, func(s string) bool {
		return slices.Contains(before, s) || but != "" && strings.HasPrefix(s, but+" ")
	})
}

var metCriterion = regexp.MustCompile(`(?m)^  met    `)

// up deploys from nothing, until all criteria are met.
func up(t *testing.T, k *kit) {
	out := k.Deploy(t, 0, "up")
	record("up", out)
	t.Logf("\n%s", out)
	if n := len(metCriterion.FindAllString(out, -1)); n != 10 {
		t.Errorf("%d criteria are met, not 10:\n%s", n, out)
	}
	if strings.Contains(out, "FAILED") {
		t.Errorf("something has failed:\n%s", out)
	}
	report, err := os.ReadFile(filepath.Join(k.Dir, ".omegagen/reports/report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Steps []struct {
			ID, Result string
			Planned    *int `json:"planned_seconds"`
			Actual     *int `json:"actual_seconds"`
		}
		Criteria []struct{ Title, Result string }
	}
	if err := json.Unmarshal(report, &r); err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Steps {
		if s.Result != "done" && s.Result != "valid" || s.Planned == nil || s.Actual == nil {
			t.Errorf("the report says of %s: %+v", s.ID, s)
		}
	}
	if len(r.Steps) < 40 || len(r.Criteria) != 10 {
		t.Errorf("the report has %d steps and %d criteria", len(r.Steps), len(r.Criteria))
	}
}

// upAgain must start nothing, and leave every container, image and row as it
// is (the worker's own tables apart, which it writes all the time).
func upAgain(t *testing.T, k *kit) {
	state := func() string {
		args := append([]string{"inspect", "--format", "{{.Id}} {{.Image}} {{.State.StartedAt}} {{.RestartCount}}"}, k.containers()...)
		rows := k.psql(t, `
			SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM devices AS t;
			SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM patterns AS t;
			SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM content_embeddings AS t;`)
		return strings.Join(append(everything(t), docker(t, args...), rows), "\n")
	}
	before, start := state(), time.Now()
	out := k.Deploy(t, 0, "up")
	record("again", out)
	t.Logf("the second up took %s", time.Since(start).Round(time.Second))
	if len(startedSteps(out)) > 0 {
		t.Errorf("the second up has done something:\n%s", out)
	}
	if after := state(); after != before {
		t.Errorf("the second up has changed something:\n%s\n%s", before, after)
	}
	if time.Since(start) > time.Minute {
		t.Errorf("the second up took %s", time.Since(start))
	}
}

// checkStack is what holds of every deployment, whatever the number of
// replicas and the ports.
func checkStack(t *testing.T, k *kit) {
	t.Helper()
	stage(t, "targets", func(t *testing.T) { targetsUp(t, k) })
	stage(t, "expressions", func(t *testing.T) { expressionsHaveData(t, k) })
	stage(t, "index", func(t *testing.T) { indexUsed(t, k) })
	stage(t, "benchmarks", func(t *testing.T) { benchmarksPrint(t, k) })
	stage(t, "isolation", func(t *testing.T) { isolated(t, k) })
}

type target struct {
	Labels    map[string]string
	Health    string
	LastError string
}

func targets(k *kit) ([]target, error) {
	var answer struct {
		Data struct{ ActiveTargets []target }
	}
	err := getJSON(k.prometheusURL()+"/api/v1/targets?state=active", &answer)
	return answer.Data.ActiveTargets, err
}

// targetsUp: every replica, the worker and Prometheus itself are scraped.
func targetsUp(t *testing.T, k *kit) {
	eventually(t, 30*time.Second, "all targets are up", func() error {
		want := map[string]int{"constellation": len(k.servers()), "federation": 1, "prometheus": 1}
		all, err := targets(k)
		if err != nil {
			return err
		}
		for _, a := range all {
			if a.Health != "up" {
				return fmt.Errorf("%v is %s: %s", a.Labels, a.Health, a.LastError)
			}
			want[a.Labels["job"]]--
		}
		for job, n := range want {
			if n != 0 {
				return fmt.Errorf("%d targets of job %s are missing", n, job)
			}
		}
		return nil
	})
}

// hasData is an error unless an expression yields a series now.
func hasData(k *kit, expr string) error {
	var answer struct {
		Data struct{ Result []json.RawMessage }
	}
	if err := getJSON(k.prometheusURL()+"/api/v1/query?query="+url.QueryEscape(expr), &answer); err != nil {
		return err
	}
	if len(answer.Data.Result) == 0 {
		return fmt.Errorf("%s yields no series", expr)
	}
	return nil
}

// expressionsHaveData asks the running Prometheus every panel's expression; it
// says of every rule itself how its evaluation went.
func expressionsHaveData(t *testing.T, k *kit) {
	dashboards, err := filepath.Glob(filepath.Join(k.Dir, "grafana/dashboards/*.json"))
	if err != nil || len(dashboards) != 2 {
		t.Fatalf("dashboards: %v %v", dashboards, err)
	}
	asked := 0
	for _, name := range dashboards {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		type panel struct {
			Title   string
			Targets []struct{ Expr string }
		}
		var d struct {
			Panels []struct {
				panel
				Panels []panel // of a collapsed row
			}
		}
		if err := json.Unmarshal(b, &d); err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Panels {
			for _, p := range append(p.Panels, p.panel) {
				for _, q := range p.Targets {
					asked++
					expr := strings.NewReplacer("$__rate_interval", "1m", "$__interval", "1m").Replace(q.Expr)
					eventually(t, 30*time.Second, fmt.Sprintf("panel %q has data", p.Title), func() error { return hasData(k, expr) })
				}
			}
		}
	}
	if asked < 15 {
		t.Errorf("only %d expressions were found", asked)
	}

	seen := map[string]int{}
	eventually(t, 60*time.Second, "no alert fires", func() error {
		clear(seen)
		all, err := rules(k)
		if err != nil {
			return err
		}
		for _, r := range all {
			seen[r.Type]++
			if r.Health != "ok" || r.LastError != "" {
				return fmt.Errorf("%s: %s %s", r.Name, r.Health, r.LastError)
			}
			if r.Type == "alerting" && r.State != "inactive" && r.Name != "Watchdog" {
				return fmt.Errorf("%s is %s", r.Name, r.State)
			}
			if r.Type == "recording" {
				if err := hasData(k, r.Name); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if seen["alerting"] != 7 || seen["recording"] != 1 {
		t.Errorf("rules: %v", seen)
	}
}

type rule struct {
	Name, Type, State, Health, LastError string
}

func rules(k *kit) ([]rule, error) {
	var answer struct {
		Data struct{ Groups []struct{ Rules []rule } }
	}
	if err := getJSON(k.prometheusURL()+"/api/v1/rules", &answer); err != nil {
		return nil, err
	}
	var all []rule
	for _, g := range answer.Data.Groups {
		all = append(all, g.Rules...)
	}
	return all, nil
}

// indexUsed asks the database's planner about the benchmark's query, and about
// the server's own.
func indexUsed(t *testing.T, k *kit) {
	script, err := os.ReadFile(filepath.Join(k.Dir, "deploy/benchmarks/vector_search.sh"))
	if err != nil {
		t.Fatal(err)
	}
	benchmark := regexp.MustCompile(`(?s)EXPLAIN \(ANALYZE, FORMAT JSON\)\n(.*?;)`).FindSubmatch(script)
	if benchmark == nil {
		t.Fatal("there is no benchmark of the vector search")
	}
	store, err := os.ReadFile("../app/internal/store/store.go")
	if err != nil {
		t.Fatal(err)
	}
	server := regexp.MustCompile("(?s)similarQuery = `(.*?)`").FindSubmatch(store)
	if server == nil {
		t.Fatal("the server has no similarQuery")
	}
	// The server's statements are prepared; after five executions the database
	// may choose a plan that is the same for all arguments.
	embedding := k.psql(t, "SELECT embedding FROM content_embeddings WHERE content_id = 'content-7'")
	prepared := fmt.Sprintf("PREPARE nearest AS %s;\n", server[1]) + strings.Repeat(fmt.Sprintf("EXPLAIN EXECUTE nearest('%s', 11);\n", embedding), 7)
	for name, plans := range map[string]string{
		"benchmark": k.psql(t, "EXPLAIN "+string(benchmark[1])),
		"server":    k.psql(t, prepared),
	} {
		want := map[string]int{"benchmark": 1, "server": 7}[name]
		if strings.Count(plans, "Index Scan using content_embeddings_hnsw_idx") != want || strings.Contains(plans, "Seq Scan") {
			t.Errorf("%s: the planner doesn't take the HNSW index:\n%s", name, plans)
		}
	}
	var answer struct {
		Similar []json.RawMessage
	}
	if err := getJSON(k.restURL(0)+"/api/v1/similar?content_id=content-7&limit=100", &answer); err != nil || len(answer.Similar) != 100 {
		t.Errorf("of 100 similar contents there are %d: %v", len(answer.Similar), err)
	}
}

var metBenchmark = regexp.MustCompile(`(?m)^  met    .*: ([0-9.]+) \(target`)

func benchmarksPrint(t *testing.T, k *kit) {
	out := k.Deploy(t, 0, "bench")
	record("bench", out)
	t.Logf("\n%s", out)
	if n := len(metBenchmark.FindAllString(out, -1)); n != 6 {
		t.Errorf("%d benchmarks print a figure that meets the target, not 6:\n%s", n, out)
	}
}

// schema is the database's, as SQL.
func (k *kit) schema(t *testing.T) string {
	t.Helper()
	// Newer releases print a random key in lines of their own.
	return regexp.MustCompile(`(?m)^\\(un)?restrict .*$`).ReplaceAllString(docker(t, "exec", "constellation-database", "pg_dump", "-U", "constellation", "-s", "constellation"), "")
}

// schemaTwice applies init-db.sql once more: it is silent, and changes nothing.
func schemaTwice(t *testing.T, k *kit) {
	sql, err := os.ReadFile(filepath.Join(k.Dir, "init-db.sql"))
	if err != nil {
		t.Fatal(err)
	}
	before := k.schema(t)
	if out := k.psql(t, string(sql)); out != "" {
		t.Errorf("applied again it says %s", out)
	}
	if k.schema(t) != before {
		t.Error("applied again it changes the schema")
	}
}

// olderSchema makes the volume one of an older version: a table, a column, an
// index and a function are missing. The next deployment adds them, and keeps
// the rows.
func olderSchema(t *testing.T, k *kit) {
	if _, err := k.ctl("sync", k.grpcAddress(0), "00000000-0000-4000-8000-00000000a9ed", "3"); err != nil {
		t.Fatal(err)
	}
	older := strings.Join([]string{
		"DROP TABLE federation_state;",
		"DROP VIEW top_patterns;",
		"DROP FUNCTION pattern_quality;",
		"ALTER TABLE patterns DROP COLUMN context;",
		"DROP INDEX content_embeddings_hnsw_idx;",
	}, "\n")
	k.psql(t, older)
	count := "SELECT (SELECT count(*) FROM patterns WHERE device_id = '00000000-0000-4000-8000-00000000a9ed') || ' ' || (SELECT count(*) FROM content_embeddings)"
	rows := k.psql(t, count)
	record("older", older)
	downAndUp(t, k)
	for _, object := range []string{"to_regclass('federation_state')", "to_regclass('top_patterns')", "to_regclass('content_embeddings_hnsw_idx')",
		"(SELECT attname FROM pg_attribute WHERE attrelid = 'patterns'::regclass AND attname = 'context')"} {
		if k.psql(t, "SELECT "+object+" IS NOT NULL") != "t" {
			t.Errorf("%s is not there again", object)
		}
	}
	if after := k.psql(t, count); after != rows {
		t.Errorf("patterns and contents: %s, not %s", after, rows)
	}
}

// keepReleases lets a deployment keep all releases of this test.
func keepReleases(file, text string) string {
	if file != "system.hcl" {
		return text
	}
	return strings.Replace(text, "  version     = local.version\n", "  version     = local.version\n  releases    = 20\n", 1)
}

// changed edits the manifest of a deployment that runs: the next up recreates
// exactly what has changed; Prometheus loads the rules that it mounts again.
func changed(t *testing.T, k *kit) {
	containers := func() map[string]string {
		out := map[string]string{}
		for _, name := range k.containers() {
			out[name] = docker(t, "inspect", "--format", "{{.Id}}", name)
		}
		return out
	}
	before := containers()
	k.edit(t, "services.hcl", `INTERVAL     = "5s"`, `INTERVAL     = "4s"`)
	k.edit(t, "monitoring.hcl", "federation_last_success_timestamp_seconds > 15", "federation_last_success_timestamp_seconds > 17")
	k.build(t)
	record("changed", k.Deploy(t, 0, "up"))
	after := containers()
	for name := range before {
		want := name == "constellation-federation" // Prometheus reads its rules again
		if (before[name] != after[name]) != want {
			t.Errorf("%s is another container: %t", name, !want)
		}
	}
	if env := docker(t, "inspect", "--format", "{{.Config.Env}}", "constellation-federation"); !strings.Contains(env, "INTERVAL=4s") {
		t.Errorf("the worker runs with %s", env)
	}
	if _, body := get(k.prometheusURL() + "/api/v1/rules"); !strings.Contains(string(body), `federation_last_success_timestamp_seconds \u003e 17`) {
		t.Errorf("Prometheus goes by %s", body)
	}
}

// downAndUp takes the containers away and brings them back: the rows are kept.
func downAndUp(t *testing.T, k *kit) {
	count := "SELECT (SELECT count(*) FROM devices), (SELECT count(*) FROM content_embeddings)"
	rows := k.psql(t, count)
	record("rows", rows)
	record("down", k.Deploy(t, 0, "down"))
	if left := docker(t, "container", "ls", "--all", "--quiet", "--filter", "name=constellation-"); left != "" {
		t.Errorf("down leaves containers: %s", left)
	}
	out := k.Deploy(t, 0, "up")
	if strings.Contains(out, "start   build_image") {
		t.Errorf("images were built again:\n%s", out)
	}
	after := k.psql(t, count)
	record("rowsagain", after)
	var devicesBefore, contentsBefore, devices, contents int
	fmt.Sscanf(rows, "%d|%d", &devicesBefore, &contentsBefore)
	fmt.Sscanf(after, "%d|%d", &devices, &contents)
	if devices < devicesBefore || contents != contentsBefore || devicesBefore == 0 {
		t.Errorf("devices and contents: %s before, %s after", rows, after)
	}
}
