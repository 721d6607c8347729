package core

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// HardenAttrs are the arguments of a harden block. Those that aren't set follow from the image facts.
func HardenAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "read_only", Type: lang.Bool, Doc: "The root file system is read-only. Default: true if the image's authors document that for a non-root user, with a tmpfs for the folders it writes to; otherwise a server might fail long after its start."},
		{Name: "no_new_privileges", Type: lang.Bool, Doc: "No process gains privileges through sudo or a set-uid file. Default: true for a known image, unless it uses such a program or its main program has file capabilities."},
		{Name: "drop_caps", Type: lang.Bool, Doc: "All capabilities are dropped except those that a known image requires and those in cap_add. Default: true for a known image. The required ones are what its entrypoint uses to start on new and on existing data, to stop and to reload: KILL too where root signals another user's processes, DAC_OVERRIDE where root reads a bind mount, NET_BIND_SERVICE for low ports on the host's network, and the file capabilities of its program."},
		{Name: "cap_add", Type: lang.Strings, Doc: "Capabilities to keep or add. One that Docker doesn't grant by default requires a reason."},
		{Name: "non_root", Type: lang.Bool, Doc: "The container runs as a non-root user or gives up root by itself. Default: true, so that running as root is a decision with a reason."},
		{Name: "init", Type: lang.Bool, Doc: "Runs a minimal init as process 1, which reaps zombies and forwards signals. Default: true where that is known to be right, for example for a program that a stage starts directly as a non-root user. A server that is built to be process 1, or that brings its own init, may not stop cleanly behind another one."},
		{Name: "pids_limit", Type: lang.Int, Doc: "The maximum number of processes and threads; 0 or -1 means no limit. Default: 4096 for a known image, far more than a server needs and far less than the machine has."},
		{Name: "user", Type: lang.String, Doc: "The uid[:gid] to run as. Default: the image's user, which may switch to another one itself once its folders have that owner."},
		{Name: "reason", Type: lang.String, Doc: "Why a protection is turned off."},
	}
}

// ResourceAttrs are the arguments of a resources block.
func ResourceAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "memory", Type: lang.Bytes, Doc: "The memory limit. Default: no limit, because one that is too low kills a working service."},
		{Name: "cpus", Type: lang.Number, Doc: "The CPU limit. Default: no limit."},
	}
}

// LocalAddress is where ports are published by default.
const LocalAddress = "127.0.0.1"

func defaultsSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "defaults", Max: 1, NoRef: true,
		Doc: "Defaults for all services and alerts that don't set these arguments themselves. What neither sets for a service follows from the image (docs/defaults.md).",
		Attrs: []lang.Attr{
			{Name: "bind", Type: lang.String, Default: `"` + LocalAddress + `"`, Doc: "The host address on which ports are published. The default is unreachable from other machines; Docker's own default opens each port to the network, past most firewalls."},
			{Name: "restart", Type: lang.String, Doc: "The restart policy of services that aren't one-shots. Default: left to Docker, which doesn't restart; servers usually want \"unless-stopped\"."},
		},
		Blocks: []*lang.BlockSpec{
			{Type: "logging", Max: 1, Open: true, OrAttr: true, NoRef: true, Doc: "Compose: logging, for services without their own. Default: left to the engine's configuration; Docker's default never deletes a log."},
			{Type: "harden", Max: 1, NoRef: true, Doc: "Protection for all services, whether or not their images are known.", Attrs: HardenAttrs()},
			{Type: "resources", Max: 1, NoRef: true, Doc: "Limits for each instance.", Attrs: ResourceAttrs()},
			{Type: "alert", Max: 1, NoRef: true, Doc: "Labels and annotations of all alerts.", Attrs: []lang.Attr{
				{Name: "labels", Type: lang.StringMap, Doc: "Labels of each alert that doesn't set them, such as { team = \"shop\" }; `severity` is that of alerts without one."},
				{Name: "annotations", Type: lang.StringMap, Doc: "Annotations of each alert that doesn't set them; they are templates, as an alert's own."},
				{Name: "keep_firing_for", Type: lang.Duration, Doc: "How long an alert keeps firing after it is no longer active, if it doesn't say itself."},
			}},
		},
	}
}

// Defaults is the block `defaults` of the system; nil if there is none.
func Defaults(p *lang.Evaluation) *lang.Block {
	for _, s := range p.Blocks("system") {
		if d := s.Block("defaults"); d != nil {
			return d
		}
	}
	return nil
}
