package deploy_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/templates/compose"
)

// rollingProgram stands in for docker where the order of replacements matters. It
// reads docker-compose.yml as Compose does: a service whose part has changed gets new
// containers, names and host ports can't be taken twice. A container's file
// holds its ID, service, number, configuration, host ports, state and health. A
// new one is healthy once its health has been looked at twice. After each change, how
// many containers serve is added to "serving".
const rollingProgram = `w=${0%/*}/world; mkdir -p "$w/c"
printf '%s\n' "$*" >>"$w/calls"
part() { LC_ALL=C awk -v s="  $1:" '/^[a-z]/ { on = 0; in_services = $0 == "services:" } in_services && /^  [^ #]/ { on = $0 == s } on && !/^ *#/' docker-compose.yml; }
get() { read -r id service number config ports state health <"$w/c/$1"; }
set_() { printf '%s\n' "$id $service $number $config $ports $state $health" >"$w/c/$1.new" && mv "$w/c/$1.new" "$w/c/$1"; }
names() { for f in "$w/c"/*; do case $f in *.new | *'*') ;; *) f=${f##*/}; get "$f"; case ${1:-$service} in "$service") echo "$f" ;; esac ;; esac; done; }
serving() { n=0; for served in $(names); do get "$served"; [ "$state $health" != 'running healthy' ] || n=$((n + 1)); done; echo "$n" >>"$w/serving"; }
gone() { rm -f "$w/c/$1" "$w/looked.$1"; serving; }
create() { # SERVICE NUMBER
    name=$(part "$1" | sed -n 's/^    container_name: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p')
    ports=$(part "$1" | sed -n 's/^ *published: "\(.*\)"/\1/p' | tr '\n' ','),
    new_config=$(part "$1" | cksum | tr ' ' -) new_name=${name:-test-$1-$2} new_ports=$ports
    [ ! -f "$w/c/$new_name" ] || { echo "Conflict. The container name $new_name is already in use" >&2; exit 1; }
    for other in $(names); do
        get "$other"
        for p in $(echo "$new_ports" | tr , ' '); do case $state:,$ports in running:*,"$p",*) echo "Bind for 127.0.0.1:$p failed: port is already allocated" >&2; exit 1 ;; esac; done
    done
    echo x >>"$w/made"
    id=id-$(wc -l <"$w/made" | tr -d ' ') service=$1 number=$2 config=$new_config ports=$new_ports state=running health=starting
    [ ! -f "$w/fate.$1" ] || read -r state health <"$w/fate.$1"
    echo "$1" >>"$w/created"
    set_ "$new_name"
    serving
}
up() {
    force='' keep='' scales=' ' seen='' services='' want_scale=''
    for a; do
        case $want_scale:$seen:$a in
            1:*) scales="$scales$a " want_scale='' ;;
            *:up) seen=1 ;;
            *:*:--scale) want_scale=1 ;;
            *:1:--force-recreate) force=1 ;;
            *:1:--no-recreate) keep=1 ;;
            *:1:-*) ;;
            *:1:*) services="$services $a" ;;
            *:*:up) seen=1 ;;
        esac
    done
    for s in $services; do
        count=1
        case $scales in *" $s="*) count=${scales##*" $s="} count=${count%% *} ;; esac
        have=0 highest=0 fresh=$(part "$s" | cksum | tr ' ' -)
        for c in $(names "$s"); do
            have=$((have + 1))
            get "$c"
            [ "$number" -le "$highest" ] || highest=$number
            if [ "$have" -gt "$count" ]; then gone "$c"; continue; fi
            if [ -z "$keep" ] && { [ -n "$force" ] || [ "$config" != "$fresh" ]; }; then
                again=$number
                gone "$c"
                create "$s" "$again"
            elif [ "$state" != running ]; then
                state=running health=starting
                rm -f "$w/looked.$c"
                set_ "$c"
            fi
        done
        while [ "$have" -lt "$count" ]; do
            have=$((have + 1)) highest=$((highest + 1))
            create "$s" "$highest"
        done
    done
}
case "$*" in
compose*" up "*) up "$@" ;;
compose*" config --hash "*) for s; do :; done; echo "$s $(part "$s" | cksum | tr ' ' -)" ;;
compose*" rm "*) for s; do for c in $(names "$s"); do gone "$c"; done; done ;;
"inspect --type container --format"*FailingStreak*)
    shift 5; ok=0
    for name; do
        [ -f "$w/c/$name" ] || { echo "Error response from daemon: No such container: $name" >&2; ok=1; continue; }
        get "$name"
        echo x >>"$w/looked.$name"
        if [ "$state $health" = 'running starting' ] && [ "$(wc -l <"$w/looked.$name")" -ge 2 ]; then health=healthy; set_ "$name"; serving; get "$name"; fi
        echo "/$name $id $state $health 0 false 0 0 0 t1"
    done
    exit $ok ;;
"inspect --type container --format"*)
    format=$5; shift 5; ok=0
    for name; do
        [ -f "$w/c/$name" ] || { echo "no such container: $name" >&2; ok=1; continue; }
        get "$name"
        case $format in
            *config-hash*) echo "$config image-id image" ;;
            *.Config.Image*) echo "/$name image image" ;;
            *.Id*.Status*) echo "$id $state $health $service" ;;
            *.Id*) echo "$id" ;;
            *Running*) [ "$state" = running ] && echo true || echo false ;;
            *.Status*) echo "$state $health" ;;
            *CapDrop*) echo 'false||[]|[]' ;;
            *) echo ;;
        esac
    done
    exit $ok ;;
"image inspect --format {{.Id}} image") echo image-id ;;
"ps --all --filter label=com.docker.compose.project=test --filter label=com.docker.compose.oneoff=False --filter label=com.docker.compose.service="*) names "${8#label=com.docker.compose.service=}" ;;
"ps --all --filter label=com.docker.compose.project=test --filter label=com.docker.compose.oneoff=False --format {{.Label"*) for c in $(names); do get "$c"; echo "$service $c $state"; done ;;
"ps --all --filter label=com.docker.compose.project=test --format {{.Names}}"*) for c in $(names); do get "$c"; echo "$c $service $PWD/docker-compose.yml"; done ;;
"ps --filter label=com.docker.compose.project=test --filter publish="*)
    for c in $(names); do get "$c"; case $state:,$ports in running:*,"${5#publish=}",*) echo "$c" ;; esac; done ;;
"stop "*) for name; do :; done; get "$name"; state=exited; set_ "$name"; serving ;;
"rm --force "*) gone "$3" ;;
*) exec "${0%/*}/docker-others" "$@" ;;
esac
`

// rolling is a kit whose containers rollingProgram stands in for; the manifest begins
// with the system and an image.
func rolling(t *testing.T, k *kit, shell, manifest string) *kit {
	t.Helper()
	m, ps := load(t, `system "test" {}
image "x" {
  pull = "image"
}
`+manifest)
	files, diags := compose.Render(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if k != nil {
		k.install(m, ps, files...)
		return k
	}
	k = newKit(t, shell, m, ps, files...)
	k.program("docker", rollingProgram)
	k.program("docker-others", dockerProgram)
	return k
}

// replicas is a service with three replicas, host ports, and more arguments.
func replicas(name, more string) string {
	return fmt.Sprintf(`service %q {
  image    = image.x
  replicas = 3
  port "http" {
    container = 80
    host      = 18090 + replica.index
  }
  healthcheck {
    shell    = "true"
    interval = "1s"
  }
  %s
}
`, name, more)
}

// watch forgets what has served so far.
func watch(k *kit) {
	k.write("../bin/world/serving", "")
	k.write("../bin/world/created", "")
}

// fewest is how many containers served at least since watch.
func fewest(k *kit) int {
	k.t.Helper()
	least := 99
	for _, line := range strings.Fields(k.read("../bin/world/serving")) {
		n, err := strconv.Atoi(line)
		if err != nil {
			k.t.Fatal(err)
		}
		least = min(least, n)
	}
	return least
}

func created(k *kit) string {
	return strings.Join(strings.Fields(k.read("../bin/world/created")), " ")
}

// there is the names of the containers.
func there(k *kit) string {
	k.t.Helper()
	entries, err := os.ReadDir(filepath.Join(k.bin, "world/c"))
	if err != nil {
		k.t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

// interrupt runs deploy.sh with these arguments and kills it, with everything that it
// has started, after some time; true if it had ended before.
func interrupt(k *kit, after time.Duration, args ...string) bool {
	k.t.Helper()
	cmd := k.command(context.Background(), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
		return true
	case <-time.After(after):
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-done
		return false
	}
}

// A renamed service's containers replace those of its former name one after the other,
// each just after the former one was removed; a rollback does the same the other way.
func TestRenamedService(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := rolling(t, nil, shell, replicas("web", ""))
		k.want(0)
		mustEqual(t, "before", there(k), "test-web-1 test-web-2 test-web-3")
		watch(k)
		rolling(t, k, shell, replicas("site", "renamed_from = service.web"))
		if err := os.Remove(filepath.Join(k.bin, "world/c/test-web-2")); err != nil { // as after a kill between its end and the next start
			t.Fatal(err)
		}
		k.want(0)
		mustEqual(t, "after", there(k), "test-site-1 test-site-2 test-site-3")
		mustEqual(t, "containers that served at least", fewest(k), 2)
		mustEqual(t, "made", created(k), "site-2 site-1 site-3")
		contains(t, k.want(0, "logs", "service.site.start"), "Removing test-web-1, whose place test-site-1 takes.")
		contains(t, k.want(0), "Nothing to do")
		watch(k)
		k.want(0, "rollback", "--yes")
		mustEqual(t, "after the rollback", there(k), "test-web-1 test-web-2 test-web-3")
		mustEqual(t, "containers that served at least during the rollback", fewest(k), 2)
		mustEqual(t, "made by the rollback", created(k), "web-1 web-2 web-3")
	})
}

// A host port that moves from one service to another is free when the other one starts.
func TestMovedPort(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		both := func(count, port int) string {
			last := strings.NewReplacer("replicas = 3", "depends_on = { web = \"healthy\" }", "18090 + replica.index", strconv.Itoa(port)).Replace(replicas("z", ""))
			return strings.Replace(replicas("web", ""), "replicas = 3", "replicas = "+strconv.Itoa(count), 1) + last
		}
		k := rolling(t, nil, shell, both(3, 18093))
		k.want(0)
		watch(k)
		rolling(t, k, shell, both(4, 18094))
		k.want(0)
		mustEqual(t, "after", there(k), "test-web-1 test-web-2 test-web-3 test-web-4 test-z")
		mustEqual(t, "made", created(k), "web-4 z")
		mustEqual(t, "containers that served at least", fewest(k), 3)
		contains(t, k.want(0, "logs", "service.web.start"), "Removing test-z, which has a host port that test-web-4 takes")
		contains(t, k.want(0), "Nothing to do")
		watch(k)
		k.want(0, "rollback", "--yes")
		mustEqual(t, "after the rollback", there(k), "test-web-1 test-web-2 test-web-3 test-z")
	})
}

// What takes the place of a former service doesn't depend on ports: not with other
// numbers of replicas, and not where the containers keep their name.
func TestRenamedServiceWithoutPorts(t *testing.T) {
	const port = `  port "http" {
    container = 80
    host      = 18090 + replica.index
  }
`
	inShells(t, func(t *testing.T, shell string) {
		manifest := func(name, more string) string { return strings.Replace(replicas(name, more), port, "", 1) }
		k := rolling(t, nil, shell, manifest("web", ""))
		k.want(0)
		watch(k)
		rolling(t, k, shell, strings.Replace(manifest("site", "renamed_from = service.web"), "replicas = 3", "replicas = 4", 1))
		k.want(0)
		mustEqual(t, "after", there(k), "test-site-1 test-site-2 test-site-3 test-site-4")
		mustEqual(t, "containers that served at least", fewest(k), 3) // the fourth first
		contains(t, k.want(0, "logs", "service.site.start"), "Removing test-web-1, whose place test-site-1 takes.", "Removing test-web-3, whose place test-site-3 takes.")
		watch(k)
		rolling(t, k, shell, manifest("web", "renamed_from = service.site\n  container_name = \"test-site-${replica.number}\""))
		k.want(0)
		mustEqual(t, "after", there(k), "test-site-1 test-site-2 test-site-3")
		mustEqual(t, "containers that served at least", fewest(k), 3)
		mustEqual(t, "made", created(k), "web-1 web-2 web-3")
		watch(k)
		rolling(t, k, shell, strings.Replace(manifest("one", "renamed_from = service.web"), "replicas = 3", "", 1))
		k.want(0)
		mustEqual(t, "after", there(k), "test-one")
		mustEqual(t, "made", created(k), "one")
		contains(t, k.want(0, "logs", "service.one.start"), "Removing test-site-1, whose place test-one takes.")
	})
}

// Wherever a rollout from one name to another is killed, the next run ends with all
// containers of the new name, and never more than one is down.
func TestKilledRename(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		k := rolling(t, nil, shell, replicas("web", ""))
		k.want(0)
		names := []string{"web", "site"}
		length, killed := 4*time.Second, 0
		for n := range max((kills()-30)/len(tested(t)), 3) {
			from, to := names[n%2], names[(n+1)%2]
			rolling(t, k, shell, replicas(to, "renamed_from = service."+from))
			watch(k)
			start := time.Now()
			if interrupt(k, time.Duration(random.Int63n(int64(length))), "up") {
				length = max(time.Since(start), 100*time.Millisecond)
			} else {
				killed++
			}
			k.want(0)
			mustEqual(t, "after", there(k), fmt.Sprintf("test-%[1]s-1 test-%[1]s-2 test-%[1]s-3", to))
			if got := fewest(k); got < 2 {
				t.Fatalf("only %d containers served", got)
			}
			contains(t, k.want(0), "Nothing to do")
		}
		t.Logf("%d killed", killed)
	})
}

// beside is a service whose second container may run beside the first.
func beside(name, more string) string {
	return fmt.Sprintf(`service %q {
  image    = image.x
  replicas = 2
  healthcheck {
    shell    = "true"
    interval = "1s"
  }
  rollout {
    order = "start_first"
  }
  %s
}
`, name, more)
}

// With order = start_first, a second container starts beside the first, which is removed
// once the second is healthy. All that looks at containers finds the new ones. One
// that doesn't become healthy is removed, and the first goes on serving.
func TestStartFirst(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		criterion := `criterion "up" {
  container {
    service = service.web
    health  = "healthy"
  }
}
`
		k := rolling(t, nil, shell, beside("web", "")+criterion)
		k.want(0)
		mustEqual(t, "before", there(k), "test-web-1-1 test-web-2-1")
		contains(t, k.want(0, "status"), "test-web-1-1    running, healthy", "All is as it was deployed")
		watch(k)
		rolling(t, k, shell, beside("web", `env = { A = "1" }`)+criterion)
		k.want(0)
		mustEqual(t, "after", there(k), "test-web-1-2 test-web-2-2")
		mustEqual(t, "containers that served at least", fewest(k), 2)
		mustEqual(t, "made", created(k), "web-1 web-2")
		contains(t, k.want(0, "status"), "test-web-1-2    running, healthy", "All is as it was deployed")
		watch(k)
		contains(t, k.want(0), "Nothing to do")
		mustEqual(t, "made again", created(k), "")

		k.write("../bin/world/fate.web-1", "exited none\n")
		rolling(t, k, shell, beside("web", `env = { A = "2" }`)+criterion)
		contains(t, k.want(1), "test-web-1-3 exited", "The rollout stops here")
		mustEqual(t, "after the failure", there(k), "test-web-1-2 test-web-2-2")
		mustEqual(t, "containers that served at least", fewest(k), 2)

		// A rollout that was stopped goes on with those that haven't been replaced.
		if err := os.Remove(filepath.Join(k.bin, "world/fate.web-1")); err != nil {
			t.Fatal(err)
		}
		k.write("../bin/world/fate.web-2", "exited none\n")
		k.want(1)
		mustEqual(t, "after the second", there(k), "test-web-1-3 test-web-2-2")
		if err := os.Remove(filepath.Join(k.bin, "world/fate.web-2")); err != nil {
			t.Fatal(err)
		}
		watch(k)
		k.want(0)
		mustEqual(t, "made by the last run", created(k), "web-2")
		mustEqual(t, "at the end", there(k), "test-web-1-3 test-web-2-3")
	})
}

// Wherever a rollout is killed that starts first, the next run ends with one container of
// each service, the new one, and none was down; also where the order or the name changes.
func TestKilledStartFirst(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		k := rolling(t, nil, shell, beside("web", ""))
		k.want(0)
		length, killed, was := 4*time.Second, 0, "web"
		for n := range max((kills()-30)/len(tested(t)), 3) {
			name := []string{"web", "site"}[n/2%2]
			more := fmt.Sprintf("env = { A = \"%d\" }\n", n)
			if name != was {
				more += "  renamed_from = service." + was
			}
			was = name
			rolling(t, k, shell, beside(name, more))
			watch(k)
			start := time.Now()
			if interrupt(k, time.Duration(random.Int63n(int64(length))), "up") {
				length = max(time.Since(start), 100*time.Millisecond)
			} else {
				killed++
			}
			k.want(0)
			names := strings.Fields(there(k))
			if len(names) != 2 || !strings.HasPrefix(names[0], "test-"+name+"-1-") || !strings.HasPrefix(names[1], "test-"+name+"-2-") {
				t.Fatalf("after a kill: %s", names)
			}
			if got := fewest(k); got < 2 {
				t.Fatalf("only %d containers served", got)
			}
			watch(k)
			contains(t, k.want(0), "Nothing to do")
			mustEqual(t, "made again", created(k), "")
		}
		t.Logf("%d killed", killed)
	})
}

// The order may change: containers are found by their service, whatever their name.
func TestChangedOrder(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		stopFirst := strings.Replace(beside("web", ""), `order = "start_first"`, "", 1)
		k := rolling(t, nil, shell, stopFirst)
		k.want(0)
		watch(k)
		rolling(t, k, shell, beside("web", ""))
		k.want(0)
		mustEqual(t, "after", there(k), "test-web-1-2 test-web-2-2")
		mustEqual(t, "containers that served at least", fewest(k), 2)
		watch(k)
		rolling(t, k, shell, stopFirst)
		k.want(0)
		mustEqual(t, "after", there(k), "test-web-1 test-web-2")
		mustEqual(t, "containers that served at least", fewest(k), 1)
	})
}

// A secret with another value replaces each container once, also when the rollout was
// stopped on the way.
func TestRotatedSecret(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for _, order := range []string{"stop_first", "start_first"} {
			secret := "secret \"s\" { from = \"generated\" }\n" + strings.Replace(beside("web", "secret_env = { S_FILE = secret.s }"), "start_first", order, 1)
			k := rolling(t, nil, shell, secret)
			k.want(0)
			k.write(".omegagen/secrets/s", "another value")
			k.write("../bin/world/fate.web-2", "exited none\n")
			watch(k)
			k.want(1)
			mustEqual(t, order+": made", created(k), "web-1 web-2")
			if err := os.Remove(filepath.Join(k.bin, "world/fate.web-2")); err != nil {
				t.Fatal(err)
			}
			watch(k)
			k.want(0)
			want := map[string]string{"stop_first": "", "start_first": "web-2"}[order] // Compose starts what has ended
			mustEqual(t, order+": made by the next run", created(k), want)
			watch(k)
			contains(t, k.want(0), "Nothing to do")
			mustEqual(t, order+": made again", created(k), "")
		}
	})
}

// A dry run counts the containers that a step replaces one after the other, and adds up their
// times and the pauses between them; the first start of all is none.
func TestDryRunOfRollout(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		service := replicas("web", "duration = \"20s\"\n  rollout {\n    pause = \"5s\"\n  }")
		k := rolling(t, nil, shell, service)
		first := k.want(0, "--dry-run")
		contains(t, first, "service.web.start  Start service web (20s): it has not been done yet; disrupts web")
		contains(t, k.want(0, "--dry-run", "--json"), `"seconds":20,"disrupts":["web"],"rollout":null`)
		k.want(0)
		rolling(t, k, shell, strings.Replace(service, "image.x", "image.x\n  env = { A = \"1\" }", 1))
		contains(t, k.want(0, "--dry-run"), "service.web.start  Start service web (1m10s): its definition has changed; replaces 3 containers, 1 at a time; disrupts web")
		contains(t, k.want(0, "--dry-run", "--json"), `"seconds":70,"disrupts":["web"],"rollout":{"containers":3,"at_once":1,"pause":5}`)
		contains(t, k.want(0, "--dry-run=full"), "# at most 1 at once, each awaited until healthy: web-1 web-2 web-3")
		rolling(t, k, shell, strings.Replace(service, "pause = ", "max_unavailable = 2\n    pause = ", 1))
		contains(t, k.want(0, "--dry-run", "--from", "service.web.start"), "(45s): asked for by --from; replaces 3 containers, 2 at a time")
	})
}
