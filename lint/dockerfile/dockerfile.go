// Package dockerfile reads Dockerfiles with BuildKit's own parser, runs the
// checks of `docker build --check`, and compares the result with the document
// that the file was rendered from.
package dockerfile

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/opencontainers/go-digest"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

var (
	ruleCheck = diag.Warning("OG462", "BuildKit warning",
		"`docker build --check` warns about an instruction. Its rules are described at https://docs.docker.com/reference/build-checks/.")
	ruleRefused = diag.Error("OG463", "Invalid Dockerfile instruction",
		"BuildKit's own parser reads the generated Dockerfile and rejects a value of the manifest.")
	ruleBug = diag.Error("OG902", "Dockerfile does not round-trip (internal error)",
		"BuildKit doesn't read the generated Dockerfile as the model describes it. This is a bug in omegagen.").In(diag.StageOutput)
)

// Check reads a Dockerfile as BuildKit does and compares every instruction
// with the document.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	doc, ok := a.Doc.(*dockerfile.File)
	if !ok {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "%s has no document to compare with. Please report this.", a.Path)}
	}
	result, err := parser.Parse(bytes.NewReader(a.Content))
	if err != nil {
		return hcl.Diagnostics{ruleBug.At(doc.Image.Range, "BuildKit can't parse %s: %s. Please report this with the manifest.", a.Path, err)}
	}
	if d := compare(result.AST, doc); d != nil {
		if d.refused {
			return hcl.Diagnostics{ruleRefused.At(d.at, "BuildKit says: %s. Correct the value.", d.what)}
		}
		return hcl.Diagnostics{ruleBug.At(d.at, "BuildKit reads %s differently: %s. Please report this with the manifest.", a.Path, d.what)}
	}
	return append(runs(m, result.AST, doc), check(doc, a)...)
}

// check runs the checks of `docker build --check`, without a daemon.
func check(doc *dockerfile.File, a kit.Artifact) (diags hcl.Diagnostics) {
	defer func() {
		if p := recover(); p != nil {
			diags = diags.Append(ruleBug.At(doc.Image.Range, "BuildKit's checks fail on %s: %v. Please report this with the manifest.", a.Path, p))
		}
	}()
	ctx := context.Background()
	local := llb.Local("dockerfile")
	def, err := local.Marshal(ctx)
	if err != nil {
		return hcl.Diagnostics{ruleBug.At(doc.Image.Range, "BuildKit's checks can't run on %s: %s. Please report this.", a.Path, err)}
	}
	source := llb.NewSourceMap(&local, a.Path, "Dockerfile", a.Content)
	source.Definition = def
	results, err := dockerfile2llb.DockerfileLint(ctx, a.Content, dockerfile2llb.ConvertOpt{SourceMap: source, MetaResolver: anyImage{}})
	if err != nil {
		return hcl.Diagnostics{ruleBug.At(doc.Image.Range, "BuildKit's checks can't run on %s: %s. Please report this.", a.Path, err)}
	}
	for _, w := range results.Warnings {
		line := 0
		if w.Location != nil && len(w.Location.Ranges) > 0 {
			line = int(w.Location.Ranges[0].Start.Line)
		}
		if w.RuleName == "JSONArgsRecommended" && shellless(doc, line) {
			continue // an error of lint/rules: the image has no shell
		}
		diags = diags.Append(ruleCheck.At(at(doc, line), "%s: %s. See %s.", w.RuleName, strings.TrimSuffix(w.Detail, "."), w.URL))
	}
	if results.Error != nil {
		line := 0
		if l := &results.Error.Location; len(l.Ranges) > 0 {
			line = int(l.Ranges[0].Start.Line)
		}
		diags = diags.Append(ruleRefused.At(at(doc, line), "BuildKit says: %s. Correct the value.", results.Error.Message))
	}
	return diags
}

// shellless reports whether the stage of a line starts from an image that is known to have no shell.
func shellless(doc *dockerfile.File, line int) bool {
	at := hcl.Range{}
	for _, s := range doc.Stages {
		if s.Line <= line {
			at = s.Range
		}
	}
	for _, s := range doc.Image.Stages {
		if s.Range == at {
			for s.FromStage != nil {
				s = s.FromStage
			}
			has, known := images.Lookup(s.From).HasTool("sh")
			return known && !has
		}
	}
	return false
}

// at is the range in the manifest from which a line of the Dockerfile was
// generated.
func at(doc *dockerfile.File, line int) hcl.Range {
	found := doc.Image.Range
	for _, s := range doc.Stages {
		if s.Line <= line {
			found = s.Range
		}
		for _, step := range s.Steps {
			if step.Line <= line {
				found = step.Range
			}
		}
	}
	return found
}

// anyImage resolves every base image to a Linux image without configuration:
// nothing is fetched.
type anyImage struct{}

// ResolveImageConfig implements llb.ImageMetaResolver.
func (anyImage) ResolveImageConfig(_ context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	platform := `"architecture":"amd64","os":"linux"`
	if i := opt.ImageOpt; i != nil && i.Platform != nil {
		platform = fmt.Sprintf(`"architecture":%q,"os":%q,"variant":%q`, i.Platform.Architecture, i.Platform.OS, i.Platform.Variant)
	}
	return ref, "", []byte(`{` + platform + `,"config":{}}`), nil
}
