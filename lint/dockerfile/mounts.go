package dockerfile

import (
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

var (
	ruleMount = diag.Error("OG464", "Mount of a missing secret or SSH key",
		"An instruction can only mount secrets and SSH keys that the image's build is given (secrets, ssh). BuildKit treats a missing secret or key as optional: the instruction would run without it.")
	ruleMountFrom = diag.Warning("OG465", "Mount from an unknown source",
		"A mount takes files from a stage, one of the image's additional_contexts, or an image. BuildKit pulls any other name as an image from a registry.")
	ruleHostNetwork = diag.Error("OG466", "Unauthorized host network",
		"BuildKit rejects an instruction that uses the host's network unless the whole build is allowed to.")
)

// runs checks what the RUN instructions of a file require from the build.
func runs(m *manifest.Manifest, ast *parser.Node, doc *dockerfile.File) (diags hcl.Diagnostics) {
	nodes := map[int]*parser.Node{}
	for _, n := range ast.Children {
		nodes[n.StartLine] = n
	}
	c := &asker{m: m, image: doc.Image}
	for _, s := range doc.Stages {
		for _, step := range s.Steps {
			do, ok := step.Do.(*manifest.RunInstruction)
			if !ok || nodes[step.Line] == nil {
				continue
			}
			if do.Network == instructions.NetworkHost && doc.Image.Network != instructions.NetworkHost {
				diags = diags.Append(ruleHostNetwork.At(do.Of("network"),
					"The instruction uses the host's network, but the build of %s isn't allowed to. Write network = \"host\" in the image block too, or remove it here.", doc.Image.Address))
			}
			at := do.Of("mounts")
			for i, x := range mountsOf(nodes[step.Line]) {
				if d := c.ask(x, do.Mounts[i], at); d != nil {
					diags = diags.Append(d)
				}
			}
		}
	}
	return diags
}

// mountsOf are the mounts of a RUN, as BuildKit reads them; none if BuildKit
// rejects them, which `docker build --check` reports.
func mountsOf(n *parser.Node) []*instructions.Mount {
	cmd, err := instructions.ParseCommand(n)
	if err != nil {
		return nil
	}
	run, ok := cmd.(*instructions.RunCommand)
	if !ok {
		return nil
	}
	// Mounts are read once their words are expanded; they have no variables.
	if err := run.Expand(func(word string) (string, error) { return word, nil }); err != nil {
		return nil
	}
	return instructions.GetMounts(run)
}

type asker struct {
	m     *manifest.Manifest
	image *manifest.Image
}

// ask checks one mount; nil if the build has what it requires.
func (c *asker) ask(x *instructions.Mount, text string, at hcl.Range) *hcl.Diagnostic {
	switch x.Type {
	case instructions.MountTypeSecret:
		return c.secret(x, text, at)
	case instructions.MountTypeSSH:
		return c.ssh(x, text, at)
	}
	return c.from(x, at)
}

// optional reports whether a mount is explicitly not required. That is
// BuildKit's default too, but people who omit the option rarely mean it.
func optional(x *instructions.Mount, text string) bool {
	return !x.Required && strings.Contains(strings.ToLower(text), "required=")
}

func (c *asker) secret(x *instructions.Mount, text string, at hcl.Range) *hcl.Diagnostic {
	id := x.CacheID
	if x.Source != "" {
		id = x.Source
	}
	if id == "" {
		id = path.Base(x.Target)
	}
	for _, s := range c.image.Secrets {
		if s.Name == id {
			return nil
		}
	}
	if optional(x, text) {
		return nil
	}
	for _, s := range c.m.Secrets {
		if s.Name == id {
			return ruleMount.At(at, "The instruction mounts the secret %q, which isn't passed to the build of %s: it would run without it. Write secrets = [%s] in the image block.", id, c.image.Address, s.Address)
		}
	}
	how := fmt.Sprintf("Declare secret %q and write secrets = [secret.%s] in the image block", id, id)
	switch names := secretNames(c.image); {
	case len(names) > 0:
		how = "The build is given " + strings.Join(names, ", ") + ": use one of them as id=, or add the secret to the image's secrets"
	case !hclsyntax.ValidIdentifier(id):
		how = "A secret can't have that name. Write id=NAME with a secret's name, and secrets = [secret.NAME] in the image block"
	}
	return ruleMount.At(at, "The instruction mounts the secret %q, which isn't passed to the build of %s: it would run without it. %s.", id, c.image.Address, how)
}

func secretNames(i *manifest.Image) []string {
	var out []string
	for _, s := range i.Secrets {
		out = append(out, s.Name)
	}
	return out
}

func (c *asker) ssh(x *instructions.Mount, text string, at hcl.Range) *hcl.Diagnostic {
	id := x.CacheID
	if id == "" {
		id = "default"
	}
	for _, s := range c.image.SSH {
		if given, _, _ := strings.Cut(s, "="); given == id {
			return nil
		}
	}
	if optional(x, text) {
		return nil
	}
	write := `ssh = ["default"]`
	if id != "default" {
		write = fmt.Sprintf(`ssh = ["%s=PATH"], with the path of a key or of an agent's socket,`, id)
	}
	return ruleMount.At(at, "The instruction mounts the SSH agent or key %q, which isn't passed to the build of %s: it would run without it. Write %s in the image block.", id, c.image.Address, write)
}

// from checks the source of a mount.
func (c *asker) from(x *instructions.Mount, at hcl.Range) *hcl.Diagnostic {
	name := x.From
	if name == "" || strings.ContainsAny(name, "/:@.") || name == "scratch" {
		return nil
	}
	for _, b := range c.image.Contexts {
		if b.Name == name {
			return nil
		}
	}
	for _, s := range c.image.Stages {
		if strings.EqualFold(s.Name, name) {
			return nil
		}
	}
	for _, i := range c.m.Images {
		for _, ref := range i.Names() {
			if ref == name || ref == name+":latest" {
				return nil
			}
		}
	}
	return ruleMountFrom.At(at, "%q is not a stage or additional context of %s: BuildKit pulls an image of that name with the tag latest. Correct the name, or write the image with its tag.", name, c.image.Address)
}
