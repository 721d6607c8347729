// Package compose renders docker-compose.yml: one service per instance, with
// hardening, log rotation and a healthcheck, for Docker Compose v2 on one
// engine.
package compose

import (
	"math/big"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/templates/yaml"
)

// File is docker-compose.yml before quoting: every string in it is the value after
// Compose has interpolated the file. It is the artifact's Doc.
type File struct {
	Name     string         `yaml:"name"`
	Services yaml.Map       `yaml:"services,spaced"` // of *Service
	Networks yaml.Map       `yaml:"networks,omitempty"`
	Volumes  yaml.Map       `yaml:"volumes,omitempty"`
	Secrets  yaml.Map       `yaml:"secrets,omitempty"`
	Extra    map[string]any `yaml:",inline"` // the system's passthrough keys

	from *manifest.Manifest // the document's source, for With
	kit  kitFiles
}

// Service is one container. mem_limit, cpus and pids_limit limit memory, CPUs and
// processes: Compose v2 applies them, like deploy.resources.limits, without a swarm;
// they are one line each, and don't conflict with further keys of a manifest below
// deploy.
type Service struct {
	comment string

	Image         string                `yaml:"image"`
	PullPolicy    string                `yaml:"pull_policy,omitempty"`
	Build         *Build                `yaml:"build,omitempty"` // of a built image
	Platform      string                `yaml:"platform,omitempty"`
	ContainerName string                `yaml:"container_name,omitempty"`
	Profiles      []string              `yaml:"profiles,omitempty,flow"`
	Restart       string                `yaml:"restart,omitempty"`
	Init          bool                  `yaml:"init,omitempty"`
	User          string                `yaml:"user,omitempty"`
	ReadOnly      bool                  `yaml:"read_only,omitempty"`
	SecurityOpt   []string              `yaml:"security_opt,omitempty,flow"`
	CapDrop       []string              `yaml:"cap_drop,omitempty,flow"`
	CapAdd        []string              `yaml:"cap_add,omitempty,flow"`
	Entrypoint    any                   `yaml:"entrypoint,omitempty,flow"` // nil or []string
	Command       any                   `yaml:"command,omitempty,flow"`
	Environment   map[string]any        `yaml:"environment,omitempty"` // of Value; nil passes the variable through
	Secrets       []string              `yaml:"secrets,omitempty"`
	Ports         []any                 `yaml:"ports,omitempty"` // Port or PortRange
	Expose        []string              `yaml:"expose,omitempty,flow"`
	Volumes       []Mount               `yaml:"volumes,omitempty"`
	Tmpfs         []string              `yaml:"tmpfs,omitempty,flow"`
	Networks      any                   `yaml:"networks,omitempty"` // []string, or yaml.Map of Network
	DependsOn     map[string]Dependency `yaml:"depends_on,omitempty"`
	Healthcheck   *Healthcheck          `yaml:"healthcheck,omitempty"`
	MemLimit      string                `yaml:"mem_limit,omitempty"`
	CPUs          *big.Rat              `yaml:"cpus,omitempty"`
	PidsLimit     int64                 `yaml:"pids_limit,omitempty"`
	StopGrace     string                `yaml:"stop_grace_period,omitempty"`
	Labels        map[string]string     `yaml:"labels,omitempty"`
	Extra         map[string]any        `yaml:",inline"` // the manifest's own keys
}

// YAMLComment is the address that the service comes from.
func (s *Service) YAMLComment() string { return s.comment }

// Value is an environment variable's value, which may contain secrets.
type Value struct {
	Text manifest.Text

	from *manifest.Manifest // has the parameters in the text
}

// YAMLValue interpolates the secrets and escapes the rest.
func (v Value) YAMLValue() any {
	s := ""
	for _, p := range v.Text {
		if p.Secret != nil {
			s += quote.ComposeRequired(p.Secret.EnvVar, "deploy.sh writes it to .env")
		} else {
			s += interpolated(v.from)(p.Text)
		}
	}
	return yaml.Raw(s)
}

// Resolve is the value with the secrets' values from env.
func (v Value) Resolve(env func(name string) string) string {
	s := ""
	for _, p := range v.Text {
		if p.Secret != nil {
			s += env(p.Secret.EnvVar)
		} else {
			s += p.Text
		}
	}
	return s
}

// interpolated escapes strings for Compose, and makes its interpolations of the manifest's parameters.
func interpolated(m *manifest.Manifest) func(string) string {
	return func(s string) string {
		return manifest.MapParameters(s, quote.Compose, func(envVar string) string {
			if p := m.Parameter(envVar); p != nil && p.Default != "" {
				return quote.ComposeDefault(envVar, p.Default)
			}
			return quote.ComposeRequired(envVar, "set it in .env")
		})
	}
}

// Port publishes a container's port.
type Port struct {
	comment string

	Target    int    `yaml:"target"`
	Published string `yaml:"published,omitempty"`
	HostIP    string `yaml:"host_ip,omitempty"`
	Protocol  string `yaml:"protocol,omitempty"`
}

// YAMLComment is the port's name in the manifest.
func (p Port) YAMLComment() string { return p.comment }

// PortRange publishes several ports of a container, in the short form: the long one
// has no ranges.
type PortRange struct{ comment, short string }

// YAMLComment is the name of the ports in the manifest.
func (p PortRange) YAMLComment() string { return p.comment }

// YAMLValue is the short form.
func (p PortRange) YAMLValue() any { return p.short }

// Resolve is the short form: it has no variables.
func (p PortRange) Resolve(func(name string) string) string { return p.short }

// Mount is a mount in the long form, which supports any path.
type Mount struct {
	comment string

	Type     string `yaml:"type"` // volume | bind | tmpfs
	Source   string `yaml:"source,omitempty"`
	Target   string `yaml:"target"`
	ReadOnly bool   `yaml:"read_only,omitempty"`
	Bind     *Bind  `yaml:"bind,omitempty"`
	Volume   *Named `yaml:"volume,omitempty"`
	Tmpfs    *Tmpfs `yaml:"tmpfs,omitempty"`
}

// YAMLComment says what a generated file's mount is for.
func (m Mount) YAMLComment() string { return m.comment }

// Bind are a bind mount's options. A missing file of the kit must be an error; by
// default, the engine would create a folder with its name.
type Bind struct {
	CreateHostPath *bool  `yaml:"create_host_path,omitempty"` // nil: Compose's default, true
	Propagation    string `yaml:"propagation,omitempty"`
	Recursive      string `yaml:"recursive,omitempty"`
	SELinux        string `yaml:"selinux,omitempty"`
}

// Named are the options of a mount of a named volume.
type Named struct {
	NoCopy  bool   `yaml:"nocopy,omitempty"`
	Subpath string `yaml:"subpath,omitempty"`
}

// Tmpfs are a tmpfs mount's options.
type Tmpfs struct {
	Size int64 `yaml:"size,omitempty"` // bytes
	Mode int64 `yaml:"mode,omitempty"`
}

// Network is a service's connection to a network.
type Network struct {
	Aliases    []string          `yaml:"aliases,omitempty,flow"`
	IPv4       string            `yaml:"ipv4_address,omitempty"`
	IPv6       string            `yaml:"ipv6_address,omitempty"`
	LinkLocal  []string          `yaml:"link_local_ips,omitempty,flow"`
	MAC        string            `yaml:"mac_address,omitempty"`
	Interface  string            `yaml:"interface_name,omitempty"`
	DriverOpts map[string]string `yaml:"driver_opts,omitempty"`
	Priority   int               `yaml:"priority,omitempty"`
	GwPriority int               `yaml:"gw_priority,omitempty"`
}

// Dependency is an entry of depends_on.
type Dependency struct {
	Condition string `yaml:"condition"`
	Required  *bool  `yaml:"required,omitempty"`
	Restart   bool   `yaml:"restart,omitempty"`
}

// Healthcheck is a service's healthcheck.
type Healthcheck struct {
	Test          []string `yaml:"test,omitempty,flow"`
	Interval      string   `yaml:"interval,omitempty"`
	Timeout       string   `yaml:"timeout,omitempty"`
	Retries       int      `yaml:"retries,omitempty"`
	StartPeriod   string   `yaml:"start_period,omitempty"`
	StartInterval string   `yaml:"start_interval,omitempty"`
	Disable       bool     `yaml:"disable,omitempty"`
}

// Resource is a network, volume or secret of the file.
type Resource struct {
	Name     string         `yaml:"name,omitempty"`
	External bool           `yaml:"external,omitempty"`
	File     string         `yaml:"file,omitempty"`
	Extra    map[string]any `yaml:",inline"`
}

// resolver is a value that contains variables.
type resolver interface {
	Resolve(env func(name string) string) string
}

// Tree is the file as Compose must read it, with the secrets' values from env.
func (f *File) Tree(env func(name string) string) (map[string]any, error) {
	return yaml.Tree(f, func(v yaml.Valuer) any { return v.(resolver).Resolve(env) })
}
