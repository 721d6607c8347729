//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// ofReplicas are the steps that need other replicas, or another image of them.
func ofReplicas(step string) bool {
	for _, other := range []string{"database", "content", "schema", "secrets", "federation.", "image.", "build-", "check_", "modules", "unit"} {
		if strings.Contains(step, other) {
			return false
		}
	}
	return true
}

func only(steps ...string) func(string) bool {
	return func(step string) bool { return slices.Contains(steps, step) }
}

func either(a, b func(string) bool) func(string) bool {
	return func(step string) bool { return a(step) || b(step) }
}

// edit is a change of one file of the manifest.
func edit(file, old, new string) func(*testing.T, *kit) {
	return func(t *testing.T, k *kit) { k.edits(t, [3]string{file, old, new}) }
}

// set sets a variable of the manifest.
func set(variable string) func(*testing.T, *kit) {
	return func(t *testing.T, k *kit) {
		k.Options = append(k.Options, "--var", variable)
		k.build(t)
	}
}

// source edits the server's program.
func source(new string) func(*testing.T, *kit) {
	return func(t *testing.T, _ *kit) {
		name := filepath.Join(enginetest.Work, "app/cmd/constellation-server/main.go")
		text := readFile(t, name)
		edited := strings.Replace(text, `slog.Error("constellation-server`, `slog.Error("constellation-server`+new, 1)
		if edited == text {
			t.Fatal("the source has not changed")
		}
		put(t, name, []byte(edited))
	}
}

// mute adds a time at which nobody is told of warnings, which is always.
func mute(t *testing.T, k *kit) {
	const (
		route    = "  route {\n    receiver        = receiver.team"
		critical = "    route {\n      matchers   = [\"severity=critical\"]"
	)
	k.edits(t,
		[3]string{"monitoring.hcl", route, "  mute_time \"now\" {\n    interval {\n      weekdays = [\"sunday:saturday\"]\n    }\n  }\n\n" + route},
		[3]string{"monitoring.hcl", critical, "    route {\n      matchers  = [\"severity=warning\"]\n      mute_time = [mute_time.now]\n    }\n" + critical})
}

// releases are changes of what a system consists of.
func releases(mail *inbox) []change {
	built := func(step string) bool { return step == "build_image-constellation" || ofReplicas(step) }
	replicas := either(ofReplicas, only("check_ports"))
	return []change{
		{name: "a runbook", edit: edit("operations.hcl", "A program or an image can't be built", "A program or an image cannot be built"), needed: only()},
		{name: "an alert's threshold", edit: edit("monitoring.hcl", "federation_last_success_timestamp_seconds > 17", "federation_last_success_timestamp_seconds > 19"),
			needed: only("start_prometheus")}, // reloads
		{name: "a time when nobody is told of warnings", edit: mute,
			needed: only("start_alertmanager"), // reloads
			check: func(t *testing.T, k *kit, _ string) {
				mark := mail.mark()
				end := misbehave(t, k)
				defer end()
				mail.silent(t, k, mark, "SyncErrors", "mute time")
			}},
		{name: "a new action", edit: edit("validation.hcl", "\naction ", "\naction \"look\" {\n  milestone = milestone.integration\n  run       = \"echo looked\"\n}\n\naction "),
			needed: only("look", "report")},
		{name: "a variable", edit: edit("services.hcl", `INTERVAL     = "4s"`, `INTERVAL     = "3s"`),
			needed: func(step string) bool {
				return strings.Contains(step, "federation") || ofReplicas(step) && !strings.Contains(step, "replicas")
			}},
		{name: "a source", edit: source(" 2"), needed: built, rebuilt: true},
		{name: "an image's tag", edit: edit("images.hcl", `"constellation-server:${local.version}"`, `"constellation-server:${local.version}-b"`), needed: built},
		{name: "a replica more", edit: set("replicas=5"), needed: replicas},
		{name: "a replica fewer", edit: set("replicas=4"), needed: replicas},
	}
}

// clock is a service that only the changes have, with the secrets and the parameter that it gets.
const clock = `parameter "pace" {
  default = "slow"
  one_of  = ["slow", "fast"]
}

secret "api_key" {
  from = "file"
  file = "../api-key"
}

secret "pin" {
  from        = "prompt"
  description = "The operator's number."
}

service "clock" {
  image      = image.debian
  networks   = [network.backend]
  command    = ["sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"]
  env        = { PACE = parameter.pace }
  secret_env = { API_KEY_FILE = secret.api_key, PIN_FILE = secret.pin }
}

`

var withClock = [][3]string{
	{"services.hcl", `service "grafana" {`, clock + `service "grafana" {`},
	{"criteria.hcl", "state.images_tidy && ", "state.images_tidy && service.clock.started && "},
}

// newService adds the service: its secrets are from a file, and from a person, without
// whom nothing starts.
func newService(t *testing.T, k *kit) {
	put(t, filepath.Join(enginetest.Work, "api-key"), []byte("key one\n"))
	k.edits(t, withClock...)
	out := k.Deploy(t, 3, "up")
	if !strings.Contains(out, "secret set pin") || len(startedSteps(out)) > 0 {
		t.Errorf("without the secret pin, up said:\n%s", out)
	}
	cmd := k.Command("secret", "set", "pin")
	cmd.Stdin = strings.NewReader("4711\n")
	if out, err := output(cmd); err != nil || strings.Contains(out, "4711") {
		t.Fatalf("secret set pin: %v\n%s", err, out)
	}
}

func hasSecrets(t *testing.T, k *kit, _ string) {
	t.Helper()
	if got := docker(t, "exec", "constellation-clock", "cat", "/run/secrets/api_key", "/run/secrets/pin"); got != "key one4711" {
		t.Errorf("the service's secrets are %q", got)
	}
}

// fast sets the parameter, after a value that it can't have.
func fast(t *testing.T, k *kit) {
	file := filepath.Join(k.Dir, ".env")
	kept, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	put(t, file, append(slices.Clone(kept), "PACE=idle\n"...))
	if out := k.Deploy(t, 3, "up"); !strings.Contains(out, "must be one of slow fast") || len(startedSteps(out)) > 0 {
		t.Errorf("with another value, up said:\n%s", out)
	}
	put(t, file, append(kept, "PACE=fast\n"...))
}

func isFast(t *testing.T, _ *kit, _ string) {
	t.Helper()
	if got := docker(t, "exec", "constellation-clock", "sh", "-c", "echo $PACE"); got != "fast" {
		t.Errorf("the parameter is %q", got)
	}
}

// removals are the changes that leave something out, and one that fails.
func removals() []change {
	smoke := "\naction \"smoke\" {\n  milestone    = milestone.integration\n  precondition = service.constellation.healthy\n  on_failure   = \"rollback\"\n  run          = \"exit 3\"\n}\n"
	return []change{
		{name: "a service less", edit: func(t *testing.T, k *kit) {
			for _, e := range withClock {
				k.edit(t, e[0], e[2], e[1])
			}
			k.build(t)
		}, needed: only(), check: func(t *testing.T, _ *kit, _ string) {
			if left := docker(t, "container", "ls", "--all", "--quiet", "--filter", "name=constellation-clock"); left != "" {
				t.Errorf("the service's container is left: %s", left)
			}
		}},
		{name: "a failing release", edit: func(t *testing.T, k *kit) {
			source(" 3")(t, k)
			k.edits(t, [3]string{"validation.hcl", "\naction ", smoke + "\naction "})
		}, status: 1, needed: func(step string) bool {
			return step == "smoke" || step == "build_image-constellation" || ofReplicas(step)
		}},
		{name: "a renamed service with replicas", edit: func(t *testing.T, k *kit) {
			k.edit(t, "validation.hcl", smoke, "")
			renameService(t, k)
		}, needed: ofReplicas, check: func(t *testing.T, k *kit, _ string) {
			for _, name := range k.servers() {
				if !strings.HasPrefix(name, "constellation-sync-") {
					t.Errorf("a replica is called %s", name)
				}
			}
		}},
	}
}

// renameService calls the service constellation sync, in all files of the manifest.
func renameService(t *testing.T, k *kit) {
	renamed := strings.NewReplacer(
		`service "constellation" {`, "service \"sync\" {\n  renamed_from = service.constellation",
		"service.constellation", "service.sync",
		`job=\"constellation\"`, `job=\"sync\"`,
		`job="constellation"`, `job="sync"`,
		"constellation-1:9090", "sync-1:9090",
		"constellation-2:9090", "sync-2:9090",
	)
	for _, pattern := range []string{"*.hcl", "templates/*"} {
		files, err := filepath.Glob(filepath.Join(k.Manifest, pattern))
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			put(t, file, []byte(renamed.Replace(readFile(t, file))))
		}
	}
	k.build(t)
}

// schemaAndSecrets are changes of the database's schema, and of what only people have.
func schemaAndSecrets() []change {
	const (
		region  = "    column \"region\" {\n      type = \"varchar(64)\""
		column  = "    column \"model\" {\n      type = \"text\"\n    }\n"
		index   = "    index \"devices_model_idx\" {\n      on = [\"model\"]\n    }\n"
		grant   = "  grant \"synchronise\" {\n    privileges = [\"insert\", \"update\", \"delete\"]"
		keys    = "    primary_key = [\"device_id\"]\n"
		destroy = "    destroy     = [\"column model\"]\n"
	)
	apply := only("database.constellation.apply")
	var before string
	return []change{
		{name: "a new service, with secrets", edit: newService, needed: only("secret.api_key.make", "secret.pin.make", "service.clock.start"), check: hasSecrets},
		{name: "a parameter", edit: fast, needed: only("service.clock.start"), check: isFast},
		{name: "column, index, grant, function; a key lost", edit: func(t *testing.T, k *kit) {
			k.edits(t,
				[3]string{"database.hcl", "    column \"last_seen\" {", column + "    column \"last_seen\" {"},
				[3]string{"database.hcl", "    index \"devices_last_seen_idx\" {", index + "    index \"devices_last_seen_idx\" {"},
				[3]string{"database.hcl", grant, strings.Replace(grant, `, "delete"`, "", 1)},
				[3]string{"database.hcl", "sqrt(1 + greatest", "sqrt(2 + greatest"})
			if err := os.Remove(filepath.Join(enginetest.Work, "api-key")); err != nil {
				t.Fatal(err)
			}
		}, needed: either(apply, asked), check: func(t *testing.T, k *kit, out string) {
			hasSecrets(t, k, out)
			if !strings.Contains(out, "Secret api_key: ") || !strings.Contains(out, "the value of an earlier run stays") {
				t.Errorf("of the secret's lost file it says:\n%s", out)
			}
			for what, want := range map[string]string{
				"SELECT model IS NULL FROM devices LIMIT 1":                            "t",
				"SELECT to_regclass('devices_model_idx') IS NOT NULL":                  "t",
				"SELECT has_table_privilege('constellation_app', 'devices', 'DELETE')": "f",
				"SELECT has_table_privilege('constellation_app', 'devices', 'UPDATE')": "t",
				"SELECT pattern_quality(1, 2)":                                         "0.5",
			} {
				if got := k.psql(t, what); got != want {
					t.Errorf("%s: %s, not %s", what, got, want)
				}
			}
		}},
		{name: "a type that values don't fit", edit: func(t *testing.T, k *kit) {
			k.psql(t, "UPDATE devices SET model = 'nine inches'")
			before = k.schema(t)
			k.edits(t, [3]string{"database.hcl", region, strings.Replace(region, "64", "2", 1)})
		}, status: 1, needed: apply, check: func(t *testing.T, k *kit, out string) {
			if !strings.Contains(out, "column public.devices.region") {
				t.Errorf("the refused type isn't named:\n%s", out)
			}
			if k.schema(t) != before {
				t.Error("the refused change has changed something")
			}
		}},
		{name: "a column less, which stays", edit: func(t *testing.T, k *kit) {
			k.edits(t, [3]string{"database.hcl", strings.Replace(region, "64", "2", 1), region}, [3]string{"database.hcl", column, ""}, [3]string{"database.hcl", index, ""})
		}, needed: either(apply, asked), check: func(t *testing.T, k *kit, _ string) {
			if got := k.psql(t, "SELECT DISTINCT model, to_regclass('devices_model_idx') IS NULL FROM devices"); got != "nine inches|t" {
				t.Errorf("the column and its index: %s", got)
			}
		}},
		{name: "and is destroyed", edit: edit("database.hcl", keys, keys+destroy), needed: either(apply, asked), check: func(t *testing.T, k *kit, _ string) {
			if got := k.psql(t, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'devices'::regclass AND attname = 'model'"); got != "0" {
				t.Errorf("the column is still there: %s", got)
			}
		}},
	}
}

// asked are the steps that depend on the database's schema, and what needs them.
func asked(step string) bool {
	return step == "verify_schema" || step == "load_content" || step == "test_durability" || ofReplicas(step)
}
