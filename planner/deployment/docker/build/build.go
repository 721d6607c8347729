// Package build decides what the build of an image is. docker-compose.yml and
// deploy.sh both write it from here, so that both build the same.
package build

import (
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// Build is all that a build is given. Paths are seen from the kit's folder.
type Build struct {
	Context    string
	Dockerfile string // in its repository where the context is remote
	Names      []string
	Target     string
	Platform   string
	Args       []manifest.KeyValue
	Labels     []manifest.KeyValue // none where the Dockerfile has them
	Secrets    []string            // names; the file of each is in the folder of secrets
	SSH        []string
	Contexts   []Context
	Network    string
	CacheFrom  []string
}

// Context is what a build knows under a name besides its context.
type Context struct {
	Name, Source string // a folder, or a URL
}

// Of is the build of an image, nil of one that is pulled.
func Of(m *manifest.Manifest, i *manifest.Image) *Build {
	if !i.Built() {
		return nil
	}
	b := &Build{
		Context:    i.Context,
		Dockerfile: Dockerfile(i),
		Names:      i.Names(),
		Target:     i.Target,
		Platform:   i.Platform,
		Args:       i.BuildArgs,
		SSH:        i.SSH,
		Network:    i.Network,
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
// stages, else the existing one, as written.
func Dockerfile(i *manifest.Image) string {
	if i.Dockerfile != "" {
		return i.Dockerfile
	}
	return kit.DockerfilePath(i.Name)
}

// contextName is a context's name as BuildKit looks for it: what Docker leaves
// out of an image's reference stands in none. The Docker client does that to
// its options, Compose doesn't to its file.
func contextName(name string) string {
	for _, registry := range []string{"docker.io/library/", "docker.io/", "index.docker.io/library/", "index.docker.io/"} {
		if short, ok := strings.CutPrefix(name, registry); ok {
			name = short
			break
		}
	}
	return strings.TrimSuffix(name, ":latest")
}

// Command is the build as a command that runs in the kit's folder, word by
// word; secrets is the folder that holds these, a file each.
func (b *Build) Command(secrets string) []string {
	words := []string{"docker", "build", "-f", b.Dockerfile}
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
	add("--cache-from", b.CacheFrom...)
	return append(words, b.Context)
}

// Remote reports whether a context is no folder of this machine: Docker and
// Compose know it by its beginning.
func Remote(context string) bool {
	for _, prefix := range []string{"https://", "http://", "git://", "ssh://", "github.com/", "git@"} {
		if strings.HasPrefix(context, prefix) {
			return true
		}
	}
	return strings.Contains(context, "://")
}

// DockerfileInContext is the path of the Dockerfile from the context, as a
// Compose file has it. The last of the context's folders that hold the kit have
// names that nobody knows before the kit has its place: where the path would
// pass through these, ok is false. Absolute paths and those in a repository
// stay as they are.
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

// split are the elements of a cleaned relative path, none of the folder itself.
func split(p string) []string {
	p = path.Clean(p)
	if p == "." {
		return nil
	}
	return strings.Split(p, "/")
}
