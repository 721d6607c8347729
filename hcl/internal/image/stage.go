package image

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func stageSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "stage",
		Doc:    "A stage of the build: a base, and steps in the order in which they stand. The last stage becomes the image, unless target says otherwise.",
		Labels: lang.Name1("The stage's name. Later stages of the image refer to it as stage.NAME."),
		Scoped: true,
		Attrs: []lang.Attr{
			{Name: "from", Type: imageOrStage, Required: true, Doc: "What the stage begins with: an image's reference in quotes, image.x, or stage.x that stands above."},
			{Name: "platform", Type: lang.String, Doc: "The platform of the base, such as \"linux/amd64\"; \"$BUILDPLATFORM\" is that of the machine that builds."},
		},
		Blocks:  append(stepSpecs(), onbuildSpec(), healthcheckSpec()),
		Declare: func(b *lang.Block) any { return &manifest.Stage{Origin: b.Origin(), Name: b.Name} },
	}
}

// imageOrStage is a reference in quotes, or to an image or stage.
var imageOrStage = lang.AttrType{Name: "image's reference in quotes, or reference to image or stage", Kinds: []string{"image", "stage"}}

func decodeStage(b *lang.Block) {
	s := b.Ref.(*manifest.Stage)
	s.At = places(b)
	base := origin(b)
	s.From, s.FromStage, s.FromDecl = base.ref, base.stage, base.image
	if s.FromDecl == nil && s.FromStage == nil && s.From != "" && !inContexts(outermost(b), s.From) {
		unpinned(b, s.From, "from")
	}
	s.Platform = b.String("platform")
	if b.Has("platform") && !b.Failed("platform") && !platformForm.MatchString(s.Platform) && s.Platform != "$BUILDPLATFORM" {
		b.Invalid("platform", "must be a platform such as \"linux/amd64\" or \"linux/arm64/v8\", or \"$BUILDPLATFORM\", that of the machine that builds")
	}
	for _, step := range b.Blocks() {
		s.Steps = append(s.Steps, decodeSteps(step)...)
	}
}

// source is where a stage begins, or a copy comes from.
type source struct {
	ref   string
	stage *manifest.Stage
	image *manifest.Image
}

// origin reads a from attribute.
func origin(b *lang.Block) (s source) {
	if !b.Given("from") {
		return s
	}
	if e, ok := b.Expr("from").(*hclsyntax.ScopeTraversalExpr); ok {
		r, ok := b.Scope().Resolve(e.Traversal)
		if !ok {
			return s
		}
		if r.Object != nil && len(r.Rest) == 0 && (r.Object.Kind == "stage" || r.Object.Kind == "image") {
			return reach(b)
		}
		if len(r.Instances) > 0 {
			lang.Ref[any](b, "from") // reports that it takes one
			return s
		}
	}
	s.ref = b.String("from")
	if b.Has("from") && !b.Failed("from") {
		if problem := reference(s.ref); problem != "" {
			b.Program().Errorf(ruleReference, b.AttrRange("from"), "%q is no image's reference: %s.", s.ref, problem)
		}
		for _, other := range outermost(b).Blocks("stage") {
			if other.Name == s.ref {
				b.Program().Errorf(ruleReference, b.AttrRange("from"), "In quotes, %q is an image of that name, not the stage. Write stage.%s.", s.ref, s.ref)
			}
		}
	}
	return s
}

// reach reads a from attribute that refers to a stage or an image.
func reach(b *lang.Block) (s source) {
	f, ok := lang.Ref[any](b, "from")
	if !ok {
		return s
	}
	switch x := f.Value.(type) {
	case *manifest.Stage:
		s.stage = x
		for _, own := range outermost(b).Blocks("stage") {
			if own.Ref == any(x) {
				return s
			}
		}
		b.Program().Errorf(ruleStep, f.Range, "%s is a stage of another image. Only that image as a whole can be copied from: write its reference instead.", f.Object.Address)
		return source{}
	case *manifest.Image:
		s.image = x
		for _, other := range b.Program().Blocks("image") {
			if other.Ref == any(x) {
				s.ref, _ = tag(other)
			}
		}
	}
	return s
}

func outermost(b *lang.Block) *lang.Block {
	for b.Parent != nil {
		b = b.Parent
	}
	return b
}
