package templates_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/pgtest"
)

const app = "../examples/constellation/app"

// constellationDatabase is a server with the schema of the example's kit.
func constellationDatabase(t *testing.T) (server *pgtest.Server, schema string) {
	t.Helper()
	script, err := os.ReadFile("../generated/constellation/init-db.sql")
	if err != nil {
		t.Fatal(err)
	}
	server = pgtest.StartVector(t)
	server.CreateDatabase(t, "constellation")
	run(t, server, string(script))
	return server, string(script)
}

func run(t *testing.T, server *pgtest.Server, script string) string {
	t.Helper()
	stdout, stderr, err := server.Run("constellation", script, "-A", "-t")
	if err != nil || stderr != "" {
		t.Fatalf("%v\n%s", err, stderr)
	}
	return strings.TrimSpace(stdout)
}

// The example's programs with the schema of its kit: the tests of their own
// module that want a database.
func TestConstellation(t *testing.T) {
	server, _ := constellationDatabase(t)
	tests := exec.Command("go", "test", "-count=1", "-v", "-tags", "postgres", "./internal/store")
	tests.Dir = app
	tests.Env = append(os.Environ(), "PGHOST="+server.Socket(), "PGDATABASE=constellation")
	out, err := tests.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"TestSimilarGivesAll", "TestRefused", "TestAggregate"} {
		if !strings.Contains(string(out), "--- PASS: "+name) {
			t.Errorf("%s hasn't run\n%s", name, out)
		}
	}
}

// A pattern's quality is a number from 0 to 1 whatever an older server has
// stored, and an older volume's numbers are fixed before they are checked.
func TestConstellationSampleCounts(t *testing.T) {
	server, schema := constellationDatabase(t)
	for count, want := range map[int]float64{math.MinInt32: 0, -5: 0, -1: 0, 0: 0, 3: 0.4, 1000000: 0.7992, math.MaxInt32: 0.79998} {
		var rows []struct{ Quality float64 }
		server.Query(t, "constellation", fmt.Sprintf("SELECT pattern_quality(0.8, '%d') AS quality", count), &rows)
		if math.Abs(rows[0].Quality-want) > 1e-5 {
			t.Errorf("%d samples: %g, not %g", count, rows[0].Quality, want)
		}
	}
	run(t, server, `
		ALTER TABLE patterns DROP CONSTRAINT patterns_sample_count_range;
		INSERT INTO devices (device_id, region) VALUES ('00000000-0000-4000-8000-000000000001', 'eu');
		INSERT INTO patterns (device_id, embedding, success_rate, sample_count)
		SELECT '00000000-0000-4000-8000-000000000001', array_fill(1, ARRAY[384])::vector, 0.8, n
		FROM unnest(ARRAY[-2147483648, -1, 0, 7, 1000000, 1000001, 2147483647]) AS n;`)
	for range 2 {
		run(t, server, schema)
		if counts := run(t, server, "SELECT string_agg(sample_count::text, ' ' ORDER BY sample_count) FROM patterns"); counts != "0 0 0 7 1000000 1000000 1000000" {
			t.Errorf("the rows have %s samples", counts)
		}
	}
	if _, _, err := server.Run("constellation", "UPDATE patterns SET sample_count = -1"); err == nil {
		t.Error("the older volume has no check")
	}
}

// The queries that the manifest checks against the schema are those that the
// programs send.
func TestConstellationQueries(t *testing.T) {
	source, err := os.ReadFile(app + "/internal/store/store.go")
	if err != nil {
		t.Fatal(err)
	}
	dir := "../examples/constellation"
	m, diags := loader.Load(loader.Input{FS: os.DirFS(dir), Dir: dir})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	sent := map[string]string{}
	for _, c := range regexp.MustCompile("const (\\w+) = `([^`]*)`").FindAllStringSubmatch(string(source), -1) {
		sent[c[1]] = strings.Join(strings.Fields(c[2]), " ")
	}
	checked := map[string]string{}
	for _, q := range m.Databases[0].Queries {
		checked[q.Name] = strings.Join(strings.Fields(q.SQL), " ")
	}
	for name, constant := range map[string]string{"nearest_content": "similarQuery", "register_device": "registerQuery", "rank_content": "rankQuery", "record_round": "roundQuery"} {
		if checked[name] == "" || checked[name] != sent[constant] {
			t.Errorf("query %q is\n%s\nand %s is\n%s", name, checked[name], constant, sent[constant])
		}
	}
}
