package service

import "github.com/omegagen/omegagen/hcl/internal/lang"

// composeKeys are the keys of a service in the Compose Specification that the
// language passes on as they are.
var composeKeys = []string{
	"annotations", "attach", "blkio_config", "cap_add", "cap_drop", "cgroup", "cgroup_parent", "configs", "cpu_count",
	"cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpuset", "credential_spec",
	"deploy", "develop", "device_cgroup_rules", "devices", "dns", "dns_opt", "dns_search", "domainname", "env_file", "expose",
	"extends", "external_links", "extra_hosts", "gpus", "group_add", "hostname", "ipc", "isolation", "label_file", "links",
	"logging", "mac_address", "mem_reservation", "mem_swappiness", "memswap_limit", "models", "network_mode",
	"oom_kill_disable", "oom_score_adj", "pid", "platform", "post_start", "pre_start", "pre_stop", "privileged", "provider",
	"pull_policy", "pull_refresh_after", "runtime", "security_opt", "shm_size", "stdin_open", "stop_grace_period",
	"stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "umask", "use_api_socket", "userns_mode", "uts",
	"volumes_from", "working_dir",
}

// composeBlocks are those keys that hold a map, so that they may be written as
// blocks or attributes.
var composeBlocks = map[string]bool{
	"annotations": true, "blkio_config": true, "credential_spec": true, "deploy": true, "develop": true, "extra_hosts": true,
	"logging": true, "models": true, "provider": true, "storage_opt": true, "sysctls": true, "ulimits": true,
}

// ownKeys are the Compose keys for which the language has something better:
// what to write instead.
var ownKeys = map[string]string{
	"build":       "an image block with stages, and `image = image.NAME`",
	"environment": "env = { … } and secret_env = { … }",
	"healthcheck": "a healthcheck block",
	"ports":       "a port block for each port",
	"scale":       "replicas = …",
	"secrets":     "secret_env = { NAME_FILE = secret.x }",
	"volumes":     "a mount block for each volume",
}

func composeAttrs() []lang.Attr {
	var out []lang.Attr
	for _, k := range composeKeys {
		if composeBlocks[k] {
			continue
		}
		out = append(out, lang.Attr{Name: k, Type: lang.Any, Doc: "Compose: " + k + ", passed on as it is."})
	}
	return out
}

func composeBlockSpecs() []*lang.BlockSpec {
	var out []*lang.BlockSpec
	for _, k := range composeKeys {
		if composeBlocks[k] {
			out = append(out, &lang.BlockSpec{Type: k, Max: 1, Open: true, OrAttr: true, Doc: "Compose: " + k + ", passed on as it is: as a block, whose blocks are maps, or as an attribute."})
		}
	}
	return out
}
