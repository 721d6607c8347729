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
	Networks      []*Network
	Healthcheck   *Healthcheck // nil: none
	Scrapes       []*Scrape
	Memory        int64    // bytes; 0: none
	CPUs          *big.Rat // nil: none
	Hardening     Hardening
	Restart       Restart
	StopGrace     time.Duration // 0: left to Docker
	Exposed       bool          // secrets may stand in its environment
	ExposedReason string
	Cost          *big.Rat // of each generated action of the service
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
	Condition Condition
	Key       string // the Compose key that asks for it, such as network_mode; "" is depends_on of the language
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

// Awaited is the fact that a service is awaited for: completed, of a one-shot;
// healthy, where it has a healthcheck. Else there is nothing to wait for: ok is
// false.
func (s *Service) Awaited() (f Fact, ok bool) {
	switch {
	case s.Oneshot:
		return Fact{Kind: ServiceCompleted, Name: s.Name}, true
	case s.Healthcheck != nil && !s.Healthcheck.Disable:
		return Fact{Kind: ServiceHealthy, Name: s.Name}, true
	}
	return Fact{}, false
}

// Up is the fact which says that a service does its work: the one that it is
// awaited for, else that it has started.
func (s *Service) Up() Fact {
	if f, ok := s.Awaited(); ok {
		return f
	}
	return Fact{Kind: ServiceStarted, Name: s.Name}
}
