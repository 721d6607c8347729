// Package manifest is the one resolved model of a deployment: what the files
// of a folder mean once every variable, reference, for_each and replica has
// been evaluated. The loader builds it; the planner, the templates and the
// rules read it and never change it.
//
// Every slice of named objects is sorted by address, except where a comment
// says that source order carries meaning (stage steps, columns, rows, panels).
// So the order of files and blocks cannot reach the output.
package manifest

import (
	"math/big"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/images"
)

// Origin says where an object was declared.
type Origin struct {
	// Address names the object as the manifest does: `service.constellation`,
	// `action.check["a"]`, `database.omega.table.patterns`.
	Address string
	// Range is the block's header (or the attribute, for what has no block).
	Range hcl.Range
}

// Manifest is a whole resolved manifest. It holds no unevaluated expression
// but the planning ones (Expr).
type Manifest struct {
	System     *System
	Variables  []*Variable
	Networks   []*Network
	Volumes    []*Volume
	Secrets    []*Secret
	Images     []*Image
	Services   []*Service
	Databases  []*Database
	Prometheus *Prometheus // nil when not declared
	Grafana    *Grafana    // nil when not declared
	Records    []*Record
	Alerts     []*Alert
	Dashboards []*Dashboard
	States     []*State
	Milestones []*Milestone // by Order, then name; steps decide only in print
	Actions    []*Action
	Goals      []*Goal
	Resources  []*Resource
	Parallels  []*Parallel
	Criteria   []*Criterion
	Benchmarks []*Benchmark
	Runbooks   []*Runbook
	Artifacts  []*Artifact

	// Files are the manifest's sources by name (as shown in ranges), for
	// snippets in diagnostics. Nothing of them may reach an artifact.
	Files map[string]*hcl.File
}

// System is the deployment as a whole.
type System struct {
	Origin
	Name        string // Project makes the Compose project's name of it
	Version     string
	Description string
	Source      string // URL
	Compose     *Extra // further top-level keys of the Compose Specification
	At          Ranges // of version, description, source
}

// Project is the Compose project of the system: its name in lower case, from
// the first letter or digit on.
func (s *System) Project() string {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' {
			return c
		}
		return -1
	}, strings.ToLower(s.Name))
	return strings.TrimLeft(name, "_-")
}

// Variable is a declared input, with the value that it had in this run. The
// value of a sensitive variable is never kept here.
type Variable struct {
	Origin
	Name        string
	Description string
	Env         string // name of the environment variable that sets it, or ""
	Sensitive   bool
	Value       any // as Extra.Value; nil when sensitive
}

// Extra is a value of the Compose Specification that the model passes on as
// it stands: nil, bool, string, *big.Rat, []any, map[string]any.
type Extra struct {
	Origin
	Value any
}

// Network is a Compose network. Its real name is always emitted.
type Network struct {
	Origin
	Name     string // the key
	RealName string // `name` attribute; default: <system>_<name>
	External bool
	Compose  map[string]*Extra // driver, internal, ipam, …
}

// Volume is a Compose volume.
type Volume struct {
	Origin
	Name     string
	RealName string
	External bool
	Compose  map[string]*Extra
}

// Secret is made at deploy time when absent and kept thereafter.
type Secret struct {
	Origin
	Name     string
	Length   int      // characters of [A-Za-z0-9]; URL-safe by construction
	Cost     *big.Rat // of secret.N.make
	Duration time.Duration
	EnvVar   string // upper-case name, as scripts and .env know it: POSTGRES_PASSWORD
}

// Text is a string that may hold secrets: kept as template parts, so that no
// sentinel string ever stands for one. A Text without secrets has at most one
// part.
type Text []TextPart

// TextPart is either literal text or one secret.
type TextPart struct {
	Text   string
	Secret *Secret // nil for literal text
}

// Plain returns the text and whether it holds no secret.
func (t Text) Plain() (string, bool) {
	s := ""
	for _, p := range t {
		if p.Secret != nil {
			return "", false
		}
		s += p.Text
	}
	return s, true
}

// Secrets returns the secrets in t, in order of first use, each once.
func (t Text) Secrets() []*Secret {
	var out []*Secret
	seen := map[*Secret]bool{}
	for _, p := range t {
		if p.Secret != nil && !seen[p.Secret] {
			seen[p.Secret] = true
			out = append(out, p.Secret)
		}
	}
	return out
}

// PlainText makes a Text of a string.
func PlainText(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Text: s}}
}

// EnvVar is one environment variable, sorted by name where listed.
type EnvVar struct {
	Name  string
	Value Text
	Range hcl.Range
}

// KeyValue is one entry of a string map, sorted by key where listed.
type KeyValue struct {
	Key, Value string
	Range      hcl.Range
}

// Image is built here, built from an existing Dockerfile, or pulled.
type Image struct {
	Origin
	Name       string
	Tag        string // what services and scripts name; of a pulled image, Pull
	Pull       string // reference, "" unless pulled
	Dockerfile string // path of an existing Dockerfile relative to the kit's folder, "" unless given
	Context    string // build context relative to the kit's folder; default "."
	Target     string // stage to build, "" for the last
	MaxSize    int64  // bytes; 0: unlimited
	Labels     []KeyValue
	BuildArgs  []KeyValue
	Platform   string
	Stages     []*Stage // source order; empty unless built from stages
	Ignore     []string // further .dockerignore patterns, source order
	Cost       *big.Rat // of image.N.pull|build
	Duration   time.Duration
	At         Ranges // of the block's attributes

	// What follows is of a built image alone.
	Push       string          // reference, with its tag, that the image is pushed to; "": it stays where it is built
	Secrets    []*Secret       // that steps may mount, by name, each once; a mount's id is the secret's name
	SSH        []string        // agents and keys that steps may mount: "default", or "id=path" from the kit's folder
	CacheFrom  []string        // images, or "type=…,…", whose layers the build may take
	Contexts   []*BuildContext // by name
	Network    string          // default|none|host, of the build's steps; "" for the builder's own
	Platforms  []string        // that the pushed image is built for
	SBOM       *bool           // whether the pushed image says what is in it; nil: as the builder does
	Provenance *bool           // whether the pushed image says how it was built; nil: as the builder does

	Runtime *Runtime // nil: the manifest states no facts
	// Facts are what is known of its containers, from Runtime, the project's own
	// facts and its stages; nil: nothing is. FactsDone says that they were looked
	// for.
	Facts     *images.Facts
	FactsDone bool
}

// Runtime is what a manifest states of an image's containers. A nil pointer is
// what it doesn't state.
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

// Bases are the declared images that building this one takes files from, in
// order of first use, each once: they must be ready before.
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
			add(do.FromDecl)
			for _, b := range do.MountDecls {
				add(b)
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
	FromDecl  *Image // the declared image whose tag From is; nil where there is none
	Platform  string
	Steps     []*Instruction
	At        Ranges // of from, platform
}

// Instruction is one step of a stage. Kind says which fields mean something.
type Instruction struct {
	Kind  string // packages|workdir|copy|add|run|user|entrypoint|cmd|env|arg|expose|volume|stopsignal|shell|label|onbuild
	Range hcl.Range
	At    Ranges // of the step's attributes, by their names in the language

	Packages   *Packages  // packages
	Path       string     // workdir
	Src        []string   // copy, add
	Dest       string     // copy, add
	FromStage  *Stage     // copy
	FromImage  string     // copy: an image reference, or the tag of image.x
	FromDecl   *Image     // copy: the declared image whose tag FromImage is; nil where there is none
	Chown      string     // copy, add
	Chmod      string     // copy, add
	Link       bool       // copy
	Exclude    []string   // copy
	Command    *Command   // run, entrypoint, cmd
	Mounts     []string   // run: values of --mount
	MountDecls []*Image   // run: the declared images whose tags the mounts take files from
	Network    string     // run
	User       string     // user: name[:group]
	Values     []KeyValue // env, label, arg (Value "" and no Default: see HasDefault)
	HasDefault bool       // arg
	Ports      []string   // expose: "8080/tcp"
	Paths      []string   // volume
	Signal     string     // stopsignal
	Words      []string   // shell
	Onbuild    *Instruction
}

// Packages installs packages in the clean idiom of their manager.
type Packages struct {
	Manager string   // apt | apk | pip | npm | dnf
	Names   []string // sorted, unique
}

// Command is a command in exec or in shell form.
type Command struct {
	Exec  []string // exec form; nil for shell form
	Shell string
	Range hcl.Range
}

// Service is a declared service with its replicas.
type Service struct {
	Origin
	Name          string
	Image         *Image
	Replicated    bool        // `replicas` was set: instances are NAME-1 …
	Instances     []*Instance // one or more, in order of index
	Oneshot       bool
	Profiles      []string // sorted; empty: always
	DependsOn     []*Dependency
	Networks      []*Network
	Healthcheck   *Probe // nil: none
	Scrapes       []*Scrape
	Memory        int64    // bytes; 0: none
	CPUs          *big.Rat // nil: none
	Hardening     Hardening
	Restart       string        // no|always|on-failure[:n]|unless-stopped; "": left to Docker
	StopGrace     time.Duration // 0: left to Docker
	Exposed       bool          // secrets may stand in its environment
	ExposedReason string
	Cost          *big.Rat // of each made action of the service
	Duration      time.Duration
	Compose       map[string]*Extra // other keys of the Compose Specification, by name
	ComposeNew    *Extra            // `compose = {…}`: merged last, keys too new to have a name
}

// Host is the network alias that all replicas share.
func (s *Service) Host() string { return s.Name }

// Instance is one replica of a service, fully resolved.
type Instance struct {
	Index         int    // from 0
	Name          string // Compose service key: NAME, or NAME-1 …
	ContainerName string // resolved, never ""
	Env           []EnvVar
	SecretEnv     []SecretEnv
	Ports         []*Port // sorted by name
	Mounts        []*Mount
	Command       *Command // nil: the image's
	Entrypoint    *Command
	Labels        []KeyValue
	Compose       map[string]*Extra // per-instance values of Service.Compose keys
}

// SecretEnv sets NAME to the path of a mounted secret file, or to its name
// alone, for an image that looks for it in /run/secrets by itself.
type SecretEnv struct {
	Name   string
	Secret *Secret
	ByName bool
	Range  hcl.Range
}

// Port is one port of an instance.
type Port struct {
	Name      string
	Container int
	Host      int    // 0: not published
	Bind      string // host IP
	Protocol  string // tcp | udp
	Range     hcl.Range
}

// Mount is one mount of an instance. Exactly one of Volume, Bind, Artifact,
// Tmpfs and Generated is set.
type Mount struct {
	Target    string
	Volume    *Volume
	Bind      string // as written, resolved against the kit's folder
	Artifact  *Artifact
	Generated string // path of a file or folder of the kit, such as prometheus/prometheus.yml
	Tmpfs     bool
	Size      int64 // of a tmpfs, bytes; 0: unlimited
	ReadOnly  bool
	Range     hcl.Range

	Propagation, Recursive, SELinux string // of a bind mount; "": left to Compose
	NoCopy                          bool   // of a volume
	Subpath                         string
	Mode                            int64 // of a tmpfs; 0: left to Compose
}

// Dependency is another service that one waits for before it starts: an entry
// of depends_on, or what a Compose key implies.
type Dependency struct {
	Service   *Service
	Condition string // started | healthy | completed
	Key       string // the Compose key that asks for it, such as network_mode; "" is depends_on of the language
	Range     hcl.Range
}

// Probe is a typed healthcheck. Kind says which fields mean something. The
// same probe renders the Compose healthcheck, the Dockerfile HEALTHCHECK and
// the checks of deploy.sh.
type Probe struct {
	Origin
	Kind                                          string        // command | shell | http | tcp | sql | image: the image's own
	Derived                                       bool          // from what is known of the image, not from the manifest
	Exec                                          []string      // command
	Shell                                         string        // shell
	Port                                          int           // http, tcp, sql: container port
	Path                                          string        // http
	User                                          string        // sql
	DBName                                        string        // sql
	Query                                         string        // sql; "" means that a connection is enough
	Tables                                        []string      // sql: schema sentinels that must exist
	Interval, Timeout, StartPeriod, StartInterval time.Duration // 0: the default of the engine
	Retries                                       int
	Disable                                       bool
	At                                            Ranges // of port
}

// Test returns the probe as Compose's healthcheck.test: "CMD" and arguments,
// or "CMD-SHELL" and one script. It is the one place that knows how a typed
// probe is run inside a container.
func (p *Probe) Test() []string { return probeTest(p) }

// Scrape is one Prometheus job of a service.
type Scrape struct {
	Origin
	Name              string // label of the block
	Job               string // the service's label; label-scrape when it has several
	Service           *Service
	Port              string // name of the port
	Path              string
	Interval, Timeout time.Duration // 0: the server's
	Scheme            string        // http unless said
	Exports           []Metric      // sorted by name
}

// Metric is a metric that a job exports.
type Metric struct {
	Name string
	Type string // counter | gauge | histogram | summary | untyped
}

// Knowledge is what a service's protection rests on.
type Knowledge uint8

const (
	Unknown   Knowledge = iota // of the image: it runs as Compose alone would run it
	KnownUser                  // it runs as a user other than root
	KnownRoot                  // it starts as root, with a set of capabilities that is known to suffice
)

// Hardening is what protects a service's containers: what the manifest states,
// and for the rest what is known of the image.
type Hardening struct {
	Origin
	ReadOnly        bool
	Tmpfs           []string // folders that a read-only image needs, where nothing is mounted
	NoNewPrivileges bool
	DropCaps        bool     // cap_drop: ALL
	CapAdd          []string // sorted
	NonRoot         bool     // the container runs as a user other than root, or gives up root
	GivesUpRoot     bool     // the image is known to do so itself
	User            string   // uid[:gid] set by compose; "" leaves the image's
	Init            bool
	PidsLimit       int64    // 0: none
	Reason          string   // why a part is off
	Off             []string // attributes that were turned off, sorted

	Knowledge       Knowledge
	Family, Variant string   // of the facts; "" where there are none
	Undecided       []string // capabilities that were only inferred, which decide nothing; nil: none were
	At              Ranges   // of user, init, drop_caps, where they are stated
}

// Resource is what actions share while they run.
type Resource struct {
	Origin
	Name     string
	Capacity int64
}

// Milestone groups actions.
type Milestone struct {
	Origin
	Name  string
	Title string // default: the name
	Goal  string
	Order *big.Rat // nil: not given
}

// Runbook is one troubleshooting entry.
type Runbook struct {
	Origin
	Name       string
	Title      string
	Symptoms   []string
	Diagnosis  string   // shell text, printed, never run
	Resolution string   // shell or prose, printed, never run
	Covers     []string // addresses of actions and criteria, sorted: "action.x", "criterion.y"
}

// Artifact is the user's own template, rendered into the kit.
type Artifact struct {
	Origin
	Path       string         // in the kit; clean, relative, not a reserved name
	Template   string         // path of the template file, as written
	Source     string         // the template's text
	Data       map[string]any // as Extra.Value
	Executable bool
	At         Ranges
}

// Benchmark is a measured figure with a target.
type Benchmark struct {
	Origin
	Name    string
	Title   string
	Target  string   // as written: "< 500ms"
	Op      string   // < <= > >= ==
	Value   *big.Rat // of the target, in Unit
	Unit    string   // "ms", "MB", "%", …; the run's last line is in it
	Run     Text
	Shell   string // sh | bash
	Env     []EnvVar
	Workdir string
	Tools   []Tool
	Timeout time.Duration // 0: none
}

// Criterion is one success criterion: a typed probe tried until Within.
type Criterion struct {
	Origin
	Name        string
	Title       string
	Description string
	Within      time.Duration
	Check       *Check
}

// Check is what a criterion observes. Kind says which fields mean something.
// A check of a replicated service must hold for each replica.
type Check struct {
	Kind          string // http | tcp | grpc | sql | promql | container | command
	Range         hcl.Range
	Service       *Service    // http, tcp, grpc, container
	Port          string      // http, tcp, grpc: name of a published port
	Path          string      // http
	Method        string      // http: GET unless said
	Headers       []KeyValue  // http
	Body          string      // http
	Status        int         // http: expected; command: expected exit status
	JSON          []JSONField // http: fields that must be equal
	Contains      string      // http: text that the body must hold
	HealthService string      // grpc: name for grpc.health.v1.Health/Check
	List          []string    // grpc: services that reflection must list, sorted
	Database      *Database   // sql
	Query         string      // sql
	Equals        *string     // sql, promql, command: expected text
	Expr          string      // promql
	Min, Max      *big.Rat    // promql, sql
	State         string      // container: running | exited | …, "" any
	Health        string      // container: healthy | …, "" any
	Count         *int        // container: how many instances; nil: all
	Run           Text        // command
	Shell         string      // command
	Matches       string      // command: POSIX extended regular expression
	Env           []EnvVar    // command
	Workdir       string      // command
	Tools         []Tool      // command
}

// JSONField is one expected field of a JSON body.
type JSONField struct {
	Path  []string // keys from the root
	Value any      // as Extra.Value: a scalar
}

// Tool is a program that a script needs on the host.
type Tool struct {
	Name       string
	Constraint string // ">= 24" or ""
	Range      hcl.Range
}
