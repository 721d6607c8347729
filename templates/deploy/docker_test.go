package deploy_test

import (
	"bytes"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
)

// dockerProgram stands in for docker and its Compose plugin: containers and
// images are files beside it. A container's file holds its status, health, failed
// probes, whether its memory ran out, its restarts, the policy's retries and its
// exit status. What stands in fate.NAME, a line for each look, befalls the next
// container of that name from its start on; the last line stays. The
// first one stays until all files are there that after.NAME lists; seen.NAME is there
// once a container has been looked at.
const dockerProgram = `w=${0%/*}/world; mkdir -p "$w"
printf '%s\n' "$*" >>"$w/calls"
image() { case $1 in omegagen/test/*) printf '%s/kept.%s' "$w" "${1#omegagen/test/}" ;; *) printf '%s/image.%s' "$w" "$(printf '%s' "$1" | tr /@ ..)" ;; esac; }
pushed() { printf '%s/pushed.%s' "$w" "$(printf '%s' "$1" | tr /@ ..)"; }
came() { [ ! -f "$1" ] || for file in $(cat "$1"); do [ -f "$file" ] || return 1; done; }
id_of() { printf 'id-%s' "$1"; [ ! -f "$w/generation.$1" ] || wc -l <"$w/generation.$1" | tr -d ' \n'; }
case "$*" in
"version --format"*) echo 27.3.1 ;;
"compose version --short") echo 2.30.0 ;;
compose*" up "*)
    grep -q '^PASSWORD=[A-Za-z0-9]\{24\}$' .env || { echo "no .env"; exit 15; }
    seen=; for a; do case $a in up) seen=1 ;; -*) ;; *) [ -z "$seen" ] || {
        case $a in job) s='exited none 0 false 0 0 0' ;; database) s='running healthy 0 false 0 0 0' ;; *) s='running none 0 false 0 0 0' ;; esac
        case "$*" in *--force-recreate*) rm -f "$w/made.test-$a" ;; esac
        [ ! -f "$w/config.test-$a" ] || cmp -s "$w/config.test-$a" "$w/made.test-$a" || {
            cp "$w/config.test-$a" "$w/made.test-$a"; echo x >>"$w/generation.test-$a"; rm -f "$w/container.test-$a"; }
        [ -f "$w/container.test-$a" ] && [ -f "$w/kept" ] || echo "$s" >"$w/container.test-$a"
        [ ! -f "$w/fate.test-$a" ] || cp "$w/fate.test-$a" "$w/next.test-$a"; } ;; esac; done ;;
compose*" rm "*) for a; do rm -f "$w/container.test-$a"; done ;;
"ps --all --filter label=com.docker.compose.project=test --format {{.Names}} {{.Label"*) cat "$w/containers" 2>/dev/null || : ;;
"ps --all --filter label=com.docker.compose.project=test --filter label=com.docker.compose.oneoff=False --filter label=com.docker.compose.service="*) ;;
compose*" config --hash "*) for name; do :; done; echo "$name hash" ;;
"network ls "*) cat "$w/networks" 2>/dev/null || : ;;
"volume ls --filter label=com.docker.compose.project=test --format {{.Name}} {{.Label"*) cat "$w/volumes" 2>/dev/null || : ;;
"network rm "*) [ "$3" != busy ] && echo "$3" >>"$w/removed" ;;
compose*" down"*) rm -f "$w"/container.* ;;
"inspect --type container --format"*FailingStreak*)
    [ ! -f "$w/down" ] || { printf "\nCannot connect to the Docker daemon\n" >&2; exit 1; }
    shift 5; ok=0
    for name; do
        [ -f "$w/container.$name" ] || { echo "Error response from daemon: No such container: $name" >&2; ok=1; [ ! -f "$w/old" ] || exit 1; continue; }
        : >"$w/seen.$name"
        if [ -s "$w/next.$name" ]; then
            head -n 1 "$w/next.$name" >"$w/container.$name"
            ! came "$w/after.$name" || { sed 1d "$w/next.$name" >"$w/rest.$name"; mv "$w/rest.$name" "$w/next.$name"; }
            ! grep -q down "$w/container.$name" || { printf "\nCannot connect to the Docker daemon\n" >&2; exit 1; }
            grep -q gone "$w/container.$name" && { rm "$w/container.$name"; echo "Error: No such container: $name" >&2; ok=1; continue; }
        fi
        read -r state health failures oom restarts retries code <"$w/container.$name"
        echo "/$name $(id_of "$name") $state $health $failures $oom $restarts $retries $code t$restarts"
    done
    exit $ok ;;
"inspect --type container --format"*)
    for name; do :; done
    [ -f "$w/container.$name" ] || { echo "no such container: $name" >&2; exit 1; }
    read -r state _ <"$w/container.$name"
    case "$*" in
    *.Config.Image*)
        shift 5
        for name; do [ ! -f "$w/container.$name" ] || {
            case $name in *-database) tag=db:1 ;; *) tag=web:1 ;; esac
            echo "/$name $(cat "$w/runs.$name" 2>/dev/null || echo "$tag") $tag"; }; done ;;
    *'range .Log'*) echo "The last healthcheck exited with status 7: refused" ;;
    *.Id*.Status*) read -r state health _ <"$w/container.$name"; echo "$(id_of "$name") $state $health " ;;
    *.Id*) id_of "$name"; echo ;;
    *Running*) [ "$state" = running ] && echo true || echo false ;;
    *HostConfig.Memory*) echo 6291456 ;;
    *CapDrop*) cat "$w/hardening.$name" 2>/dev/null || echo 'false||[]|[]' ;;
    *) echo "unexpected: $*" >&2; exit 99 ;;
    esac ;;
"image inspect --format {{.Id}}"*)
    [ -f "$(image "$5")" ] || { echo "Error response from daemon: No such image: $5" >&2; exit 1; }
    printf 'sha256:%s' "$(cksum <"$(image "$5")" | tr ' ' -)"
    case "$*" in *RepoDigests*)
        [ ! -f "$w/digest.$5" ] || printf ' %s' "$(cat "$w/digest.$5")"
        case $5 in registry.*) for p in "$(image "${5%:*}")".sha256:*; do [ ! -f "$p" ] || ! cmp -s "$p" "$(image "$5")" || printf ' %s@%s' "${5%:*}" "${p##*x.}"; done ;; esac ;;
    esac
    echo ;;
"tag "*) cp "$(image "$2")" "$(image "$3")" ;;
"pull --quiet "*) cp "$(pushed "$3")" "$(image "$3")" 2>/dev/null || cp "$w/registry" "$(image "$3")" ;;
"push "*)
    [ ! -f "$w/denied" ] || { echo "denied: requested access to the resource is denied" >&2; exit 1; }
    [ -f "$(image "$2")" ] || { echo "An image does not exist locally with the tag: $2" >&2; exit 1; }
    digest=$(cksum <"$(image "$2")" | tr ' ' 0)
    cp "$(image "$2")" "$(pushed "${2%:*}@sha256:$digest")"
    echo "${2##*:}: digest: sha256:$digest size: 528" ;;
"buildx build --push --metadata-file "*)
    for a; do [ "$was" != -t ] || name=$a; was=$a; done
    cat "$w/source" >"$(pushed "${name%:*}@sha256:cafe")"
    printf '{\n  "containerimage.digest": "sha256:cafe"\n}\n' >"$5" ;;
"image ls --format {{.Repository}}:{{.Tag}} --filter reference="*)
    for name in "$w"/kept."${6##*/}":*; do [ ! -f "$name" ] || echo "omegagen/test/${name##*/kept.}"; done ;;
"image rm omegagen/"*) rm "$(image "$3")" ;;
"image inspect omegagen/"*) [ -f "$(image "$3")" ] ;;
"image inspect --format {{json .Config}}"*)
    [ -f "$(image "$5")" ] || { echo "Error response from daemon: No such image: $5" >&2; exit 1; }
    cat "$(image "$5")" ;;
"ps --filter label=com.docker.compose.project=test --filter publish="*) cat "$w/${5#publish=}.published" 2>/dev/null || : ;;
"stop "* | "rm --force "*) for name; do :; done; rm -f "$w/container.$name" "$w/"*.published ;;
"image inspect --format"*) for name; do :; done; [ -f "$(image "$name")" ] && echo 1000 ;;
"image inspect "*) [ -f "$(image "$3")" ] ;;
"image rm "*) [ ! -f "$w/used.$3" ] || { echo "Error: conflict: container c1 is using $3" >&2; exit 1; }; rm "$(image "$3")" ;;
"image prune --force --filter label=omegagen.project=test") : >"$w/pruned" ;;
"pull "*)
    for name; do :; done
    case $name in
    *@*) cp "$(pushed "$name")" "$(image "$name")" 2>/dev/null || { echo "Error response from daemon: manifest for $name not found: manifest unknown" >&2; exit 1; } ;;
    *) echo pulled >"$(image "$name")" ;;
    esac ;;
"build "*) was=; for a; do [ "$was" != -t ] || cat "$w/source" 2>/dev/null >"$(image "$a")" || :; was=$a; done ;;
"exec -i test-database psql"*) cat >>"$w/psql"; printf 'state empty\ncomplete\n' ;;
"logs "*) for name; do :; done; cat "$w/log.$name" 2>/dev/null || echo "the container's own words" ;;
"stats "*) printf 'test-web-1\t1%%\t2MB / 4MB\n' ;;
*) echo "unexpected: $*" >&2; exit 99 ;;
esac
`

// world sets the state of the stand-in for docker.
func world(k *kit, name, content string) {
	k.write("../bin/world/"+name, content+"\n")
}

// stack is a deployment with every kind of generated action, and its plan.
func stack(t testing.TB) (*manifest.Manifest, *planner.Plan, []artifact.Artifact) {
	t.Helper()
	m := model()
	password := &manifest.Secret{Origin: origin("secret.password"), Name: "password", From: &manifest.GeneratedSecret{Length: 24}, EnvVar: "PASSWORD"}
	role := &manifest.Secret{Origin: origin("secret.role"), Name: "role", From: &manifest.GeneratedSecret{Length: 12}, EnvVar: "ROLE"}
	built := &manifest.Image{Origin: origin("image.web"), Name: "web", Tag: "web:1", Context: ".", MaxSize: 2000, BuildArgs: []manifest.KeyValue{{Key: "A", Value: "it's $(touch x)"}}}
	pulled := &manifest.Image{Origin: origin("image.db"), Name: "db", Tag: "db:1", Pull: "db:1"}
	service := func(name string, image *manifest.Image, replicas int) *manifest.Service {
		s := &manifest.Service{Origin: origin("service." + name), Name: name, Image: image, Replicated: replicas > 1}
		for i := range replicas {
			n := name
			if replicas > 1 {
				n = fmt.Sprintf("%s-%d", name, i+1)
			}
			s.Instances = append(s.Instances, &manifest.Instance{Index: i, Name: n, ContainerName: "test-" + n})
		}
		return s
	}
	db := service("database", pulled, 1)
	db.Healthcheck = &manifest.Healthcheck{Test: &manifest.ShellTest{Script: "true"}, Interval: time.Second, Timeout: time.Second, Retries: 1}
	db.Instances[0].SecretEnv = []manifest.SecretEnv{{Name: "PASSWORD_FILE", Secret: password}}
	web := service("web", built, 2)
	web.Exposed = true
	for _, i := range web.Instances {
		i.Env = []manifest.EnvVar{{Name: "URL", Value: manifest.Text{{Text: "postgres://"}, {Secret: password}}}}
	}
	web.DependsOn = []*manifest.Dependency{{Service: db, Condition: "healthy"}}
	job := service("job", built, 1)
	job.Oneshot = true
	job.DependsOn = []*manifest.Dependency{{Service: web, Condition: "started"}}
	omega := &manifest.Database{Origin: origin("database.omega"), Name: "omega", Service: db, DBName: "omega", User: "postgres", Port: 5432, File: "init-db.sql",
		Roles: []*manifest.Role{{Origin: origin("database.omega.role.app"), Name: "app", Login: true, Password: role}}}
	m.Secrets = []*manifest.Secret{password, role}
	m.Images = []*manifest.Image{pulled, built}
	m.Services = []*manifest.Service{db, job, web}
	m.Databases = []*manifest.Database{omega}
	m.Actions = []*manifest.Action{{Origin: origin("action.use"), Name: "use", Title: "use", Shell: "sh", OnFailure: "stop", Cost: big.NewRat(1, 1),
		Precondition: &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: manifest.Fact{Kind: manifest.SecretSet, Name: "password"}},
		Run:          manifest.Text{{Text: "printf '%s' \"u:"}, {Secret: password}, {Text: "\" >used; echo \"$X\" >env"}},
		Env:          []manifest.EnvVar{{Name: "X", Value: manifest.Text{{Text: "it's $(touch x) "}, {Secret: password}}}}}}
	fact := func(k manifest.FactKind, name string) *manifest.Expr {
		return &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: manifest.Fact{Kind: k, Name: name}}
	}
	m.Goals = []*manifest.Goal{{Origin: origin("goal.default"), Name: "default", Default: true, Objective: "cost",
		Condition: and(fact(manifest.DatabaseApplied, "omega"), and(fact(manifest.ServiceCompleted, "job"), fact(manifest.ServiceStarted, "web"))),
		Include:   []*manifest.ActionRef{{Action: m.Actions[0]}}}}
	ps := planner.Plans(m, planner.Options{})
	if len(ps) != 1 || ps[0].Status != planner.Optimal {
		t.Fatalf("no plan: %+v", ps)
	}
	others := []artifact.Artifact{
		{Path: "docker-compose.yml", Content: []byte("name: test\n")},
		{Path: "init-db.sql", Content: []byte("CREATE TABLE x ();\n")},
	}
	return m, ps[0], others
}

func TestMadeActions(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", dockerProgram)
		out := k.want(0)
		secret := k.read(".omegagen/secrets/password")
		if !regexp.MustCompile(`^[A-Za-z0-9]{24}$`).MatchString(secret) {
			t.Fatalf("the secret is %q\n%s", secret, out)
		}
		mustEqual(t, ".env", k.read(".env"), "PASSWORD="+secret+"\n")
		for path, mode := range map[string]os.FileMode{".env": 0o600, ".omegagen/secrets": 0o700, ".omegagen/secrets/password": 0o444, ".omegagen/logs/use.log": 0o600} {
			st, err := os.Stat(filepath.Join(k.dir, path))
			if err != nil || st.Mode().Perm() != mode {
				t.Errorf("%s: %v, %v", path, st.Mode(), err)
			}
		}
		mustEqual(t, "the body's secret", k.read("used"), "u:"+secret)
		mustEqual(t, "the body's variable", k.read("env"), "it's $(touch x) "+secret+"\n")
		psql, err := os.ReadFile(filepath.Join(k.bin, "world/psql"))
		if err != nil {
			t.Fatal(err)
		}
		role := k.read(".omegagen/secrets/role")
		contains(t, string(psql), "CREATE TABLE x ();", "\\prompt password\n"+role+"\nALTER ROLE", "COMMIT;")
		calls, _ := os.ReadFile(filepath.Join(k.bin, "world/calls"))
		contains(t, string(calls), "build -f Dockerfile.web -t web:1 --build-arg A=it's $(touch x) .", "pull db:1",
			"compose -f docker-compose.yml -p test up --detach --no-build --no-deps web-1 web-2")
		for _, s := range []string{secret, role} {
			for what, text := range map[string]string{"an argument": string(calls), "the output": out, "a report": k.read(".omegagen/reports/report.json") + k.read(".omegagen/reports/report.md")} {
				if strings.Contains(text, s) {
					t.Errorf("a secret stands in %s", what)
				}
			}
			logs, _ := filepath.Glob(filepath.Join(k.dir, ".omegagen/*/*"))
			for _, l := range logs {
				if b, _ := os.ReadFile(l); bytes.Contains(b, []byte(s)) && !strings.Contains(l, "/secrets/") {
					t.Errorf("a secret stands in %s", l)
				}
			}
		}
		if k.read("x") != "" {
			t.Error("a text was executed")
		}
		// A second run changes nothing; down and up keep the secrets.
		contains(t, k.want(0), "Nothing to do")
		k.want(0, "down")
		contains(t, k.want(6, "status"), "todo                 service.web.start", "image.web.build")
		k.want(0)
		mustEqual(t, "the secret", k.read(".omegagen/secrets/password"), secret)
		builds, _ := os.ReadFile(filepath.Join(k.bin, "world/calls"))
		mustEqual(t, "builds", strings.Count(string(builds), "\nbuild "), 3) // one in each up: the builder knows what has changed
		contains(t, k.want(2, "reset"), "--yes")
		contains(t, k.want(0, "reset", "--images", "--yes"), "Removed everything that this deployment created except .env, logs and reports.")
		if _, err := os.Stat(filepath.Join(k.bin, "world/pruned")); err != nil {
			t.Errorf("replaced builds stay: %v", err)
		}
		left, _ := filepath.Glob(filepath.Join(k.bin, "world/[ci]*.*"))
		mustEqual(t, "left over", left, []string{})
		// .env is the user's file: it stays, and its value is taken up again.
		k.want(0)
		mustEqual(t, "the secret", k.read(".omegagen/secrets/password"), secret)
	})
}

// TestResetGoesOn shows that an image which docker keeps, and a folder that
// can't be removed, are named at the end, and keep nothing else from going.
func TestResetGoesOn(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", dockerProgram)
		k.want(0)
		used := filepath.Join(k.bin, "world/used.db:1")
		if err := os.WriteFile(used, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(2, "reset", "--images"), "VOLUMES WITH THEIR DATA", "all images that the kit uses, including pulled ones and those that existed before?")
		out := k.want(1, "reset", "--images", "--yes")
		contains(t, out, "Cannot remove the image db:1. Docker reports: Error: conflict: container c1 is using db:1", "Not removed: the image db:1.")
		if strings.Contains(out, "Removed everything") {
			t.Error(out)
		}
		left, _ := filepath.Glob(filepath.Join(k.bin, "world/[ci]*.*"))
		mustEqual(t, "left over", left, []string{filepath.Join(k.bin, "world/image.db:1")})
		mustEqual(t, "state and secrets", fmt.Sprint(exists(k, ".omegagen/state"), exists(k, ".omegagen/secrets")), "false false")
		if err := os.Remove(used); err != nil {
			t.Fatal(err)
		}
		k.program("rm", `case "$*" in *state*) echo "rm: cannot remove 'it'" >&2; exit 1 ;; esac; exec /bin/rm "$@"`)
		contains(t, k.want(1, "reset", "--yes"), "cannot remove 'it'", "Not removed: the files in")
		k.program("rm", `exec /bin/rm "$@"`)
		contains(t, k.want(0, "reset", "--yes"), "created except the images, .env, logs and reports.")
		contains(t, k.want(0, "reset", "--images", "--yes"), "created except .env, logs and reports.")
		mustEqual(t, "the image", exists(k, "../bin/world/image.db:1"), false)
	})
}

// TestRollbackOfServices shows that rollback removes the containers, in reverse
// order, and nothing where Compose isn't there.
func TestRollbackOfServices(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", dockerProgram)
		k.want(0)
		k.write("database", "") // which a command without a name in front would remove
		k.program("docker", strings.Replace(dockerProgram, "echo 2.30.0", "exit 1", 1))
		k.program("docker-compose", "exit 1")
		contains(t, k.want(3, "uninstall", "--yes"), "Docker Compose not found in PATH")
		k.program("docker", dockerProgram)
		out := k.want(0, "uninstall", "--yes")
		if job, db := strings.Index(out, "undone  service.job.start"), strings.Index(out, "undone  service.database.start"); job < 0 || db < job {
			t.Error(out)
		}
		left, _ := filepath.Glob(filepath.Join(k.bin, "world/container.*"))
		mustEqual(t, "containers", left, []string{})
		mustEqual(t, "the file", exists(k, "database"), true)
	})
}

func TestEnvFile(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", dockerProgram)
		for _, line := range []string{"PASSWORD=CHANGE_ME_before_deploying", "OTHER=\"CHANGE_ME\"", "PASSWORD='a/b c'"} {
			k.write(".env", line+"\n")
			contains(t, k.want(3), "In .env, "+line[:strings.Index(line, "=")])
		}
		k.write(".env", "# mine\nA=1\nPASSWORD=abcdefghijklmnopqrstuvwx")
		k.want(0)
		mustEqual(t, "the secret", k.read(".omegagen/secrets/password"), "abcdefghijklmnopqrstuvwx")
		k.write(".env", "PASSWORD=another\n")
		contains(t, k.want(3, "--from", "use"), "differs from the secret that this deployment uses")
	})
}

func TestPreflight(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, _, others := stack(t)
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		port := listener.Addr().(*net.TCPAddr).Port
		m.Services[0].Instances[0].Ports = []*manifest.Port{{Name: "sql", Container: 5432, Host: port, Bind: "127.0.0.1", Protocol: "tcp"}}
		m.Actions[0].Tools = []manifest.Tool{{Name: "no-such-tool"}, {Name: "old", Constraint: ">= 1.10"}, {Name: "new", Constraint: ">= 1.10"}, {Name: "docker", Constraint: ">= 28"}}
		p := planner.Plans(m, planner.Options{})[0]
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", dockerProgram)
		k.program("old", "echo 'old version v1.9.9 (build 7)'")
		k.program("new", "echo new 1.10")
		out := k.want(3)
		contains(t, out, "'no-such-tool' not found in PATH", "'old' has version 1.9.9", "The plan requires docker >= 28", "prerequisite(s) missing")
		if strings.Contains(out, "'new'") {
			t.Error(out)
		}
		m.Actions[0].Tools = nil
		p = planner.Plans(m, planner.Options{})[0]
		// A service with a profile isn't started, so its port doesn't matter.
		aside := published("aside", port)
		aside.Profiles = []string{"aside"}
		m.Services = append(m.Services, aside)
		k.install(m, plans(p), others...)
		out = k.want(3)
		contains(t, out, fmt.Sprintf("Host port %d of test-database is already in use", port))
		if strings.Contains(out, "aside") {
			t.Error(out)
		}
		k.program("docker", strings.Replace(dockerProgram, "2.30.0", "1.29.2", 1))
		contains(t, k.want(3), "Docker Compose has version 1.29.2")
		k.program("docker", strings.Replace(dockerProgram, "echo 27.3.1", "exit 1", 1))
		contains(t, k.want(3), "daemon does not respond")
	})
}

// TestDown shows that down also undoes declared actions that start services,
// and what needs them, but nothing else.
func TestDown(t *testing.T) {
	m := model()
	web := published("web", 0)
	m.Services = []*manifest.Service{web}
	p := planOf(m,
		task{name: "before", run: "true"},
		task{name: "start", needs: "before", run: "true", edit: func(a *manifest.Action) {
			a.Achieves = []manifest.FactRef{{Fact: manifest.Fact{Kind: manifest.ServiceStarted, Name: "web"}}}
		}},
		task{name: "after", needs: "start", run: "true"},
	)
	p.Steps[1].Action.Achieves = []manifest.Fact{{Kind: manifest.ServiceStarted, Name: "web"}}
	k := newKit(t, "dash", m, plans(p), artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
	k.program("docker", dockerProgram)
	world(k, "container.test-web", "running none 0 false 0 0 0")
	k.want(0)
	k.want(0, "down")
	contains(t, k.want(6, "status"), "todo                 start", "todo                 after", "1 of 3 steps")
}
