// Package build defines the build of an image. docker-compose.yml and deploy.sh
// are both rendered from it, so that both build the same.
package build

import (
	"path"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// Build is the input of a build. Paths are relative to the kit's directory.
type Build struct {
	Context    string
	Dockerfile string // in its repository if the context is remote
	Names      []string
	Target     string
	Platform   string
	Args       []manifest.KeyValue
	Labels     []manifest.KeyValue // none if the Dockerfile contains them
	Secrets    []string            // names; each has a file in the directory of secrets
	SSH        []string
	Contexts   []Context
	Network    string
	ExtraHosts []string // NAME:ADDRESS
	ShmSize    int64    // bytes; 0: the builder's default
	CacheFrom  []string
}

// Context is an additional named context of a build.
type Context struct {
	Name, Source string // a directory, or a URL
}

// Of is the build of an image, nil if it is pulled.
func Of(m *manifest.Manifest, i *manifest.Image) *Build {
	if !i.Built() {
		return nil
	}
	b := &Build{
		Context:    i.Context,
		Dockerfile: Dockerfile(m, i),
		Names:      i.Names(),
		Target:     i.Target,
		Platform:   i.Platform,
		Args:       i.BuildArgs,
		SSH:        i.SSH,
		Network:    i.Network,
		ExtraHosts: i.ExtraHosts,
		ShmSize:    i.ShmSize,
		CacheFrom:  i.CacheFrom,
	}
	if b.Context == "" {
		b.Context = "."
	}
	if i.Dockerfile != "" {
		b.Labels = Labels(m, i)
	}
	for _, s := range i.Secrets {
		b.Secrets = append(b.Secrets, s.Name)
	}
	for _, c := range i.Contexts {
		source := c.Source
		if c.Image != nil {
			source = "docker-image://" + c.Image.Reference()
		}
		b.Contexts = append(b.Contexts, Context{contextName(c.Name), source})
	}
	return b
}

// Dockerfile is the Dockerfile of a built image: in the kit if it is built from
// stages, otherwise the existing one, as written.
func Dockerfile(m *manifest.Manifest, i *manifest.Image) string {
	if i.Dockerfile != "" {
		return i.Dockerfile
	}
	return m.KitPath(kit.DockerfilePath(i.Name))
}

// contextName is a context's name as BuildKit looks it up: a normalized image
// reference. The Docker client normalizes its options, but Compose doesn't
// normalize its file.
func contextName(name string) string {
	for _, registry := range []string{"docker.io/library/", "docker.io/", "index.docker.io/library/", "index.docker.io/"} {
		if short, ok := strings.CutPrefix(name, registry); ok {
			name = short
			break
		}
	}
	return strings.TrimSuffix(name, ":latest")
}

// Command is the build as a command, word by word, that runs in the kit's
// directory; secrets is the directory with a file for each secret.
func (b *Build) Command(secrets string) []string {
	return append([]string{"docker", "build"}, b.options(secrets)...)
}

// PushOptions are the options and the context of `docker buildx build --push`, for an
// image that pushing what Command has built doesn't make; otherwise nil.
func (b *Build) PushOptions(i *manifest.Image, secrets string) []string {
	if len(i.Platforms) == 0 && i.SBOM == nil && i.Provenance == nil {
		return nil
	}
	pushed := *b
	pushed.Names = []string{i.Push}
	if len(i.Platforms) > 0 {
		pushed.Platform = strings.Join(i.Platforms, ",")
	}
	var words []string
	if i.SBOM != nil {
		words = append(words, "--sbom="+strconv.FormatBool(*i.SBOM))
	}
	if i.Provenance != nil {
		words = append(words, "--provenance="+strconv.FormatBool(*i.Provenance))
	}
	return append(words, pushed.options(secrets)...)
}

// options are the options of a build, and its context.
func (b *Build) options(secrets string) []string {
	words := []string{"-f", b.Dockerfile}
	add := func(option string, values ...string) {
		for _, v := range values {
			if v != "" {
				words = append(words, option, v)
			}
		}
	}
	pairs := func(option string, values []manifest.KeyValue) {
		for _, v := range values {
			add(option, v.Key+"="+v.Value)
		}
	}
	add("-t", b.Names...)
	add("--target", b.Target)
	add("--platform", b.Platform)
	pairs("--build-arg", b.Args)
	pairs("--label", b.Labels)
	for _, s := range b.Secrets {
		add("--secret", "id="+s+",src="+path.Join(secrets, s))
	}
	add("--ssh", b.SSH...)
	for _, c := range b.Contexts {
		add("--build-context", c.Name+"="+c.Source)
	}
	add("--network", b.Network)
	add("--add-host", b.ExtraHosts...)
	if b.ShmSize > 0 {
		add("--shm-size", strconv.FormatInt(b.ShmSize, 10))
	}
	add("--cache-from", b.CacheFrom...)
	return append(words, b.Context)
}

// Remote reports whether a context is not a local directory: Docker and Compose
// recognize it by its prefix.
func Remote(context string) bool { return manifest.RemoteContext(context) }

// DockerfileInContext is the path of the Dockerfile relative to the context, as
// a Compose file expects it. The names of the directories above the kit are
// unknown until the kit has its place: if the path would pass through them, ok
// is false. Absolute paths and paths in a repository don't change.
func (b *Build) DockerfileInContext() (file string, ok bool) {
	if Remote(b.Context) || path.IsAbs(b.Dockerfile) {
		return b.Dockerfile, true
	}
	if path.IsAbs(b.Context) {
		return "", false
	}
	from, to := split(b.Context), split(b.Dockerfile)
	for len(from) > 0 && len(to) > 0 && from[0] == to[0] {
		from, to = from[1:], to[1:]
	}
	if len(from) > 0 && from[0] == ".." {
		return "", false
	}
	return strings.Repeat("../", len(from)) + strings.Join(to, "/"), true
}

// split are the elements of a cleaned relative path, none for the directory
// itself.
func split(p string) []string {
	p = path.Clean(p)
	if p == "." {
		return nil
	}
	return strings.Split(p, "/")
}
