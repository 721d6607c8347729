package lang

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/manifest"
)

const ignoreType = "ignore"

// Ignore is the block that any block may contain: it silences a rule there.
func Ignore() *BlockSpec {
	return &BlockSpec{
		Type:   ignoreType,
		Doc:    "Silences a rule in the block that contains it, in everything that is nested there, and in what the block stands for: the instances of `for_each`, replicas, the blocks of an exporter. In the `system` block it silences the rule in the whole manifest. What is silenced is listed in PLAN.md and in `--json`, with the reason. A definite rule can't be silenced: `omegagen rules CODE` says whether one is. An `ignore` without effect is reported.",
		Labels: []Label{{Name: "code", Doc: "The code of the rule, such as `OG806`."}},
		Attrs:  []Attr{{Name: "reason", Type: String, Required: true, Doc: "Why what the rule reports is right here. Plain text, without references."}},
		Repeat: true,
		NoRef:  true,
	}
}

// takeIgnores takes the ignore blocks out of a top-level block and its nested blocks, before anything else looks
// at them: blocks that others stand for have the ranges of what they stand for.
func (p *Evaluation) takeIgnores(blk *hclsyntax.Block) {
	if spec := p.specs[blk.Type]; spec != nil {
		p.takeFrom(spec, blk, header(blk), blk.Type == "system")
	}
}

// takeFrom takes them out of one block. holder names the block in the list of what is silenced.
func (p *Evaluation) takeFrom(spec *BlockSpec, blk *hclsyntax.Block, holder string, everywhere bool) {
	if spec.Open { // keys of another program's format
		return
	}
	seen := map[string]hcl.Range{}
	kept := blk.Body.Blocks[:0:0]
	for _, sub := range blk.Body.Blocks {
		if sub.Type == ignoreType && spec.block(ignoreType) == nil {
			if i := p.ignoreOf(sub, seen); i != nil {
				i.Scope, i.Everywhere, i.Holder = blk.Range(), everywhere, holder
				p.Manifest.Ignores = append(p.Manifest.Ignores, i)
			}
			continue
		}
		if ss := spec.block(sub.Type); ss != nil {
			p.takeFrom(ss, sub, holder+" › "+header(sub), false)
		}
		kept = append(kept, sub)
	}
	blk.Body.Blocks = kept
}

// ignoreOf reads one block; nil after an error.
func (p *Evaluation) ignoreOf(blk *hclsyntax.Block, seen map[string]hcl.Range) *manifest.Ignore {
	spec, before := Ignore(), len(p.diags)
	if p.checkHeader(spec, blk) {
		p.checkBody(spec, blk, false)
	}
	a := blk.Body.Attributes["reason"]
	if len(p.diags) > before || a == nil {
		return nil
	}
	code := blk.Labels[0]
	if first, twice := seen[code]; twice {
		p.Errorf(ruleDuplicate, blk.DefRange(), "%s is already ignored in this block at %s. Remove one of the two.", code, Place(first))
		return nil
	}
	seen[code] = blk.DefRange()
	reason, diags := a.Expr.Value(nil)
	if diags.HasErrors() || reason.IsNull() || reason.Type() != cty.String {
		p.Errorf(ruleValue, a.Expr.Range(), "The reason of an ignore is plain text in quotes, without references: reason = \"The firewall of the host closes it\".")
		return nil
	}
	if strings.TrimSpace(reason.AsString()) == "" {
		p.Errorf(ruleValue, a.Expr.Range(), "The reason is empty. Say why what %s reports is right here.", code)
		return nil
	}
	return &manifest.Ignore{Range: blk.DefRange(), Code: code, Label: blk.LabelRanges[0], Reason: reason.AsString()}
}

// markAbsent marks the ignores in blocks whose for_each has no entries.
func (p *Evaluation) markAbsent() {
	for _, d := range p.order {
		if len(d.instances) > 0 {
			continue
		}
		at := d.block.Range()
		for _, i := range p.Manifest.Ignores {
			if i.Range.Filename == at.Filename && at.Start.Byte <= i.Range.Start.Byte && i.Range.End.Byte <= at.End.Byte {
				i.Absent = true
			}
		}
	}
}
