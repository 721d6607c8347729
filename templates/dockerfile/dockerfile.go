// Package dockerfile renders, for each image that is built from stages,
// Dockerfile.<image> and its ignore file. They build with the frontend that
// Docker Engine 23 includes: there is no `# syntax=` line, which would make the
// engine fetch another one.
package dockerfile

import (
	"sort"
	"strings"
	"text/template"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
)

// File is a Dockerfile before quoting. It is the artifact's Doc.
type File struct {
	Image  *manifest.Image
	Stages []*Stage
}

// Stage is a FROM and its instructions.
type Stage struct {
	Name     string // lower case
	From     string // an image, or an earlier stage's name
	Platform string
	Line     int // of FROM, from 1
	Range    hcl.Range
	At       manifest.Ranges
	Steps    []*Step
}

// Step is one instruction. Package steps are run steps here.
type Step struct {
	Do          manifest.Instruction  // nil for a healthcheck; packages steps are run steps here
	Healthcheck *manifest.Healthcheck // HEALTHCHECK
	Shell       []string              // the current shell, which runs shell forms
	Line        int
	Range       hcl.Range
}

// Render makes the Dockerfile and the ignore file of every image that is built from
// stages. It reports strings that a Dockerfile can't contain at their ranges.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	var files []kit.Artifact
	var diags hcl.Diagnostics
	for _, i := range m.Images {
		if !i.Built() || i.Dockerfile != "" || len(i.Stages) == 0 {
			continue
		}
		w := &writer{m: m, image: i, file: &File{Image: i}, packaged: map[*manifest.RunInstruction]bool{}}
		w.render()
		diags = append(diags, w.diags...)
		if !w.diags.HasErrors() {
			files = append(files,
				kit.Artifact{Kind: kit.Dockerfile, Path: m.KitPath(kit.DockerfilePath(i.Name)), Content: []byte(w.out.String()), Doc: w.file, Sources: w.addresses()},
				kit.Artifact{Kind: kit.DockerIgnore, Path: m.KitPath(kit.DockerIgnorePath(i.Name)), Content: []byte(w.ignore()), Sources: []string{i.Address}})
			diags = append(diags, w.ignoreDiags...)
		}
	}
	return files, diags
}

type writer struct {
	m           *manifest.Manifest
	image       *manifest.Image
	file        *File
	out         strings.Builder
	line        int // lines in the first counted bytes of out
	counted     int
	diags       hcl.Diagnostics
	ignoreDiags hcl.Diagnostics
	packaged    map[*manifest.RunInstruction]bool // made of packages steps
}

func (w *writer) render() {
	w.checkStages()
	if w.diags.HasErrors() {
		return
	}
	final := Final(w.image)
	data := fileData{Header: kit.Header(w.m.System.Name), Image: "from image \"" + w.image.Name + "\""}
	shells := map[*manifest.Stage][]string{}
	for _, s := range w.image.Stages {
		x := &Stage{Name: stageName(s), From: s.From, Platform: s.Platform, Range: s.Range, At: s.At}
		if s.FromStage != nil {
			x.From = stageName(s.FromStage)
		}
		w.file.Stages = append(w.file.Stages, x)
		data.Stages = append(data.Stages, stageData{Origin: "from stage \"" + s.Name + "\"", Stage: x})
		shell := []string{"/bin/sh", "-c"}
		if s.FromStage != nil {
			shell = shells[s.FromStage]
		}
		steps := w.lower(s.Steps)
		if s == final {
			steps = append(steps, w.metadata()...)
		}
		for _, step := range steps {
			step.Shell = shell
			x.Steps = append(x.Steps, step)
			if sh, ok := step.Do.(*manifest.ShellInstruction); ok {
				shell = sh.Words
			}
		}
		shells[s] = shell
	}
	if err := template.Must(fileTemplate().Clone()).Funcs(w.quoting()).Execute(&w.out, data); err != nil {
		panic(err) // a field that the data lacks fails every test
	}
	w.checkUser(final)
}

// Final is the stage that becomes the image.
func Final(i *manifest.Image) *manifest.Stage {
	for _, s := range i.Stages {
		if i.Target != "" && s.Name == i.Target {
			return s
		}
	}
	return i.Stages[len(i.Stages)-1]
}

// lower converts packages steps to run steps.
func (w *writer) lower(steps []manifest.Instruction) []*Step {
	var out []*Step
	for _, do := range steps {
		if p, ok := do.(*manifest.PackagesInstruction); ok {
			do = w.packages(p)
		}
		if o, ok := do.(*manifest.OnbuildInstruction); ok {
			if p, ok := o.Do.(*manifest.PackagesInstruction); ok {
				do = &manifest.OnbuildInstruction{InstructionOrigin: o.InstructionOrigin, Do: w.packages(p)}
			}
		}
		out = append(out, &Step{Do: do, Range: do.Where().Range})
	}
	return out
}

// metadata are the instructions added to the final stage: the healthcheck of the
// services that run the image, and the labels.
func (w *writer) metadata() []*Step {
	var out []*Step
	if h := Healthcheck(w.m, w.image); h != nil {
		out = append(out, &Step{Healthcheck: h, Range: h.Range})
	}
	if labels := build.Labels(w.m, w.image); len(labels) > 0 {
		at := manifest.InstructionOrigin{Range: w.image.Range}
		out = append(out, &Step{Do: &manifest.LabelInstruction{InstructionOrigin: at, Values: labels}, Range: at.Range})
	}
	return out
}

// Healthcheck is the healthcheck of all services that run the image; nil if there is
// none, or if they differ.
func Healthcheck(m *manifest.Manifest, i *manifest.Image) *manifest.Healthcheck {
	var found *manifest.Healthcheck
	for _, s := range m.Services {
		switch {
		case s.Image != i:
			continue
		case s.Healthcheck == nil || !s.Healthcheck.Disable && s.Healthcheck.Words() == nil:
			return nil
		case found != nil && !sameHealthcheck(found, s.Healthcheck):
			return nil
		}
		found = s.Healthcheck
	}
	return found
}

func sameHealthcheck(a, b *manifest.Healthcheck) bool {
	if a.Disable || b.Disable {
		return a.Disable == b.Disable
	}
	x, y := a.Words(), b.Words()
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return a.Interval == b.Interval && a.Timeout == b.Timeout && a.StartPeriod == b.StartPeriod && a.Retries == b.Retries
}

func (w *writer) addresses() []string {
	list := []string{w.m.System.Address, w.image.Address}
	for _, s := range w.m.Services {
		if s.Image == w.image && s.Healthcheck != nil {
			list = append(list, s.Address)
		}
	}
	sort.Strings(list)
	return list
}
