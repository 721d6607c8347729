//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// plain is the project of testdata/plain, which Compose alone starts.
const plain = "plain"

// TestUnknownImages: what omegagen doesn't know runs as Compose alone would run
// it. Whatever differs between the two containers of a service is in
// mayDiffer, with its reason.
func TestUnknownImages(t *testing.T) {
	t.Parallel()
	compose := func(args ...string) *exec.Cmd {
		return enginetest.InGroup(exec.Command("docker", append([]string{"compose", "--file", "testdata/plain/docker-compose.yml"}, args...)...))
	}
	down := compose("down", "--volumes", "--timeout", "5")
	t.Cleanup(func() {
		if _, err := enginetest.Output(down); err != nil {
			t.Error(err)
		}
	})
	k := newKit(t, "unknown")
	enginetest.Stage(t, "up", func(t *testing.T) {
		k.Deploy(t, 0, "up")
		must(t, compose("up", "--detach"))
	})
	enginetest.Stage(t, "serve", func(t *testing.T) {
		for port, want := range map[string]string{"18000/starts": "1", "18001/starts": "1", "18123/": "Home Assistant stand-in", "18124/": "Home Assistant stand-in"} {
			enginetest.Eventually(t, 20*time.Second, "http://127.0.0.1:"+port, func() error {
				return says(want, exec.Command("curl", "-fsS", "http://127.0.0.1:"+port))
			})
		}
	})
	enginetest.Stage(t, "equal", func(t *testing.T) {
		for name, service := range project(t, k).Services {
			ours, theirs := document(t, "unknown", service.ContainerName), document(t, plain, plain+"-"+name+"-1")
			compared := 0
			differ("", ours, theirs, &compared, func(path string, a, b any) {
				if reason(path) == "" {
					t.Errorf("%s: %s is %s in the kit, and %s with Compose alone", name, path, text(a), text(b))
				}
			})
			if compared < 100 {
				t.Errorf("%s: only %d values were compared", name, compared)
			}
		}
	})
	enginetest.Stage(t, "stop and come up again", func(t *testing.T) {
		enginetest.Docker(t, "compose", "--project-directory", k.Dir, "stop")
		for _, service := range project(t, k).Services {
			if i := inspect(t, service.ContainerName); i.State.ExitCode != 0 {
				t.Errorf("%s ended with status %d", service.ContainerName, i.State.ExitCode)
			}
		}
		k.Deploy(t, 0, "up")
		enginetest.Eventually(t, 20*time.Second, "the second start", func() error {
			return says("2", exec.Command("curl", "-fsS", "http://127.0.0.1:18000/starts"))
		})
	})
	enginetest.Stage(t, "reset", func(t *testing.T) { k.Deploy(t, 0, "reset", "--yes") })
}

// mayDiffer are the paths of `docker inspect` at which two containers of the
// same service differ that were started by different projects: what a pattern
// matches, and all below it.
var mayDiffer = []struct{ pattern, reason string }{
	{"/Id", "an id"},
	{"/Name", "a name"},
	{"/Created", "a time"},
	{"/State/Pid", "an id"},
	{"/State/StartedAt", "a time"},
	{"/Config/Hostname", "Docker makes it of the id"},
	{"/Config/Labels/*", "labels"},
	{"/HostConfig/NetworkMode", "the network's name, which has the project's"},
	{"/HostConfig/PortBindings/*/*/HostPort", "the port's address: both can't have one"},
	{"/NetworkSettings/Ports/*/*/HostPort", "the port's address: both can't have one"},
	{"/NetworkSettings/SandboxID", "an id"},
	{"/NetworkSettings/SandboxKey", "a path with an id"},
	{"/NetworkSettings/Networks/*/Aliases/0", "the container's name"},
	{"/NetworkSettings/Networks/*/DNSNames/*", "the container's name and id"},
	{"/NetworkSettings/Networks/*/EndpointID", "an id"},
	{"/NetworkSettings/Networks/*/Gateway", "an address"},
	{"/NetworkSettings/Networks/*/IPAddress", "an address"},
	{"/NetworkSettings/Networks/*/MacAddress", "an address"},
	{"/NetworkSettings/Networks/*/NetworkID", "an id"},
	{"/HostConfig/Mounts/*/Source", "the volume's name, which has the project's"},
	{"/HostConfig/Mounts/*/VolumeOptions", "empty for a mount in the file's short form, absent for one in the long form"},
	{"/Mounts/*/Name", "the volume's name, which has the project's"},
	{"/Mounts/*/Source", "a path with the volume's name"},
	{"/GraphDriver/Data/*", "paths with ids"},
	{"/LogPath", "a path with the id"},
	{"/HostnamePath", "a path with the id"},
	{"/HostsPath", "a path with the id"},
	{"/ResolvConfPath", "a path with the id"},
}

// reason is why two containers may differ at a path; "" means that they may not.
func reason(at string) string {
	for _, m := range mayDiffer {
		for p := at; p != "/"; p = path.Dir(p) {
			if ok, _ := path.Match(m.pattern, p); ok {
				return m.reason
			}
		}
	}
	return ""
}

// document is all that Docker says of a container. Its networks go by the names
// that they have in the file.
func document(t *testing.T, project, container string) any {
	t.Helper()
	var all []map[string]any
	if err := json.Unmarshal([]byte(enginetest.Docker(t, "container", "inspect", container)), &all); err != nil {
		t.Fatal(err)
	}
	settings, ok := all[0]["NetworkSettings"].(map[string]any)
	if !ok {
		t.Fatalf("%s has no NetworkSettings", container)
	}
	networks, ok := settings["Networks"].(map[string]any)
	if !ok || len(networks) == 0 {
		t.Fatalf("%s has no network", container)
	}
	named := map[string]any{}
	for name, network := range networks {
		named[strings.TrimPrefix(name, project+"_")] = network
	}
	settings["Networks"] = named
	return all[0]
}

// differ walks through two documents in parallel, and reports each value that
// they don't have in common by its path.
func differ(at string, a, b any, compared *int, tell func(path string, a, b any)) {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			keys := slices.Sorted(maps.Keys(x))
			for key := range y {
				if _, ok := x[key]; !ok {
					keys = append(keys, key)
				}
			}
			for _, key := range keys {
				differ(at+"/"+strings.ReplaceAll(key, "/", ":"), x[key], y[key], compared, tell)
			}
			return
		}
	case []any:
		if y, ok := b.([]any); ok && len(x) == len(y) {
			for i := range x {
				differ(fmt.Sprintf("%s/%d", at, i), x[i], y[i], compared, tell)
			}
			return
		}
	}
	*compared++
	if text(a) != text(b) {
		tell(at, a, b)
	}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
