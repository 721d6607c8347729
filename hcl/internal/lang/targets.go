package lang

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// TargetsAttr is the argument of a block that is there on some targets only.
var TargetsAttr = Attr{Name: "targets", Type: Strings, Values: manifest.Words(manifest.Targets...), Doc: "The targets on which the block is there: [\"compose\"], [\"kubernetes\"] or both. On others it is left out. Default: it is there on all."}

// Absent reports whether a block says `targets` without the one that the kit is built for.
func (b *Block) Absent() bool { return b.Ref != nil && b.p.absent[b.Ref] }

// Absent reports whether the block that declares an object isn't there on this target.
func (p *Evaluation) Absent(ref any) bool { return p.absent[ref] }

// Settings is the block target "NAME" of the target that the kit is built for; nil if there is none.
func (p *Evaluation) Settings() *Block {
	for _, b := range p.Blocks("target") {
		if b.Name == string(p.Manifest.Target) {
			return b
		}
	}
	return nil
}

// readTargets notes whether a block is there, before it is decoded.
func (p *Evaluation) readTargets(b *Block) {
	if !slices.ContainsFunc(b.spec.Attrs, func(a Attr) bool { return a.Name == TargetsAttr.Name }) || b.Ref == nil {
		return
	}
	list := b.Strings(TargetsAttr.Name)
	if len(list) == 0 || slices.Contains(list, string(p.Manifest.Target)) {
		return
	}
	if p.absent == nil {
		p.absent = map[any]bool{}
	}
	p.absent[b.Ref] = true
}

// RangesOf are the ranges of the arguments that are given.
func (b *Block) RangesOf(names ...string) manifest.Ranges {
	out := manifest.Ranges{}
	for _, name := range names {
		if b.Given(name) {
			out[name] = b.AttrRange(name)
		}
	}
	return out
}
