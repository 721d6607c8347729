// Package compose reads docker-compose.yml with Compose's own loader and
// compares it with the document that it was rendered from.
package compose

import (
	"context"
	"fmt"

	"github.com/compose-spec/compose-go/v2/interpolation"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/tree"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/compose"
)

var (
	ruleRefused = diag.Error("OG410", "Invalid Compose key or value",
		"Keys of the Compose Specification are passed through verbatim. Compose's own loader reads the generated file and rejects what its schema doesn't allow.")
	ruleWarned = diag.Warning("OG411", "Compose warning",
		"Compose's loader warns about docker-compose.yml, and would repeat the warning on every command.")
	ruleBug = diag.Error("OG901", "docker-compose.yml does not round-trip (internal error)",
		"Compose doesn't read the generated file as the model describes it. This is a bug in omegagen.").In(diag.StageOutput)
)

// Prepare compiles the schema of Compose files, which the loader otherwise does
// when it loads its first file.
func Prepare() {
	_ = schema.Validate(map[string]any{})
}

// Check loads the file as Compose does, without access to anything outside of
// it, and compares every field with the document. The environment contains only
// the exposed secrets.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	doc, ok := a.Doc.(*compose.File)
	if !ok {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "%s has no document to compare with. Please report this.", a.Path)}
	}
	var diags hcl.Diagnostics
	got, warnings, err := load(types.ConfigFile{Filename: a.Path, Content: a.Content}, template.Substitute, m)
	for _, w := range warnings {
		diags = diags.Append(ruleWarned.At(m.System.Range, "Compose says: %s.", w))
	}
	if err != nil {
		if found := blame(m, doc); len(found) > 0 {
			return append(diags, found...)
		}
		return diags.Append(ruleBug.At(m.System.Range, "Compose rejects %s, but not its document: %s. Please report this with the manifest.", a.Path, err))
	}
	document, err := doc.Tree(secretValue)
	if err != nil {
		return diags.Append(ruleBug.At(m.System.Range, "The document of %s can't be read: %s. Please report this.", a.Path, err))
	}
	want, _, err := load(types.ConfigFile{Filename: a.Path, Config: clone(document, m.Sample).(map[string]any)}, nil, m)
	if err != nil {
		return diags.Append(ruleBug.At(m.System.Range, "Compose accepts %s, but not its document: %s. Please report this with the manifest.", a.Path, err))
	}
	delete(want, "version") // Compose warns about it, and removes it from a file that it parses
	if d := difference("", got, want); d != "" {
		return diags.Append(ruleBug.At(m.System.Range, "Compose reads %s differently: %s. Please report this with the manifest.", a.Path, d))
	}
	return diags
}

// secretValue is the value of a variable of the file, usually an exposed
// secret's, while the file is loaded.
func secretValue(name string) string { return "value of " + name }

// literal returns strings verbatim.
func literal(s string, _ template.Mapping) (string, error) { return s, nil }

// load loads a Compose file. Nothing but the file is read: includes, extends
// and env files stay as written. Without substitute, the file is taken
// literally and not validated: that is for the document that it is compared
// with.
func load(file types.ConfigFile, substitute func(string, template.Mapping) (string, error), m *manifest.Manifest) (model map[string]any, warnings []string, err error) {
	details := types.ConfigDetails{WorkingDir: "/kit", ConfigFiles: []types.ConfigFile{file}, Environment: types.Mapping{compose.HereVar: secretValue(compose.HereVar)}}
	for _, s := range m.Secrets {
		details.Environment[s.EnvVar] = secretValue(s.EnvVar)
	}
	for _, p := range m.Parameters {
		details.Environment[p.EnvVar] = m.Sample(p.Placeholder())
	}
	configure := func(o *loader.Options) {
		i := &interpolation.Options{Substitute: substitute, LookupValue: details.LookupEnv}
		if substitute == nil {
			i.Substitute = literal
			o.SkipValidation = true
		}
		i.TypeCastMapping = casts(o.Interpolate.TypeCastMapping, m)
		o.Interpolate = i
		o.ResolvePaths = false
		o.SkipInclude, o.SkipExtends = true, true
		o.SkipResolveEnvironment, o.SkipResolveLabels = true, true
		o.SkipNormalization = true
		o.Profiles = []string{"*"}
		o.MaxNodeVisits = 1 << 40
		o.SetProjectName(compose.ProjectName(m.System), true)
	}
	// What the loader can't process is an error here, never a panic.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the loader fails: %v", p)
		}
	}()
	warnings = Captured(func() {
		ctx := context.Background()
		if model, err = loader.LoadModelWithContext(ctx, details, configure); err != nil || substitute == nil {
			return
		}
		if err = relations(model, judged(m)); err != nil {
			return
		}
		options := loader.ToOptions(&details, []func(*loader.Options){configure})
		_, err = loader.ModelToProject(unrelated(model), options, details)
	})
	return model, warnings, err
}

// casts are the paths at which Compose converts strings to numbers and
// booleans. Searching for them is the most expensive part of loading, and only
// values below the user's own keys can need it.
func casts(all map[tree.Path]interpolation.Cast, m *manifest.Manifest) map[tree.Path]interpolation.Cast {
	own := map[string]bool{} // "services.*.ulimits", or "services" for all of them
	add := func(prefix string, keys map[string]*manifest.Passthrough) {
		for k := range keys {
			own[prefix+k] = true
		}
	}
	addMap := func(prefix string, x *manifest.Passthrough) {
		if x != nil {
			keys, _ := x.Value.(map[string]any)
			for k := range keys {
				own[prefix+k] = true
			}
		}
	}
	addMap("", m.System.Compose)
	for _, s := range m.Services {
		add("services.*.", s.Compose)
		addMap("services.*.", s.ComposeNew)
		for _, i := range s.Instances {
			add("services.*.", i.Compose)
		}
	}
	for _, n := range m.Networks {
		add("networks.*.", n.Compose)
	}
	for _, v := range m.Volumes {
		add("volumes.*.", v.Compose)
	}
	out := map[tree.Path]interpolation.Cast{}
	for path, cast := range all {
		parts := path.Parts()
		if own[parts[0]] || len(parts) > 2 && own[parts[0]+"."+parts[1]+"."+parts[2]] {
			out[path] = cast
		}
	}
	return out
}

// clone is a deep copy, with integers typed as a YAML reader types them, and sample applied to strings.
func clone(v any, sample func(string) string) any {
	switch v := v.(type) {
	case string:
		return sample(v)
	case int64:
		return int(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = clone(x, sample)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = clone(x, sample)
		}
		return out
	}
	return v
}
