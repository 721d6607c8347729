package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
)

// hostProgram is dockerProgram for several folders: containers remember the folder that
// Compose ran in, as its label says.
const hostProgram = `w=${0%/*}/world${DOCKER_HOST-}; mkdir -p "$w"
[ ! -f "$w/unreachable" ] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; }
case "$*" in
*working_dir*) cat "$w/folders" 2>/dev/null; exit 0 ;;
"volume ls"*) cat "$w/volumes" 2>/dev/null; exit 0 ;;
compose*" up "*) pwd -P >"$w/folders"; echo test_data >"$w/volumes" ;;
compose*" down"*) rm -f "$w/folders"; case "$*" in *--volumes*) rm -f "$w/volumes" ;; esac ;;
esac
` + dockerProgram

// beside is a second folder with the same kit, on the same host.
func (k *kit) beside(name string) *kit {
	k.t.Helper()
	other := *k
	other.dir = filepath.Join(filepath.Dir(k.dir), name)
	if err := os.CopyFS(other.dir, os.DirFS(k.dir)); err != nil {
		k.t.Fatal(err)
	}
	return &other
}

// deployed is a deployment in one folder, and the same kit in another, in which nothing was run.
func deployed(t *testing.T, shell string) (a, b *kit) {
	t.Helper()
	m, p, others := stack(t)
	a = newKit(t, shell, m, plans(p), others...)
	a.program("docker", hostProgram)
	b = a.beside("other folder")
	a.want(0)
	return a, b
}

func (k *kit) exists(path string) bool {
	_, err := os.Lstat(filepath.Join(k.dir, path))
	return err == nil
}

// A second folder of a project changes nothing on the host, whatever the command, and
// names the first.
func TestSecondFolder(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		a, b := deployed(t, shell)
		for _, words := range []string{"up", "up --dry-run", "down", "reset --yes", "rollback --yes", "uninstall --yes"} {
			out := b.want(5, strings.Fields(words)...)
			contains(t, out, a.dir, "Nothing was changed.", "./deploy.sh adopt '"+strings.ReplaceAll(a.dir, "'", `'\''`)+"'", "adopt --lost")
		}
		contains(t, strings.Join(b.status(6).Differences, "\n"), "were started from another folder: "+a.dir)
		if b.exists(".omegagen") || b.exists(".env") || !a.exists("../bin/world/folders") || !a.exists("../bin/world/volumes") {
			t.Error("something was changed")
		}
		contains(t, a.want(0), "Nothing to do")
		// Without containers, volumes that belong to nobody known here.
		a.want(0, "down")
		contains(t, b.want(5, "reset", "--yes"), "test_data")
		contains(t, b.want(5), "test_data")
		a.want(0)
		// Where Docker doesn't respond, the check doesn't stand in for that message.
		world(b, "unreachable", "")
		contains(t, b.want(3), "daemon does not respond")
		if err := os.Remove(filepath.Join(b.bin, "world/unreachable")); err != nil {
			t.Fatal(err)
		}
		a.want(0, "down")
		contains(t, b.want(5, "reset", "--yes"), "test_data")
		a.want(0)
		// Another host is another matter.
		elsewhere := b.beside("elsewhere")
		elsewhere.env = []string{"DOCKER_HOST=2"}
		elsewhere.want(0)
		contains(t, elsewhere.want(0), "Nothing to do")
		contains(t, a.want(0), "Nothing to do")
		elsewhere.env = nil
		contains(t, elsewhere.want(5), a.dir)
		// After a reset the host is free.
		a.want(0, "reset", "--yes")
		b.want(0)
		contains(t, a.want(5), b.dir)
	})
}

// A folder that was moved or is reached through a link is the same deployment; a copy
// of one isn't.
func TestMovedFolder(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		a, _ := deployed(t, shell)
		from := a.dir
		a.dir = filepath.Join(filepath.Dir(from), "moved")
		if err := os.Rename(from, a.dir); err != nil {
			t.Fatal(err)
		}
		contains(t, a.want(0), "Nothing to do")
		contains(t, a.read(".omegagen/owner"), "folder "+a.dir+"\n", "former "+from+"\n")
		contains(t, a.want(0), "Nothing to do")
		if err := os.Symlink(a.dir, from); err != nil {
			t.Fatal(err)
		}
		linked := *a
		linked.dir = from
		contains(t, linked.want(0), "Nothing to do")
		if err := os.Remove(from); err != nil {
			t.Fatal(err)
		}
		copied := a.beside("copy")
		contains(t, copied.want(5), "is a copy of that of "+a.dir)
		contains(t, copied.want(5, "reset", "--yes"), "is a copy of that of "+a.dir)
		contains(t, a.want(0), "Nothing to do")
		// A new folder in the old place has none of the secrets.
		if err := os.RemoveAll(filepath.Join(copied.dir, ".omegagen")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(copied.dir, from); err != nil {
			t.Fatal(err)
		}
		linked.write(".env", "")
		contains(t, linked.want(5), "no longer in "+from+"/.omegagen")
		if err := os.RemoveAll(from); err != nil {
			t.Fatal(err)
		}
		// The state of an older runtime has no note. It goes on, also where it was moved.
		older := func() {
			t.Helper()
			if err := os.Remove(filepath.Join(a.dir, ".omegagen/owner")); err != nil {
				t.Fatal(err)
			}
		}
		older()
		contains(t, a.want(0), "Nothing to do")
		older()
		renamed := a.dir + " again"
		if err := os.Rename(a.dir, renamed); err != nil {
			t.Fatal(err)
		}
		a.dir = renamed
		contains(t, a.want(0), "Nothing to do")
		contains(t, a.want(0), "Nothing to do")
	})
}

// A project that was started by hand in the kit's folder goes on, if .env has its secrets.
func TestStartedByHand(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		password := &manifest.Secret{Origin: origin("secret.password"), Name: "password", From: &manifest.GeneratedSecret{Length: 24}, EnvVar: "PASSWORD"}
		m.Secrets = []*manifest.Secret{password}
		web := published("web", 0)
		web.Exposed = true
		web.Instances[0].Env = []manifest.EnvVar{{Name: "P", Value: manifest.Text{{Secret: password}}}}
		m.Services = []*manifest.Service{web}
		p := planOf(m, task{name: "a", edit: func(a *manifest.Action) { a.Run = manifest.Text{{Text: "echo "}, {Secret: password}, {Text: " >a"}} }})
		k := newKit(t, shell, m, plans(p), artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
		k.program("docker", hostProgram)
		world(k, "folders", k.dir)
		contains(t, k.want(5), "was deployed from this folder", "(password)")
		k.write(".env", "PASSWORD=known\n")
		k.want(0)
		mustEqual(t, "the secret", k.read("a"), "known\n")
	})
}

// Of two folders that begin at once, the one that is slower finds out before it starts
// containers.
func TestFoldersAtOnce(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		a := newKit(t, shell, m, plans(p), others...)
		a.program("docker", strings.Replace(hostProgram, `case "$*" in`, `case "$*" in build* | pull*) echo "$PWD" >"$w/building"; until [ -f "$w/go" ]; do sleep 0.1; done ;; esac
case "$*" in`, 1))
		b := a.beside("other folder")
		cmd := a.command(context.Background())
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, func() bool { return a.read("../bin/world/building") != "" })
		// Neither folder can be taken over while one of them deploys.
		contains(t, b.want(4, "adopt", a.dir), fmt.Sprintf("(PID %d) is running in %s", cmd.Process.Pid, a.dir))
		world(b, "folders", b.dir)
		world(b, "go", "")
		_ = cmd.Wait()
		mustEqual(t, "status", cmd.ProcessState.ExitCode(), 1)
		contains(t, out.String(), "were just started from another folder: "+b.dir)
		if calls := a.read("../bin/world/calls"); strings.Contains(calls, " up --detach") {
			t.Errorf("containers were started:\n%s", calls)
		}
	})
}

func TestAdopt(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		a, b := deployed(t, shell)
		secret := a.read(".omegagen/secrets/password")
		contains(t, b.want(2, "adopt"), "requires the folder")
		contains(t, b.want(2, "adopt", "x", "--lost"), "not both")
		contains(t, b.want(5, "adopt", "no such folder"), "no such folder", "adopt --lost")
		contains(t, b.want(5, "adopt", "deploy"), "has no state")
		contains(t, b.want(5, "adopt", "--lost", "--yes"), "isn't lost", a.dir)
		contains(t, a.want(2, "adopt", "."), "own folder")
		b.want(0, "adopt", "../"+filepath.Base(a.dir))
		mustEqual(t, "the secret", b.read(".omegagen/secrets/password"), secret)
		if a.exists(".omegagen/secrets") || a.exists(".omegagen/state") || b.exists(".omegagen/adopting") {
			t.Error("the state is in both folders")
		}
		contains(t, b.want(0), "Nothing to do")
		contains(t, a.want(5), "taken over from this folder by "+b.dir)
		contains(t, a.want(5, "reset", "--yes"), "taken over from this folder by "+b.dir)
		contains(t, b.want(0, "adopt", a.dir), "this folder's already")
		// And back again.
		a.want(0, "adopt", b.dir)
		contains(t, a.want(0), "Nothing to do")
		mustEqual(t, "the secret", a.read(".omegagen/secrets/password"), secret)
		contains(t, b.want(5), "taken over from this folder by "+a.dir)
	})
}

// TestAdoptKilled kills a takeover before each program that it starts; the next run of
// either folder ends in one whole owner.
func TestAdoptKilled(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		password := &manifest.Secret{Origin: origin("secret.password"), Name: "password", From: &manifest.GeneratedSecret{Length: 24}, EnvVar: "PASSWORD"}
		m.Secrets = []*manifest.Secret{password}
		m.Services = []*manifest.Service{published("web", 0)}
		p := planOf(m, task{name: "a", edit: func(a *manifest.Action) { a.Run = manifest.Text{{Text: "echo "}, {Secret: password}, {Text: " >a"}} }})
		a := newKit(t, shell, m, plans(p), artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
		a.program("docker", hostProgram)
		b := a.beside("other folder")
		a.want(0)
		a.want(0) // the first run made the secret
		world(a, "folders", a.dir)
		secret := a.read(".omegagen/secrets/password")
		b.write(".omegagen/state/mine", "of an earlier attempt")
		killers := "mv cp rm sync mkdir"
		for _, name := range strings.Fields(killers) {
			b.program(name, `n=${0%/*}/count; [ ! -f "$n" ] || { c=$(($(cat "$n") - 1)); echo $c >"$n"; [ $c -gt 0 ] || { kill -9 $PPID; exit 1; }; }
PATH=${PATH#*:} exec `+name+` "$@"`)
		}
		count := filepath.Join(b.bin, "count")
		killed := 0
		// The shells share the moments; make soak lets each have all of them.
		first, step := 1+slices.Index(tested(t), shell), len(tested(t))
		if kills() > 30 {
			first, step = 1, 1
		}
		for n := first; ; n += step {
			if n > 300 {
				t.Fatal("no takeover ended")
			}
			if err := os.WriteFile(count, []byte(fmt.Sprint(n)), 0o600); err != nil {
				t.Fatal(err)
			}
			_, status := b.run("adopt", a.dir)
			if err := os.Remove(count); err != nil {
				t.Fatal(err)
			}
			// Either folder's run comes first.
			runs := []*kit{a, b}
			if n%2 == 0 {
				runs = []*kit{b, a}
			}
			owners := 0
			var owner, other *kit
			for i, k := range runs {
				out, got := k.run()
				switch got {
				case 0:
					contains(t, out, "Nothing to do")
					owners++
					owner, other = k, runs[1-i]
				case 5:
				default:
					t.Fatalf("killed at %d: status %d\n%s", n, got, out)
				}
			}
			if owners != 1 {
				t.Fatalf("killed at %d: %d owners", n, owners)
			}
			mustEqual(t, "the owner's secret", owner.read(".omegagen/secrets/password"), secret)
			if other.exists(".omegagen/secrets/password") || owner.exists(".omegagen/adopting") && owner == b {
				t.Fatalf("killed at %d: the state is in both folders", n)
			}
			if status == 0 {
				break
			}
			killed++
			if owner == b {
				a.want(0, "adopt", b.dir)
			}
		}
		if killed < 40/step {
			t.Errorf("only %d kills", killed)
		}
	})
}

func TestAdoptLost(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		a, b := deployed(t, shell)
		secret := a.read(".omegagen/secrets/password")
		if err := os.RemoveAll(a.dir); err != nil {
			t.Fatal(err)
		}
		contains(t, b.want(5), a.dir, "adopt --lost")
		out := b.want(2, "adopt", "--lost")
		contains(t, out, a.dir, "secrets: password, role", "records", "releases", "run with --yes")
		if b.exists(".omegagen") {
			t.Error("something was changed before the answer")
		}
		b.want(0, "adopt", "--lost", "--yes")
		out = b.want(0)
		contains(t, out, "validation shows that it is done", "start   service.database.start", "start   service.web.start")
		if strings.Contains(out, "start   image.db.pull") {
			t.Errorf("what is valid was done again:\n%s", out)
		}
		calls := b.read("../bin/world/calls")
		contains(t, calls[strings.LastIndex(calls, "version --format"):], "--force-recreate")
		if got := b.read(".omegagen/secrets/password"); got == secret || len(got) != 24 {
			t.Errorf("the new secret is %q", got)
		}
		contains(t, b.want(0), "Nothing to do")
		contains(t, b.want(0, "adopt", "--lost", "--yes"), "Nothing is lost")
	})
}

// With --state, releases of a kit in folders of their own share one state.
func TestStateFolder(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		first := newKit(t, shell, m, plans(p), others...)
		first.program("docker", hostProgram)
		second := first.beside("second")
		state := filepath.Join(filepath.Dir(first.dir), "the state")
		first.want(0, "up", "--dry-run", "--state", state)
		if _, err := os.Stat(state); err == nil || first.exists(".omegagen") {
			t.Error("a dry run made folders")
		}
		first.want(0, "--state", "../the state")
		link, err := os.Readlink(filepath.Join(first.dir, ".omegagen"))
		mustEqual(t, "the link", fmt.Sprint(link, err), state+"<nil>")
		secret := first.read(".omegagen/secrets/password")
		second.env = []string{"OMEGAGEN_STATE=" + state}
		contains(t, second.want(0), "Nothing to do")
		mustEqual(t, "the secret", second.read(".omegagen/secrets/password"), secret)
		mustEqual(t, ".env", second.read(".env"), "PASSWORD="+secret+"\n")
		contains(t, first.want(0), "Nothing to do")
		contains(t, second.want(0), "Nothing to do")
		// An older release is removed, as they are.
		if err := os.RemoveAll(first.dir); err != nil {
			t.Fatal(err)
		}
		second.env = nil
		contains(t, second.want(0), "Nothing to do")
		contains(t, second.want(0, "status"), "11 of 11 steps")
		second.want(0, "reset", "--yes", "--state", state)
		second.want(0, "--state", state)
		contains(t, second.want(0), "Nothing to do")

		contains(t, second.want(5, "--state", "../elsewhere"), "links to it")
		third := second.beside("third")
		if err := os.RemoveAll(filepath.Join(third.dir, ".omegagen")); err != nil {
			t.Fatal(err)
		}
		third.write(".omegagen/state/x", "")
		contains(t, third.want(5, "--state", state), "mv ")
		if err := os.RemoveAll(filepath.Join(third.dir, ".omegagen")); err != nil {
			t.Fatal(err)
		}
		third.write("etc/passwd", "x")
		contains(t, third.want(5, "--state", "etc"), "holds other files")
		contains(t, third.want(5, "reset", "--yes", "--state", "etc"), "holds other files")
		if err := os.Rename(state, state+" moved"); err != nil {
			t.Fatal(err)
		}
		contains(t, second.want(5), "is a link to "+state+", which does not exist")
	})
}
