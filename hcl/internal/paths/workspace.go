package paths

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"golang.org/x/mod/modfile"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var ruleMembers = diag.Warning("OG176", "Members of a workspace aren't copied",
	"Cargo and Go read the manifests of all members of a workspace, whichever is built: `members` and dependencies with a path in Cargo.toml, `use` in go.work. If the image has the workspace's file and not those of a member, each build fails. A stage in which something may have made them isn't checked.")

// workspace is a kind of file that lists folders, each of which must have a manifest when a program runs.
type workspace struct {
	file     string
	manifest string // of a member
	members  func([]byte) []string
	runs     *regexp.Regexp
}

var workspaces = []*workspace{
	{"Cargo.toml", "Cargo.toml", crates, regexp.MustCompile(`(?:^|[\s;&|(])cargo\s+(?:\+\S+\s+)?(?:--(?:locked|offline|frozen|quiet)\s+)*(?:build|fetch|check|test|run|rustc|clippy|doc|bench|tree|vendor|metadata|install\s[^;&|\n]*--path)\b`)},
	{"go.work", "go.mod", modules, regexp.MustCompile(`(?:^|[\s;&|(])go\s+(?:build|test|run|vet|list|install\s+\.|generate)(?:\s|$)`)},
}

// crates are the members that a Cargo.toml names, and those that its dependencies' paths make members. Patterns,
// of which Cargo takes what is there, are left out.
func crates(src []byte) []string {
	type dependencies map[string]any
	var file struct {
		Workspace         *struct{ Members []string }
		Dependencies      dependencies
		DevDependencies   dependencies `toml:"dev-dependencies"`
		BuildDependencies dependencies `toml:"build-dependencies"`
	}
	if toml.Unmarshal(src, &file) != nil {
		return nil
	}
	var all []string
	if file.Workspace != nil {
		all = file.Workspace.Members
	}
	for _, named := range []dependencies{file.Dependencies, file.DevDependencies, file.BuildDependencies} {
		for _, d := range named {
			if table, ok := d.(map[string]any); ok {
				if dir, ok := table["path"].(string); ok {
					all = append(all, dir)
				}
			}
		}
	}
	return all
}

// modules are the modules that a go.work uses.
func modules(src []byte) (all []string) {
	file, err := modfile.ParseWork("go.work", src, nil)
	if err != nil {
		return nil
	}
	for _, u := range file.Use {
		all = append(all, u.Path)
	}
	return all
}

// Context is the build context of an image, and the image.
type Context struct {
	Path  string // as written
	Made  bool   // an action makes it
	Image *manifest.Image
}

// Workspaces reports stages that build a workspace of which they have not all members.
func Workspaces(p *lang.Evaluation, all []Context) {
	for _, c := range all {
		if c.Made || !isRelative(c.Path, manifest.ContextPath) || manifest.HasParameter(c.Path) || p.Look(path.Clean(c.Path)) != lang.Folder {
			continue
		}
		stages := map[*manifest.Stage]*copied{}
		for _, s := range c.Image.Stages {
			has := &copied{context: path.Clean(c.Path)}
			if base := stages[s.FromStage]; base != nil {
				*has = copied{context: base.context, all: slices.Clone(base.all), files: slices.Clone(base.files), unknown: base.unknown}
			}
			stages[s] = has
			for _, do := range s.Steps {
				has.step(p, do)
			}
		}
	}
}

// copied is what a stage has of its build context.
type copied struct {
	context string
	all     []string // clean paths and patterns; "." is everything
	files   []listed
	unknown bool // something else may have made files
}

// listed is a workspace's file that a step has copied.
type listed struct {
	kind *workspace
	name string // a clean path in the context
	from *manifest.CopyInstruction
}

func (h *copied) step(p *lang.Evaluation, do manifest.Instruction) {
	switch do := do.(type) {
	case *manifest.AddInstruction, *manifest.OnbuildInstruction:
		h.unknown = true
	case *manifest.CopyInstruction:
		if do.FromStage != nil || do.FromImage != "" {
			h.unknown = true
			return
		}
		for _, src := range do.Src {
			name := strings.TrimPrefix(path.Clean("/"+src), "/")
			if name == "" {
				name = "."
			}
			h.all = append(h.all, name)
			for _, kind := range workspaces {
				if ok, err := path.Match(path.Base(name), kind.file); ok && err == nil {
					h.files = append(h.files, listed{kind, path.Join(path.Dir(name), kind.file), do})
				}
			}
		}
	case *manifest.RunInstruction:
		h.run(p, do)
	case *manifest.EnvInstruction:
		h.unknown = h.unknown || slices.ContainsFunc(do.Values, func(v manifest.KeyValue) bool { return v.Key == "GOWORK" })
	case *manifest.PackagesInstruction, *manifest.WorkdirInstruction, *manifest.UserInstruction, *manifest.EntrypointInstruction, *manifest.CmdInstruction,
		*manifest.ArgInstruction, *manifest.ExposeInstruction, *manifest.VolumeInstruction, *manifest.StopSignalInstruction,
		*manifest.ShellInstruction, *manifest.LabelInstruction:
	}
}

// run reports what a script misses that builds, or takes it that the script makes it.
func (h *copied) run(p *lang.Evaluation, do *manifest.RunInstruction) {
	script := do.Command.Shell
	if do.Command.Exec != nil {
		script = strings.Join(do.Command.Exec, " ")
	}
	if len(do.Mounts) > 0 && strings.Contains(strings.Join(do.Mounts, " "), "type=bind") {
		h.unknown = true
	}
	var left []listed
	for _, file := range h.files {
		at := file.kind.runs.FindStringIndex(script)
		if at == nil {
			left = append(left, file)
			continue
		}
		if h.unknown || mayMake(script[:at[0]]) {
			continue
		}
		members := file.members(p, h.context)
		missing := slices.DeleteFunc(slices.Clone(members), func(m string) bool {
			return slices.ContainsFunc(h.all, func(c string) bool { return covers(c, path.Join(m, file.kind.manifest)) })
		})
		if len(missing) == 0 {
			continue
		}
		for i, m := range missing {
			missing[i] = path.Join(m, file.kind.manifest)
		}
		p.Errorf(ruleMembers, file.from.Of("src"), "The workspace of %q has %s (%s), but no step copies %s, so `%s` fails. Copy the folder, or its %s.",
			file.name, text.Count(len(members), "member"), text.List(text.Quoted(members)), text.List(text.Quoted(missing)), strings.Trim(script[at[0]:at[1]], " \t\n;&|("), file.kind.manifest)
	}
	h.files = left
	h.unknown = h.unknown || mayMake(script)
}

// makers are the commands, at the beginning of one, that write files which this package doesn't follow.
var makers = regexp.MustCompile(`(?:^|[;&|(\n])\s*(?:mkdir|git|curl|wget|tar|unzip|cp|mv|ln|install|sed|awk|perl|python3?|tee|touch|sh|bash|cargo\s+(?:new|init|chef|generate)|go\s+(?:work|mod\s+init))\s|>`)

// mayMake is whether a script may make members, or change the list of them.
func mayMake(script string) bool {
	return makers.MatchString(script) || strings.Contains(script, "GOWORK") || slices.ContainsFunc(workspaces, func(w *workspace) bool {
		return strings.Contains(script, w.file) || strings.Contains(script, w.manifest)
	})
}

// members are the folders that the file names and the context has, sorted.
func (l listed) members(p *lang.Evaluation, context string) (all []string) {
	for _, m := range l.kind.members(p.Read(path.Join(context, l.name))) {
		dir := path.Join(path.Dir(l.name), m)
		if dir != "." && dir != path.Dir(l.name) && !strings.HasPrefix(dir, "../") && !strings.ContainsAny(m, "*?[{") && p.Look(path.Join(context, dir)) == lang.Folder {
			all = append(all, dir)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// covers is whether a copied path or pattern has a file, by itself or by a folder of it.
func covers(copied, name string) bool {
	if copied == "." {
		return true
	}
	for n := name; n != "."; n = path.Dir(n) {
		if ok, err := path.Match(copied, n); ok || err != nil {
			return true
		}
	}
	return strings.Contains(copied, "**")
}
