//go:build unix

package deploy_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates"
)

// shop is a system with all kinds of generated actions, a declared one and a criterion.
const shop = `
system "shop" {
  version = "%[1]s"
}
secret "db_password" {}
secret "web_password" { from = "generated" }
secret "api_key" {
  from = "env"
  env  = "API_KEY"
}
volume "data" {}
image "db" { pull = "postgres:17.5-bookworm" }
image "curl" { pull = "curlimages/curl:8.15.0" }
image "web" {
  tag = "web:%[1]s"
  stage "runtime" { from = "debian:bookworm-slim" }
}
service "db" {
  image      = image.db
  secret_env = { POSTGRES_PASSWORD_FILE = secret.db_password }
  port "sql" { container = 5432 }
  mount "/var/lib/postgresql/data" { volume = volume.data }
  healthcheck {
    sql {}
  }
  harden { user = "999:999" }
}
service "web" {
  image      = image.web
  secret_env = { PASSWORD_FILE = secret.db_password, KEY_FILE = secret.api_key }
  depends_on = { db = "healthy" }
  port "http" { container = 8080 }
  healthcheck {
    tcp { port = "http" }
  }
  harden { user = "10001:10001" }
}
%[2]s
action "announce" {
  precondition = service.web.healthy
  run          = "printf '%%s\n' \"$WORD\" >>announced"
  env          = { WORD = "up ${secret.web_password}" }
  rollback     = "echo back >>announced"
}
goal "default" {
  include   = [action.announce]
  condition = secret.web_password.set%[3]s
}
criterion "answers" {
  within = "5s"
  http {
    service  = service.web
    port     = "http"
    contains = "visitor"
  }
}
target "kubernetes" {
  registry = "registry.example.org/shop"
  runner   = image.curl
}
`

// worker is a service that only some versions have.
const worker = `
service "worker" {
  image  = image.web
  harden { user = "10001:10001" }
}
`

// dockerPushes stands in for docker: an image's digest is that of its name.
const dockerPushes = `echo "$*" >>"${0%/*}/docker.calls"
case "$*" in
"version --format"*) echo 27.3.1 ;;
"image inspect"*) for name; do :; done; printf '%s@sha256:%s\n' "${name%:*}" "$(printf '%s' "$name" | sha256sum | cut -d' ' -f1)" ;;
"buildx imagetools"*) for name; do :; done; printf 'sha256:%s' "$(printf '%s' "$name" | sha256sum | cut -d' ' -f1)" ;;
esac`

// clusterKit writes the kit of a manifest for Kubernetes to a new folder, whose programs are those of another kit, if one is given.
func clusterKit(t testing.TB, shell, source string, of *kit) *kit {
	t.Helper()
	return clusterKitOf(t, shell, source, of, nil)
}

// clusterKitOf is clusterKit for a manifest with other files.
func clusterKitOf(t testing.TB, shell, source string, of *kit, others map[string]string) *kit {
	t.Helper()
	folder := fstest.MapFS{"main.hcl": {Data: []byte(source)}}
	for name, content := range others {
		folder[name] = &fstest.MapFile{Data: []byte(content)}
	}
	m, diags := loader.Load(loader.Input{FS: folder, Dir: ".", Target: manifest.TargetKubernetes})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	files, diags := templates.Files(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	planned, diags := templates.Planned(m, planner.Plans(m, planner.Options{}), files, "test")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	root := t.TempDir()
	k := &kit{t: t, shell: shell, dir: filepath.Join(root, "the kit's folder"), bin: filepath.Join(root, "bin"), env: []string{"API_KEY=key-of-the-caller", "OMEGAGEN_LEASE_SECONDS=4"}}
	if of != nil {
		k.bin = of.bin
	}
	for _, a := range append(files, planned...) {
		k.write(a.Path, string(a.Content))
	}
	if of == nil {
		if err := os.MkdirAll(filepath.Join(k.bin, "world"), 0o755); err != nil {
			t.Fatal(err)
		}
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		k.program("kubectl", fmt.Sprintf("OMEGAGEN_TEST_CLUSTER='%s' exec '%s' \"$@\"\n", filepath.Join(k.bin, "world"), self))
		k.program("docker", dockerPushes)
		k.world("object.namespace.kube-system", `{"kind":"Namespace","metadata":{"name":"kube-system","uid":"cluster-1"}}`)
	}
	return k
}

func (k *kit) world(name, content string) {
	k.t.Helper()
	if err := os.WriteFile(filepath.Join(k.bin, "world", name), []byte(content), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kit) saw(name string) string {
	b, _ := os.ReadFile(filepath.Join(k.bin, "world", name))
	return string(b)
}

func (k *kit) object(kind, name string) document {
	var d document
	_ = json.Unmarshal([]byte(k.saw("object."+kind+"."+name)), &d)
	return d
}

// secretValue is the value in a Secret.
func (k *kit) secretValue(object, key string) string {
	data, _ := k.object("secret", object)["data"].(document)
	b, _ := base64.StdEncoding.DecodeString(fmt.Sprint(data[key]))
	return string(b)
}

func version(v, services, more string) string { return fmt.Sprintf(shop, v, services, more) }

// inTwoShells is inShells with the two that differ most: these tests start hundreds of programs.
func inTwoShells(t *testing.T, f func(t *testing.T, shell string)) {
	t.Parallel()
	for _, shell := range []string{"dash", "bash"} {
		t.Run(shell, func(t *testing.T) {
			tooltest.Need(t, append(utilities, shell)...)
			f(t, shell)
		})
	}
}

// A first deployment does everything in order; a second one, from another folder, has nothing to do, and finds all records.
func TestClusterUp(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := clusterKit(t, shell, version("1.0", "", ""), nil)
		contains(t, k.want(3), "Name the cluster of the first deployment", "--context")
		if k.saw("created") != "" || k.saw("applied") != "" {
			t.Fatal("something was changed before the cluster was named")
		}
		out := k.want(0, "--context", "prod")
		contains(t, out, "done    service.web.await", "met    answers", "Release 1.")
		web := fmt.Sprint(k.object("deployment", "web")["spec"])
		if !regexp.MustCompile(`registry\.example\.org/shop/web:1\.0@sha256:[0-9a-f]{64}`).MatchString(web) {
			t.Errorf("the image has no digest: %s", web)
		}
		if strings.Contains(k.read("kubernetes/base/deployment-web.yaml"), "@sha256") {
			t.Error("a digest stands in a file")
		}
		password := k.secretValue("db-password", "db_password")
		if !regexp.MustCompile(`^[A-Za-z0-9]{24,}$`).MatchString(password) || k.secretValue("api-key", "api_key") != "key-of-the-caller" {
			t.Errorf("the secrets are %q and %q", password, k.secretValue("api-key", "api_key"))
		}
		role := k.secretValue("web-password", "web_password")
		mustEqual(t, "the declared action", k.read("announced"), "up "+role+"\n")
		applied := strings.Fields(strings.ReplaceAll(k.saw("applied"), " ", "/"))
		if slices.Index(applied, "StatefulSet/db") > slices.Index(applied, "Deployment/web") {
			t.Errorf("web before db: %v", applied)
		}
		// No value stands in an argument, a log, a report or another object.
		for _, value := range []string{password, role, "key-of-the-caller", base64.StdEncoding.EncodeToString([]byte(password))} {
			if strings.Contains(k.saw("calls")+out, value) {
				t.Error("a value stands in an argument or the output")
			}
			_ = filepath.WalkDir(filepath.Join(k.dir, ".omegagen"), func(path string, d os.DirEntry, err error) error {
				if b, e := os.ReadFile(path); err == nil && e == nil && strings.Contains(string(b), value) {
					t.Errorf("a value stands in %s", path)
				}
				return nil
			})
			for _, f := range []string{"object.configmap.omegagen-state", "object.configmap.omegagen-release-1"} {
				if strings.Contains(k.saw(f), value) {
					t.Errorf("a value stands in %s", f)
				}
			}
		}
		// The truth is in the cluster.
		second := clusterKit(t, shell, version("1.0", "", ""), k)
		contains(t, second.want(0, "status"), "the last release is 1")
		before := k.saw("applied")
		contains(t, second.want(0), "Nothing to do")
		if after := strings.TrimPrefix(k.saw("applied"), before); strings.Contains(after, "Deployment web") || strings.Contains(after, "StatefulSet") {
			t.Errorf("it was applied again:\n%s", after)
		}
		mustEqual(t, "the secret", k.secretValue("db-password", "db_password"), password)
		mustEqual(t, "the lock's holder", k.object("lease", "omegagen")["spec"].(document)["holderIdentity"], "")
		left, _ := filepath.Glob(filepath.Join(second.dir, ".omegagen/run/*"))
		mustEqual(t, "folders of runs", left, []string{})
	})
}

// Another version, from another folder: what changed is applied, what the kit no longer has is pruned at the end, and a rollback
// from a third folder returns to the first release with its digests.
func TestClusterReleases(t *testing.T) {
	inTwoShells(t, func(t *testing.T, shell string) {
		k := clusterKit(t, shell, version("1.0", worker, " && service.worker.started"), nil)
		k.want(0, "--context", "prod")
		k.world("object.deployment.stranger", `{"kind":"Deployment","metadata":{"name":"stranger","labels":{"app.kubernetes.io/managed-by":"omegagen"}},"spec":{"replicas":1}}`)
		first := k.saw("object.deployment.web")
		next := clusterKit(t, shell, version("2.0", "", ""), k)
		contains(t, next.want(0, "--dry-run"), "service.web.start")
		out := next.want(0)
		contains(t, out, "Removed Deployment worker, which this kit no longer has.", "Release 2.")
		if i, j := strings.Index(out, "met    answers"), strings.Index(out, "Removed Deployment worker"); i < 0 || j < i {
			t.Errorf("pruned before the criteria:\n%s", out)
		}
		if k.object("deployment", "worker") != nil || k.object("deployment", "stranger") == nil {
			t.Error("the worker is there, or a stranger's Deployment is not")
		}
		third := clusterKit(t, shell, version("2.0", "", ""), k)
		contains(t, third.want(0, "history"), "1  2", "2  2")
		out = third.want(0, "rollback", "--yes")
		contains(t, out, "Rollback to release 1", "Release 3.")
		if k.object("deployment", "worker") == nil {
			t.Error("the worker isn't there again")
		}
		var now, was document
		_ = json.Unmarshal([]byte(first), &was)
		now = k.object("deployment", "web")
		mustEqual(t, "the Deployment", fmt.Sprint(now["spec"]), fmt.Sprint(was["spec"]))
		if strings.Count(k.saw("../docker.calls"), "push registry.example.org/shop/web:1.0") != 1 {
			t.Error("the rollback built the image again")
		}
		// The kit that was rolled back isn't deployed again without a question.
		contains(t, third.want(2), "was rolled back to release 1")
		contains(t, third.want(0, "--yes"), "Release 4.")
	})
}

// A run that is killed at any of its calls, before or after the call was carried out, is finished by a run from another folder.
func TestClusterKill(t *testing.T) {
	if testing.Short() {
		tooltest.Missing(t, "-short leaves out a run that is killed at its calls")
	}
	t.Parallel()
	source := version("1.0", "", "")
	whole := clusterKit(t, "dash", source, nil)
	whole.want(0, "--context", "prod")
	calls := strings.Count(whole.saw("calls"), "\n")
	for n := 12; n < calls; n += 9 {
		for _, when := range []string{[]string{"before", "after"}[n%2]} {
			k := clusterKit(t, "dash", source, nil)
			k.world("kill", fmt.Sprintf("%d %s", n, when))
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			cmd := k.command(ctx, "--context", "prod")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			k.world("group", fmt.Sprint(cmd.Process.Pid))
			_ = cmd.Wait()
			cancel()
			k.world("kill", "")
			made := k.saw("object.secret.db-password")
			next := clusterKit(t, "dash", source, k)
			out, status := next.run("--context", "prod")
			if status != 0 {
				t.Fatalf("killed %s call %d; the next run ends with %d:\n%s", when, n, status, out)
			}
			if made != "" && k.saw("object.secret.db-password") != made {
				t.Errorf("killed %s call %d: the secret was made again", when, n)
			}
			contains(t, next.want(0, "status"), "steps of goal 'default' are done")
			announced := strings.Count(k.read("announced")+next.read("announced"), "up ")
			if announced < 1 || announced > 2 {
				t.Errorf("killed %s call %d: announced %d times", when, n, announced)
			}
		}
	}
}

// Nothing is changed where the cluster is another one, the user may not do all, a secret has no value, or another run is active.
func TestClusterRefusals(t *testing.T) {
	inTwoShells(t, func(t *testing.T, shell string) {
		source := version("1.0", "", "")
		k := clusterKit(t, shell, source, nil)
		k.world("denied", "patch NetworkPolicy\ncreate secrets\n")
		contains(t, k.want(3, "--context", "prod"), "Nothing was started", "create secrets, patch NetworkPolicy")
		mustEqual(t, "created", k.saw("created"), "")
		k.world("denied", "")
		k.env = k.env[1:]
		contains(t, k.want(3, "--context", "prod"), "The secret api_key has no value")
		mustEqual(t, "applied", k.saw("applied"), "")
		k.env = append(k.env, "API_KEY=key")
		k.want(0, "--context", "prod")
		contains(t, k.want(2, "reset"), "one of kits for Docker Compose")
		contains(t, k.want(2, "--pull"), "option of kits for Docker Compose")
		// Another machine holds the lock, and renews it; then it has died.
		lease := func(renewed string) {
			k.world("object.lease.omegagen", fmt.Sprintf(`{"kind":"Lease","metadata":{"name":"omegagen"},"spec":{"holderIdentity":"elsewhere:1:2:other-boot","renewTime":%q}}`, renewed))
		}
		lease("1")
		stop := make(chan bool)
		go func() {
			for i := 2; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(500 * time.Millisecond):
					lease(fmt.Sprint(i))
				}
			}
		}()
		contains(t, k.want(4, "--from", "announce"), "Another deploy.sh is running on elsewhere")
		stop <- true
		contains(t, k.want(0, "--from", "announce"), "taking it over")
		// The state of another cluster.
		k.world("object.namespace.kube-system", `{"kind":"Namespace","metadata":{"name":"kube-system","uid":"cluster-2"}}`)
		contains(t, k.want(5), "recorded in another cluster")
	})
}

// A class that objects name and the cluster doesn't have is reported before anything is changed, unless volumes that
// were made by hand have it.
func TestClusterClasses(t *testing.T) {
	inTwoShells(t, func(t *testing.T, shell string) {
		source := strings.Replace(version("1.0", "", ""), `runner   = image.curl`, `runner        = image.curl
  storage_class = "fast"
  ingress {
    domain = "shop.example.org"
    class  = "inner"
  }`, 1)
		source = strings.Replace(source, `port "http" { container = 8080 }`, `port "http" {
    container = 8080
    host      = 8080
  }`, 1)
		k := clusterKit(t, shell, source, nil)
		contains(t, k.want(3, "--context", "prod"), "Nothing was started: the cluster doesn't have IngressClass inner, StorageClass fast.")
		mustEqual(t, "created", k.saw("created"), "")
		k.world("object.ingressclass.inner", `{"kind":"IngressClass","metadata":{"name":"inner"}}`)
		contains(t, k.want(3, "--context", "prod"), "the cluster doesn't have StorageClass fast.")
		k.world("object.persistentvolume.one", `{"kind":"PersistentVolume","metadata":{"name":"one"},"spec":{"storageClassName":"fast"}}`)
		k.want(0, "--context", "prod")
	})
}

// A failed rollout names the pods and their reason; the next run resumes.
func TestClusterStuck(t *testing.T) {
	inTwoShells(t, func(t *testing.T, shell string) {
		k := clusterKit(t, shell, version("1.0", "", ""), nil)
		k.world("stuck.web", "ImagePullBackOff")
		contains(t, k.want(1, "--context", "prod"), "FAILED  service.web.await", "Pod web-0: ImagePullBackOff.", "the last line of the log")
		contains(t, k.want(6, "status"), "failed   service.web.await")
		if err := os.Remove(filepath.Join(k.bin, "world/stuck.web")); err != nil {
			t.Fatal(err)
		}
		contains(t, clusterKit(t, shell, version("1.0", "", ""), k).want(0), "Release 1.")
		contains(t, k.want(0, "down"), "kept claims with their data, secrets and releases")
		if k.object("deployment", "web") != nil || k.object("secret", "db-password") == nil {
			t.Error("web is there, or its secret is not")
		}
		k.want(6, "status")
		contains(t, k.want(0), "done    service.web.start")
	})
}
