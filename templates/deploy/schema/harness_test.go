//go:build unix

package schema_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/templates/deploy/schema"
	"github.com/omegagen/omegagen/templates/sql"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// kit runs deploy/schema.sh against a server, with a stand-in for docker that runs psql here.
type kit struct {
	server *pgtest.Server
	dir    string
}

func newKit(t testing.TB, server *pgtest.Server) *kit {
	t.Helper()
	tooltest.Need(t, "sh", "psql", "awk")
	k := &kit{server: server, dir: t.TempDir()}
	for name, text := range map[string]string{
		"deploy/schema.sh":  schema.Script,
		"deploy/schema.sql": schema.SQL,
		"bin/docker":        "#!/bin/sh\nshift 3\nexec \"$@\"\n",
	} {
		path := filepath.Join(k.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// command is a run of schema.sh; database also names the schema's file.
func (k *kit) command(ctx context.Context, verb, user, database string) *exec.Cmd {
	c := exec.CommandContext(ctx, "sh", "deploy/schema.sh", verb, "container", user, database, "5432", database+".sql")
	c.Dir = k.dir
	c.Env = []string{"PATH=" + k.dir + "/bin:" + os.Getenv("PATH"), "PGHOST=" + k.server.Socket(), "TMPDIR=" + k.dir, "LC_ALL=C"}
	return c
}

// write writes the schema of a model.
func (k *kit) write(t testing.TB, database string, m *manifest.Manifest) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(k.dir, database+".sql"), []byte(render(t, m)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (k *kit) run(t testing.TB, verb, database string) (string, bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	out, err := k.command(ctx, verb, "postgres", database).CombinedOutput()
	return string(out), err == nil
}

// running is a run of schema.sh, or a session of psql, in the background.
type running struct {
	stdin io.WriteCloser
	done  chan error
	mu    sync.Mutex
	out   strings.Builder
	err   error
	over  bool
}

func (r *running) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(p)
}

func (r *running) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

func (k *kit) background(t testing.TB, c *exec.Cmd) *running {
	t.Helper()
	r := &running{done: make(chan error, 1)}
	c.Stdout, c.Stderr = r, r
	var err error
	if r.stdin, err = c.StdinPipe(); err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	go func() { r.done <- c.Wait() }()
	return r
}

// start starts a run; session a session that send gives statements.
func (k *kit) start(t testing.TB, verb, database string) *running {
	t.Helper()
	return k.background(t, k.command(context.Background(), verb, "postgres", database))
}

func (k *kit) session(t testing.TB, database string) *running {
	t.Helper()
	return k.background(t, exec.Command("psql", "-X", "-q", "-A", "-t", "-h", k.server.Socket(), "-U", "postgres", "-d", database))
}

// send runs statements, and returns when they have run.
func (r *running) send(t testing.TB, statements string) {
	t.Helper()
	mark := fmt.Sprintf("ran %d", len(r.said())+len(statements))
	if _, err := fmt.Fprintf(r.stdin, "%s\n\\echo %s\n", statements, mark); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, mark)
}

// waitFor waits until the output has a text.
func (r *running) waitFor(t testing.TB, text string) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(r.said(), text); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) || r.ended() {
			t.Fatalf("%q was never said:\n%s", text, r.said())
		}
	}
}

func (r *running) ended() bool {
	select {
	case r.err = <-r.done:
		r.over = true
	default:
	}
	return r.over
}

func (r *running) end() (string, bool) {
	if !r.over {
		r.err, r.over = <-r.done, true
	}
	return r.said(), r.err == nil
}

func (r *running) close(t testing.TB) {
	t.Helper()
	if err := r.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if out, ok := r.end(); !ok {
		t.Error(out)
	}
}

// apply applies a model, which must succeed.
func (k *kit) apply(t testing.TB, database string, m *manifest.Manifest) string {
	t.Helper()
	k.write(t, database, m)
	out, ok := k.run(t, "apply", database)
	if !ok {
		t.Fatalf("not applied:\n%s", out)
	}
	return out
}

// refused applies a model, which must be refused before anything changes.
func (k *kit) refused(t testing.TB, database string, m *manifest.Manifest, words ...string) {
	t.Helper()
	before := k.server.Dump(t, database)
	k.write(t, database, m)
	out, ok := k.run(t, "apply", database)
	if ok {
		t.Fatalf("not refused:\n%s", out)
	}
	contains(t, out, append(words, "The schema is not changed.")...)
	if after := k.server.Dump(t, database); after != before {
		t.Errorf("changed although refused:\n%s\n%s", before, after)
	}
}

func contains(t testing.TB, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in:\n%s", w, text)
		}
	}
}

func (k *kit) sql(t testing.TB, database, script string) string {
	t.Helper()
	out, stderr, err := k.server.Run(database, script, "-A", "-t")
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, stderr)
	}
	return strings.TrimSpace(out)
}

// render is the init-db.sql of a model's database.
func render(t testing.TB, m *manifest.Manifest) string {
	t.Helper()
	sqltest.Locate(m)
	arts, diags := sql.Render(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return string(arts[0].Content)
}

func model(db *manifest.Database) *manifest.Manifest {
	db.User, db.File = "postgres", "init-db.sql"
	if db.Name == "" {
		db.Name = "db"
	}
	return &manifest.Manifest{System: &manifest.System{Name: "s"}, Databases: []*manifest.Database{db}}
}

// TestHeadings shows that schema.sh knows every heading of init-db.sql: what stands below one that it doesn't
// know would be taken for a part of the section before.
func TestHeadings(t *testing.T) {
	for _, heading := range append(sql.Headings(), "Raw SQL after extensions", "Raw SQL after seeds") {
		file := filepath.Join(t.TempDir(), "init-db.sql")
		text := "-- End of the transaction\nCOMMIT;\n\n-- " + heading + "\n-- {\"marker\": 1}\n"
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, function, _ := strings.Cut(schema.Script, "\nsections() {")
		function, _, _ = strings.Cut(function, "\n}\n")
		found := ""
		for _, use := range []string{"model", "before", "after", "outside", "permits"} {
			out, err := exec.Command("sh", "-c", "file=$1\nsections() {"+function+"\n}\nsections "+use, "sh", file).Output()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(out), "marker") {
				found += use + " "
			}
		}
		if frames := heading == "One transaction from here" || heading == "End of the transaction"; (found == "") != frames {
			t.Errorf("%s: used for %q", heading, found)
		}
	}
}

// objects are the lines of pg_dump for a schema, without what the comparison leaves out:
// positions, the order of statements, and the record of applied models.
func (k *kit) objects(t testing.TB, database string, without ...string) []string {
	t.Helper()
	var out []string
	for _, statement := range strings.Split(k.server.Dump(t, database), ";\n") {
		var lines []string
		for _, l := range strings.Split(statement, "\n") {
			if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "--") {
				lines = append(lines, l)
			}
		}
		text := strings.Join(lines, "\n")
		if strings.HasPrefix(text, "CREATE TABLE ") { // columns in any order
			for i := range lines {
				lines[i] = strings.TrimSuffix(lines[i], ",")
			}
			sort.Strings(lines[1:])
			text = strings.Join(lines, "\n")
		}
		if text == "" || strings.Contains(text, "omegagen") || strings.HasPrefix(text, "SET ") || strings.HasPrefix(text, "SELECT ") {
			continue
		}
		skip := false
		for _, w := range without {
			skip = skip || strings.Contains(text, w)
		}
		if !skip {
			out = append(out, text)
		}
	}
	sort.Strings(out)
	return out
}
