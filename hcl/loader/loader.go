// Package loader reads a folder of *.hcl files into the one resolved model.
package loader

import (
	"slices"
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/checks"
	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/database"
	"github.com/omegagen/omegagen/hcl/internal/exporter"
	"github.com/omegagen/omegagen/hcl/internal/image"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/monitoring"
	"github.com/omegagen/omegagen/hcl/internal/planning"
	"github.com/omegagen/omegagen/hcl/internal/service"
	"github.com/omegagen/omegagen/hcl/internal/target"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// Input is what a manifest is read from.
type Input = lang.Input

// VarValue is one --var NAME=VALUE.
type VarValue = lang.VarValue

// VarFile is one --var-file.
type VarFile = lang.VarFile

// KitPlace relates the folder of the kit to that of the manifest.
type KitPlace = lang.KitPlace

// FileKind is what there is at a path.
type FileKind = lang.FileKind

// What Input.Look finds.
const (
	OtherFile   = lang.OtherFile
	Missing     = lang.Missing
	RegularFile = lang.RegularFile
	Folder      = lang.Folder
)

// packages are the parts of the language. Their order never shows.
func packages() []lang.Package {
	return []lang.Package{
		core.Package(), image.Package(), service.Package(), database.Package(),
		monitoring.Package(), planning.Package(), checks.Package(), exporter.Package(), target.Package(),
	}
}

// Specs describes every block of the language, by type.
func Specs() []*lang.BlockSpec { return lang.Specs(packages()) }

// Load reads a manifest. The result depends only on the content of the files: not on their names,
// their order, or the order of blocks. If there are errors, the model is as complete as they allow,
// and may be used only for further checks.
func Load(in Input) (*manifest.Manifest, hcl.Diagnostics) {
	m, diags := lang.Run(in, packages())
	sortModel(m)
	return m, diag.Sort(diags)
}

// sortModel sorts every list of the model, so that no order of files or blocks affects it.
func sortModel(m *manifest.Manifest) {
	byAddress(m.Variables, func(x *manifest.Variable) string { return x.Address })
	byAddress(m.Networks, func(x *manifest.Network) string { return x.Address })
	byAddress(m.Volumes, func(x *manifest.Volume) string { return x.Address })
	byAddress(m.Parameters, func(x *manifest.Parameter) string { return x.Address })
	byAddress(m.Secrets, func(x *manifest.Secret) string { return x.Address })
	byAddress(m.Images, func(x *manifest.Image) string { return x.Address })
	byAddress(m.Services, func(x *manifest.Service) string { return x.Address })
	byAddress(m.Databases, func(x *manifest.Database) string { return x.Address })
	byAddress(m.RuleGroups, func(x *manifest.RuleGroup) string { return x.Address })
	byAddress(m.SLOs, func(x *manifest.SLO) string { return x.Address })
	byAddress(m.Records, func(x *manifest.Record) string { return x.Address })
	byAddress(m.Alerts, func(x *manifest.Alert) string { return x.Address })
	byAddress(m.Dashboards, func(x *manifest.Dashboard) string { return x.Address })
	byAddress(m.States, func(x *manifest.State) string { return x.Address })
	byAddress(m.Actions, func(x *manifest.Action) string { return x.Address })
	byAddress(m.Goals, func(x *manifest.Goal) string { return x.Address })
	byAddress(m.Resources, func(x *manifest.Resource) string { return x.Address })
	byAddress(m.Parallels, func(x *manifest.Parallel) string { return x.Address })
	byAddress(m.Criteria, func(x *manifest.Criterion) string { return x.Address })
	byAddress(m.Benchmarks, func(x *manifest.Benchmark) string { return x.Address })
	byAddress(m.Runbooks, func(x *manifest.Runbook) string { return x.Address })
	byAddress(m.Artifacts, func(x *manifest.Artifact) string { return x.Address })
	sort.SliceStable(m.Paths, func(i, j int) bool { return m.Paths[i].Less(m.Paths[j]) })
	m.Paths = slices.CompactFunc(m.Paths, func(a, b *manifest.UsedPath) bool { return !a.Less(b) && !b.Less(a) })
	sort.SliceStable(m.Ignores, func(i, j int) bool { return m.Ignores[i].Less(m.Ignores[j]) })
	sort.SliceStable(m.Milestones, func(i, j int) bool { return milestoneLess(m.Milestones[i], m.Milestones[j]) })
}

func byAddress[T any](list []T, address func(T) string) {
	sort.SliceStable(list, func(i, j int) bool { return address(list[i]) < address(list[j]) })
}

// milestoneLess orders by Order, those without one last, then by name.
func milestoneLess(a, b *manifest.Milestone) bool {
	if a.Order != nil && b.Order != nil {
		if c := a.Order.Cmp(b.Order); c != 0 {
			return c < 0
		}
	} else if (a.Order == nil) != (b.Order == nil) {
		return a.Order != nil
	}
	return a.Name < b.Name
}
