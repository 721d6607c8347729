// Package lang is the manifest language without its vocabulary: it parses the
// files of a folder, checks blocks against specs, evaluates expressions,
// resolves references and reports. What a service or an image is, domain
// packages say; each of them gives one function to hcl/loader:
//
//	func Package() lang.Package
//
// # How a manifest is read
//
//  1. All files are parsed and every block is checked against its BlockSpec:
//     unknown, missing, duplicate, misnamed things are reported, and what is
//     wrong is left out. Decode sees only what the spec knows.
//  2. Every block is declared: for_each is expanded, BlockSpec.Declare
//     allocates the model object and registers what references may read. Blocks
//     are declared on demand too, so the order never matters.
//  3. Every top-level block is decoded (BlockSpec.Decode) in order of type and
//     name. Getters evaluate attributes, once each, and report.
//  4. Package.Finish of each package looks at the whole.
//
// A domain package appends its objects to b.Program().Manifest in Declare or
// Decode; the loader sorts every list afterwards.
//
// # Example
//
//	// Package disk decodes disk blocks.
//	package disk
//
//	var ruleSmall = diag.Error("OG777", "Disk too small", "A disk holds at least a megabyte.")
//
//	func Package() lang.Package {
//		return lang.Package{Specs: []*lang.BlockSpec{{
//			Type:    "disk",
//			Doc:     "A disk. It is made when absent.",
//			Labels:  lang.Name1("The disk's name."),
//			ForEach: true,
//			Attrs: []lang.Attr{
//				{Name: "size", Type: lang.Bytes, Required: true, Doc: "How much it holds."},
//				{Name: "kind", Type: lang.String, Default: `"ssd"`, Values: []string{"ssd", "hdd"}, Doc: "What it is."},
//				{Name: "image", Type: lang.RefTo("image"), Doc: "What is copied onto it."},
//				{Name: "after", Type: lang.RefsTo("disk"), Doc: "Disks made before."},
//			},
//			Blocks: []*lang.BlockSpec{{
//				Type: "part", Labels: lang.Name1("The part's name."), Doc: "A partition.",
//				Attrs:   []lang.Attr{{Name: "size", Type: lang.Bytes, Required: true, Doc: "How much it holds."}},
//				Declare: func(b *lang.Block) any { b.ExportAttr("size", cty.String); return &manifest.Part{Name: b.Name} },
//			}},
//			Declare: declareDisk,
//			Decode:  decodeDisk,
//		}}}
//	}
//
//	func declareDisk(b *lang.Block) any {
//		d := &manifest.Disk{Origin: b.Origin(), Name: b.Name}
//		b.ExportAttr("size", cty.String)          // disk.x.size
//		b.Export("device", func() (cty.Value, error) { // disk.x.device, evaluated when asked for
//			return cty.StringVal("/dev/" + b.Name), nil
//		})
//		b.ExportRef("ready", "fact", manifest.Fact{Kind: "disk.ready", Name: b.Name}) // disk.x.ready
//		b.Program().Manifest.Disks = append(b.Program().Manifest.Disks, d)
//		return d                                  // what references to disk.x decode to
//	}
//
//	func decodeDisk(b *lang.Block) {
//		d := b.Ref.(*manifest.Disk)
//		d.Size = b.Bytes("size")
//		d.Kind = b.String("kind")
//		if img, ok := lang.Ref[*manifest.Image](b, "image"); ok {
//			d.Image = img.Value
//		}
//		for _, f := range lang.Refs[*manifest.Disk](b, "after") {
//			d.After = append(d.After, f.Value)    // f.Range is where it is named
//		}
//		for _, pb := range b.Blocks("part") {     // in source order
//			d.Parts = append(d.Parts, pb.Ref.(*manifest.Part))
//			pb.Ref.(*manifest.Part).Size = pb.Bytes("size")
//		}
//		if !b.Failed("size") && d.Size < 1<<20 {
//			b.Program().Errorf(ruleSmall, b.AttrRange("size"), "The disk %s holds %d bytes. Write at least \"1MB\".", b.Name, d.Size)
//		}
//	}
//
// # References
//
// A block is KIND.label in expressions (KIND["label"] where the label is no
// identifier, KIND.label["key"] with for_each), and so are nested blocks with
// a Declare: disk.x.part.y. Every reference has .name. A reference's Go value
// is whatever Declare returned (ExportRef: the given value), so
// Ref[*manifest.Image] and Refs[manifest.Fact] get pointers or values at once,
// though these may not be decoded yet. References travel through locals, lists,
// conditionals and for expressions. Facts are references of kind "fact"
// whose value is a manifest.Fact; a domain exports its own ones.
//
// What a function given to Export evaluates is evaluated when something refers
// to it: at most once, and cycles are reported with their chain. So exports
// must not read the model object (it may not be decoded): they read attributes.
//
// Program.Lookup finds a block by a name that stands in a label or a key
// (`depends_on = { database = "healthy" }`, `measure "x" {`); LookupAll takes
// the name of a block with for_each for all its instances. Program.Incomplete
// tells whether a block may be missing only because of a reported error.
//
// # Attributes
//
// Getters return the zero value when an attribute is absent, null or wrong;
// wrong ones are reported by the getter. Has tells absence, Failed tells
// failure: before reporting a consequence of a value, ask Failed. Attributes
// that no getter read are evaluated nevertheless, for their errors.
//
// Block.Text and Block.TextMap read strings that may hold secrets; every other
// getter refuses secrets. Sensitive variables are refused by all of them.
//
// Attributes of Type Planning, and any with AttrType.Raw, are never evaluated
// by the framework. Read them by Block.Expr or Block.Entries (a map whose
// values stay expressions) and walk them with hclsyntax: Scope.Resolve says
// what a traversal means, Scope.Local follows a local to its expression,
// Scope.Planning tells whether an expression reads states or facts at all, and
// Scope.Eval evaluates those that don't.
//
// Keys of another program's format are BlockSpec.Open blocks, read by
// Block.Tree, and attributes of type Any, read by Block.Any. Files of the
// manifest's folder are read by Program.ReadFile and nothing else.
//
// Block.With returns a view in which a further name is known (replica): the
// getters of a view evaluate anew. Report through Program.Errorf with a rule
// of your own range of codes; equal diagnostics are shown once.
package lang
