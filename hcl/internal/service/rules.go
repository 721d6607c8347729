package service

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleReplicas = diag.Error("OG110", "Invalid number of replicas",
		"A service must have 1 to 1000 replicas.")
	rulePort = diag.Error("OG111", "Invalid port number",
		"Ports must be whole numbers from 1 to 65535.")
	rulePortClash = diag.Error("OG112", "Duplicate host port",
		"Two containers can't publish the same port of the host. Replicas, addresses and protocols are taken into account.")
	ruleContainerName = diag.Error("OG113", "Duplicate container name",
		"Names of containers must be unique on a host. Each replica requires its own name.")
	ruleInstanceName = diag.Error("OG114", "Duplicate instance name",
		"Each instance becomes a separate service of the Compose file: NAME, or NAME-1 and so on with replicas.")
	ruleBadName = diag.Error("OG115", "Invalid container name",
		"The engine accepts letters, digits, underscores, dots and hyphens, starting with a letter or digit.")
	ruleEnvName = diag.Error("OG116", "Invalid environment variable",
		"The name of an environment variable must not be empty or contain an equals sign or a space.")
	ruleEnvTwice = diag.Error("OG117", "Duplicate environment variable",
		"A variable can be set by env or by secret_env, but not by both.")
	ruleSecretInEnv = diag.Error("OG118", "Secret in the environment",
		"Environments are shown by `docker inspect` and inherited by every process. Use a file for a secret (secret_env); if a program can't read one, set exposed = true and a reason.")
	ruleReason = diag.Error("OG119", "Missing reason",
		"An argument that weakens the protection of a service requires a reason, which the kit shows next to it.")
	ruleMount = diag.Error("OG120", "Invalid mount",
		"A mount must have exactly one source: volume, bind, file, or tmpfs = true.")
	ruleDepends = diag.Error("OG122", "Invalid dependency",
		"A service can wait until another one is started, healthy (if it has a healthcheck), or completed (if it is a one-shot).")
	ruleDependsCycle = diag.Error("OG123", "Dependency cycle",
		"Services that wait for each other never start.")
	ruleRestart = diag.Error("OG124", "Invalid restart policy",
		"The policies are no, always, unless-stopped and on-failure[:N]; a one-shot service can only have no or on-failure.")
	ruleProbe = diag.Error("OG125", "Invalid healthcheck",
		"A healthcheck has exactly one health test: command, shell, http, tcp or sql.")
	ruleScrape = diag.Error("OG126", "Invalid scrape",
		"A scrape requires a TCP port of its service, a valid path, and valid metrics.")
	ruleResources = diag.Error("OG127", "Invalid resource limit",
		"Limits must be positive; the engine requires at least 6 MB of memory.")
	ruleBothForms = diag.Error("OG129", "Duplicate setting",
		"Some settings can be written in two places or forms, but not in both at once.")
	ruleRoot = diag.Error("OG130", "Runs as root",
		"Containers must run as a non-root user, unless harden { non_root = false } gives a reason.")
	ruleComposeMap = diag.Error("OG131", "Invalid Compose keys",
		"`compose` must be a map of keys of a Compose service.")
	ruleServiceRef = diag.Error("OG132", "Unknown healthcheck port",
		"A health test must name a port of its own service, or give its number in the container.")
	ruleRollout = diag.Error("OG134", "Invalid rollout",
		"A rollout must replace at least one container at a time.")
	ruleReload = diag.Error("OG135", "Invalid reload",
		"A reload has exactly one method: signal, command or http. Without one, the image must be known to reload files.")
	ruleReloadFile = diag.Error("OG136", "File can't be reloaded",
		"A server can only reload files in folders that its service mounts. A container keeps the old content of a single file that is mounted and then replaced.")
	ruleRenamed = diag.Error("OG137", "Invalid renamed_from",
		"renamed_from = service.OLD says what a service was called before. Its containers replace those of the former service one after the other. The former name must not be that of a service of the manifest, and only one service can have had it.")
	ruleStartFirst = diag.Error("OG138", "Two containers can't run at the same time",
		"order = \"start_first\" runs a second container beside the first until it is healthy. Both would need the same host port, container name, address or namespace, or would write to the same volume. Such a service must stop its container first.")
	ruleComposeRef = diag.Error("OG133", "Unknown service in a Compose key",
		"network_mode, ipc, pid, uts, volumes_from, links, compose.depends_on and extends without a file name services of docker-compose.yml: NAME, or NAME-1 and so on with replicas. These services are started first, except that of extends.")
	ruleWords = diag.Error("OG150", "Command needs a shell",
		"A command or entrypoint that is a string is split into words as Compose does. No shell runs it, so operators and substitutions of a shell outside of quotes mean nothing: Compose cuts the command off at < > & ; or |, and its other rules for backquotes and parentheses are those of no shell. Write [\"sh\", \"-c\", \"…\"], or the list of words.")
	ruleRestated = diag.Error("OG151", "Compose key contradicts its block",
		"`compose = {…}` is merged as Compose merges files: maps by key, lists by joining them. It may add to what a block says, and it replaces what is only a default, but what a block says can't be changed there: one of the two would silently not hold.")
	rulePortJoined = diag.Error("OG152", "Port in another container's network",
		"A container with network_mode = \"service:NAME\" or \"container:NAME\" has the network of another one. The engine refuses published ports, networks, hostname, mac_address, dns, extra_hosts and expose for it: they belong to the container whose network it is.")
	ruleJoin = diag.Error("OG153", "Invalid network of a service",
		"A service joins a network once. A static address must be valid, be in a subnet of the network's ipam, and belong to one container.")
)
