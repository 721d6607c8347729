//go:build e2e

package e2e

import (
	"encoding/json"
	"math/bits"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// protection is what Docker is told about a container, as far as it confines it
// or ends it.
type protection struct {
	CapDrop, CapAdd, SecurityOpt []string
	Init, ReadOnly, Privileged   bool
	User                         string
	PidsLimit                    int64
	Memory                       int64
	Restart                      string
	StopSignal                   string
	StopTimeout                  time.Duration // 0 is Docker's own
	Tmpfs                        []string
	Ulimits                      int
}

// container's state, as far as it is read here.
type inspected struct {
	Config struct {
		User, StopSignal string
		StopTimeout      *int
	}
	HostConfig struct {
		CapDrop, CapAdd, SecurityOpt []string
		Init                         *bool
		ReadonlyRootfs, Privileged   bool
		PidsLimit                    *int64
		Memory                       int64
		RestartPolicy                struct{ Name string }
		Tmpfs                        map[string]string
		Ulimits                      []any
	}
	State struct {
		ExitCode            int
		OOMKilled           bool
		StartedAt           time.Time
		FinishedAt          time.Time
		Running, Restarting bool
	}
	RestartCount int
}

func inspect(t *testing.T, name string) inspected {
	t.Helper()
	var all []inspected
	if err := json.Unmarshal([]byte(enginetest.Docker(t, "container", "inspect", name)), &all); err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// project reads a kit's docker-compose.yml as Compose does.
func project(t *testing.T, k *enginetest.Kit) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(k.Dir, "docker-compose.yml")})
	if err != nil {
		t.Fatal(err)
	}
	p, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// emitted holds the kit to what is expected of each server: who is known gets
// the least that it needs, and who isn't gets what Docker gives.
func emitted(t *testing.T, k *enginetest.Kit) {
	p := project(t, k)
	if len(p.Services) != len(servers) {
		t.Errorf("the kit has %d services, and %d are looked at", len(p.Services), len(servers))
	}
	for _, s := range servers {
		got := stated(p.Services[s.name])
		want := protection{Restart: "unless-stopped", StopTimeout: got.StopTimeout}
		if s.known {
			want.CapDrop, want.CapAdd = []string{"ALL"}, s.caps
			want.SecurityOpt = []string{"no-new-privileges:true"}
			want.PidsLimit = 4096
		}
		if s.data != "" {
			want.StopTimeout = time.Minute
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: expected (-) and emitted (+):\n%s", s.name, diff)
		}
	}
}

// stated is what a service of a Compose file says.
func stated(s types.ServiceConfig) protection {
	p := protection{
		CapDrop: s.CapDrop, CapAdd: s.CapAdd, SecurityOpt: s.SecurityOpt,
		Init: s.Init != nil && *s.Init, ReadOnly: s.ReadOnly, Privileged: s.Privileged,
		User: s.User, PidsLimit: s.PidsLimit, Memory: int64(s.MemLimit),
		Restart: s.Restart, StopSignal: s.StopSignal, Tmpfs: s.Tmpfs, Ulimits: len(s.Ulimits),
	}
	if s.StopGracePeriod != nil {
		p.StopTimeout = time.Duration(*s.StopGracePeriod)
	}
	return p
}

// held compares what Docker says of each container with what the kit says of
// its service, and then with what its first process is.
func held(t *testing.T, k *enginetest.Kit) {
	p := project(t, k)
	for name, service := range p.Services {
		got, want := inspect(t, service.ContainerName), stated(service)
		if want.User == "" {
			want.User = ofImage(t, service.Image, "User")
		}
		if want.StopSignal == "" {
			want.StopSignal = ofImage(t, service.Image, "StopSignal")
		}
		if diff := cmp.Diff(want, got.protection(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: the kit says (-) and Docker says (+):\n%s", name, diff)
		}
		if got.RestartCount > 0 {
			t.Errorf("%s was restarted %d times", name, got.RestartCount)
		}
	}
	for _, s := range servers {
		firstProcess(t, s)
	}
}

func ofImage(t *testing.T, image, field string) string {
	t.Helper()
	return enginetest.Docker(t, "image", "inspect", "--format", "{{.Config."+field+"}}", image)
}

func (i inspected) protection() protection {
	h := i.HostConfig
	p := protection{
		CapDrop: plainCaps(h.CapDrop), CapAdd: plainCaps(h.CapAdd), SecurityOpt: h.SecurityOpt,
		Init: h.Init != nil && *h.Init, ReadOnly: h.ReadonlyRootfs, Privileged: h.Privileged,
		User: i.Config.User, Memory: h.Memory, Restart: h.RestartPolicy.Name, StopSignal: i.Config.StopSignal, Ulimits: len(h.Ulimits),
	}
	if h.PidsLimit != nil {
		p.PidsLimit = *h.PidsLimit
	}
	if i.Config.StopTimeout != nil {
		p.StopTimeout = time.Duration(*i.Config.StopTimeout) * time.Second
	}
	for dir := range h.Tmpfs {
		p.Tmpfs = append(p.Tmpfs, dir)
	}
	slices.Sort(p.Tmpfs)
	return p
}

// plainCaps are capabilities without the prefix that Docker adds to their names.
func plainCaps(caps []string) []string {
	var plain []string
	for _, c := range caps {
		plain = append(plain, strings.TrimPrefix(c, "CAP_"))
	}
	return plain
}

// numbers of the capabilities that are looked at, from the kernel's header.
var capability = map[string]int{"CHOWN": 0, "DAC_OVERRIDE": 1, "KILL": 5, "SETGID": 6, "SETUID": 7}

// docker's own capabilities are fourteen.
const dockersCapabilities = 14

// firstProcess looks at what the kernel lets a container's first process do.
func firstProcess(t *testing.T, s server) {
	t.Helper()
	status := map[string]string{}
	for line := range strings.Lines(enginetest.Docker(t, "exec", container(s.name), "cat", "/proc/1/status")) {
		key, value, _ := strings.Cut(line, ":")
		status[key] = strings.TrimSpace(value)
	}
	if uid := strings.Fields(status["Uid"]); len(uid) != 4 || uid[0] != s.uid || uid[1] != s.uid {
		t.Errorf("%s: process 1 is of user %v, not %s", s.name, uid, s.uid)
	}
	bounding, effective := capabilities(t, status["CapBnd"]), capabilities(t, status["CapEff"])
	if !s.known {
		if bits.OnesCount64(bounding) != dockersCapabilities || status["NoNewPrivs"] != "0" {
			t.Errorf("%s: process 1 has capabilities %x and NoNewPrivs %s, which aren't Docker's", s.name, bounding, status["NoNewPrivs"])
		}
		return
	}
	var want uint64
	for _, name := range s.caps {
		want |= 1 << capability[name]
	}
	if bounding != want || status["NoNewPrivs"] != "1" {
		t.Errorf("%s: process 1 may have capabilities %x, not %x; NoNewPrivs is %s", s.name, bounding, want, status["NoNewPrivs"])
	}
	if s.uid != "0" && effective != 0 {
		t.Errorf("%s: process 1 has capabilities %x as user %s", s.name, effective, s.uid)
	}
}

func capabilities(t *testing.T, mask string) uint64 {
	t.Helper()
	set, err := strconv.ParseUint(mask, 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// grace is how long Docker waits for a container's end before it kills it.
func (p protection) grace() time.Duration {
	if p.StopTimeout == 0 {
		return 10 * time.Second
	}
	return p.StopTimeout
}

// stop stops all containers at once, as `docker compose stop` does. Each ends by
// itself, says so, and isn't killed.
func stop(t *testing.T, k *enginetest.Kit) {
	began := time.Now()
	enginetest.Docker(t, "compose", "--project-directory", k.Dir, "stop")
	for _, s := range servers {
		i := inspect(t, container(s.name))
		took := i.State.FinishedAt.Sub(began)
		log := logged(t, container(s.name), began)
		if i.State.Running || i.State.ExitCode != 0 || i.State.OOMKilled || took >= i.protection().grace() {
			t.Errorf("%s ended with status %d after %s (OOM: %t), and its grace period is %s:\n%s", s.name, i.State.ExitCode, took, i.State.OOMKilled, i.protection().grace(), log)
		}
		if !strings.Contains(log, s.bye) {
			t.Errorf("%s doesn't say %q when it is stopped:\n%s", s.name, s.bye, log)
		}
		t.Logf("%-10s ends with %d after %s", s.name, i.State.ExitCode, took.Round(10*time.Millisecond))
	}
}

// complaint is what a log says of what was refused. "Operation not permitted"
// isn't of it: PostgreSQL's entrypoint tries to change the modes of its folders,
// says so where it may not, and goes on.
var complaint = regexp.MustCompile(`(?i)fatal|denied`)

// complainsOfNothing: nothing was refused to a server since it began, and those
// that ask after its health are let in.
func (s server) complainsOfNothing(t *testing.T) {
	for line := range strings.Lines(logged(t, container(s.name), time.Unix(0, 0))) {
		if complaint.MatchString(line) {
			t.Errorf("%s says: %s", s.name, line)
		}
	}
}

// logged is what a container has written since a moment.
func logged(t *testing.T, container string, since time.Time) string {
	t.Helper()
	log, err := exec.Command("docker", "logs", "--since", since.Format(time.RFC3339Nano), container).CombinedOutput()
	if err != nil {
		t.Fatalf("docker logs %s: %v\n%s", container, err, log)
	}
	return string(log)
}
