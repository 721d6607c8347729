//go:build e2e

package e2e

import (
	"bufio"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// rotation gives the replicas' role two logins that alternate, and then a new password.
func rotation() []change {
	needed := either(asked, only("database.constellation.apply", "secret.constellation_user.make", "secret.constellation_password.make", "make_secrets"))
	var c *connections
	return []change{
		{name: "a role with two logins", edit: func(t *testing.T, k *kit) {
			k.edits(t,
				[3]string{"system.hcl", `secret "constellation_password" {`, "secret \"constellation_user\" {}\n\nsecret \"constellation_password\" {"},
				[3]string{"preflight.hcl", "    secret.constellation_password.set,\n", ""}, // deploy.sh itself makes it
				[3]string{"database.hcl", "    password  = secret.constellation_password\n", "    user      = secret.constellation_user\n    password  = secret.constellation_password\n"},
				[3]string{"services.hcl", "    PASSWORD_FILE = secret.constellation_password\n", "    USER_FILE     = secret.constellation_user\n    PASSWORD_FILE = secret.constellation_password\n"})
			c = connect(k)
		}, needed: either(needed, only("check_compose", "start_database")), // make_secrets makes one secret less
			check: func(t *testing.T, _ *kit, _ string) { c.end(t) }},
		{name: "a rotated password", edit: func(_ *testing.T, k *kit) { c = connect(k) },
			words: []string{"secret", "rotate", "constellation_password", "--yes"}, needed: needed,
			check: func(t *testing.T, k *kit, _ string) {
				c.end(t)
				if got := k.psql(t, "SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolcanlogin AND rolname LIKE 'constellation_app%'"); got != "constellation_app_b" {
					t.Errorf("these can log in: %s", got)
				}
			}},
	}
}

// connections are opened by each replica, a new one every 20 ms, in the container that
// runs just then.
type connections struct {
	opened, failed map[string]*atomic.Int64
	stop           chan struct{}
	all            sync.WaitGroup
	last           atomic.Pointer[string]
}

func connect(k *kit) *connections {
	c := &connections{opened: map[string]*atomic.Int64{}, failed: map[string]*atomic.Int64{}, stop: make(chan struct{})}
	for _, name := range k.servers() {
		c.opened[name], c.failed[name] = &atomic.Int64{}, &atomic.Int64{}
	}
	for _, name := range k.servers() {
		c.all.Go(func() {
			for {
				select {
				case <-c.stop:
					return
				case <-time.After(50 * time.Millisecond):
				}
				c.from(name)
			}
		})
	}
	return c
}

// from opens connections from one container, until that ends.
func (c *connections) from(container string) {
	cmd := enginetest.InGroup(exec.Command("docker", "exec", container, "constellation-server", "connect"))
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-c.stop:
			_ = cmd.Process.Kill()
		case <-ended:
		}
	}()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		switch line := lines.Text(); {
		case line == "ok":
			c.opened[container].Add(1)
		case strings.HasPrefix(line, "failed: "): // what docker says of a container that is being replaced is none
			c.failed[container].Add(1)
			c.last.Store(&line)
		}
	}
	_ = cmd.Wait()
	close(ended)
}

func (c *connections) end(t *testing.T) {
	t.Helper()
	time.Sleep(time.Second) // with what is there now
	close(c.stop)
	c.all.Wait()
	var opened int64
	for name, n := range c.opened {
		opened += n.Load()
		if n.Load() < 50 {
			t.Errorf("%s has opened only %d connections", name, n.Load())
		}
		if f := c.failed[name].Load(); f > 0 {
			t.Errorf("%s: %d connections failed: %s", name, f, *c.last.Load())
		}
	}
	t.Logf("%d replicas have opened %d connections", len(c.opened), opened)
}
