//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// kit is a built kit and where what it deploys can be reached.
type kit struct {
	dir      string
	replicas int
	rest     int // host port of the first replica
}

// kits are those that may have deployed something.
var kits []*kit

// newKit compiles the example, or what edit makes of its manifest, into a
// folder of its own.
func newKit(t *testing.T, name string, replicas, rest int, edit func(file, text string) string, vars ...string) *kit {
	t.Helper()
	manifest := filepath.Join(work, name+"-manifest")
	if err := os.MkdirAll(manifest, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(manifest, "templates"), os.DirFS("../templates")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../*.hcl")
	if err != nil || len(files) == 0 {
		t.Fatal("no manifest", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		if edit != nil {
			text = edit(filepath.Base(file), text)
		}
		if err := os.WriteFile(filepath.Join(manifest, filepath.Base(file)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	k := &kit{dir: filepath.Join(work, name), replicas: replicas, rest: rest}
	args := []string{"build", manifest, "-o", k.dir, "--var", "source=../app"}
	for _, v := range vars {
		args = append(args, "--var", v)
	}
	out, err := output(exec.Command(filepath.Join(work, "omegagen"), args...))
	if err != nil {
		t.Fatal(err)
	}
	if name == "kit" {
		record("build", out)
	}
	kits = append(kits, k)
	return k
}

// endKits removes all that the kits have deployed and that is still there.
func endKits() {
	for _, k := range kits {
		for _, name := range []string{"prometheus", "database"} {
			_ = exec.Command("docker", "unpause", "constellation-"+name).Run()
		}
		cmd := k.command("reset", "--images", "--yes")
		_ = cmd.Run()
		if err := os.RemoveAll(k.dir); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
		}
	}
}

// command is deploy.sh, in a process group of its own.
func (k *kit) command(args ...string) *exec.Cmd {
	cmd := exec.Command("./deploy.sh", args...)
	cmd.Dir = k.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// deploy runs deploy.sh, which must end with a status, and gives what it said.
func (k *kit) deploy(t *testing.T, status int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := k.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != status {
		t.Fatalf("deploy.sh %s ended with status %d, not %d:\n%s", strings.Join(args, " "), got, status, out.String())
	}
	return out.String()
}

// containers are all that run, by name.
func (k *kit) containers() []string {
	names := []string{"constellation-database", "constellation-federation", "constellation-prometheus"}
	return append(names, k.servers()...)
}

func (k *kit) servers() []string {
	var names []string
	for i := range k.replicas {
		names = append(names, "constellation-constellation-"+itoa(i+1))
	}
	return names
}

func (k *kit) restURL(replica int) string { return "http://127.0.0.1:" + itoa(k.rest+replica) }

func (k *kit) prometheusURL() string { return "http://127.0.0.1:" + itoa(9090+k.replicas) }

// psql asks the database, as its superuser.
func (k *kit) psql(t *testing.T, query string) string {
	t.Helper()
	return psqlIn(t, "constellation-database", "constellation", query)
}

func psqlIn(t *testing.T, container, database, query string) string {
	t.Helper()
	cmd := exec.Command("docker", "exec", "-i", container, "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "constellation", "-d", database)
	cmd.Stdin = strings.NewReader(query)
	out, err := output(cmd)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// ctl runs the example's own tool.
func (k *kit) ctl(args ...string) (string, error) {
	return output(exec.Command(filepath.Join(work, "app", "bin", "constellationctl"), args...))
}

var client = &http.Client{Timeout: 5 * time.Second}

// get is the status and the body of an answer; status 0 means that there was
// none.
func get(url string) (int, []byte) {
	answer, err := client.Get(url)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, []byte(err.Error())
	}
	return answer.StatusCode, b
}

func getJSON(t *testing.T, url string, into any) {
	t.Helper()
	status, body := get(url)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", url, status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v\n%s", url, err, body)
	}
}
