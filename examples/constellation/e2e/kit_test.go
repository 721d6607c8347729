//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// kit is a built kit and where what it deploys can be reached: the manifest
// says how many replicas there are, and by which ports.
type kit struct {
	enginetest.Kit
	names []string                  // of all containers, in the kit's order
	ports map[string]map[string]int // container → port's name → host port
}

// newKit compiles the example, or what edit makes of its manifest, into a
// folder of its own. E2E_VARS sets variables for all kits.
func newKit(t *testing.T, name string, edit func(file, text string) string, vars ...string) *kit {
	t.Helper()
	manifest := filepath.Join(enginetest.Work, name+"-manifest")
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
	k := &kit{Kit: enginetest.Kit{Dir: filepath.Join(enginetest.Work, name), Manifest: manifest, Options: variables(vars...)}}
	k.build(t)
	k.readPorts(t)
	return k
}

// build compiles the kit's manifest into its folder.
func (k *kit) build(t *testing.T) {
	t.Helper()
	record("build", k.Build(t))
}

// edit replaces a text in a file of the kit's manifest.
func (k *kit) edit(t *testing.T, file, old, new string) {
	t.Helper()
	name := filepath.Join(k.Manifest, file)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), old) {
		t.Fatalf("%s has no %s", file, old)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(b), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// edits replaces texts in files of the kit's manifest, and builds the kit: file, old and
// new text.
func (k *kit) edits(t *testing.T, all ...[3]string) {
	t.Helper()
	for _, e := range all {
		k.edit(t, e[0], e[1], e[2])
	}
	k.build(t)
}

// variables are the options that set the manifest's: E2E_VARS's and, before
// them, those of one kit.
func variables(more ...string) []string {
	return append([]string{"--var", "source=../app"}, options(more...)...)
}

// options are those without the source, which the example has in its own folder.
func options(more ...string) []string {
	var out []string
	for _, v := range slices.Concat(strings.Fields(os.Getenv("E2E_VARS")), more) {
		out = append(out, "--var", v)
	}
	return out
}

var portLine = regexp.MustCompile(`^(\S+)(?: (\d+) (\S+) \S+)?$`)

// readPorts reads the list that deploy.sh has of the containers and of the
// ports that they publish. What really listens is looked at by `isolated`.
func (k *kit) readPorts(t *testing.T) {
	t.Helper()
	lines, err := k.Listed("ports")
	if err != nil {
		t.Fatal(err)
	}
	k.names, k.ports = nil, map[string]map[string]int{}
	for _, line := range lines {
		m := portLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("deploy.sh's list of ports has %q", line)
		}
		if k.ports[m[1]] == nil {
			k.names = append(k.names, m[1])
			k.ports[m[1]] = map[string]int{}
		}
		if m[2] != "" {
			k.ports[m[1]][m[3]], _ = strconv.Atoi(m[2])
		}
	}
	if len(k.servers()) < 2 {
		t.Fatalf("deploy.sh lists %v", k.names)
	}
}

// containers are all that run, by name.
func (k *kit) containers() []string { return k.names }

// servers are the replicas.
func (k *kit) servers() []string {
	return slices.DeleteFunc(slices.Clone(k.names), func(name string) bool { return k.ports[name]["grpc"] == 0 })
}

// address is where a container's port is published.
func (k *kit) address(container, port string) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(k.ports[container][port]))
}

func (k *kit) restURL(replica int) string { return "http://" + k.address(k.servers()[replica], "rest") }

func (k *kit) grpcAddress(replica int) string { return k.address(k.servers()[replica], "grpc") }

func (k *kit) prometheusURL() string {
	return "http://" + k.address("constellation-prometheus", "http")
}

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
	return output(exec.Command(filepath.Join(enginetest.Work, "app", "bin", "constellationctl"), args...))
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

// getJSON reads an answer, which must be one of success.
func getJSON(url string, into any) error {
	status, body := get(url)
	if status != http.StatusOK {
		return fmt.Errorf("%s: %d %s", url, status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w\n%s", url, err, body)
	}
	return nil
}
