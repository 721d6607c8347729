package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

// Expansion is the manifest as parsed, before any block is checked. A package may add blocks to it; they
// are then as if they were written there.
type Expansion struct {
	p      *Evaluation
	bodies []*hclsyntax.Body
	added  []*hclsyntax.Block
}

// Blocks lists the top-level blocks of a type, in order of files and lines.
func (x *Expansion) Blocks(typ string) []*hclsyntax.Block {
	var out []*hclsyntax.Block
	for _, b := range x.bodies {
		for _, blk := range b.Blocks {
			if blk.Type == typ {
				out = append(out, blk)
			}
		}
	}
	return out
}

// Add adds top-level blocks. Their ranges must be those of what they stand for, so that diagnostics show
// that.
func (x *Expansion) Add(blocks ...*hclsyntax.Block) { x.added = append(x.added, blocks...) }

// Errorf reports a breach of a rule at a range.
func (x *Expansion) Errorf(r *diag.Rule, at hcl.Range, format string, args ...any) {
	x.p.Errorf(r, at, format, args...)
}

// Suggest is a name close to the given one; "" if there is none.
func (x *Expansion) Suggest(name string, among []string) string { return x.p.Suggest(name, among) }

// expandBlocks checks the files' numbers and returns what packages add. After a syntax error blocks may be
// missing that an expansion needs, so there is none.
func (p *Evaluation) expandBlocks(names []string) []*hclsyntax.Block {
	x := &Expansion{p: p}
	for _, n := range names {
		if body, ok := p.files[n].Body.(*hclsyntax.Body); ok {
			p.Report(hugeNumbers(p.files[n].Bytes, body)...)
			x.bodies = append(x.bodies, body)
		}
	}
	if p.hasSyntaxErrors {
		return nil
	}
	for _, pkg := range p.packages {
		if pkg.Expand != nil {
			pkg.Expand(x)
		}
	}
	return x.added
}
