package lang

import (
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/diag"
)

// Peeking at a reference reports no errors of that reference, but errors in the block to which it
// leads are still reported.
func TestPeek(t *testing.T) {
	in := Input{Dir: ".", FS: fstest.MapFS{"main.hcl": {Data: []byte("thing \"a\" {\n  for_each = nope\n}\n")}}}
	files, _ := ReadFiles(in.FS, in.Dir)
	p := newProgram(in, []Package{{Specs: []*BlockSpec{{Type: "thing", Labels: Name1("Name."), ForEach: true}}}}, files)
	p.collect()
	before := len(p.diags)
	peek := func(src string) {
		tr, diags := hclsyntax.ParseTraversalAbs([]byte(src), "elsewhere.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		p.root.peek(tr)
	}
	peek("thing.none")
	if found := p.diags[before:]; len(found) != 0 {
		t.Errorf("of a reference to nothing: %v", found)
	}
	peek("thing.a[\"k\"]")
	if found := p.diags[before:]; len(found) != 1 || diag.Code(found[0]) != "OG020" || found[0].Subject.Filename != "main.hcl" {
		t.Errorf("of a block with a wrong for_each: %v", found)
	}
}
