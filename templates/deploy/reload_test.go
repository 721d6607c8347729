package deploy_test

import (
	"strings"
	"testing"

	artifact "github.com/omegagen/omegagen/internal/kit"
)

// reloadingDocker answers what a reload asks docker, and leaves the rest to
// dockerProgram. A signal makes the server load the file `loads`, which it refuses
// if that contains "bad".
const reloadingDocker = `w=${0%/*}/world; mkdir -p "$w"; kit=$PWD
load() {
    echo x >>"$w/loads"
    if grep -q bad "$kit/$(cat "$w/loaded")"; then
        echo "0 1" >"$w/metrics"; echo 'level=error msg="Error reloading config" err="a bad line"' >>"$w/since"
    else
        echo "1 $(wc -l <"$w/loads" | tr -d ' ')" >"$w/metrics"; echo 'Completed loading of configuration file' >>"$w/since"
    fi
}
case "$*" in
"inspect --type container --format {{.Id}} {{.State.StartedAt}}"*)
    for name; do :; done
    [ -f "$w/container.$name" ] || { echo "no such container: $name" >&2; exit 1; }
    read -r state _ <"$w/container.$name"
    printf 'id-%s' "$name"; [ ! -f "$w/generation.$name" ] || wc -l <"$w/generation.$name" | tr -d ' \n'; echo " t0 $state"; exit ;;
"kill --signal "*) printf '%s\n' "$*" >>"$w/calls"; : >"$w/since"; [ ! -f "$w/deadly" ] || { rm "$w/container.$4"; exit; }; load; exit ;;
"exec test-"*" wget -q -O - http://127.0.0.1:9090/metrics") printf '%s\n' "$*" >>"$w/calls"
    [ ! -f "$w/nowget" ] || exit 127
    read -r ok at <"$w/metrics" || exit 1
    echo "# TYPE prometheus_config_last_reload_successful gauge"
    echo "prometheus_config_last_reload_successful $ok"; echo "prometheus_config_last_reload_success_timestamp_seconds 1.7e+09$at"; exit ;;
"exec test-"*" check "*) printf '%s\n' "$*" >>"$w/calls"; ! grep bad "$kit/$(cat "$w/loaded")"; exit ;;
"exec test-"*" sh -c "*) printf '%s\n' "http $7 $8" >>"$w/calls"; load; read -r ok _ <"$w/metrics"; [ "$ok" = 1 ] && printf 'fine\n204' || printf 'refused\n500'; exit ;;
"logs --since "*) cat "$w/since"; exit ;;
esac
`

const reloading = `system "test" {}
image "prometheus" {
  pull = "prom/prometheus:v2.53.3"
}
service "prometheus" {
  image = image.prometheus
  healthcheck {
    disable = true
  }
}
prometheus {
  service = service.prometheus
}
action "check" {
  precondition = service.prometheus.started
  effects      = { checked = true }
  run          = "echo check >>ran"
}
state "checked" {
  type    = bool
  initial = false
}
goal "g" {
  condition = state.checked
}
`

// reloadingKit is a kit whose service reads the file `file` again.
func reloadingKit(t *testing.T, shell, hcl, file string) *kit {
	t.Helper()
	m, ps := load(t, hcl)
	k := newKit(t, shell, m, ps, artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
	k.program("docker", reloadingDocker+strings.Replace(dockerProgram, `grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`, 1))
	world(k, "kept", "")
	world(k, "image.prom/folder", "")
	world(k, "image.example/folder", "")
	world(k, "loaded", file)
	world(k, "metrics", "1 0")
	k.write(file, "one\n")
	k.want(0)
	if got := ran(k); got != "check" || strings.Contains(k.read("../bin/world/calls"), "kill ") {
		t.Fatalf("the first run ran %s, and did\n%s", got, k.read("../bin/world/calls"))
	}
	world(k, "calls", "")
	return k
}

// A changed file of Prometheus is reloaded, and nothing runs again. A refused one
// fails the step with the server's words, and the next run tries again.
func TestReload(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := reloadingKit(t, shell, reloading, "prometheus/rules.yml")
		calls := func() string {
			text := k.read("../bin/world/calls")
			world(k, "calls", "")
			return text
		}
		contains(t, k.want(0), "Nothing to do")
		for _, nowget := range []bool{false, true} {
			calls()
			if nowget {
				world(k, "nowget", "")
			}
			k.write("prometheus/rules.yml", "two\n") // the second time as it was before it was refused
			contains(t, k.want(0, "--dry-run"), "1 of 3 steps would run", "its files have changed: the server reloads them\n")
			contains(t, k.want(0, "--dry-run=full"), "# signal SIGHUP to test-prometheus, until prometheus_config_last_reload_successful is 1")
			mustEqual(t, "signals of a dry run", strings.Contains(calls(), "kill"), false)
			contains(t, k.want(0), "service.prometheus.start reloads: its files have changed.", "reloaded service.prometheus.start")
			did := calls()
			if strings.Count(did, "kill --signal SIGHUP test-prometheus") != 1 || strings.Contains(did, " up ") || ran(k) != "" {
				t.Errorf("a reload did\n%s", did)
			}
			contains(t, k.want(0), "Nothing to do")
			k.write("prometheus/rules.yml", "bad\n")
			for range 2 {
				out, status := k.run()
				mustEqual(t, "the status of a refused reload", status, 1)
				contains(t, out, "FAILED  service.prometheus.start", "Error reloading config", "It keeps running with those that it loaded before")
			}
			contains(t, k.want(6, "status"), "3 of 3 steps of goal 'g' are done", "The server that service.prometheus.start started has not loaded its changed files")
		}
		k.write("prometheus/rules.yml", "good\n")
		contains(t, k.want(0), "reloaded service.prometheus.start")
		contains(t, k.want(0, "status"), "All is as it was deployed")
		if got := ran(k); got != "" {
			t.Errorf("reloads ran %s", got)
		}
		// A container that the run creates reads its files when it starts; one that was there reloads.
		k.write("prometheus/rules.yml", "again\n")
		calls()
		contains(t, k.want(0, "--from", "service.prometheus.start"), "done    service.prometheus.start")
		if did := calls(); strings.Count(did, "kill ") != 1 {
			t.Errorf("a step that ran again did\n%s", did)
		}
		k.write("prometheus/rules.yml", "and again\n")
		k.want(0, "down")
		k.want(0)
		if did := calls(); strings.Contains(did, "kill ") {
			t.Errorf("a new container was made to reload:\n%s", did)
		}
		contains(t, k.want(0), "Nothing to do")
	})
}

// A single file that is mounted can't be reloaded; whether a path on the host is
// one, only deploy.sh can know.
func TestReloadOfSingleFile(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		hcl := strings.NewReplacer("prom/prometheus:v2.53.3", "example/web:1", "prometheus {\n  service = service.prometheus\n}\n", "", `service "prometheus" {`,
			"service \"web\" {\n  mount \"/etc/web.conf\" {\n    bind = \"../web.conf\"\n  }\n  reload {\n    signal = \"SIGHUP\"\n    files = [\"../web.conf\"]\n  }", "service.prometheus", "service.web").Replace(reloading)
		k := reloadingKit(t, shell, hcl, "../web.conf")
		k.write("../web.conf", "two\n")
		out, status := k.run()
		mustEqual(t, "the status", status, 1)
		contains(t, out, "../web.conf is mounted as a single file at /etc/web.conf.", "In the manifest, mount its folder.")
		mustEqual(t, "a signal", strings.Contains(k.read("../bin/world/calls"), "kill "), false)
	})
}

// The manifest's own methods.
func TestReloadMethods(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for name, c := range map[string]struct{ method, call string }{
			"signal":  {`signal = "SIGUSR1"`, "kill --signal SIGUSR1 test-web"},
			"command": {`command = ["check", "it"]`, "exec test-web check it"},
			"http":    {"http {\n port = 80\n method = \"PUT\"\n path = \"/reload\"\n }", "http PUT http://127.0.0.1:80/reload"},
		} {
			t.Run(name, func(t *testing.T) {
				hcl := strings.NewReplacer("prom/prometheus:v2.53.3", "example/web:1", "prometheus {\n  service = service.prometheus\n}\n", "", `service "prometheus" {`,
					"service \"web\" {\n  mount \"/etc/web\" {\n    bind = \"conf\"\n  }\n  reload {\n    files = [\"conf/a\"]\n    "+c.method+"\n  }", "service.prometheus", "service.web").Replace(reloading)
				k := reloadingKit(t, shell, hcl, "conf/a")
				k.write("conf/a", "two\n")
				contains(t, k.want(0), "reloaded service.web.start")
				contains(t, k.read("../bin/world/calls"), c.call)
				k.write("conf/other", "is not listed\n")
				contains(t, k.want(0), "Nothing to do")
				k.write("conf/a", "bad\n")
				want := 1
				if name == "signal" { // nobody says what its log would say
					world(k, "deadly", "")
				}
				out, status := k.run()
				mustEqual(t, "the status", status, want)
				contains(t, out, "FAILED  service.web.start")
			})
		}
	})
}
