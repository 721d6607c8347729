//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// isolated: ports are published on 127.0.0.1 alone, nobody is root, and nobody
// has a capability.
func isolated(t *testing.T, k *kit) {
	for _, name := range k.containers() {
		var c []struct {
			HostConfig struct {
				Privileged   bool
				CapAdd       []string
				CapDrop      []string
				SecurityOpt  []string
				PortBindings map[string][]struct{ HostIp, HostPort string }
			}
			NetworkSettings struct {
				Ports map[string][]struct{ HostIp, HostPort string }
			}
		}
		if err := json.Unmarshal([]byte(docker(t, "inspect", name)), &c); err != nil || len(c) != 1 {
			t.Fatal(name, err)
		}
		h := c[0].HostConfig
		if h.Privileged || len(h.CapAdd) > 0 || strings.Join(h.CapDrop, " ") != "ALL" || !strings.Contains(strings.Join(h.SecurityOpt, " "), "no-new-privileges") {
			t.Errorf("%s: %+v", name, h)
		}
		for port, bindings := range c[0].NetworkSettings.Ports {
			for _, b := range bindings {
				if b.HostIp != "127.0.0.1" {
					t.Errorf("%s publishes %s on %s", name, port, b.HostIp)
				}
				refusedElsewhere(t, name, b.HostPort)
			}
		}
		// Of every process that runs in it.
		status := docker(t, "exec", name, "bash", "-c", `for p in /proc/[0-9]*; do { grep -H -E '^(Uid|CapEff|CapPrm|CapBnd|NoNewPrivs):' $p/status; } 2>/dev/null || true; done`)
		processes := 0
		for _, line := range strings.Split(status, "\n") {
			_, text, _ := strings.Cut(line, "/status:")
			f := strings.Fields(text)
			if len(f) < 2 {
				continue
			}
			switch f[0] {
			case "Uid:":
				processes++
				if f[1] == "0" || f[2] == "0" {
					t.Errorf("%s runs something as root: %s", name, line)
				}
			case "CapEff:", "CapPrm:", "CapBnd:":
				if n, err := strconv.ParseUint(f[1], 16, 64); err != nil || n != 0 {
					t.Errorf("%s has capabilities: %s", name, line)
				}
			case "NoNewPrivs:":
				if f[1] != "1" {
					t.Errorf("%s can gain privileges: %s", name, line)
				}
			}
		}
		if processes < 2 {
			t.Errorf("%s: only %d processes were looked at:\n%s", name, processes, status)
		}
	}
}

// refusedElsewhere: a published port answers on 127.0.0.1, and on no other
// address of this machine.
func refusedElsewhere(t *testing.T, name, port string) {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	others := 0
	for _, a := range addresses {
		ip := a.(*net.IPNet).IP
		if ip.To4() == nil {
			continue
		}
		conn, err := net.DialTimeout("tcp4", net.JoinHostPort(ip.String(), port), 2*time.Second)
		if err == nil {
			conn.Close()
		}
		if local := ip.String() == "127.0.0.1"; local != (err == nil) {
			t.Errorf("%s: port %s on %s: %v", name, port, ip, err)
		} else if !local {
			others++
		}
	}
	if others == 0 {
		t.Errorf("there is no address but 127.0.0.1 to try")
	}
}

// spy looks at the process list again and again for a kit's secrets.
type spy struct {
	k      *kit
	stop   chan struct{}
	done   chan struct{}
	mu     sync.Mutex
	marker string
	seen   int
	found  map[string]string // secret's name → command line
}

func watchProcesses(t *testing.T, k *kit) *spy {
	s := &spy{k: k, stop: make(chan struct{}), done: make(chan struct{}), found: map[string]string{}}
	go func() {
		defer close(s.done)
		for {
			select {
			case <-s.stop:
				return
			case <-time.After(100 * time.Millisecond):
				s.look()
			}
		}
	}()
	t.Cleanup(s.end)
	return s
}

func (s *spy) end() {
	select {
	case <-s.stop:
	default:
		close(s.stop)
	}
	<-s.done
}

func (s *spy) look() {
	secrets := secretsOf(s.k)
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.marker != "" {
		secrets["marker"] = s.marker
	}
	for _, file := range lines {
		b, err := os.ReadFile(file)
		if err != nil || len(b) == 0 {
			continue
		}
		s.seen++
		for name, value := range secrets {
			if bytes.Contains(b, []byte(value)) {
				s.found[name] = strings.ReplaceAll(string(b), "\x00", " ")
			}
		}
	}
}

// secretsOf are the values of a kit's secrets, by name.
func secretsOf(k *kit) map[string]string {
	secrets := map[string]string{}
	files, _ := filepath.Glob(filepath.Join(k.Dir, ".omegagen/secrets/*"))
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil && len(b) >= 8 {
			secrets[filepath.Base(file)] = string(b)
		}
	}
	return secrets
}

// secretsStaySecret looks for every secret where others could see it: what the
// engine reports containers and images, the images' layers, logs, and the
// kit's files.
func secretsStaySecret(t *testing.T, k *kit) {
	secrets := secretsOf(k)
	if len(secrets) != 4 {
		t.Fatalf("secrets: %d, not 4", len(secrets))
	}
	look := func(where string, b []byte) {
		t.Helper()
		if len(b) == 0 {
			t.Errorf("%s is empty", where)
		}
		for name, value := range secrets {
			if bytes.Contains(b, []byte(value)) {
				t.Errorf("%s shows the secret %s", where, name)
			}
		}
	}
	images := []string{"constellation-server:1.0.0", "constellation-federation:1.0.0"}
	for _, name := range k.containers() {
		look("docker inspect "+name, []byte(docker(t, "inspect", name)))
		logs, err := exec.Command("docker", "logs", name).CombinedOutput()
		if err != nil {
			t.Fatal(err)
		}
		look("docker logs "+name, logs)
	}
	for _, image := range images {
		look("docker image inspect "+image, []byte(docker(t, "image", "inspect", image)))
		look("docker history "+image, []byte(docker(t, "history", "--no-trunc", image)))
	}
	look("docker compose config", []byte(docker(t, "compose", "--project-directory", k.Dir, "config")))

	save := exec.Command("docker", append([]string{"save"}, images...)...)
	layers, err := save.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := save.Start(); err != nil {
		t.Fatal(err)
	}
	// The search would find something: what is in every Debian is found.
	total, rest, sure := 0, []byte(nil), false
	buffer := make([]byte, 1<<20)
	for {
		n, err := layers.Read(buffer)
		if n > 0 {
			total += n
			part := append(rest, buffer[:n]...)
			look("a layer", part)
			sure = sure || bytes.Contains(part, []byte("PRETTY_NAME=\"Debian GNU/Linux"))
			rest = append([]byte(nil), buffer[max(0, n-64):n]...)
		}
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := save.Wait(); err != nil || total < 50<<20 || !sure {
		t.Errorf("the layers have %d bytes, and what is in all of them is found: %t: %v", total, sure, err)
	}

	err = filepath.WalkDir(k.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() || filepath.Base(filepath.Dir(path)) == "secrets" {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && len(b) > 0 {
			look(path, b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(k.Dir, ".omegagen/secrets")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder of the secrets: %v %v", info, err)
	}
}

// sawNoSecret ends the watch over the process lists.
func (s *spy) sawNoSecret(t *testing.T) {
	// The spy would have seen one: it sees a word that is shown on purpose.
	s.mu.Lock()
	s.marker = "shown-on-purpose-0123456789"
	s.mu.Unlock()
	if err := exec.Command("sh", "-c", "sleep 1", "sh", s.marker).Run(); err != nil {
		t.Fatal(err)
	}
	s.end()
	if s.found["marker"] == "" {
		t.Error("the process lists were not seen")
	}
	delete(s.found, "marker")
	for name, line := range s.found {
		t.Errorf("the secret %s was in a process list: %s", name, line)
	}
	t.Logf("%d command lines were looked at", s.seen)
}
