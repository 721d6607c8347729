// Package service decodes service blocks: what runs, how often, with which
// ports, mounts, dependencies, probes, limits and protection.
package service

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// Package returns the blocks of this package for one run of the loader; the
// result must not be used for a second one.
func Package() lang.Package {
	d := &decoder{views: map[*lang.Block][]*lang.Block{}, of: map[*lang.Block]*declared{}, counts: map[*lang.Block]count{}, shown: map[hcl.Range]bool{}}
	return lang.Package{Specs: []*lang.BlockSpec{d.spec()}, Finish: d.finish}
}

// decoder holds what the blocks of one run share.
type decoder struct {
	views    map[*lang.Block][]*lang.Block // of the replicas of each service
	counts   map[*lang.Block]count
	services []*declared
	of       map[*lang.Block]*declared
	later    []func(p *lang.Program) // what needs other blocks decoded
	shown    map[hcl.Range]bool      // variables of which it is said that they show a secret
}

type declared struct {
	b      *lang.Block
	s      *manifest.Service
	stated *stated
}

func (d *decoder) spec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "service", ForEach: true,
		Doc:    "A service: one container, or one for each replica.",
		Labels: lang.Name1("Its name in the Compose file and its host name on the networks; NAME-1 and so on with replicas."),
		Attrs: append(append([]lang.Attr{
			{Name: "image", Type: lang.RefTo("image"), Required: true, Doc: "What runs: image = image.NAME."},
			{Name: "replicas", Type: lang.Int, Doc: "How many instances run. Unset: one, under the plain name; set, even to 1: NAME-1 and so on. replica.index counts from 0, replica.number from 1."},
			{Name: "container_name", Type: lang.String, Doc: "Name of the container. Default: SYSTEM-INSTANCE, so that scripts know it."},
			{Name: "env", Type: lang.TextMap, Doc: "Environment. A secret in it needs exposed and reason."},
			{Name: "secret_env", Type: lang.RefMapTo("secret"), Doc: "Mounts secrets as files and sets each variable to the path of its file, or to its name where the image is known to want that."},
			{Name: "exposed", Type: lang.Bool, Default: "false", Doc: "Permits secrets in env."},
			{Name: "reason", Type: lang.String, Doc: "Why the service is exposed."},
			{Name: "command", Type: lang.Command, Doc: "Replaces the image's command."},
			{Name: "entrypoint", Type: lang.Command, Doc: "Replaces the image's entrypoint."},
			{Name: "labels", Type: lang.StringMap, Doc: "Labels of the container."},
			{Name: "depends_on", Type: lang.AttrType{Name: "map of service name to started, healthy or completed", Raw: true}, Doc: "What must be so before it starts."},
			{Name: "networks", Type: lang.RefsTo("network"), Doc: "Networks that it joins. Default: the project's own."},
			{Name: "oneshot", Type: lang.Bool, Default: "false", Doc: "It runs once and ends."},
			{Name: "restart", Type: lang.String, Doc: "no, always, unless-stopped or on-failure[:N]. Default: that of the system's defaults, else left to Docker, which doesn't restart: which policy is right depends on the machine. A one-shot has none of the system's."},
			{Name: "profiles", Type: lang.Strings, Doc: "Compose profiles that it belongs to. Empty: it always runs."},
			{Name: "user", Type: lang.String, Doc: "Compose: user. The same as in harden."},
			{Name: "init", Type: lang.Bool, Doc: "Compose: init. The same as in harden."},
			{Name: "read_only", Type: lang.Bool, Doc: "Compose: read_only. The same as in harden."},
			{Name: "pids_limit", Type: lang.Int, Doc: "Compose: pids_limit. The same as in harden."},
			{Name: "mem_limit", Type: lang.Bytes, Doc: "Compose: mem_limit. The same as memory in resources."},
			{Name: "cpus", Type: lang.Number, Doc: "Compose: cpus. The same as in resources."},
			{Name: "compose", Type: lang.Any, Doc: "A map of Compose keys too new to have a name here; merged last."},
		}, core.CostAttrs("each of its actions (start, await)")...), composeAttrs()...),
		Blocks: append([]*lang.BlockSpec{
			d.portSpec(), mountSpec(), healthSpec(), scrapeSpec(), resourcesSpec(), hardenSpec(),
		}, composeBlockSpecs()...),
		ComposeOf: "services",
		Compose:   ownKeys,
		Declare:   d.declare,
		Decode:    d.decode,
	}
}

func (d *decoder) portSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "port", Doc: "A port that the service listens on.",
		Labels: lang.Name1("The port's name, as scrapes, probes and references know it."),
		Attrs: []lang.Attr{
			{Name: "container", Type: lang.Int, Required: true, Doc: "The port inside the container."},
			{Name: "host", Type: lang.Int, Doc: "The port on the host. Unset: not published."},
			{Name: "bind", Type: lang.String, Doc: "Address on the host that it is published on. Default: that of the system's defaults, else 127.0.0.1, which keeps out other machines."},
			{Name: "protocol", Type: lang.String, Default: `"tcp"`, Values: []string{"tcp", "udp"}, Doc: "The protocol."},
		},
		ComposeOf: "services.ports",
		Compose:   portKeys,
		Declare:   d.declarePort,
	}
}

func healthSpec() *lang.BlockSpec {
	port := lang.Attr{Name: "port", Type: lang.Any, Required: true, Doc: "Name of a port of the service, or a number inside the container."}
	return &lang.BlockSpec{
		Type: "healthcheck", Max: 1, ComposeOf: "services.healthcheck", Compose: healthKeys,
		Doc: "How to tell that the service works. It has one probe: command, shell, http, tcp or sql. The same probe goes wherever one is rendered. Without the block, it is that of the image where it is known to have one, else the command that its facts name: every 10s, for 10s at most, six failures are unhealthy, and those of the first 2m don't count, since a first start may make a whole database. It is left out where a flag, a variable, a mounted file, another program, an env_file or another's network may make it ask the wrong place.",
		Attrs: []lang.Attr{
			{Name: "command", Type: lang.Strings, Doc: "A command, run without a shell."},
			{Name: "shell", Type: lang.String, Doc: "A script for the container's shell."},
			{Name: "disable", Type: lang.Bool, Default: "false", Doc: "Switches off the image's own healthcheck."},
			{Name: "interval", Type: lang.Duration, Doc: "Time between two probes. Default: the engine's."},
			{Name: "timeout", Type: lang.Duration, Doc: "Time after which a probe has failed. Default: the interval, 30s at most: a longer one would let probes pile up."},
			{Name: "retries", Type: lang.Int, Doc: "Failures in a row that mean unhealthy."},
			{Name: "start_period", Type: lang.Duration, Doc: "Time to start up, in which failures don't count."},
			{Name: "start_interval", Type: lang.Duration, Doc: "Time between probes in the start period."},
		},
		Blocks: []*lang.BlockSpec{
			{Type: "http", Max: 1, Doc: "An HTTP GET that must succeed.", Attrs: []lang.Attr{port,
				{Name: "path", Type: lang.String, Default: `"/"`, Doc: "Path of the request."}}},
			{Type: "tcp", Max: 1, Doc: "A TCP connection that must be accepted.", Attrs: []lang.Attr{port}},
			{Type: "sql", Max: 1, Doc: "A PostgreSQL server that must accept connections over TCP.", Attrs: []lang.Attr{
				{Name: "database", Type: lang.RefTo("database"), Doc: "Whose user, name and port to use."},
				{Name: "user", Type: lang.String, Doc: "The role. Default: the database's, else postgres."},
				{Name: "dbname", Type: lang.String, Doc: "The database. Default: the database block's, else the user's name."},
				{Name: "port", Type: lang.Any, Doc: "Name of a port, or a number. Default: the database's, else 5432."},
				{Name: "query", Type: lang.String, Doc: "A query that must succeed. Default: a connection is enough."},
				{Name: "tables", Type: lang.RefsTo("table"), Doc: "Tables that must be there."},
			}},
		},
	}
}

func scrapeSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "scrape", Doc: "A Prometheus job: every replica is a target.",
		Labels: lang.Name1("Part of the job's name, when the service has several."),
		Attrs: []lang.Attr{
			{Name: "port", Type: lang.String, Doc: "Name of the port. Default: the block's label."},
			{Name: "path", Type: lang.String, Default: `"/metrics"`, Doc: "Path of the metrics."},
			{Name: "interval", Type: lang.Duration, Doc: "Default: the server's."},
			{Name: "timeout", Type: lang.Duration, Doc: "Default: the server's."},
			{Name: "scheme", Type: lang.String, Default: `"http"`, Values: []string{"http", "https"}, Doc: "The scheme."},
			{Name: "exports", Type: lang.StringMap, Doc: "Metrics and their types: counter, gauge, histogram, summary or untyped. Expressions are checked against them."},
		},
	}
}

func resourcesSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "resources", Max: 1, Doc: "Limits of each instance.",
		Attrs: core.ResourceAttrs(),
	}
}

func hardenSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "harden", Max: 1,
		Doc:   "Protection of the containers. What isn't given follows from what is known of the image (docs/images.md). One that runs as a user of its own needs no capability; one that starts as root keeps those that it is known to need; any other runs as Compose alone would run it, because a container that doesn't start protects nobody. What is given always holds; what is turned off that would be on needs a reason. docs/defaults.md has more.",
		Attrs: core.HardenAttrs(),
	}
}
