package manifest

import "github.com/hashicorp/hcl/v2"

// Instruction is one step of a stage. The types below are all there are: a switch over them names
// each.
type Instruction interface {
	// Where is the range of the step in the manifest.
	Where() *InstructionOrigin

	instruction()
}

// InstructionOrigin is the range of a step in the manifest.
type InstructionOrigin struct {
	Range hcl.Range
	At    Ranges // of the step's arguments, by their names
}

// Where is part of Instruction.
func (o *InstructionOrigin) Where() *InstructionOrigin { return o }

// Of is the range of an argument, or of the step if it isn't known.
func (o *InstructionOrigin) Of(attr string) hcl.Range { return o.At.Of(attr, o.Range) }

type (
	// PackagesInstruction installs packages and cleans up as usual for their manager.
	PackagesInstruction struct {
		InstructionOrigin
		Manager PackageManager
		Names   []string // sorted, unique
	}
	// WorkdirInstruction is WORKDIR.
	WorkdirInstruction struct {
		InstructionOrigin
		Path string
	}
	// CopyInstruction is COPY.
	CopyInstruction struct {
		InstructionOrigin
		Transfer
		FromStage *Stage
		FromImage string // an image reference, the tag of image.x, or the name of a context
		FromDecl  *Image // the declared image whose tag FromImage is; nil if there is none
		Exclude   []string
	}
	// AddInstruction is ADD.
	AddInstruction struct {
		InstructionOrigin
		Transfer
	}
	// RunInstruction is RUN.
	RunInstruction struct {
		InstructionOrigin
		Command    *Command
		Mounts     []string // values of --mount
		MountDecls []*Image // the declared images whose tags the mounts take files from
		Network    string
	}
	// UserInstruction is USER.
	UserInstruction struct {
		InstructionOrigin
		User string // name[:group]
	}
	// EntrypointInstruction is ENTRYPOINT.
	EntrypointInstruction struct {
		InstructionOrigin
		Command *Command
	}
	// CmdInstruction is CMD.
	CmdInstruction struct {
		InstructionOrigin
		Command *Command
	}
	// EnvInstruction is ENV.
	EnvInstruction struct {
		InstructionOrigin
		Values []KeyValue
	}
	// ArgInstruction is ARG.
	ArgInstruction struct {
		InstructionOrigin
		Name    string
		Default *string // nil: none
	}
	// ExposeInstruction is EXPOSE.
	ExposeInstruction struct {
		InstructionOrigin
		Ports []string // "8080/tcp"
	}
	// VolumeInstruction is VOLUME.
	VolumeInstruction struct {
		InstructionOrigin
		Paths []string
	}
	// StopSignalInstruction is STOPSIGNAL.
	StopSignalInstruction struct {
		InstructionOrigin
		Signal string
	}
	// ShellInstruction is SHELL.
	ShellInstruction struct {
		InstructionOrigin
		Words []string
	}
	// LabelInstruction is LABEL.
	LabelInstruction struct {
		InstructionOrigin
		Values []KeyValue
	}
	// OnbuildInstruction is ONBUILD with a step that isn't ONBUILD itself.
	OnbuildInstruction struct {
		InstructionOrigin
		Do Instruction
	}
)

func (*PackagesInstruction) instruction()   {}
func (*WorkdirInstruction) instruction()    {}
func (*CopyInstruction) instruction()       {}
func (*AddInstruction) instruction()        {}
func (*RunInstruction) instruction()        {}
func (*UserInstruction) instruction()       {}
func (*EntrypointInstruction) instruction() {}
func (*CmdInstruction) instruction()        {}
func (*EnvInstruction) instruction()        {}
func (*ArgInstruction) instruction()        {}
func (*ExposeInstruction) instruction()     {}
func (*VolumeInstruction) instruction()     {}
func (*StopSignalInstruction) instruction() {}
func (*ShellInstruction) instruction()      {}
func (*LabelInstruction) instruction()      {}
func (*OnbuildInstruction) instruction()    {}

// Transfer is what COPY and ADD have in common.
type Transfer struct {
	Src          []string
	Dest         string
	Chown, Chmod string
	Link         bool
}

// PackageManager is what installs packages in an image.
type PackageManager string

// The package managers, as `packages` names them.
const (
	APK PackageManager = "apk"
	APT PackageManager = "apt"
	DNF PackageManager = "dnf"
	NPM PackageManager = "npm"
	PIP PackageManager = "pip"
)

// PackageManagers are all of them.
var PackageManagers = []PackageManager{APK, APT, DNF, NPM, PIP}
