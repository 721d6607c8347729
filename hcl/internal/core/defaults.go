package core

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// HardenAttrs are the attributes of a harden block. What isn't given there
// follows from what is known of the image.
func HardenAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "read_only", Type: lang.Bool, Doc: "The root file system can't be written. Default: true where the image's authors document it for a user other than root."},
		{Name: "no_new_privileges", Type: lang.Bool, Doc: "No process gains privileges. Default: true for a known image that needs none."},
		{Name: "drop_caps", Type: lang.Bool, Doc: "All capabilities are dropped but those that a known image needs and those in cap_add. Default: true for a known image."},
		{Name: "cap_add", Type: lang.Strings, Doc: "Capabilities that are kept or added."},
		{Name: "non_root", Type: lang.Bool, Doc: "It runs as a user other than root, or gives up root itself. Default: true."},
		{Name: "init", Type: lang.Bool, Doc: "A minimal init as process 1 reaps zombies and forwards signals. Default: true where that is known to be right, as for a program of one's own that isn't root."},
		{Name: "pids_limit", Type: lang.Int, Doc: "Largest number of processes and threads; 0 or -1 is no limit. Default: 4096 for a known image, far more than a server needs and far less than the machine has."},
		{Name: "user", Type: lang.String, Doc: "uid[:gid] that it runs as. Default: the image's."},
		{Name: "reason", Type: lang.String, Doc: "Why a part is off."},
	}
}

// ResourceAttrs are the attributes of a resources block.
func ResourceAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "memory", Type: lang.Bytes, Doc: "Largest use of memory."},
		{Name: "cpus", Type: lang.Number, Doc: "Largest use of processors."},
	}
}

// LocalAddress is where ports are published unless the manifest says otherwise.
const LocalAddress = "127.0.0.1"

func defaultsSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "defaults", Max: 1, NoRef: true,
		Doc: "What holds for every service that doesn't say otherwise itself.",
		Attrs: []lang.Attr{
			{Name: "bind", Type: lang.String, Default: `"` + LocalAddress + `"`, Doc: "Address on the host that ports are published on. The default keeps out other machines: Docker's own opens each port to the network, past most firewalls."},
			{Name: "restart", Type: lang.String, Doc: "Restart policy of services that aren't one-shots. Default: left to Docker, which doesn't restart."},
		},
		Blocks: []*lang.BlockSpec{
			{Type: "logging", Max: 1, Open: true, OrAttr: true, NoRef: true, Doc: "Compose: logging. Default: left to the engine's configuration."},
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
