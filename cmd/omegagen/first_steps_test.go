//go:build unix

package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// firstSteps is the session of a new user: a shell in an empty folder, with a stand-in for docker.
type firstSteps struct {
	t        *testing.T
	dir, bin string
}

func newFirstSteps(t *testing.T) *firstSteps {
	t.Helper()
	tooltest.Need(t, strings.Fields("awk cksum find grep ps sed sh tr")...)
	s := &firstSteps{t: t, dir: t.TempDir(), bin: t.TempDir()}
	docker, err := os.ReadFile("testdata/firststeps/docker")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.bin, "docker"), docker, 0o755); err != nil {
		t.Fatal(err)
	}
	return s
}

// sh runs lines of a shell, each of which must succeed.
func (s *firstSteps) sh(lines string) string {
	s.t.Helper()
	cmd := exec.Command("sh", "-eu", "-c", lines)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "PATH="+s.bin+":"+os.Getenv("PATH"), "NO_COLOR=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		s.t.Fatalf("%v of\n%s\n%s", err, lines, out.String())
	}
	return out.String()
}

// serve listens on a port from the start of a container on, as the program in it would.
func (s *firstSteps) serve(container string) (port int) {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil { // until the container starts, the port is free
		s.t.Fatal(err)
	}
	stop := make(chan struct{})
	s.t.Cleanup(func() { close(stop) })
	go func() {
		for {
			if _, err := os.Stat(filepath.Join(s.bin, "world", "container "+container)); err == nil {
				break
			}
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return // the criterion fails
		}
		go func() { <-stop; _ = l.Close() }()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	return port
}

// calls are docker's since the last look.
func (s *firstSteps) calls() string {
	name := filepath.Join(s.bin, "world", "calls")
	b, err := os.ReadFile(name)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		s.t.Fatal(err)
	}
	return string(b)
}

// started lists the services that docker compose was told to start.
func started(calls string) string {
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^compose .* up .* (\S+)$`).FindAllStringSubmatch(calls, -1) {
		out = append(out, m[1])
	}
	return strings.Join(out, " ")
}

// A new user's path, as the README has it: a manifest, a kit, a deployment, a change, a deployment of the change.
// Only the host port is another one, because the README's may be in use here.
func TestFirstSteps(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)## First steps\n.*?```sh\n(.*?)```").FindStringSubmatch(string(readme))
	if m == nil {
		t.Fatal("the README has no first steps")
	}
	s := newFirstSteps(t)
	port := s.serve("shop-web")
	s.sh(strings.Replace(m[1], "--database postgres", fmt.Sprintf("--database postgres --host-port %d", port), 1))
	if got := started(s.calls()); got != "database web" {
		t.Errorf("started %q", got)
	}
	s.dir = filepath.Join(s.dir, "shop")
	s.redeploy("sed 's/nginx:1.27/nginx:1.28/' main.hcl >new && mv new main.hcl")
}

// The same from Compose files.
func TestFirstStepsFromCompose(t *testing.T) {
	s := newFirstSteps(t)
	port := s.serve("shop-web")
	s.dir = filepath.Join(s.dir, "shop")
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	compose := fmt.Sprintf("services:\n  web:\n    image: nginx:1.27\n    ports: [\"127.0.0.1:%d:80\"]\n    depends_on: [cache]\n  cache:\n    image: redis:7.4\n", port)
	if err := os.WriteFile(filepath.Join(s.dir, "compose.yaml"), []byte(compose), 0o644); err != nil {
		t.Fatal(err)
	}
	s.sh("omegagen init --from compose.yaml\nomegagen build\n./generated/deploy.sh")
	if got := started(s.calls()); got != "cache web" {
		t.Errorf("started %q", got)
	}
	s.redeploy("sed 's/nginx:1.27/nginx:1.28/' main.hcl >new && mv new main.hcl")
}

// redeploy deploys again, without and with a change: only what changed is done.
func (s *firstSteps) redeploy(change string) {
	s.t.Helper()
	if out := s.sh("./generated/deploy.sh"); !strings.Contains(out, "Nothing to do") || started(s.calls()) != "" {
		s.t.Errorf("the second deployment did something:\n%s", out)
	}
	s.sh(change + "\nomegagen build\n./generated/deploy.sh")
	if calls := s.calls(); started(calls) != "web" || !strings.Contains(calls, "pull nginx:1.28\n") {
		s.t.Errorf("started %q after the change of web", started(calls))
	}
}
