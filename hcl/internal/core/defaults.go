package core

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// HardenAttrs are the attributes of a harden block. What isn't given there
// follows from what is known of the image.
func HardenAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "read_only", Type: lang.Bool, Doc: "The root file system can't be written. Default: true where the image's authors document it for a user other than root, with a tmpfs for what it writes; else a server might fail long after its start."},
		{Name: "no_new_privileges", Type: lang.Bool, Doc: "No process gains privileges, by sudo or a set-uid file. Default: true for a known image, unless it uses such a program or its own has file capabilities."},
		{Name: "drop_caps", Type: lang.Bool, Doc: "All capabilities are dropped but those that a known image needs and those in cap_add. Default: true for a known image. What it needs is what its entrypoint takes to start on new and on old data, to stop and to reload: KILL too where root signals another user's processes, DAC_OVERRIDE where root reads a bind mount, NET_BIND_SERVICE for low ports on the host's network, and the file capabilities of its program."},
		{Name: "cap_add", Type: lang.Strings, Doc: "Capabilities that are kept or added. One that Docker doesn't give anyway needs a reason."},
		{Name: "non_root", Type: lang.Bool, Doc: "It runs as a user other than root, or gives up root itself. Default: true, so that root is a decision with a reason."},
		{Name: "init", Type: lang.Bool, Doc: "A minimal init as process 1 reaps zombies and forwards signals. Default: true where that is known to be right, as for a program that a stage starts directly as a user other than root. A server that is made to be process 1, or has an init of its own, may stop badly behind another one."},
		{Name: "pids_limit", Type: lang.Int, Doc: "Largest number of processes and threads; 0 or -1 is no limit. Default: 4096 for a known image, far more than a server needs and far less than the machine has."},
		{Name: "user", Type: lang.String, Doc: "uid[:gid] that it runs as. Default: the image's, which may change to another one itself once its folders belong to that."},
		{Name: "reason", Type: lang.String, Doc: "Why a part is off."},
	}
}

// ResourceAttrs are the attributes of a resources block.
func ResourceAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "memory", Type: lang.Bytes, Doc: "Largest use of memory. Default: no limit, since one that is too small kills a working service."},
		{Name: "cpus", Type: lang.Number, Doc: "Largest use of processors. Default: no limit."},
	}
}

// LocalAddress is where ports are published unless the manifest says otherwise.
const LocalAddress = "127.0.0.1"

func defaultsSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "defaults", Max: 1, NoRef: true,
		Doc: "What holds for every service that doesn't say otherwise itself. What neither says follows from the image (docs/defaults.md).",
		Attrs: []lang.Attr{
			{Name: "bind", Type: lang.String, Default: `"` + LocalAddress + `"`, Doc: "Address on the host that ports are published on. The default keeps out other machines: Docker's own opens each port to the network, past most firewalls."},
			{Name: "restart", Type: lang.String, Doc: "Restart policy of services that aren't one-shots. Default: left to Docker, which doesn't restart; servers mostly want \"unless-stopped\"."},
		},
		Blocks: []*lang.BlockSpec{
			{Type: "logging", Max: 1, Open: true, OrAttr: true, NoRef: true, Doc: "Compose: logging, for services without one. Default: left to the engine's configuration; Docker's own never deletes a log."},
			{Type: "harden", Max: 1, NoRef: true, Doc: "Protection that is stated for all services, whether or not their images are known.", Attrs: HardenAttrs()},
			{Type: "resources", Max: 1, NoRef: true, Doc: "Limits of each instance.", Attrs: ResourceAttrs()},
		},
	}
}

// Defaults is the block `defaults` of the system; nil where there is none.
func Defaults(p *lang.Program) *lang.Block {
	for _, s := range p.Blocks("system") {
		if d := s.Block("defaults"); d != nil {
			return d
		}
	}
	return nil
}
