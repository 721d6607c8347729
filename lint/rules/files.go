package rules

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleNotExecutable = diag.Error("OG876", "File can't be executed",
		"A file of the kit that a script runs by its path must be executable: set `executable = true` in its artifact block, or run it with its interpreter, as in sh ./tests/smoke.sh.")
	ruleNoSuchFile = diag.Warning("OG877", "File that isn't in the kit",
		"Scripts run in the kit's folder, or in their `workdir`. A relative path that is a misspelling of one in the kit leads to no file. Other paths that the kit doesn't have may be made by hand, and aren't reported.")
)

// kitFiles are the files of the kit by path; the artifact is nil of those that omegagen generates.
func kitFiles(m *manifest.Manifest) map[string]*manifest.Artifact {
	files := map[string]*manifest.Artifact{}
	for _, p := range []string{kit.ComposePath, kit.EnvExamplePath, kit.EnvPath, kit.DeployScriptPath, kit.PlanPath, kit.RunbookPath, kit.LockPath, kit.PrometheusConfigPath, kit.PrometheusRulesPath,
		kit.PrometheusTestsPath, kit.AlertmanagerConfigPath, kit.GrafanaDatasourcePath, kit.GrafanaAlertmanagerPath, kit.GrafanaProviderPath} {
		files[m.KitPath(p)] = nil
	}
	for _, d := range m.Databases {
		files[kit.SchemaPath(d.Name, len(m.Databases) > 1)] = nil
	}
	for _, i := range m.Images {
		files[m.KitPath(kit.DockerfilePath(i.Name))] = nil
	}
	for _, a := range m.Artifacts {
		files[a.Path] = a
	}
	return files
}

// ranFile is the file that a command runs: by its path, or with an interpreter. direct reports which.
func ranFile(c *syntax.CallExpr) (file string, direct bool) {
	switch name := arg(c, 0); name {
	case "sh", "bash", "dash", ".", "source", "python3", "python", "node":
		for i := 1; i < len(c.Args); i++ {
			if t := arg(c, i); !strings.HasPrefix(t, "-") {
				if path.Ext(t) == "" {
					return "", false
				}
				return t, false
			} else if t != "-e" && t != "-x" && t != "-u" && t != "-eu" && t != "-ex" {
				return "", false
			}
		}
		return "", false
	default:
		if strings.Contains(name, "/") {
			return name, true
		}
	}
	return "", false
}

// moves reports whether a script changes its folder, or unpacks or fetches files of which nothing is known.
func moves(f *syntax.File) bool {
	found := false
	syntax.Walk(f, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok {
			switch arg(c, 0) {
			case "cd", "pushd", "tar", "unzip", "git", "svn", "rsync", "scp", "cpio":
				found = true
			case "docker":
				found = found || arg(c, 1) == "cp"
			}
		}
		return true
	})
	return found
}

// files checks the files that a command of the host runs and reads.
func (w *walker) files(c *syntax.CallExpr, name string) {
	if w.moving || w.off || name == "docker" && (arg(c, 1) == "exec" || arg(c, 1) == "run") {
		return
	}
	ran, direct := ranFile(c)
	if file, ok := w.inKit(ran); ok {
		a, known := w.names.files[file]
		made := strings.Count(w.names.texts.String(), path.Base(file)) > w.names.ran[path.Base(file)]
		switch {
		case known && a != nil && direct && !a.Executable && !strings.Contains(w.names.texts.String(), "chmod"):
			w.report(ruleNotExecutable, c.Pos(), file, "%s isn't executable. Set executable = true there, or run it with its interpreter, such as sh %s.", a.Address, ran)
		case !known && !made && w.near(file) != "":
			w.report(ruleNoSuchFile, c.Pos(), file, "`%s` isn't in the kit, and no script makes it.%s", ran, text.Suggestion(w.near(file)))
		}
	}
	for _, a := range c.Args[1:] {
		t, whole := literal(a)
		if !whole || t == ran || !strings.Contains(t, ".") || strings.HasPrefix(t, "-") {
			continue
		}
		file, ok := w.inKit(t)
		if !ok {
			continue
		}
		if _, known := w.names.files[file]; known || strings.Count(w.names.texts.String(), path.Base(file)) > 1 {
			continue
		}
		if near := w.near(file); near != "" {
			w.report(ruleNoSuchFile, c.Pos(), file, "`%s` isn't in the kit, and no script makes it.%s", t, text.Suggestion(near))
		}
	}
}

// near is the file of the kit of which a path is a misspelling; "" if there is none.
func (w *walker) near(file string) string {
	var all []string
	for f := range w.names.files {
		all = append(all, f)
	}
	return text.Slip(file, all)
}

// inKit is a script's relative path as one of the kit; false if it leads elsewhere.
func (w *walker) inKit(p string) (string, bool) {
	if p == "" || path.IsAbs(p) || strings.ContainsAny(p, "~*?[{: ") || path.IsAbs(w.workdir) {
		return "", false
	}
	file := path.Join(w.workdir, p)
	return file, file != "." && file != ".." && !strings.HasPrefix(file, "../")
}
