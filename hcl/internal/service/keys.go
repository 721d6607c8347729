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

// ownKeys are the keys of a Compose service for which the language has another
// word.
var ownKeys = []lang.ComposeKey{
	{Key: "build", Write: "an image block with stages, and `image = image.NAME`"},
	{Key: "environment", Write: "env = { … } and secret_env = { … }"},
	{Key: "ports", Write: "a port block for each port"},
	{Key: "scale", Write: "replicas = …"},
	{Key: "secrets", Write: "secret_env = { NAME_FILE = secret.x }"},
	{Key: "volumes", Write: "a mount block for each volume"},
	{Key: "depends_on.condition", Write: "depends_on = { NAME = \"started\", \"healthy\" or \"completed\" }"},
	{Key: "depends_on.required", Write: "compose = { depends_on = { NAME = { condition = …, required = … } } }", Why: "It is merged with depends_on."},
	{Key: "depends_on.restart", Write: "compose = { depends_on = { NAME = { condition = …, restart = … } } }", Why: "It is merged with depends_on."},
	{Key: "networks.*", Write: "compose = { networks = { NAME = { aliases = […] } } }", Why: "networks names the networks alone; this replaces it."},
	{Key: "secrets.*", Why: "secret_env mounts each one at /run/secrets/NAME. Compose ignores uid, gid and mode of a secret that is a file."},
}

// portKeys are those of an entry of `ports`.
var portKeys = []lang.ComposeKey{
	{Key: "app_protocol", Why: "Nothing reads it on one engine."},
	{Key: "host_ip", Write: "bind = …"},
	{Key: "mode", Why: "Only a swarm has another mode than the default."},
	{Key: "name", Write: "the block's label"},
	{Key: "published", Write: "host = …"},
	{Key: "target", Write: "container = …"},
}

// mountKeys are those of an entry of `volumes`.
var mountKeys = []lang.ComposeKey{
	{Key: "bind.create_host_path", Why: "Docker makes the folder of a bind mount that isn't there; a file of the kit is there."},
	{Key: "bind.propagation", Write: "propagation = …"},
	{Key: "bind.recursive", Write: "recursive = …"},
	{Key: "bind.selinux", Write: "selinux = …"},
	{Key: "consistency", Why: "The engine ignores it on Linux."},
	{Key: "image", Write: "compose = { volumes = [{ type = \"image\", … }] }", Why: "It replaces the mount blocks."},
	{Key: "image.subpath", Write: "compose = { volumes = [{ type = \"image\", … }] }", Why: "It replaces the mount blocks."},
	{Key: "source", Write: "volume, bind or file"},
	{Key: "target", Write: "the block's label"},
	{Key: "tmpfs.mode", Write: "mode = …"},
	{Key: "tmpfs.size", Write: "size = …"},
	{Key: "type", Write: "one of volume, bind, file and tmpfs"},
	{Key: "volume.labels", Write: "labels = … in the volume block"},
	{Key: "volume.nocopy", Write: "nocopy = …"},
	{Key: "volume.subpath", Write: "subpath = …"},
}

// healthKeys are those of `healthcheck`.
var healthKeys = []lang.ComposeKey{
	{Key: "test", Write: "command, shell, http, tcp or sql"},
}

// deployKeys say what each part of `deploy` does on one engine: all of it is
// passed on, and Compose ignores what is for a swarm.
var deployKeys = []lang.ComposeKey{
	{Key: "endpoint_mode", Why: swarm},
	{Key: "labels", Why: swarm},
	{Key: "mode", Why: swarm},
	{Key: "placement", Why: swarm},
	{Key: "replicas", Write: "replicas = …", Why: "It means the same, and isn't passed on."},
	{Key: "resources.limits.cpus", Write: "cpus in resources", Why: "It means the same; two that differ are an error."},
	{Key: "resources.limits.memory", Write: "memory in resources", Why: "It means the same; two that differ are an error."},
	{Key: "resources.limits.pids", Write: "pids_limit in harden", Why: "It means the same; two that differ are an error."},
	{Key: "resources.reservations.cpus", Why: swarm},
	{Key: "resources.reservations.devices", Why: "Passed on: devices that the containers get, such as GPUs."},
	{Key: "resources.reservations.generic_resources", Why: swarm},
	{Key: "resources.reservations.memory", Write: "mem_reservation = …", Why: "It means the same; two that differ are an error."},
	{Key: "restart_policy.condition", Write: "restart = …", Why: "It comes before `restart`: none is no, any is always, and without a condition nothing restarts."},
	{Key: "restart_policy.delay", Why: "Passed on. Compose ignores it: the engine waits by itself, ever longer."},
	{Key: "restart_policy.max_attempts", Write: "restart = \"on-failure:N\""},
	{Key: "restart_policy.window", Why: "Passed on. Compose ignores it."},
	{Key: "rollback_config", Why: swarm},
	{Key: "update_config", Why: swarm},
}

const swarm = "Passed on. It is for a swarm; Compose ignores it on one engine."

// composeDocs say more of keys that are passed on.
var composeDocs = map[string]string{
	"cap_add":           " Added to those that the service keeps. A capability that Docker doesn't give anyway needs a reason in harden.",
	"cap_drop":          " Joined with what harden drops.",
	"deploy":            " What it says of replicas, limits and the restart policy means what the language's own words mean.",
	"ipc":               joinsDoc,
	"logging":           " Default: that of the system's defaults, else left to the engine's configuration, which only whoever runs the machine knows.",
	"links":             " The services that it names are started before.",
	"network_mode":      joinsDoc,
	"pid":               joinsDoc,
	"security_opt":      " Joined with what harden sets.",
	"stop_grace_period": " Default: 1m for databases and stores, and for the service of a database block, since the engine's 10s may be too short for their last checkpoint; else the engine's.",
	"volumes_from":      " The services and containers of the kit that it names are started before.",
}

const joinsDoc = " The service:NAME or container:NAME of the kit that it joins is started before."

func composeAttrs() []lang.Attr {
	var out []lang.Attr
	for _, k := range composeKeys {
		if composeBlocks[k] {
			continue
		}
		out = append(out, lang.Attr{Name: k, Type: lang.Any, Doc: "Compose: " + k + ", passed on as it is." + composeDocs[k]})
	}
	return out
}

func composeBlockSpecs() []*lang.BlockSpec {
	var out []*lang.BlockSpec
	for _, k := range composeKeys {
		if composeBlocks[k] {
			b := &lang.BlockSpec{Type: k, Max: 1, Open: true, OrAttr: true, Doc: "Compose: " + k + ", passed on as it is: as a block, whose blocks are maps, or as an attribute." + composeDocs[k]}
			if k == "deploy" {
				b.ComposeOf, b.Compose = "services.deploy", deployKeys
			}
			out = append(out, b)
		}
	}
	return out
}
