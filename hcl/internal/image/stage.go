package image

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"slices"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func stageSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "stage",
		Doc:    "A build stage: a base, and steps in order. The last stage becomes the image, unless target is set.",
		Labels: lang.Name1("The name of the stage. Later stages of the image refer to it as stage.NAME."),
		Scoped: true,
		Attrs: []lang.Attr{
			{Name: "from", Type: imageOrStage, Required: true, Doc: "The base of the stage: a quoted image reference, image.x, or stage.x of an earlier stage."},
			{Name: "platform", Type: lang.String, Doc: "The platform of the base, such as \"linux/amd64\"; \"$BUILDPLATFORM\" is the platform of the building machine."},
		},
		Blocks:  append(stepSpecs(), onbuildSpec(), healthcheckSpec()),
		Declare: func(b *lang.Block) any { return &manifest.Stage{Origin: b.Origin(), Name: b.Name} },
	}
}

// imageOrStage is a reference in quotes, or to an image or stage.
var imageOrStage = lang.AttrType{Name: "quoted image reference, or reference to image or stage", Kinds: []string{"image", "stage"}}

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
		b.Invalid("platform", "must be a platform such as \"linux/amd64\" or \"linux/arm64/v8\", or \"$BUILDPLATFORM\" for the platform of the building machine")
	}
	for _, step := range b.Blocks() {
		s.Steps = append(s.Steps, decodeSteps(step)...)
	}
}

// source is the base of a stage, or the source of a copy.
type source struct {
	ref   string
	stage *manifest.Stage
	image *manifest.Image
}

// origin reads a `from` argument.
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
			lang.Ref[any](b, "from") // reports that it requires one
			return s
		}
	}
	s.ref = b.String("from")
	if b.Has("from") && !b.Failed("from") {
		named := slices.ContainsFunc(outermost(b).Blocks("stage"), func(other *lang.Block) bool { return other.Name == s.ref })
		if problem := reference(s.ref); problem != "" && !named {
			b.Evaluation().Errorf(ruleReference, b.AttrRange("from"), "%q is not a valid image reference: %s.", s.ref, problem)
		}
		for _, other := range outermost(b).Blocks("stage") {
			if other.Name == s.ref {
				b.Evaluation().Errorf(ruleReference, b.AttrRange("from"), "In quotes, %q means the image of that name, not the stage. Write stage.%s.", s.ref, s.ref)
			}
		}
	}
	return s
}

// reach reads a `from` argument that refers to a stage or an image.
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
		b.Evaluation().Errorf(ruleStep, f.Range, "%s is a stage of another image. Copies can take files only from that image as a whole; write its reference instead.", f.Object.Address)
		return source{}
	case *manifest.Image:
		s.image = x
		for _, other := range b.Evaluation().Blocks("image") {
			if other.Ref == any(x) {
				s.ref, _ = tag(other)
				if manifest.HasParameter(s.ref) {
					b.Evaluation().Errorf(ruleReference, b.AttrRange("from"), "The reference of %s, %s, has a parameter, whose value is known only when deploy.sh runs, but a Dockerfile names its images. Use a variable in the reference.", x.Address, s.ref)
				}
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
