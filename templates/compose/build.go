package compose

import (
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
	"github.com/omegagen/omegagen/templates/yaml"
)

// HereVar is the variable that a Compose file finds the kit's folder by where
// it must: Compose, and every shell, sets it to the folder that it runs in.
const HereVar = "PWD"

// Build is how Compose builds a service's image: what deploy.sh builds too.
// What the Docker driver or Compose 2.26 refuse in a file isn't in it.
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
	CacheFrom          []string          `yaml:"cache_from,omitempty"`
}

// KitPath is a path that Compose doesn't look for in the kit's folder.
type KitPath struct {
	Path string
	Here bool // it is seen from the kit's folder
}

// YAMLValue begins the path with the folder that Compose runs in, where it must.
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

// build gives a service of a built image the build. Compose asks no registry
// for the image, unless it is pushed to one.
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

// source is a folder or URL as Compose takes it. It expands `~` at the
// beginning of a path, which Docker doesn't.
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
