// Package images contains facts about the most used container images: the user that they run as and
// how they switch to it, the capabilities that this requires, and their ports, data folders,
// variables, tools and readiness. The facts are in facts/FAMILY.json, each with its sources; nothing
// is looked up elsewhere.
//
// Facts decide the defaults of a service, so facts and doubts are kept apart: what is listed under
// `unverified` is never read, and a capability set whose basis is Inferred or NotDerived decides no
// hardening.
package images

import (
	"slices"
	"time"
)

// Facts are the facts about one version and variant of an image. The result of Lookup is shared and
// must not be changed.
type Facts struct {
	Variant   string `json:"variant"`
	TagHas    string `json:"tag_has"`     // RE2 that the tag must match; "": any
	TagHasNot string `json:"tag_has_not"` // RE2 that the tag must not match; "": none
	Range     Range  `json:"range"`

	User            *string  `json:"user"`           // USER of the image; "" is unset (root), nil unknown
	StartsAsRoot    *bool    `json:"starts_as_root"` // nil: unknown
	Becomes         *Becomes `json:"becomes"`
	RootStaysParent bool     `json:"root_stays_parent"` // root signals processes of another user
	// Capabilities are those that the image requires with cap_drop ALL when it starts as root; nil if it
	// doesn't.
	Capabilities *Capabilities `json:"needs_caps_as_root"`
	// FileCapabilities are those of its binaries' files: if they are not in the bounding set, the files
	// can't be executed, by any user.
	FileCapabilities   []string    `json:"file_capabilities"`
	NeedsNewPrivileges bool        `json:"needs_new_privileges"` // uses sudo or the like
	RunsWithUser       []RunsAs    `json:"runs_with_user"`
	OwnInit            *Init       `json:"own_init"`
	InitIsRight        *bool       `json:"init_is_right"` // a minimal init as process 1; nil: unknown
	ReadOnly           *ReadOnly   `json:"read_only_ok"`
	StopSignal         string      `json:"stop_signal"`
	StopGrace          *Grace      `json:"stop_grace"` // nil: the engine's grace period is enough
	Readiness          []Readiness `json:"readiness"`
	Entrypoint         []string    `json:"entrypoint"`
	Cmd                []string    `json:"cmd"`
	Subcommands        []string    `json:"subcommands,omitempty"` // commands that the entrypoint passes to the image's program
	Ports              []Port      `json:"ports"`
	Volumes            []Volume    `json:"volumes"`
	Healthcheck        *string     `json:"healthcheck_in_image"` // command of the image's own HEALTHCHECK
	Metrics            *Metrics    `json:"metrics"`
	ListenSettings     []string    `json:"config_flags_listen"` // flags, variables, or "X in FILE" that change a port
	ConfigPaths        []string    `json:"config_paths"`
	RequiredEnv        []Required  `json:"required_env"`
	PasswordEnv        []string    `json:"password_env"`
	SecretEnv          []string    `json:"secret_env"` // variables that take a file's path
	Tools              Tools       `json:"tools"`
	Reload             *Reload     `json:"reload,omitempty"` // nil: unknown, or its program can't
	Notes              []string    `json:"notes"`
	Uncertain          []string    `json:"uncertain"`
	Unverified         unverified  `json:"unverified"`
	Checked            checkedBy   `json:"checked"`
	Source             []string    `json:"source"` // owner/repository@commit:path
	Family             string      `json:"-"`      // "": not from the facts

	SecretNameEnv []string `json:"secret_name_env,omitempty"` // variables that take the name of a file in /run/secrets, not its path
	Checks                 // facts against which services are checked

	Derived []Derivation `json:"-"` // what the facts were changed by; nil: unchanged
}

// Derivation is a reason why facts differ from those of the image's family.
type Derivation string

const (
	FromManifest Derivation = "the manifest's runtime block"
	FromStages   Derivation = "the image's stages"
)

// Range is the versions to which facts apply; see Lookup.
type Range struct {
	Min    string `json:"min"`      // inclusive; "": from the first
	MaxExc string `json:"max_excl"` // exclusive; "": to the newest
	Note   string `json:"note"`
}

// Becomes is the user of the working process, and how it is switched to.
type Becomes struct {
	UID  *int   `json:"uid"`
	GID  *int   `json:"gid"`
	Name string `json:"name"`
	How  string `json:"how"`
}

// Basis is how a capability set was determined.
type Basis string

const (
	Simulated  Basis = "simulated"   // the real entrypoint, with reduced sets
	Measured   Basis = "measured"    // the real program
	Documented Basis = "documented"  // by the image's authors
	Stated     Basis = "stated"      // in the manifest
	Inferred   Basis = "inferred"    // from reading
	NotDerived Basis = "not derived" // unknown
)

// Decides reports whether a set with this basis can decide hardening.
func (b Basis) Decides() bool {
	switch b {
	case Simulated, Measured, Documented, Stated:
		return true
	case Inferred, NotDerived:
	}
	return false
}

// Capabilities are a set that suffices for a first start, for a start on the image's own data, and on
// a bind mount owned by root.
type Capabilities struct {
	Basis       Basis    `json:"basis"`
	Minimum     []string `json:"minimum"` // sorted, without CAP_
	FreshVolume []string `json:"fresh_named_volume_only"`
	// Beyond are those of Minimum that Docker doesn't grant by default, and without which the image is
	// documented not to work.
	Beyond []string `json:"beyond,omitempty"`
	Note   string   `json:"note"`
}

// RunsAs is a user that the image runs as under a condition.
type RunsAs struct {
	Condition string `json:"condition"`
	User      string `json:"user"` // uid:gid, either of which may be "any uid" or "gid"
	// FreshVolume: it writes to named volumes that are created for it.
	FreshVolume bool `json:"fresh_volume,omitempty"`
}

// Init is an init that the image includes.
type Init struct {
	Name      string `json:"name"` // "": none, but Note describes process 1
	MustBePID bool   `json:"must_be_pid1"`
	Note      string `json:"note"`
}

// ReadOnly says whether the root file system may be read-only, with the tmpfs folders that this
// requires besides the data volumes.
type ReadOnly struct {
	OK    *bool    `json:"ok"`
	Tmpfs []string `json:"tmpfs"`
	Note  string   `json:"note"`
	// Documented: by the image's authors, or stated in the manifest. Inferred facts decide nothing.
	Documented bool `json:"documented"`
	// NotWith are folders that, if mounted, make the image write elsewhere at start.
	NotWith []string `json:"not_with"`
}

// Grace is how long the image may take to stop.
type Grace struct {
	Seconds int    `json:"seconds"`
	Basis   string `json:"basis"`
}

// Duration is the time.
func (g *Grace) Duration() time.Duration { return time.Duration(g.Seconds) * time.Second }

// Readiness is a command that succeeds in the container once the server works.
type Readiness struct {
	Kind string `json:"kind"` // upstream: the image names it; tool-present: its tool is in the image
	Cmd  string `json:"cmd"`  // of a shell
	Note string `json:"note"`
	// ByItself: it requires only the image. Otherwise it is advice for people.
	ByItself bool `json:"by_itself"`
	// CommandHas is a word of the command without which the server doesn't answer; "": none.
	CommandHas string `json:"command_has"`
	// NotWith are settings with which the command may fail although the server works, in the form of
	// ListenSettings; nil: those.
	NotWith []string `json:"not_with,omitempty"`
}

// Port is a port that the image listens on.
type Port struct {
	Exposed bool   `json:"exposed"`
	Port    int    `json:"port"`
	Proto   string `json:"proto"` // tcp | udp
	What    string `json:"what"`
}

// Holds describes what the loss of a data folder would mean.
type Holds string

const (
	Data  Holds = "data"  // users' data
	Cache Holds = "cache" // usually data that can be regenerated
)

// Volume is a data folder.
type Volume struct {
	Declared bool   `json:"declared"` // by VOLUME
	Path     string `json:"path"`
	What     string `json:"what"`

	Holds   Holds    `json:"holds,omitempty"`    // "": unknown
	MovedBy []string `json:"moved_by,omitempty"` // variables (names may end in *) and flags that move the data elsewhere
	Env     string   `json:"env,omitempty"`      // the variable that holds the folder's path
	Open    bool     `json:"open,omitempty"`     // every user may write to the image's folder
	Needed  bool     `json:"needed,omitempty"`   // the image exits if nothing is mounted there
}

// Metrics is where the image serves Prometheus metrics.
type Metrics struct {
	Basis string `json:"basis"`
	Path  string `json:"path"`
	Port  int    `json:"port"`
}

// Tools are programs in the image; nil: unknown.
type Tools struct {
	Bash    *bool  `json:"bash"`
	Basis   string `json:"basis"`
	Curl    *bool  `json:"curl"`
	NC      *bool  `json:"nc"`
	OpenSSL *bool  `json:"openssl"`
	Shell   any    `json:"shell"` // a name, false for none, nil for unknown
	Wget    *bool  `json:"wget"`
}

// unverified is what was not found in the cited sources. It is kept for further research; only
// VerifiedUID reads it.
type unverified struct {
	BecomesUID  string   `json:"becomes_uid,omitempty"`
	Metrics     *Metrics `json:"metrics,omitempty"`
	PasswordEnv []string `json:"password_env,omitempty"`
	SecretEnv   []string `json:"secret_env,omitempty"`
}

type checkedBy struct {
	DockerfileFields string `json:"dockerfile_fields"`
	Environment      string `json:"environment"`
}

// Root reports whether the image starts as root, and whether that is known at all.
func (f *Facts) Root() (root, known bool) {
	if f == nil || f.StartsAsRoot == nil {
		return false, false
	}
	return *f.StartsAsRoot, true
}

// Hardens reports whether the facts suffice to drop what the image's containers don't require, and
// whether they then start as root.
func (f *Facts) Hardens() (root, ok bool) {
	root, known := f.Root()
	if !known || !root {
		return false, known
	}
	return true, f.Capabilities != nil && f.Capabilities.Basis.Decides() && (f.OwnInit == nil || !f.OwnInit.MustBePID)
}

// GivesUpRoot reports whether the image is known to run its program as a non-root user, though it may
// start as root.
func (f *Facts) GivesUpRoot() bool {
	root, known := f.Root()
	if !known {
		return false
	}
	return !root || f.Becomes != nil && (f.Becomes.UID == nil || *f.Becomes.UID != 0)
}

// VerifiedUID is the user that runs the image's program and owns its data; false if the sources don't
// have the number.
func (f *Facts) VerifiedUID() (int, bool) {
	if f == nil || f.Becomes == nil || f.Becomes.UID == nil || f.Unverified.BecomesUID != "" {
		return 0, false
	}
	return *f.Becomes.UID, true
}

// HasTool reports whether a program is in the image; known is false for programs that the facts don't
// cover.
func (f *Facts) HasTool(name string) (has, known bool) {
	if f == nil {
		return false, false
	}
	of := map[string]*bool{"bash": f.Tools.Bash, "curl": f.Tools.Curl, "nc": f.Tools.NC, "openssl": f.Tools.OpenSSL, "wget": f.Tools.Wget}
	if p := of[name]; p != nil {
		return *p, true
	}
	if name == "sh" {
		switch s := f.Tools.Shell.(type) {
		case bool:
			return s, true
		case string:
			return s != "", true
		}
	}
	return false, false
}

// ReplaceProgram removes the facts about the image's program, because another program runs instead.
// The facts about the image stay: its user, files and tools.
func (f *Facts) ReplaceProgram() {
	if f.Capabilities != nil {
		f.Capabilities = &Capabilities{Basis: NotDerived}
		f.Becomes = nil
	}
	f.RootStaysParent, f.OwnInit, f.StopGrace, f.Readiness, f.Healthcheck, f.Metrics = false, nil, nil, nil, nil, nil
	f.Ports, f.ListenSettings, f.ConfigPaths, f.RequiredEnv, f.PasswordEnv, f.SecretEnv = nil, nil, nil, nil, nil, nil
	f.ReadOnly, f.Reload, f.Checks = nil, nil, Checks{}
	f.Family, f.SecretNameEnv = "", nil
}

// Clone is a copy whose fields may be set, but not what they point to.
func (f *Facts) Clone() *Facts {
	c := *f
	c.Derived = slices.Clone(f.Derived)
	return &c
}
