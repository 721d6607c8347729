package compose

import (
	"maps"
	"path"
	"slices"
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/yaml"
)

// SecretMount is where a container finds a secret.
func SecretMount(s *manifest.Secret) string { return s.Mount() }

// Render makes docker-compose.yml for a kit with these other files. It reports values
// that Compose or a container can't hold at their ranges, and still renders the file.
func Render(m *manifest.Manifest, others ...kit.Artifact) ([]kit.Artifact, hcl.Diagnostics) {
	r := document(m, newKitFiles(others))
	content, err := yaml.Encoder{Header: kit.Header(m.System.Name), String: interpolated(m)}.Marshal(r.file)
	if err != nil {
		r.diags = r.diags.Append(ruleText.At(m.System.Range, "Cannot write docker-compose.yml: %s.", err))
		return nil, r.diags
	}
	file := kit.Artifact{Kind: kit.Compose, Path: m.KitPath(kit.ComposePath), Content: content, Doc: r.file, Sources: r.sources()}
	if file.Path == kit.ComposePath {
		return []kit.Artifact{file}, r.diags
	}
	return []kit.Artifact{entry(m, file.Path), file}, r.diags
}

// entry makes the file that includes the kit's Compose file, for one that isn't in the kit's own folder.
func entry(m *manifest.Manifest, file string) kit.Artifact {
	doc := &File{Name: ProjectName(m.System), Extra: map[string]any{"include": []any{map[string]any{"path": path.Base(file), "project_directory": ".."}}}}
	content, err := yaml.Encoder{Header: kit.Header(m.System.Name), String: interpolated(m)}.Marshal(doc)
	if err != nil {
		panic(err) // it has only constants and the project's name, which the other file has too
	}
	return kit.Artifact{Kind: kit.Compose, Path: kit.ComposeEntryPath, Content: content, Doc: doc, Sources: []string{m.System.Address}}
}

// document makes the file before quoting.
func document(m *manifest.Manifest, files kitFiles) *renderer {
	r := &renderer{m: m, kit: files, file: &File{Name: ProjectName(m.System), from: m, kit: files}, mounted: map[*manifest.Secret]bool{}}
	for _, s := range m.Services {
		r.service(s)
	}
	r.networks()
	r.volumes()
	r.secrets()
	r.extra()
	return r
}

// ProjectName is the Compose project of a system.
func ProjectName(s *manifest.System) string { return s.Project() }

type renderer struct {
	m     *manifest.Manifest
	kit   kitFiles
	file  *File
	diags hcl.Diagnostics

	defaultNetwork bool // some service declares no networks
	mounted        map[*manifest.Secret]bool
}

// mount records that a container or a build mounts the secret's file.
func (r *renderer) mount(s *manifest.Secret) { r.mounted[s] = true }

func (r *renderer) networks() {
	if r.defaultNetwork {
		r.file.Networks = append(r.file.Networks, yaml.Entry{Key: "default", Value: Resource{Name: r.file.Name + "_default"}})
	}
	for _, n := range r.m.Networks {
		if r.defaultNetwork && n.Name == "default" {
			r.file.Networks = r.file.Networks[1:]
		}
		r.name(n.RealName, n.Range, "network")
		r.file.Networks = append(r.file.Networks, yaml.Entry{Key: n.Name, Comment: kit.From(n.Address),
			Value: Resource{Name: n.RealName, External: n.External, Extra: values(n.Compose)}})
	}
}

func (r *renderer) volumes() {
	for _, v := range r.m.Volumes {
		r.name(v.RealName, v.Range, "volume")
		r.file.Volumes = append(r.file.Volumes, yaml.Entry{Key: v.Name, Comment: kit.From(v.Address),
			Value: Resource{Name: v.RealName, External: v.External, Extra: values(v.Compose)}})
	}
}

func (r *renderer) secrets() {
	for _, s := range r.m.Secrets {
		if r.mounted[s] {
			r.file.Secrets = append(r.file.Secrets, yaml.Entry{Key: s.Name, Comment: kit.From(s.Address),
				Value: Resource{File: "./" + kit.SecretsDir + "/" + s.Name}})
		}
	}
}

// extra merges the system's passthrough top-level keys into the file.
func (r *renderer) extra() {
	if r.m.System.Compose == nil {
		return
	}
	keys, _ := r.m.System.Compose.Value.(map[string]any)
	r.file.Extra = map[string]any{}
	generated := map[string]*yaml.Map{"networks": &r.file.Networks, "volumes": &r.file.Volumes, "secrets": &r.file.Secrets, "services": &r.file.Services}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		more, isMap := keys[k].(map[string]any)
		into := generated[k]
		if into == nil || !isMap {
			r.file.Extra[k] = keys[k]
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(more)) {
			*into = mergeEntry(*into, k, name, more[name])
		}
		if k == "services" {
			for _, e := range *into {
				if m, ok := e.Value.(map[string]any); ok {
					moveLimits(m, m)
				}
			}
		}
	}
}

func mergeEntry(m yaml.Map, kind, name string, value any) yaml.Map {
	for i, e := range m {
		if e.Key != name {
			continue
		}
		if kind == "services" {
			m[i].Value = mergeService(tree(e.Value), value)
		} else {
			m[i].Value = mergeTop(kind, name, tree(e.Value), value)
		}
		return m
	}
	return append(m, yaml.Entry{Key: name, Value: value})
}

// tree is a generated value in the form of a user's.
func tree(v any) any {
	t, err := yaml.Tree(yaml.Map{{Key: "v", Value: v}}, func(v yaml.Valuer) any { return v })
	if err != nil {
		return nil
	}
	return t["v"]
}

func values(m map[string]*manifest.Passthrough) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v.Value
	}
	return out
}

func (r *renderer) sources() []string {
	list := []string{r.m.System.Address}
	seen := map[*manifest.Image]bool{}
	for _, s := range r.m.Services {
		list = append(list, s.Address)
		if s.Image != nil && !seen[s.Image] {
			seen[s.Image] = true
			list = append(list, s.Image.Address)
		}
	}
	for _, n := range r.m.Networks {
		list = append(list, n.Address)
	}
	for _, v := range r.m.Volumes {
		list = append(list, v.Address)
	}
	for _, s := range r.m.Secrets {
		if r.mounted[s] {
			list = append(list, s.Address)
		}
	}
	sort.Strings(list)
	return list
}
