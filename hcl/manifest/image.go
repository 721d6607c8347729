package manifest

import (
	"math/big"
	"time"

	"github.com/omegagen/omegagen/hcl/images"
)

// Image is built here, built from an existing Dockerfile, or pulled.
type Image struct {
	Origin
	Name       string
	Tag        string     // what services and scripts name; of a pulled image, Pull
	Pull       string     // reference, "" unless pulled
	Default    string     // Pull with the default of each parameter in it; "" if it has no parameter
	Dockerfile string     // path of an existing Dockerfile relative to the kit's folder, "" unless given
	Context    string     // build context relative to the kit's folder
	MadeBy     *ActionRef // makes the context or the Dockerfile; nil: they exist
	Target     string     // stage to build, "" for the last
	MaxSize    int64      // bytes; 0: unlimited
	Labels     []KeyValue
	BuildArgs  []KeyValue
	Platform   string
	Stages     []*Stage // source order; empty unless built from stages
	Ignore     []string // further .dockerignore patterns, source order
	Cost       *big.Rat // of image.N.pull|build
	Duration   time.Duration
	At         Ranges // of the block's attributes

	// What follows is of a built image alone.
	Push       string          // reference, with its tag, to which the image is pushed; "": it isn't pushed
	Secrets    []*Secret       // that steps may mount, by name, each once; a mount's id is the secret's name
	SSH        []string        // agents and keys that steps may mount: "default", or "id=path" from the kit's folder
	CacheFrom  []string        // images, or "type=…,…", whose layers the build may take
	Contexts   []*BuildContext // by name
	Network    string          // default|none|host, of the build's steps; "" for the builder's own
	ExtraHosts []string        // of the build's steps: NAME:ADDRESS
	ShmSize    int64           // bytes of /dev/shm of the build's steps; 0: the builder's default
	Platforms  []string        // that the pushed image is built for
	SBOM       *bool           // whether the pushed image includes an SBOM; nil: the builder's default
	Provenance *bool           // whether the pushed image includes its provenance; nil: the builder's default

	Runtime *Runtime // nil: the manifest states no facts
	// Facts are the facts about its containers, from Runtime, the built-in facts and its stages; nil:
	// none. FactsDone says that they were looked up.
	Facts     *images.Facts
	FactsDone bool
}

// Runtime is the facts that a manifest states about an image's containers. A nil pointer is unset.
type Runtime struct {
	Origin
	Like              string // reference of a known image
	User              string // uid[:gid]
	StartsAsRoot      *bool
	Capabilities      []string // sorted, without CAP_
	CapabilitiesGiven bool
	Init              *bool // a minimal init is right
	ReadOnly          *bool
	Volumes           []string
	Ports             []int
	Shell             *string // "": none
	Tools             []string
	ToolsGiven        bool
	At                Ranges
}

// Built reports whether the image is built on this machine.
func (i *Image) Built() bool { return i.Pull == "" }

// Bases are the declared images from which the build takes files, in order of first use, each once:
// they must be ready first.
func (i *Image) Bases() []*Image {
	var out []*Image
	seen := map[*Image]bool{nil: true}
	add := func(b *Image) {
		if !seen[b] {
			seen[b] = true
			out = append(out, b)
		}
	}
	for _, s := range i.Stages {
		add(s.FromDecl)
		for _, do := range s.Steps {
			if c, ok := do.(*CopyInstruction); ok {
				add(c.FromDecl)
			}
			if r, ok := do.(*RunInstruction); ok {
				for _, b := range r.MountDecls {
					add(b)
				}
			}
		}
	}
	for _, c := range i.Contexts {
		add(c.Image)
	}
	return out
}

// Stage is one FROM and its steps in source order.
type Stage struct {
	Origin
	Name      string
	From      string // image reference, or "" when FromStage is set
	FromStage *Stage
	FromDecl  *Image // the declared image whose tag From is; nil if there is none
	Platform  string
	Steps     []Instruction
	At        Ranges // of from, platform
}
