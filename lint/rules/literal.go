package rules

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleLiteralVariable = diag.Warning("OG871", "Variable that nothing replaces",
	"\"$${X}\" in a manifest is the text ${X}. In Compose's own files it would be replaced; here a value of deploy time is a parameter. Only strings that a shell of the container reads, such as a script after sh -c, may contain it.")

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-+?][^}]*)?\}`)

// literalVariables reports texts that look like variables of Compose where no shell reads them.
func literalVariables(m *manifest.Manifest) hcl.Diagnostics {
	l := &literals{m: m, seen: map[hcl.Range]bool{}}
	for _, i := range m.Images {
		l.text(i.Pull, i.Range, "the image's name")
		l.text(i.Tag, i.Range, "the image's name")
		for _, x := range i.Labels {
			l.text(x.Value, x.Range, "a label")
		}
	}
	for _, s := range m.Services {
		l.service(s)
	}
	for _, n := range m.Networks {
		l.keys(n.Compose)
	}
	for _, v := range m.Volumes {
		l.keys(v.Compose)
	}
	return l.diags
}

type literals struct {
	m     *manifest.Manifest
	seen  map[hcl.Range]bool
	diags hcl.Diagnostics
}

func (l *literals) service(s *manifest.Service) {
	for _, i := range s.Instances {
		for _, e := range i.Env {
			for _, part := range e.Value {
				l.text(part.Text, e.Range, "the environment")
			}
		}
		for _, x := range i.Labels {
			l.text(x.Value, x.Range, "a label")
		}
		for _, x := range i.Mounts {
			l.text(x.Bind, x.Range, "a mount")
			l.text(x.Target, x.Range, "a mount")
		}
		words := slices.Concat(i.Entrypoint.Words(), i.Command.Words())
		if i.Entrypoint == nil && s.Running() != nil {
			words = append(slices.Clone(s.Running().Entrypoint), words...)
		}
		if !slices.ContainsFunc(words, isShell) {
			for _, c := range []*manifest.Command{i.Entrypoint, i.Command} {
				for _, w := range c.Words() {
					l.text(w, c.Range, "a command without a shell")
				}
			}
		}
		l.keys(i.Compose)
	}
	l.keys(s.Compose)
	if s.ComposeNew != nil {
		keys, _ := s.ComposeNew.Value.(map[string]any)
		l.values(keys, s.ComposeNew.Range)
	}
}

// isShell reports whether a word of a command is a shell.
func isShell(word string) bool {
	return slices.Contains([]string{"sh", "ash", "bash", "dash", "zsh", "busybox", "envsubst"}, path.Base(word))
}

// shellKeys are the Compose keys with commands and texts that a shell or another program may read.
var shellKeys = []string{"command", "entrypoint", "healthcheck", "post_start", "pre_start", "pre_stop", "develop", "provider"}

func (l *literals) keys(keys map[string]*manifest.Passthrough) {
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		l.values(map[string]any{k: keys[k].Value}, keys[k].Range)
	}
}

func (l *literals) values(keys map[string]any, at hcl.Range) {
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if !slices.Contains(shellKeys, k) && !strings.HasPrefix(k, "x-") {
			l.value(keys[k], at, k)
		}
	}
}

func (l *literals) value(v any, at hcl.Range, key string) {
	switch v := v.(type) {
	case string:
		l.text(v, at, key)
	case []any:
		for _, x := range v {
			l.value(x, at, key)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			l.value(v[k], at, key)
		}
	}
}

func (l *literals) text(s string, at hcl.Range, where string) {
	found := variable.FindStringSubmatch(s)
	if found == nil || l.seen[at] {
		return
	}
	l.seen[at] = true
	name := strings.ToLower(found[1])
	how := "declare parameter \"" + name + "\" { type = string }, and write ${parameter." + name + "}"
	if p := l.m.Parameter(manifest.EnvName(found[1])); p != nil {
		how = "write ${" + p.Address + "}"
	}
	l.diags = append(l.diags, ruleLiteralVariable.At(at, "%s stays as it is: neither Compose nor a shell replaces it in %s. For a value of deploy time, %s.", found[0], where, how))
}
