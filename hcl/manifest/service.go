package manifest

import (
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"
)

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
	IfEnabled     []*Dependency // optional ones whose profiles may not be enabled: only Compose waits for them
	Mentions      []*Service    // other services that its block names, in order of their labels
	Named         bool          // a service's block names single replicas: service.x.instances
	Networks      []*Network
	Healthcheck   *Healthcheck // nil: none
	Scrapes       []*Scrape
	Memory        int64    // bytes; 0: none
	CPUs          *big.Rat // nil: none
	Hardening     Hardening
	Restart       Restart
	StopGrace     time.Duration // 0: left to Docker
	Rollout       Rollout
	RenamedFrom   string  // what the service was called before; "": it has always been called so
	Reload        *Reload // nil: changed files of the kit replace its containers
	Exposed       bool    // secrets may stand in its environment
	ExposedReason string
	FilesMadeBy   *ActionRef // makes the files that Compose reads for the service; nil: they exist
	Cost          *big.Rat   // of each generated action of the service
	Duration      time.Duration
	Compose       map[string]*Passthrough // other keys of the Compose Specification, by name
	ComposeNew    *Passthrough            // `compose = {…}`: merged last, keys that have no argument yet
}

// Rollout says how a service's containers are replaced when they change.
type Rollout struct {
	MaxUnavailable int           // how many at once, at least 1
	Pause          time.Duration // after each that was replaced, before the next
	StartFirst     bool          // a new container starts beside the one that it replaces
}

// Host is the network alias that all replicas share.
func (s *Service) Host() string { return s.Name }

// Instance is one replica of a service, fully resolved.
type Instance struct {
	Index         int    // from 0
	Name          string // Compose service key: NAME, or NAME-1 …
	ContainerName string // resolved; "" if Compose chooses it, because a second container may run beside it
	Env           []EnvVar
	SecretEnv     []SecretEnv
	SecretFiles   []*Secret // mounted without a variable, or for a generated configuration, beside those of SecretEnv
	Ports         []*Port   // sorted by name
	Mounts        []*Mount
	Joins         []*Join  // networks with settings of the service, in source order; all are in Service.Networks
	Command       *Command // nil: the image's
	Entrypoint    *Command
	Labels        []KeyValue
	Compose       map[string]*Passthrough // per-instance values of Service.Compose keys
}

// SecretEnv sets NAME to the path of a mounted secret file, or only to its name, for an image that
// looks for it in /run/secrets itself.
type SecretEnv struct {
	Name   string
	Secret *Secret
	ByName bool
	Range  hcl.Range
}

// Join is a network that an instance joins with settings of its own. Empty strings and 0 are unset.
type Join struct {
	Network                   *Network
	Aliases, LinkLocal        []string
	IPv4, IPv6                string
	MAC, Interface            string
	DriverOpts                []KeyValue
	Priority, GatewayPriority int
	Range                     hcl.Range
}

// Port is one port of an instance.
type Port struct {
	Name      string
	Container int
	Last      int    // the last one of a range of container ports; 0: there is one port
	Host      int    // the first one, of as many; 0: not published, or Free; of a parameter its default, or 1 if it has none
	Free      bool   // published on any free port of the host
	Among     string // Free: of these ports, such as 8000-8010; "": of all
	HostVar   string // the variable of the parameter that is the host port; "" if it is known now
	Bind      string // host IP
	Protocol  string // tcp | udp
	Range     hcl.Range
}

// Mount is one mount of an instance. Exactly one of Volume, Bind, Artifact,
// Tmpfs, Anonymous and Generated is set.
type Mount struct {
	Target    string
	Volume    *Volume
	Bind      string     // relative to the kit's folder, unless absolute
	Create    bool       // Docker creates a folder at Bind if nothing is there
	MadeBy    *ActionRef // makes what is at Bind; nil: it exists
	Copied    bool       // what is at Bind are copies in the kit
	Artifact  *Artifact
	Generated string // path of a file or folder of the kit, such as prometheus/prometheus.yml
	Tmpfs     bool
	Anonymous bool  // a volume without a name, which is removed with the container
	Size      int64 // of a tmpfs, bytes; 0: unlimited
	ReadOnly  bool
	// FirstStart: the files are read when the service starts for the first time, and never again.
	FirstStart bool
	Range      hcl.Range

	Propagation, Recursive, SELinux string // of a bind mount; "": left to Compose
	NoCopy                          bool   // of a volume
	Subpath                         string
	Mode                            int64 // of a tmpfs; 0: left to Compose
}

// Dependency is another service that a service waits for before it starts: an entry of depends_on, or
// implied by a Compose key.
type Dependency struct {
	Service   *Service
	Condition Condition
	Key       string // the Compose key that implies it, such as network_mode; "" is depends_on
	Optional  bool   // depends_on's required = false: it may not be enabled
	Restart   bool   // the service restarts when Compose restarts the other one
	Range     hcl.Range
}

// Scrape is one Prometheus job of a service.
type Scrape struct {
	Origin
	Name              string // label of the block
	Job               string // the service's label; label-scrape when it has several
	Service           *Service
	Port              string // name of the port
	Path              string
	Interval, Timeout time.Duration // 0: the server's
	Scheme            string        // default http
	Exports           []Metric      // sorted by name
	Relabel           []*Relabel
	MetricRelabel     []*Relabel
}

// Metric is a metric that a job exports.
type Metric struct {
	Name string
	Type string // counter | gauge | histogram | summary | untyped
}

// Knowledge is the basis of a service's protection.
type Knowledge uint8

const (
	Unknown   Knowledge = iota // of the image: it runs as it would with Compose alone
	KnownUser                  // it runs as a non-root user
	KnownRoot                  // it starts as root, with a set of capabilities that is known to suffice
)

// Hardening is the protection of a service's containers: what the manifest sets, and otherwise what
// follows from the image facts.
type Hardening struct {
	Origin
	ReadOnly        bool
	Tmpfs           []string // folders that a read-only image requires, if nothing is mounted there
	NoNewPrivileges bool
	DropCaps        bool     // cap_drop: ALL
	CapAdd          []string // sorted
	NonRoot         bool     // the container runs as a non-root user, or gives up root
	GivesUpRoot     bool     // the image is known to do so by default
	User            string   // uid[:gid] set by compose; "" leaves the image's
	Init            bool
	PidsLimit       int64    // 0: none
	Reason          string   // why a protection is turned off
	Off             []string // arguments that were turned off, sorted

	Knowledge       Knowledge
	Family, Variant string   // of the facts; "" if there are none
	Undecided       []string // capabilities that were only inferred, which decide nothing; nil: none were
	At              Ranges   // of user, init, drop_caps, if they are set
}

// Awaited is the fact that deploy.sh waits for: completed, of a one-shot; healthy, if it has a
// healthcheck. Otherwise there is none, and ok is false.
func (s *Service) Awaited() (f Fact, ok bool) {
	switch {
	case s.Oneshot:
		return Fact{Kind: ServiceCompleted, Name: s.Name}, true
	case s.Healthcheck != nil && !s.Healthcheck.Disable:
		return Fact{Kind: ServiceHealthy, Name: s.Name}, true
	}
	return Fact{}, false
}

// Up is the fact that says that a service works: the one that is awaited, otherwise that it has
// started.
func (s *Service) Up() Fact {
	if f, ok := s.Awaited(); ok {
		return f
	}
	return Fact{Kind: ServiceStarted, Name: s.Name}
}
