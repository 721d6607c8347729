package compose

import (
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
	"github.com/omegagen/omegagen/templates/yaml"
)

// HereVar is the variable that a Compose file uses for the kit's folder where that
// is necessary: Compose, and every shell, sets it to its working directory.
const HereVar = "PWD"

// Build is how Compose, and deploy.sh too, builds a service's image. It omits what
// the Docker driver or Compose 2.26 refuse in a file.
type Build struct {
	Context            string            `yaml:"context"`
	Dockerfile         KitPath           `yaml:"dockerfile"`
	Target             string            `yaml:"target,omitempty"`
	Tags               []string          `yaml:"tags,omitempty,flow"`
	Args               map[string]string `yaml:"args,omitempty"`
	Labels             map[string]string `yaml:"labels,omitempty"`
	Secrets            []string          `yaml:"secrets,omitempty,flow"`
	SSH                []string          `yaml:"ssh,omitempty,flow"`
	AdditionalContexts map[string]string `yaml:"additional_contexts,omitempty"`
	Network            string            `yaml:"network,omitempty"`
	ExtraHosts         []string          `yaml:"extra_hosts,omitempty"`
	ShmSize            int64             `yaml:"shm_size,omitempty"`
	CacheFrom          []string          `yaml:"cache_from,omitempty"`
}

// KitPath is a path that Compose doesn't resolve in the kit's folder.
type KitPath struct {
	Path string
	Here bool // it is relative to the kit's folder
}

// YAMLValue prefixes the path with Compose's working directory if necessary.
func (p KitPath) YAMLValue() any {
	if !p.Here {
		return p.Path
	}
	return yaml.Raw("${" + HereVar + ":-.}/" + quote.Compose(p.Path))
}

// Resolve is the path with the variables' values from env.
func (p KitPath) Resolve(env func(name string) string) string {
	if !p.Here {
		return p.Path
	}
	return env(HereVar) + "/" + p.Path
}

// build sets the build of a service whose image is built. Compose pulls the image
// only if it is pushed to a registry.
func (r *renderer) build(x *Service, i *manifest.Image) {
	b := build.Of(r.m, i)
	if b == nil {
		return
	}
	x.PullPolicy = "never"
	if i.Push != "" {
		x.PullPolicy = "missing"
	}
	file, ok := b.DockerfileInContext()
	if !ok {
		file = b.Dockerfile
	}
	x.Build = &Build{
		Context:    source(b.Context),
		Dockerfile: KitPath{file, !ok},
		Target:     b.Target,
		Tags:       b.Names[1:],
		Args:       pairs(b.Args),
		Labels:     pairs(b.Labels),
		Secrets:    b.Secrets,
		Network:    b.Network,
		ExtraHosts: b.ExtraHosts,
		ShmSize:    b.ShmSize,
		CacheFrom:  b.CacheFrom,
	}
	for _, s := range b.SSH {
		if id, file, ok := strings.Cut(s, "="); ok {
			s = id + "=" + source(file)
		}
		x.Build.SSH = append(x.Build.SSH, s)
	}
	for _, c := range b.Contexts {
		if x.Build.AdditionalContexts == nil {
			x.Build.AdditionalContexts = map[string]string{}
		}
		x.Build.AdditionalContexts[c.Name] = source(c.Source)
	}
	for _, s := range i.Secrets {
		r.mount(s)
	}
}

// source is a folder or URL for Compose, which, unlike Docker, expands `~` at the
// start of a path.
func source(p string) string {
	if build.Remote(p) || path.IsAbs(p) || !strings.HasPrefix(p, "~") {
		return p
	}
	return "./" + p
}

func pairs(list []manifest.KeyValue) map[string]string {
	out := make(map[string]string, len(list))
	for _, v := range list {
		out[v.Key] = v.Value
	}
	return out
}
