package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/importer"
)

// composeKey is a key of Compose's model: a value of it, and why no manifest can say it; "" if one can.
type composeKey struct{ sample, reason string }

const (
	byBuildx   = "docker build with the engine's own builder has no such option, or refuses it; a pushed image has the like"
	everyBuild = "the kit's builds use the cache and the local base images; ./deploy.sh decides when they run"
)

// buildFields are those of types.BuildConfig.
var buildFields = map[string]composeKey{
	"context": {".", ""}, "dockerfile": {"./Dockerfile.other", ""}, "dockerfile_inline": {"\"FROM nginx:1.27\\nRUN true\\n\"", ""}, "args": {"{A: b}", ""},
	"ssh": {"[default]", ""}, "labels": {"{a.b: c}", ""}, "cache_from": {"[registry.example.org/a:1]", ""}, "additional_contexts": {"{x: ./sub}", ""},
	"extra_hosts": {"[\"mirror:10.0.0.5\", \"six=::1\"]", ""}, "network": {"none", ""}, "target": {"a", ""}, "shm_size": {"128m", ""}, "platforms": {"[linux/amd64]", ""}, "secrets": {"[token]", ""},
	"entitlements": {"[network.host]", byBuildx}, "provenance": {"mode=max", byBuildx}, "sbom": {"true", byBuildx}, "cache_to": {"[type=inline]", byBuildx},
	"no_cache": {"true", everyBuild}, "no_cache_filter": {"[a]", everyBuild}, "pull": {"true", everyBuild},
	"isolation":  {"process", "of Windows' engine, whose images the kit doesn't build"},
	"privileged": {"true", "a build of the kit never has all rights of the host"},
	"tags":       {"[x/y:1]", "an image has one name for services, and that to which it is pushed"},
	"ulimits":    {"{nofile: 1024}", "no argument of an image says them: steps have the limits of the builder"},
}

// serviceFields are those of types.ServiceConfig that a service may have beside a plain image.
var serviceFields = map[string]composeKey{
	"annotations": {"{a: b}", ""}, "blkio_config": {"{weight: 300}", ""}, "cap_add": {"[NET_ADMIN]", ""}, "cap_drop": {"[MKNOD]", ""}, "cgroup_parent": {"m-executor", ""},
	"cgroup": {"host", ""}, "cpu_count": {"2", ""}, "cpu_percent": {"50", ""}, "cpu_period": {"100000", ""}, "cpu_quota": {"50000", ""}, "cpu_rt_period": {"400000", ""},
	"cpu_rt_runtime": {"95000", ""}, "cpus": {"0.5", ""}, "cpuset": {"\"0,1\"", ""}, "cpu_shares": {"512", ""}, "command": {"[a, b]", ""}, "configs": {"[conf]", ""},
	"credential_spec": {"{file: spec.json}", ""}, "device_cgroup_rules": {"[\"c 1:3 mr\"]", ""}, "devices": {"[/dev/null:/dev/xnull]", ""}, "dns": {"[8.8.8.8]", ""},
	"dns_opt": {"[use-vc]", ""}, "dns_search": {"[example.org]", ""}, "domainname": {"example.org", ""}, "entrypoint": {"[/x]", ""}, "environment": {"{A: b}", ""},
	"env_file": {"[./x.env]", ""}, "extra_hosts": {"[\"a:10.0.0.1\"]", ""}, "group_add": {"[mail]", ""}, "gpus": {"all", ""}, "hostname": {"hosty", ""}, "image": {"nginx:1.28", ""},
	"init": {"true", ""}, "ipc": {"host", ""}, "isolation": {"default", ""}, "labels": {"{a.b: c}", ""}, "label_file": {"[./x.env]", ""}, "logging": {"{driver: local}", ""},
	"mem_limit": {"64m", ""}, "mem_reservation": {"32m", ""}, "memswap_limit": {"128m", ""}, "mem_swappiness": {"10", ""}, "mac_address": {"02:42:ac:11:00:03", ""},
	"network_mode": {"none", ""}, "networks": {"[net]", ""}, "oom_kill_disable": {"true", ""}, "oom_score_adj": {"100", ""}, "pid": {"host", ""}, "pids_limit": {"100", ""},
	"platform": {"linux/amd64", ""}, "privileged": {"true", ""}, "pull_policy": {"missing", ""}, "read_only": {"true", ""}, "runtime": {"runc", ""}, "secrets": {"[token]", ""},
	"security_opt": {"[\"label:disable\"]", ""}, "shm_size": {"64m", ""}, "stop_grace_period": {"20s", ""}, "stop_signal": {"SIGINT", ""}, "storage_opt": {"{size: 1G}", ""},
	"sysctls": {"{net.core.somaxconn: 1024}", ""}, "tmpfs": {"[/run]", ""}, "ulimits": {"{nproc: 100}", ""}, "user": {"\"1000\"", ""}, "userns_mode": {"host", ""}, "uts": {"host", ""},
	"volumes": {"[\"data:/data\"]", ""}, "volumes_from": {"[image]", ""}, "working_dir": {"/x", ""}, "use_api_socket": {"true", ""}, "umask": {"\"022\"", ""}, "models": {"[ai]", ""},
	"build": {"{context: ., args: {S: b}}", ""}, "depends_on": {"[image]", ""}, "expose": {"[\"80\"]", ""}, "healthcheck": {"{test: [CMD, \"true\"], interval: 10s, timeout: 5s}", ""},
	"ports": {"[\"127.0.0.1:8080:80\"]", ""}, "stdin_open": {"true", ""}, "tty": {"true", ""}, "profiles": {"[debug]", ""}, "deploy": {"{resources: {limits: {memory: 64M}}}", ""},
	"develop": {"{watch: [{path: ./sub, action: sync, target: /x}]}", ""}, "restart": {"always", ""}, "scale": {"2", ""}, "attach": {"false", ""}, "container_name": {"own", ""},
	"extends": {"{service: image}", ""}, "external_links": {"[other]", ""}, "links": {"[image]", ""}, "post_start": {"[{command: [a]}]", ""}, "pre_stop": {"[{command: [a]}]", ""},
	"pre_start": {"[{command: [a], image: nginx:1.27}]", ""}, "pull_refresh_after": {"24h", ""}, "provider": {"{type: model}", "a provider is no container, so nothing of it can be started, awaited or checked"},
}

// noKeys are fields of the structures that no file has: names of maps, and what Compose itself refuses.
var noKeys = []string{"name", "#extensions", "dockerfile", "log_driver", "log_opt", "net", "volume_driver"}

// keysOf are the keys of a structure of Compose's, with those of the structures in it.
func keysOf(t reflect.Type) (out []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case f.Anonymous:
			out = append(out, keysOf(f.Type)...)
		case name != "" && name != "-":
			out = append(out, name)
		}
	}
	return out
}

// TestComposeFields: each key that Compose's model has for a service or a build can be said by a manifest, so import keeps it; or there is a
// reason why not, and import lists it as lost. A new compose-go with a new key fails.
func TestComposeFields(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("name: fields\nservices:\n  image: {image: nginx:1.27}\n")
	table := func(prefix string, typ reflect.Type, fields map[string]composeKey, write func(key, sample string)) {
		keys := keysOf(typ)
		for _, key := range keys {
			if _, ok := fields[key]; !ok && (prefix == "build" || !slices.Contains(noKeys, key)) && key != "#extensions" {
				t.Errorf("nothing is said about the key %s of %s", key, prefix)
			}
		}
		for key := range fields {
			if !slices.Contains(keys, key) {
				t.Errorf("Compose has no key %s of %s", key, prefix)
			}
		}
		for _, key := range keys {
			if f, ok := fields[key]; ok {
				write(key, f.sample)
			}
		}
	}
	table("service", reflect.TypeOf(types.ServiceConfig{}), serviceFields, func(key, sample string) {
		if key == "image" {
			return
		}
		more := ", image: nginx:1.27"
		if key == "build" || key == "provider" {
			more = ""
		}
		fmt.Fprintf(&b, "  s-%s: {%s: %s%s}\n", strings.ReplaceAll(key, "_", "-"), key, sample, more)
	})
	table("build", reflect.TypeOf(types.BuildConfig{}), buildFields, func(key, sample string) {
		more := ", context: ."
		switch key {
		case "context":
			more = ""
		case "target":
			more += ", dockerfile: ./Dockerfile.other"
		}
		fmt.Fprintf(&b, "  b-%s: {build: {%s: %s%s}}\n", strings.ReplaceAll(key, "_", "-"), key, sample, more)
	})
	b.WriteString("configs: {conf: {file: ./x.env}}\nsecrets: {token: {file: ./x.env}}\nnetworks: {net: }\nvolumes: {data: }\nmodels: {ai: {model: ai/model}}\n")
	for name, content := range map[string]string{"compose.yaml": b.String(), "Dockerfile": "FROM nginx:1.27\nRUN true\n", "Dockerfile.other": "FROM nginx:1.27 AS a\nRUN true\n", "x.env": "A=b\n", "sub/x": "x\n"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := importFile(t, filepath.Join(dir, "compose.yaml"), false)
	if r == nil {
		_, err := importer.Load(importer.Options{Files: []string{filepath.Join(dir, "compose.yaml")}})
		t.Fatalf("Compose doesn't load these files: %v\n%s", err, b.String())
	}
	lost := map[string]string{}
	for _, l := range r.losses {
		if m := regexp.MustCompile(`services\.([bs]-[a-z-]+)`).FindStringSubmatch(l.What); m != nil {
			lost[m[1]] += l.What + ": " + l.Why + "; "
		} else {
			t.Errorf("lost: %s: %s", l.What, l.Why)
		}
	}
	for prefix, fields := range map[string]map[string]composeKey{"s-": serviceFields, "b-": buildFields} {
		for key, f := range fields {
			name := prefix + strings.ReplaceAll(key, "_", "-")
			switch what := lost[name]; {
			case what != "" && f.reason == "":
				t.Errorf("%s is lost: %s", name, what)
			case what == "" && f.reason != "":
				t.Errorf("%s isn't lost, though %s", name, f.reason)
			}
		}
	}
}
