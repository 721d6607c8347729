package service

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleReplicas = diag.Error("OG110", "Invalid number of replicas",
		"A service has 1 to 1000 replicas.")
	rulePort = diag.Error("OG111", "Invalid port",
		"Ports are whole numbers from 1 to 65535.")
	rulePortClash = diag.Error("OG112", "Host port used twice",
		"Two containers can't listen on the same port of the host. Replicas, addresses and protocols are taken into account.")
	ruleContainerName = diag.Error("OG113", "Container name used twice",
		"Names of containers are unique on a host. Each replica needs a name of its own.")
	ruleInstanceName = diag.Error("OG114", "Instance name used twice",
		"Each instance becomes a service of the Compose file under its own name: NAME, or NAME-1 and so on with replicas.")
	ruleBadName = diag.Error("OG115", "Invalid container name",
		"The engine takes letters, digits, underscores, dots and hyphens, beginning with a letter or digit.")
	ruleEnvName = diag.Error("OG116", "Invalid environment variable",
		"The name of an environment variable isn't empty and holds neither an equals sign nor a space.")
	ruleEnvTwice = diag.Error("OG117", "Environment variable set twice",
		"A variable is set by env or by secret_env, not by both.")
	ruleSecretInEnv = diag.Error("OG118", "Secret in the environment",
		"Environments are shown by `docker inspect` and inherited by every process. A secret belongs into a file (secret_env); where a program can't read one, the service says so with exposed = true and a reason.")
	ruleReason = diag.Error("OG119", "No reason given",
		"What weakens a service's protection is given with a reason, which is printed beside it in the kit.")
	ruleMount = diag.Error("OG120", "Invalid mount",
		"A mount has one source: volume, bind, file, or tmpfs = true.")
	ruleDepends = diag.Error("OG122", "Invalid dependency",
		"A service can wait for another one's start, for its health (where it has a healthcheck), or for its completion (where it is a one-shot).")
	ruleDependsCycle = diag.Error("OG123", "Dependency cycle",
		"Services that wait for each other never start.")
	ruleRestart = diag.Error("OG124", "Invalid restart policy",
		"The policies are no, always, unless-stopped and on-failure[:N]; a one-shot service has no or on-failure.")
	ruleProbe = diag.Error("OG125", "Invalid healthcheck",
		"A healthcheck is one of command, shell, http, tcp and sql.")
	ruleScrape = diag.Error("OG126", "Invalid scrape",
		"A scrape names a TCP port of its service, a path, and what it exports.")
	ruleResources = diag.Error("OG127", "Invalid resource limit",
		"Limits are positive; the engine demands at least 6 MB of memory.")
	ruleBothForms = diag.Error("OG129", "Setting given twice",
		"Some settings may be written in two places or forms, but not in both at once.")
	ruleRoot = diag.Error("OG130", "Runs as root",
		"Containers run as a user other than root, unless harden { non_root = false } says why not.")
	ruleComposeMap = diag.Error("OG131", "Invalid Compose keys",
		"`compose` is a map of keys of a Compose service.")
	ruleServiceRef = diag.Error("OG132", "Probe of an unknown port",
		"A probe names a port of its own service, or gives its number inside the container.")
	ruleComposeRef = diag.Error("OG133", "Unknown service in a Compose key",
		"network_mode, ipc, pid, uts, volumes_from, links and compose.depends_on name services of docker-compose.yml: NAME, or NAME-1 and so on with replicas. Such a service is started before.")
)
