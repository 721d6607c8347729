// Package service decodes service blocks: the image, replicas, ports, mounts, dependencies,
// healthchecks, limits and protection.
package service

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/exporter"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/internal/scrape"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// Package returns the blocks of this package for one run of the loader; don't reuse the result.
func Package() lang.Package {
	d := &decoder{views: map[*lang.Block][]*lang.Block{}, of: map[*lang.Block]*declared{}, counts: map[*lang.Block]count{}, shown: map[hcl.Range]bool{}}
	return lang.Package{Specs: []*lang.BlockSpec{d.spec()}, Finish: d.finish, Last: d.reloads}
}

// decoder is what the blocks of one run share.
type decoder struct {
	views    map[*lang.Block][]*lang.Block // of the replicas of each service
	counts   map[*lang.Block]count
	services []*declared
	of       map[*lang.Block]*declared
	mounts   []paths.Mount              // of paths of the host
	later    []func(p *lang.Evaluation) // what requires other blocks to be decoded
	shown    map[hcl.Range]bool         // variables for which a shown secret was reported
}

type declared struct {
	b      *lang.Block
	s      *manifest.Service
	stated *stated

	neverReloads bool // it is turned off, or its block is wrong, which was reported
}

func (d *decoder) spec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:    "service",
		Habits:  map[string]string{"count": "Write replicas = … for equal containers, or for_each for services that differ."},
		ForEach: true,
		Doc:     "A service: one container, or one for each replica.",
		Labels:  lang.Name1("The name in the Compose file and the host name on the networks; NAME-1 and so on with replicas."),
		Attrs: append(append([]lang.Attr{
			{Name: "image", Type: lang.RefTo("image"), Required: true, Doc: "The image to run: image = image.NAME."},
			{Name: "replicas", Type: lang.Int, Doc: "The number of instances. Unset: one, under the plain name; set, even to 1: NAME-1 and so on. replica.index counts from 0, replica.number from 1."},
			{Name: "container_name", Type: lang.String, Doc: "The name of the container. Default: SYSTEM-INSTANCE, so that scripts can rely on it; with order = start_first in rollout, Compose chooses it."},
			{Name: "env", Type: lang.TextMap, Doc: "Environment variables. A secret in one requires exposed and reason. NAME = null passes the variable through from the environment in which deploy.sh runs, as `NAME:` does in Compose; without it there, the container doesn't have it either."},
			{Name: "secret_env", Type: lang.RefMapTo("secret"), Doc: "Mounts secrets as files and sets each variable to the path of its file, or to its name if the image is known to expect that."},
			{Name: "secrets", Type: lang.RefsTo("secret"), Rewrite: rewriteSecrets, Doc: "Secrets that are only mounted, as /run/secrets/NAME, for programs that are told the path otherwise, or know it."},
			{Name: "exposed", Type: lang.Bool, Default: "false", Doc: "Permits secrets in env."},
			{Name: "reason", Type: lang.String, Doc: "Why the service is exposed."},
			{Name: "command", Type: composeCommand, Deploy: true, Doc: "Replaces the image's command. A string is split into words as Compose does; no shell runs it, so [\"sh\", \"-c\", \"…\"] is the form for redirections, pipes and variables."},
			{Name: "entrypoint", Type: composeCommand, Deploy: true, Doc: "Replaces the image's entrypoint. A string is split into words, as in command."},
			{Name: "labels", Type: lang.StringMap, Deploy: true, Doc: "The labels of the container."},
			{Name: "depends_on", Type: lang.AttrType{Name: "map of service name to started, healthy or completed", Raw: true}, Rewrite: rewriteDependsOn, Doc: "Services to wait for before the start. NAME = { condition = \"healthy\", required = false, restart = true } also says that the other service may not be enabled, and that this one restarts when Compose restarts it."},
			{Name: "renamed_from", Type: lang.AttrType{Name: "service.OLD", Raw: true}, Doc: "What the service was called before, as in service.old, which must no longer be in the manifest. Its containers replace those of the former service one after the other, as in any rollout, and the former container is removed just before the new one starts. The line can be removed once every deployment has the new name."},
			{Name: "networks", Type: lang.RefsTo("network"), Rewrite: rewriteNetworks, Doc: "The networks to join. Default: the project's default network."},
			{Name: "oneshot", Type: lang.Bool, Default: "false", Doc: "Whether the service runs once and ends."},
			{Name: "restart", Type: lang.String, Doc: "The restart policy: no, always, unless-stopped or on-failure[:N]. Default: that of the system's defaults, otherwise left to Docker, which doesn't restart, because the right policy depends on the machine. The system's default doesn't apply to a one-shot."},
			{Name: "profiles", Type: lang.Strings, Doc: "The Compose profiles of the service. Empty: it always runs."},
			{Name: "made_by", Type: lang.RefTo("action"), Doc: "The action that makes files of env_file, label_file or extends, which may be missing until then. The service is started after it."},
			{Name: "user", Type: lang.String, Doc: "Compose: user. The same as in harden."},
			{Name: "init", Type: lang.Bool, Doc: "Compose: init. The same as in harden."},
			{Name: "read_only", Type: lang.Bool, Doc: "Compose: read_only. The same as in harden."},
			{Name: "pids_limit", Type: lang.Int, Doc: "Compose: pids_limit. The same as in harden."},
			{Name: "mem_limit", Type: lang.Bytes, Doc: "Compose: mem_limit. The same as memory in resources."},
			{Name: "cpus", Type: lang.Number, Doc: "Compose: cpus. The same as in resources."},
			{Name: "compose", Type: lang.Any, Deploy: true, Doc: "A map of Compose keys that have no argument here, merged as Compose merges files: maps by key, and lists are joined. It replaces defaults, but what the blocks and arguments of the service say can't be changed in it."},
		}, core.CostAttrs("each of its actions (start, await)")...), composeAttrs()...),
		Blocks: append([]*lang.BlockSpec{
			d.portSpec(), mountSpec(), joinSpec(), healthSpec(), scrapeSpec(), resourcesSpec(), rolloutSpec(), reloadSpec(), hardenSpec(), exporter.Spec(false),
		}, composeBlockSpecs()...),
		ComposeOf: "services",
		Compose:   ownKeys,
		Declare:   d.declare,
		Decode:    d.decode,
	}
}

func (d *decoder) portSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "port", Doc: "A port on which the service listens.",
		Labels: lang.Name1("The name by which scrapes, health tests, probes and references refer to the port."),
		Attrs: []lang.Attr{
			{Name: "container", Type: lang.Ports, Required: true, Doc: "The container port, or a range such as \"8000-8010\"."},
			{Name: "host", Type: lang.Ports, Deploy: true, Doc: "The host port, or a parameter of type number; for a range, one with as many ports. A range for a single container port: any free one of them. 0: any free port. Unset: the port isn't published."},
			{Name: "bind", Type: lang.String, Doc: "The host address on which the port is published. Default: that of the system's defaults, otherwise 127.0.0.1, which other machines can't reach."},
			{Name: "protocol", Type: lang.String, Default: `"tcp"`, Values: []string{"tcp", "udp"}, Doc: "The protocol."},
		},
		FromValue: rewritePorts,
		ComposeOf: "services.ports",
		Compose:   portKeys,
		Declare:   d.declarePort,
	}
}

func healthSpec() *lang.BlockSpec {
	port := lang.Attr{Name: "port", Type: lang.Any, Required: true, Doc: "The name of a port of the service, or a number in the container."}
	return &lang.BlockSpec{
		Type: "healthcheck", Max: 1, ComposeOf: "services.healthcheck", Compose: healthKeys,
		Doc: "Checks that the service works. It has one health test: command, shell, http, tcp or sql, which is used wherever a test is rendered. Without the block, the image's own healthcheck is used if it is known to have one, otherwise the command from the image facts: every 10s, with a timeout of 10s, unhealthy after six failures, and failures in the first 2m don't count, because a first start may create a whole database. That command is left out if a flag, a variable, a mounted file, another program, an env_file or another service's network might make it check the wrong place.",
		Attrs: []lang.Attr{
			{Name: "command", Type: lang.Strings, Doc: "A command, run without a shell."},
			{Name: "shell", Type: lang.String, Doc: "A script for the container's shell."},
			{Name: "disable", Type: lang.Bool, Default: "false", Doc: "Turns off the image's own healthcheck."},
			{Name: "interval", Type: lang.Duration, Doc: "The time between two tests. Default: the engine's."},
			{Name: "timeout", Type: lang.Duration, Doc: "The time after which a test has failed. Default: the interval, but at most 30s, because a longer timeout would let tests pile up."},
			{Name: "retries", Type: lang.Int, Doc: "The number of consecutive failures after which the container is unhealthy."},
			{Name: "start_period", Type: lang.Duration, Doc: "The time to start up, during which failures don't count."},
			{Name: "start_interval", Type: lang.Duration, Doc: "The time between tests during the start period."},
		},
		Blocks: []*lang.BlockSpec{
			{Type: "http", Max: 1, Doc: "An HTTP GET that must succeed.", Attrs: []lang.Attr{port,
				{Name: "path", Type: lang.String, Default: `"/"`, Doc: "The path of the request."}}},
			{Type: "tcp", Max: 1, Doc: "A TCP connection that must be accepted.", Attrs: []lang.Attr{port}},
			{Type: "sql", Max: 1, Doc: "A PostgreSQL server that must accept connections over TCP.", Attrs: []lang.Attr{
				{Name: "database", Type: lang.RefTo("database"), Doc: "The database whose user, name and port to use."},
				{Name: "user", Type: lang.String, Doc: "The role. Default: the database block's, otherwise postgres."},
				{Name: "dbname", Type: lang.String, Doc: "The database. Default: the database block's, otherwise the user's name."},
				{Name: "port", Type: lang.Any, Doc: "The name or number of a port. Default: the database block's, otherwise 5432."},
				{Name: "query", Type: lang.String, Doc: "A query that must succeed. Default: a connection is enough."},
				{Name: "tables", Type: lang.RefsTo("table"), Doc: "Tables that must exist."},
			}},
		},
	}
}

func scrapeSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "scrape", Doc: "A Prometheus job; every replica is a target.",
		Labels: lang.Name1("A part of the job's name, for a service with several scrapes."),
		Attrs: []lang.Attr{
			{Name: "port", Type: lang.String, Doc: "The name of the port. Default: the block's label."},
			{Name: "path", Type: lang.String, Default: `"/metrics"`, Doc: "The path of the metrics."},
			{Name: "interval", Type: lang.Duration, Doc: "The scrape interval. Default: the server's."},
			{Name: "timeout", Type: lang.Duration, Doc: "The scrape timeout. Default: the server's."},
			{Name: "scheme", Type: lang.String, Default: `"http"`, Values: []string{"http", "https"}, Doc: "The scheme."},
			scrape.ExportsAttr(),
		},
		Blocks: scrape.Relabels(),
	}
}

func resourcesSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "resources", Max: 1, Doc: "Limits for each instance.",
		Compose: []lang.ComposeKey{{Key: "limits", Write: "memory and cpus in this block itself", Rewrite: rewriteLimits}},
		Attrs:   core.ResourceAttrs(),
	}
}

func rolloutSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "rollout", Max: 1,
		Doc: "How the containers of the service are replaced when they change: one after the other, each only once the last is healthy, or without a healthcheck has run for some seconds. The first that fails stops the rollout, and the others keep running as they are.",
		Attrs: []lang.Attr{
			{Name: "max_unavailable", Type: lang.Int, Default: "1", Doc: "How many containers may be replaced at the same time."},
			{Name: "order", Type: lang.String, Default: `"stop_first"`, Values: []string{"stop_first", "start_first"}, Doc: "start_first starts a second container beside the first, and removes the first once the second is healthy. That requires that two containers can run at the same time: no host port, container_name, static address, shared namespace or writable volume. Compose then chooses the container's name."},
			{Name: "pause", Type: lang.Duration, Doc: "How long to wait after each container before the next is replaced, such as \"5s\". There is no wait unless said."},
		},
	}
}

func hardenSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "harden", Max: 1,
		Doc:   "Protection of the containers. Arguments that aren't set follow from the image facts (docs/images.md). An image that runs as its own non-root user requires no capability; one that starts as root keeps those that it is known to require; any other runs as it would with Compose alone, because a container that doesn't start protects nobody. Arguments that are set always apply; turning off a protection that would be on requires a reason. See docs/defaults.md.",
		Attrs: core.HardenAttrs(),
	}
}
