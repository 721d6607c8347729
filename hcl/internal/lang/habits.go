package lang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

// proposeReference adds the reference that a string was meant for, and the block that it names, if the manifest
// has none.
func (p *Evaluation) proposeReference(d *hcl.Diagnostic, at hcl.Range, written string, kinds []string) {
	root, name, dotted := strings.Cut(written, ".")
	kind := kinds[0]
	switch {
	case dotted && slices.Contains(kinds, root) && p.blockNamed(root, name) != nil:
		p.propose(d, at, Rewrite{Text: written})
		return
	case kind == "image":
		p.propose(d, at, p.pulled(written))
		return
	}
	for _, k := range kinds {
		if p.blockNamed(k, written) != nil {
			p.propose(d, at, Rewrite{Text: address(k, written)})
			return
		}
	}
	if spec := p.specs[kind]; spec != nil && len(spec.Labels) == 1 && len(kinds) == 1 && isIdent(written, true) && !spec.requires() {
		body := " {}"
		if kind == "secret" {
			body = " {\n  from = \"generated\"\n}"
		}
		p.propose(d, at, Rewrite{Text: address(kind, written), Beside: kind + " " + Write(written) + body})
	}
}

// requires reports whether a block must have an argument or a nested block.
func (s *BlockSpec) requires() bool {
	return slices.ContainsFunc(s.Attrs, func(a Attr) bool { return a.Required }) ||
		slices.ContainsFunc(s.Blocks, func(b *BlockSpec) bool { return b.Min > 0 })
}

// pulled is a reference to the image block of an image that is pulled.
func (p *Evaluation) pulled(ref string) Rewrite {
	name := imageName(ref)
	if b := p.blockNamed("image", name); b != nil {
		if a := b.Body.Attributes["pull"]; a != nil {
			if s, ok := literalString(a.Expr); ok && s == ref {
				return Rewrite{Text: "image." + name}
			}
		}
		name = p.freeName("image", name)
	}
	return Rewrite{Text: "image." + name, Beside: "image " + Write(name) + " {\n  pull = " + Write(ref) + "\n}"}
}

// imageName is the last part of the path of an image's reference, as a name.
func imageName(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	ref = ref[strings.LastIndexByte(ref, '/')+1:]
	ref, _, _ = strings.Cut(ref, ":")
	name := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '-'
	}, ref)
	if !isIdent(name, true) {
		return "image-" + name
	}
	return name
}

// sections are the top-level keys of Compose files that list objects, and the block for each object.
var sections = map[string]string{
	"services": "service \"NAME\" { image = image.NAME }", "volumes": "volume \"NAME\" {}", "networks": "network \"NAME\" {}",
	"secrets": "secret \"NAME\" { from = \"generated\" }",
}

const configsHabit = " A file is an artifact: write artifact \"FILE\" { template = \"FILE\" }, and mount \"/PATH\" { file = artifact.FILE } in the services."

// topLevelHabit says what to write instead of a top-level block of Compose, or of one in the plural; fix is its
// type, if that is all.
func (p *Evaluation) topLevelHabit(b *hclsyntax.Block) (hint, fix string) {
	form, isSection := sections[b.Type]
	switch {
	case isSection && len(b.Labels) == 1:
		fix, _, _ = strings.Cut(form, " ")
		return fmt.Sprintf(" Did you mean %q?", fix), fix
	case isSection:
		return fmt.Sprintf(" Write a block for each: %s.", form), ""
	case b.Type == "config" || b.Type == "configs":
		return configsHabit, ""
	case strings.HasPrefix(b.Type, "x-"):
		return " What several blocks share is a local: write locals { NAME = … }, and local.NAME where it is used.", ""
	}
	return "", ""
}

// topLevelArgument reports an argument outside of all blocks.
func (p *Evaluation) topLevelArgument(a *hclsyntax.Attribute) *hcl.Diagnostic {
	hint := "Shared values belong in a locals block."
	remove := func() *hcl.Diagnostic {
		d := ruleUnknownAttr.At(a.NameRange, "A manifest has no %q: %s", a.Name, hint)
		d.Extra = diag.Extra{Rule: ruleUnknownAttr, Edits: []diag.Edit{{Range: a.SrcRange, Text: ""}}}
		return d
	}
	form, isSection := sections[a.Name]
	switch {
	case isSection:
		hint = fmt.Sprintf("Write a block for each: %s.", form)
	case a.Name == "configs":
		hint = strings.TrimPrefix(configsHabit, " ")
	case a.Name == "version":
		hint = "omegagen knows its language's version, and writes none into docker-compose.yml. Remove the line. The version of the system is `version` in the system block."
		return remove()
	case a.Name == "name":
		hint = "The name of the deployment is the label of the system block: system \"NAME\" { … }. Remove the line."
		return remove()
	case a.Name == "include":
		hint = "All *.hcl files of the folder belong to the manifest. `omegagen import FILE` writes a manifest from Compose files."
	case strings.HasPrefix(a.Name, "x-"):
		hint = "What several blocks share is a local: write locals { NAME = … }, and local.NAME where it is used."
	}
	return ruleUnknownAttr.At(a.NameRange, "A manifest consists of blocks, so \"%s\" can't be set at the top level. %s", a.Name, hint)
}
