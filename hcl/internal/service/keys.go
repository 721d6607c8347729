package service

import "github.com/omegagen/omegagen/hcl/internal/lang"

// composeKeys are the keys of a service in the Compose Specification that are passed through.
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

// composeBlocks are the keys that contain a map, so that they can be written as blocks or arguments.
var composeBlocks = map[string]bool{
	"annotations": true, "blkio_config": true, "credential_spec": true, "deploy": true, "develop": true, "extra_hosts": true,
	"logging": true, "models": true, "provider": true, "storage_opt": true, "sysctls": true, "ulimits": true,
}

// ownKeys are the keys of a Compose service for which this language has a different argument.
var ownKeys = []lang.ComposeKey{
	{Key: "build", Write: "an image block with stages, and `image = image.NAME`", Rewrite: rewriteBuild},
	{Key: "environment", Write: "env = { … } and secret_env = { … }", Rewrite: lang.MapRewrite("env")},
	{Key: "ports", Write: "a port block for each port", Rewrite: rewritePorts},
	{Key: "scale", Write: "replicas = …", Rewrite: rewriteScale},
	{Key: "volumes", Write: "a mount block for each volume", Rewrite: rewriteVolumes},
	{Key: "depends_on.condition", Write: "depends_on = { NAME = \"started\", \"healthy\" or \"completed\" }"},
	{Key: "depends_on.required", Write: "depends_on = { NAME = { condition = …, required = … } }"},
	{Key: "depends_on.restart", Write: "depends_on = { NAME = { condition = …, restart = … } }"},
	{Key: "networks.*", Write: "a network block, which has the settings of one network"},
	{Key: "secrets.*", Why: "secrets and secret_env mount each one at /run/secrets/NAME. Compose ignores uid, gid and mode of a secret that is a file."},
}

// portKeys are those of an entry of `ports`.
var portKeys = []lang.ComposeKey{
	{Key: "app_protocol", Why: "A single engine doesn't use it."},
	{Key: "host_ip", Write: "bind = …"},
	{Key: "mode", Why: "Only a swarm supports a mode other than the default."},
	{Key: "name", Write: "the block's label"},
	{Key: "published", Write: "host = …"},
	{Key: "target", Write: "container = …"},
}

// mountKeys are those of an entry of `volumes`.
var mountKeys = []lang.ComposeKey{
	{Key: "bind.create_host_path", Why: "Docker creates the folder of a missing bind mount; a file of the kit always exists."},
	{Key: "bind.propagation", Write: "propagation = …"},
	{Key: "bind.recursive", Write: "recursive = …"},
	{Key: "bind.selinux", Write: "selinux = …"},
	{Key: "consistency", Why: "The engine ignores it on Linux."},
	{Key: "image", Write: "compose = { volumes = [{ type = \"image\", … }] }", Why: "Added to the mount blocks."},
	{Key: "image.subpath", Write: "compose = { volumes = [{ type = \"image\", … }] }", Why: "Added to the mount blocks."},
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
	{Key: "test", Write: "command, shell, http, tcp or sql", Rewrite: rewriteTest},
}

// deployKeys describe the effect of each part of `deploy` on a single engine: all of it is passed
// through, and Compose ignores what is for a swarm.
var deployKeys = []lang.ComposeKey{
	{Key: "endpoint_mode", Why: swarm},
	{Key: "labels", Why: swarm},
	{Key: "mode", Why: swarm},
	{Key: "placement", Why: swarm},
	{Key: "replicas", Write: "replicas = …", Why: "It means the same, and isn't passed through."},
	{Key: "resources.limits.cpus", Write: "cpus in resources", Why: "It means the same; different values are an error."},
	{Key: "resources.limits.memory", Write: "memory in resources", Why: "It means the same; different values are an error."},
	{Key: "resources.limits.pids", Write: "pids_limit in harden", Why: "It means the same; different values are an error."},
	{Key: "resources.reservations.cpus", Why: swarm},
	{Key: "resources.reservations.devices", Why: "Passed through: devices for the containers, such as GPUs."},
	{Key: "resources.reservations.generic_resources", Why: swarm},
	{Key: "resources.reservations.memory", Write: "mem_reservation = …", Why: "It means the same; different values are an error."},
	{Key: "restart_policy.condition", Write: "restart = …", Why: "It overrides `restart`: none is no, any is always, and without a condition nothing restarts."},
	{Key: "restart_policy.delay", Why: "Passed through. Compose ignores it: the engine chooses the wait itself and increases it each time."},
	{Key: "restart_policy.max_attempts", Write: "restart = \"on-failure:N\""},
	{Key: "restart_policy.window", Why: "Passed through. Compose ignores it."},
	{Key: "rollback_config", Why: swarm},
	{Key: "update_config", Why: swarm},
}

const swarm = "Passed through. It is for a swarm; Compose ignores it on a single engine."

// composeDocs describe more of keys that are passed through.
var composeDocs = map[string]string{
	"cap_add":           " Added to the capabilities that the service keeps. One that Docker doesn't grant by default requires a reason in harden.",
	"cap_drop":          " Combined with what harden drops.",
	"deploy":            " Its replicas, limits and restart policy mean the same as the corresponding arguments of this language.",
	"ipc":               joinsDoc,
	"logging":           " Default: that of the system's defaults, otherwise left to the engine's configuration, which only the machine's administrator knows.",
	"links":             " The services that it names are started first.",
	"network_mode":      joinsDoc,
	"pid":               joinsDoc,
	"security_opt":      " Combined with what harden sets.",
	"stop_grace_period": " Default: 1m for databases and stores, and for the service of a database block, because the engine's 10s may be too short for their last checkpoint; otherwise the engine's.",
	"volumes_from":      " The services and containers of the kit that it names are started first.",
}

const joinsDoc = " The service:NAME or container:NAME of the kit that it joins is started first."

func composeAttrs() []lang.Attr {
	var out []lang.Attr
	for _, k := range composeKeys {
		if composeBlocks[k] {
			continue
		}
		out = append(out, lang.Attr{Name: k, Type: lang.Any, Deploy: true, Doc: "Compose: " + k + ", passed through." + composeDocs[k]})
	}
	return out
}

func composeBlockSpecs() []*lang.BlockSpec {
	var out []*lang.BlockSpec
	for _, k := range composeKeys {
		if composeBlocks[k] {
			b := &lang.BlockSpec{Type: k, Max: 1, Open: true, OrAttr: true, Doc: "Compose: " + k + ", passed through: as a block, in which blocks are maps, or as an argument." + composeDocs[k]}
			if k == "deploy" {
				b.ComposeOf, b.Compose = "services.deploy", deployKeys
			}
			out = append(out, b)
		}
	}
	return out
}
