// Package templates renders a manifest and its plans into the files of a kit,
// in memory. Each kind of file has a package below; this one puts them
// together.
package templates

import (
	"slices"
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/alertmanager"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/custom"
	"github.com/omegagen/omegagen/templates/deploy"
	"github.com/omegagen/omegagen/templates/dockerfile"
	"github.com/omegagen/omegagen/templates/docs"
	"github.com/omegagen/omegagen/templates/env"
	"github.com/omegagen/omegagen/templates/grafana"
	"github.com/omegagen/omegagen/templates/kubernetes"
	"github.com/omegagen/omegagen/templates/mounted"
	"github.com/omegagen/omegagen/templates/prometheus"
	"github.com/omegagen/omegagen/templates/sql"
)

var ruleDuplicatePath = diag.Error("OG850", "Duplicate file path in the kit",
	"Every file of a kit must have a unique path. Rename the artifact block, database or image whose name gives the path of another file.")

// Files makes the files that depend only on the model, sorted by path. They need no
// plan, so they can be made during the search.
func Files(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	var made []kit.Artifact
	var diags hcl.Diagnostics
	for _, render := range []func(*manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics){
		env.Render, dockerfile.Render, prometheus.Render, alertmanager.Render, grafana.Render, sql.Render, custom.Render, mounted.Render,
	} {
		files, d := render(m)
		made = append(made, files...)
		diags = append(diags, d...)
	}
	// The objects of the target come last, because they depend on the files that containers mount.
	objects := compose.Render
	if m.Target == manifest.TargetKubernetes {
		objects = kubernetes.Render
	}
	files, d := objects(m, made...)
	made, diags = append(made, files...), append(diags, d...)
	diags = append(diags, kubernetes.Commands(m)...)
	sortKit(made)
	return made, append(diags, duplicatePaths(m, made)...)
}

// Texts makes the files that can be checked even if the manifest has errors: those of
// its databases. Templates are parsed but not executed.
func Texts(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	diags := custom.Parse(m)
	if m.System == nil {
		return nil, diags
	}
	files, d := sql.Render(m)
	return files, append(diags, d...)
}

// Planned makes the files that depend on plans, sorted by path: the documents,
// then deploy.sh and its parts, the checksums of all that runs, and the lock file,
// which records every file. files is what Files made; it is not part of the
// result.
func Planned(m *manifest.Manifest, plans []*planner.Plan, files []kit.Artifact, version string) ([]kit.Artifact, hcl.Diagnostics) {
	made, diags := docs.Render(m, plans)
	all := append(slices.Clone(files), made...)
	sortKit(all)
	script, d := deploy.Render(m, plans, all)
	diags = append(diags, d...)
	made, all = append(made, script...), append(all, script...)
	made, d = complete(m, made, all, version)
	return made, append(diags, d...)
}

// complete adds what describes the other files to those that were made: the checksums of what runs, git's
// attributes and the lock file. all are the files of the whole kit so far.
func complete(m *manifest.Manifest, made, all []kit.Artifact, version string) ([]kit.Artifact, hcl.Diagnostics) {
	sums := kit.NewSums(all)
	made, all = append(made, sums), append(all, sums)
	if m.KitPath(kit.GitAttributesPath) != "" {
		attributes := kit.NewAttributes(m.System.Name, all)
		made, all = append(made, attributes), append(all, attributes)
	}
	sortKit(all)
	diags := duplicatePaths(m, all)
	if !diags.HasErrors() {
		made = append(made, kit.NewLock(m.System.Name, m.Hash(), version, all))
	}
	sortKit(made)
	return made, diags
}

func sortKit(files []kit.Artifact) {
	sort.SliceStable(files, func(i, j int) bool { return files[i].Path < files[j].Path })
}

// duplicatePaths reports paths of two files.
func duplicatePaths(m *manifest.Manifest, files []kit.Artifact) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for i := 1; i < len(files); i++ {
		a, b := files[i-1], files[i]
		if a.Path == b.Path {
			diags = append(diags, ruleDuplicatePath.At(declRange(m, b), "%s is written by both %s and %s. Rename one of them.", b.Path, source(a), source(b)))
		}
	}
	return diags
}

func source(a kit.Artifact) string {
	if len(a.Sources) == 0 {
		return "the system"
	}
	return a.Sources[0]
}

// declRange is the range of the artifact block that declares a file, or the system's.
func declRange(m *manifest.Manifest, a kit.Artifact) hcl.Range {
	for _, own := range m.Artifacts {
		if own.Path == a.Path {
			return own.Range
		}
	}
	return m.System.Range
}
