// Package lang is the manifest language without its vocabulary: it parses the
// files of a folder, checks blocks against specs, evaluates expressions,
// resolves references and reports errors. Domain packages define what a service
// or an image is; each of them provides one function to hcl/loader:
//
//	func Package() lang.Package
//
// # How a manifest is read
//
//  1. All files are parsed and every block is checked against its BlockSpec:
//     unknown, missing, duplicate and misnamed parts are reported and left
//     out. Decode sees only what the spec supports.
//  2. Every block is declared: for_each is expanded, BlockSpec.Declare
//     allocates the model object and registers the exports. Blocks are declared
//     on demand too, so their order never matters.
//  3. Every top-level block is decoded (BlockSpec.Decode) in order of type and
//     name. Getters evaluate arguments, once each, and report errors.
//  4. Package.Finish of each package checks the model as a whole, then
//     Package.Last.
//
// A domain package appends its objects to b.Evaluation().Manifest in Declare or
// Decode; the loader sorts every list afterwards.
//
// # Example
//
//	// Package disk decodes disk blocks.
//	package disk
//
//	var ruleSmall = diag.Error("OG777", "Disk too small", "A disk must have at least a megabyte.")
//
//	func Package() lang.Package {
//		return lang.Package{Specs: []*lang.BlockSpec{{
//			Type:    "disk",
//			Doc:     "A disk. It is created if it doesn't exist.",
//			Labels:  lang.Name1("The name of the disk."),
//			ForEach: true,
//			Attrs: []lang.Attr{
//				{Name: "size", Type: lang.Bytes, Required: true, Doc: "The size."},
//				{Name: "kind", Type: lang.String, Default: `"ssd"`, Values: []string{"ssd", "hdd"}, Doc: "The type of the disk."},
//				{Name: "image", Type: lang.RefTo("image"), Doc: "The image to copy to it."},
//				{Name: "after", Type: lang.RefsTo("disk"), Doc: "Disks to create first."},
//			},
//			Blocks: []*lang.BlockSpec{{
//				Type: "part", Labels: lang.Name1("The name of the partition."), Doc: "A partition.",
//				Attrs:   []lang.Attr{{Name: "size", Type: lang.Bytes, Required: true, Doc: "The size."}},
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
//		b.Export("device", func() (cty.Value, error) { // disk.x.device, evaluated on demand
//			return cty.StringVal("/dev/" + b.Name), nil
//		})
//		b.ExportRef("ready", "fact", manifest.Fact{Kind: "disk.ready", Name: b.Name}) // disk.x.ready
//		b.Evaluation().Manifest.Disks = append(b.Evaluation().Manifest.Disks, d)
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
//			d.After = append(d.After, f.Value)    // f.Range is the range of the reference
//		}
//		for _, pb := range b.Blocks("part") {     // in source order
//			d.Parts = append(d.Parts, pb.Ref.(*manifest.Part))
//			pb.Ref.(*manifest.Part).Size = pb.Bytes("size")
//		}
//		if !b.Failed("size") && d.Size < 1<<20 {
//			b.Evaluation().Errorf(ruleSmall, b.AttrRange("size"), "The disk %s has only %d bytes. Use at least \"1MB\".", b.Name, d.Size)
//		}
//	}
//
// # References
//
// A block is KIND.label in expressions (KIND["label"] if the label isn't an
// identifier, KIND.label["key"] with for_each), and so are nested blocks with
// a Declare: disk.x.part.y. Every reference has .name. The Go value of a
// reference is the result of Declare (ExportRef: the given value), so
// Ref[*manifest.Image] and Refs[manifest.Fact] return pointers or values
// immediately, though these may not be decoded yet. References travel through locals, lists,
// conditionals and for expressions. Facts are references of kind "fact"
// whose value is a manifest.Fact; a domain exports its own.
//
// A function given to Export runs when something refers to it: at most once, and
// cycles are reported with their chain. So exports must not read the model
// object (it may not be decoded): they read arguments.
//
// Evaluation.Lookup finds a block by a name in a label or a key
// (`depends_on = { database = "healthy" }`, `measure "x" {`); LookupAll takes
// the name of a block with for_each for all its instances. Evaluation.Incomplete
// reports whether a block may be missing only because of a reported error.
//
// # Arguments
//
// Getters return the zero value if an argument is absent, null or invalid;
// the getter reports invalid ones. Has detects absence, Failed detects
// failure: before reporting a consequence of a value, check Failed. Arguments
// that no getter reads are evaluated nevertheless, for their errors.
//
// Block.Text and Block.TextMap read strings that may contain secrets; every other
// getter rejects secrets. All getters reject sensitive variables.
//
// Arguments of Type Planning, and any with AttrType.Raw, are never evaluated
// by the framework. Read them by Block.Expr or Block.Entries (a map whose
// values stay expressions) and walk them with hclsyntax: Scope.Resolve
// returns the target of a traversal, Scope.Local follows a local to its
// expression, Scope.Planning reports whether an expression reads states or facts
// at all, and Scope.Eval evaluates those that don't.
//
// Keys of another program's format are BlockSpec.Open blocks, read by
// Block.Tree, and arguments of type Any, read by Block.Any. Only
// Evaluation.ReadFile reads files of the manifest's folder.
//
// Block.With returns a view with an additional name (replica): the getters of a
// view evaluate again. Report through Evaluation.Errorf with a rule of your own
// range of codes; equal diagnostics are shown once.
package lang
