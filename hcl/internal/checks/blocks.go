package checks

import (
	"math/big"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

func benchmarkSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "benchmark",
		Habits: map[string]string{"unit": "Write the unit in the target, as in target = \"< 500ms\"."},
		Labels: lang.Name1("The name of the benchmark."),
		Doc:    "A measurement with a target. deploy.sh runs it on `bench`; its last line of output must be a single number, in the unit of the target.",
		Attrs: append([]lang.Attr{
			{Name: "title", Type: lang.String, Doc: "What is measured. Default: the name."},
			{Name: "target", Type: lang.String, Required: true, Doc: "A comparison with a number and a unit: `\"< 500ms\"`."},
			{Name: "run", Type: lang.Text, Required: true, Doc: "The script to run."},
			{Name: "timeout", Type: lang.Duration, Doc: "How long the script may run. Default: no limit."},
			lang.TargetsAttr,
		}, scriptAttrs()...),
		Declare: func(b *lang.Block) any {
			x := &manifest.Benchmark{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.Benchmarks = append(b.Evaluation().Manifest.Benchmarks, x)
			return x
		},
		Decode: func(b *lang.Block) {
			x := b.Ref.(*manifest.Benchmark)
			x.Title, x.Target, x.Run, x.Timeout = b.String("title"), b.String("target"), b.Script("run"), b.Duration("timeout")
			x.Shell, x.Env, x.Workdir, x.Tools = b.String("shell"), decodeEnv(b), b.String("workdir"), decodeTools(b)
			x.At = b.RangesOf("run", "targets")
			if x.Title == "" {
				x.Title = x.Name
			}
			if b.Failed("target") || !b.Has("target") {
				return
			}
			var ok bool
			if x.Op, x.Value, x.Unit, ok = parseTarget(x.Target); !ok {
				b.Evaluation().Errorf(ruleTarget, b.AttrRange("target"), "%q is not a valid target. Use a comparison, a number and a unit, such as \"< 500ms\" or \">= 70 %%\".", x.Target)
			}
		},
	}
}

var target = regexp.MustCompile(`^(<=|>=|==|<|>)\s*([-+]?[0-9]+(?:\.[0-9]+)?)\s*([^\s0-9][^\n]*)?$`)

// parseTarget reads "< 500ms".
func parseTarget(s string) (op string, value *big.Rat, unit string, ok bool) {
	m := target.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return "", nil, "", false
	}
	value, ok = new(big.Rat).SetString(m[2])
	return m[1], value, m[3], ok
}

func runbookSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "runbook", Habits: map[string]string{"steps": "Write diagnosis = … for the commands that find the cause, and resolution = … for the fix."}, Labels: lang.Name1("The name of the runbook, and its anchor in RUNBOOK.md."),
		Doc: "What to do when something goes wrong. deploy.sh prints it when an action or criterion that it covers fails, and alerts link to it.",
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "The problem, in a few words. Default: the name."},
			{Name: "symptoms", Type: lang.Strings, Doc: "The symptoms."},
			{Name: "diagnosis", Type: lang.String, Doc: "Commands that find the cause. deploy.sh prints them but never runs them."},
			{Name: "resolution", Type: lang.String, Doc: "What fixes the problem. deploy.sh prints it but never runs it."},
			{Name: "covers", Type: lang.RefsTo("action", "criterion"), Doc: "The actions and criteria whose failure it explains."},
			lang.TargetsAttr,
		},
		Declare: func(b *lang.Block) any {
			r := &manifest.Runbook{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.Runbooks = append(b.Evaluation().Manifest.Runbooks, r)
			return r
		},
		Decode: func(b *lang.Block) {
			r := b.Ref.(*manifest.Runbook)
			r.Title, r.Symptoms, r.Diagnosis, r.Resolution = b.String("title"), b.Strings("symptoms"), b.String("diagnosis"), b.String("resolution")
			if r.Title == "" {
				r.Title = r.Name
			}
			seen := map[string]bool{}
			for _, f := range lang.Refs[any](b, "covers") {
				address := ""
				switch v := f.Value.(type) {
				case *manifest.Action:
					address = "action." + v.Name
				case *manifest.Criterion:
					address = "criterion." + v.Name
				}
				if address != "" && !seen[address] {
					seen[address] = true
					r.Covers = append(r.Covers, address)
				}
			}
			sort.Strings(r.Covers)
		},
	}
}

func artifactSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "artifact",
		Habits: map[string]string{"content": "Write template = \"FILE\", the path of a file in the manifest's folder.", "source": "Write template = \"FILE\", the path of a file in the manifest's folder."},
		Labels: []lang.Label{{Name: "path", Syntax: lang.RelPath, Doc: "The path in the kit."}},
		Doc:    "A custom file in the kit, rendered from a text/template with sprig's functions over `.data` and `.model`.",
		Attrs: []lang.Attr{
			{Name: "template", Type: lang.String, Required: true, Doc: "The path of the template in the manifest's folder."},
			{Name: "data", Type: lang.Any, Doc: "Values for the template, available as `.data`."},
			{Name: "executable", Type: lang.Bool, Doc: "Whether the file is executable."},
			lang.TargetsAttr,
		},
		Declare: func(b *lang.Block) any {
			a := &manifest.Artifact{Origin: b.Origin(), Path: b.Name}
			b.Evaluation().Manifest.Artifacts = append(b.Evaluation().Manifest.Artifacts, a)
			return a
		},
		Decode: decodeArtifact,
	}
}

func decodeArtifact(b *lang.Block) {
	a, p := b.Ref.(*manifest.Artifact), b.Evaluation()
	a.Template, a.Executable = b.String("template"), b.Bool("executable")
	if v := b.Any("data"); v != nil {
		m, ok := v.(map[string]any)
		if !ok {
			b.Invalid("data", "`data` must be a map from names to values: { backends = […] }.")
		}
		a.Data = m
	}
	if b.Failed("template") || !b.Has("template") {
		return
	}
	a.At = manifest.Ranges{"template": b.AttrRange("template")}
	src, err := p.ReadFile(a.Template)
	if err != nil {
		p.Errorf(ruleTemplate, b.AttrRange("template"), "Can't read the template %q: %s.", a.Template, err)
		return
	}
	if !utf8.Valid(src) {
		p.Errorf(ruleTemplate, b.AttrRange("template"), "The template %q is not valid UTF-8.", a.Template)
		return
	}
	a.Source = string(src)
}

// finishArtifacts reports artifacts whose paths collide with each other, or with the kit's other
// files.
func finishArtifacts(p *lang.Evaluation) {
	files, folders := reserved(p)
	blocks := p.Blocks("artifact")
	for _, b := range blocks {
		if a, ok := b.Ref.(*manifest.Artifact); ok {
			path := strings.ToLower(a.Path)
			if other := files[path]; other != "" {
				p.Errorf(ruleReserved, b.LabelRange(), "%q is already the path of %s. Choose another path.", a.Path, other)
				continue
			}
			files[path] = b.Address()
		}
	}
	for _, b := range blocks {
		if a, ok := b.Ref.(*manifest.Artifact); ok {
			for i, c := range strings.ToLower(a.Path) {
				if c == '/' && folders[strings.ToLower(a.Path[:i])] == "" {
					folders[strings.ToLower(a.Path[:i])] = "a folder of " + b.Address()
				}
			}
		}
	}
	for _, b := range blocks {
		a, ok := b.Ref.(*manifest.Artifact)
		if !ok {
			continue
		}
		path := strings.ToLower(a.Path)
		if folders[path] != "" {
			p.Errorf(ruleReserved, b.LabelRange(), "%q is already the path of %s. Choose another path.", a.Path, folders[path])
			continue
		}
		for i, c := range path {
			if c != '/' {
				continue
			}
			if whose := files[path[:i]]; whose != "" {
				p.Errorf(ruleReserved, b.LabelRange(), "%q is below the path of %s. Choose another path.", a.Path, whose)
				break
			}
			if whose := folders[path[:i]]; strings.HasPrefix(whose, "the kit's") {
				p.Errorf(ruleReserved, b.LabelRange(), "%q is in %s. Choose another path.", a.Path, whose)
				break
			}
		}
	}
}

// reserved are the paths in use, in lower case, with their owners.
func reserved(p *lang.Evaluation) (files, folders map[string]string) {
	files, folders = map[string]string{}, map[string]string{}
	for _, e := range kit.Reserved() {
		switch {
		case e.Block != "" && len(p.Blocks(e.Block)) == 0: // available for custom files
		case e.Folder:
			folders[strings.ToLower(e.Path)] = "the kit's internal folder " + e.Path
		default:
			files[strings.ToLower(e.Path)] = "the kit's own " + e.Path
		}
	}
	for _, i := range p.Manifest.Images {
		files[strings.ToLower(kit.DockerfilePath(i.Name))] = "the Dockerfile of " + i.Address
		files[strings.ToLower(kit.DockerIgnorePath(i.Name))] = "the .dockerignore of " + i.Address
	}
	for _, d := range p.Manifest.Databases {
		if d.File != "" {
			files[strings.ToLower(d.File)] = "the schema of " + d.Address
		}
	}
	return files, folders
}
