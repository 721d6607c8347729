package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleNoShell = diag.Error("OG890", "Step needs a shell that the image lacks",
		"A run step that is a string, packages, and a cmd or entrypoint that is a string are scripts of /bin/sh, or of the program of a shell step. An image built from scratch, and distroless images, have no shell: the build fails, or the container doesn't start. Do the work in a stage that has a shell and copy its result, or write the words as a list, which needs no shell.")
	ruleNeedsRoot = diag.Error("OG891", "Step needs root after the user was changed",
		"Steps run as the user of the last user step above them, or as the base image's user. Only root can install packages of the distribution, create users or give files to root: the build fails. Put these steps above the user step, or write user { name = \"root\" } before them and the user again after them.")
	ruleUnknownUser = diag.Error("OG892", "User that the image doesn't have",
		"The name of a user is looked up in the image's /etc/passwd when a step or a container starts as that user, or when files are given to it. If the name isn't there, the build fails, or the container doesn't start. Numbers aren't looked up. Checked are images from scratch, distroless, Debian, Ubuntu and Alpine, and names that differ by a letter from a user that a step creates.")
	ruleManagedPython = diag.Error("OG893", "pip refuses to change the distribution's Python",
		"Since Debian 12, Ubuntu 23.04 and Alpine 3.19, the distribution's own Python is managed by its packages: pip installs nothing outside a virtual environment and fails with \"externally-managed-environment\". The images of python have a Python of their own.")
)

// imageSteps checks the steps of the stages of built images.
func imageSteps(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range m.Images {
		for _, s := range i.Stages {
			from, above := chain(s)
			if len(above) == 0 {
				continue
			}
			w := &stageWalk{from: from, last: s == finalStage(i)}
			for n := len(above) - 1; n >= 0; n-- {
				for _, do := range above[n].Steps {
					if n == 0 {
						w.check(do)
					}
					w.after(do)
				}
			}
			diags = append(diags, w.diags...)
		}
	}
	return diags
}

// finalStage is the stage that an image is; nil if it has none.
func finalStage(i *manifest.Image) *manifest.Stage {
	if len(i.Stages) == 0 {
		return nil
	}
	for _, t := range i.Stages {
		if i.Target != "" && t.Name == i.Target {
			return t
		}
	}
	return i.Stages[len(i.Stages)-1]
}

// chain is the pulled image that a stage is built from, and the stages in between, beginning with s.
func chain(s *manifest.Stage) (pulledImage, []*manifest.Stage) {
	var stages []*manifest.Stage
	for depth := 0; s != nil && depth < 100; depth++ {
		stages = append(stages, s)
		switch d := s.FromDecl; {
		case s.FromStage != nil:
			s = s.FromStage
		case d == nil:
			return pulledImage{s.From, images.Lookup(s.From)}, stages
		case len(d.Stages) == 0:
			return pulledImage{d.Assumed(), d.Facts}, stages
		default:
			s = finalStage(d)
		}
	}
	return pulledImage{}, nil
}

// stageWalk is what is known about a stage's files and user between two of its steps.
type stageWalk struct {
	from    pulledImage
	last    bool // the stage is the image
	shell   string
	user    string // of the last user step
	steps   []manifest.Instruction
	env     []string // names of variables
	stopped bool     // no shell: reported once
	exec    bool     // has an entrypoint without a shell
	diags   hcl.Diagnostics
}

func (w *stageWalk) check(do manifest.Instruction) {
	switch do := do.(type) {
	case *manifest.PackagesInstruction:
		if w.needsShell(do.Range, "Packages are installed by a script", nil) {
			return
		}
		if do.Manager != manifest.NPM && do.Manager != manifest.PIP && w.unprivileged() {
			w.report(ruleNeedsRoot, do.Range, "The packages are installed as user %s, which %s may not do: the build fails. Put the user step below this one.", w.userName(), do.Manager)
		}
		if do.Manager == manifest.PIP {
			w.managedPython(do.Range)
		}
	case *manifest.RunInstruction:
		w.checkRun(do)
	case *manifest.CmdInstruction:
		if w.last && !w.exec && do.Command != nil && do.Command.Exec == nil {
			w.needsShell(do.Range, "This cmd is a string, which a shell runs", do.Command)
		}
	case *manifest.EntrypointInstruction:
		if w.last && do.Command != nil && do.Command.Exec == nil {
			w.needsShell(do.Range, "This entrypoint is a string, which a shell runs", do.Command)
		}
	case *manifest.UserInstruction:
		w.knownUser(do.Of("name"), do.User, "The image")
	case *manifest.CopyInstruction:
		w.knownUser(do.Of("chown"), do.Chown, "The files")
	case *manifest.AddInstruction:
		w.knownUser(do.Of("chown"), do.Chown, "The files")
	case *manifest.WorkdirInstruction, *manifest.EnvInstruction, *manifest.ArgInstruction, *manifest.ExposeInstruction,
		*manifest.VolumeInstruction, *manifest.StopSignalInstruction, *manifest.ShellInstruction, *manifest.LabelInstruction, *manifest.OnbuildInstruction:
	}
}

// after notes what a step changes.
func (w *stageWalk) after(do manifest.Instruction) {
	w.steps = append(w.steps, do)
	switch do := do.(type) {
	case *manifest.UserInstruction:
		w.user = do.User
	case *manifest.ShellInstruction:
		if len(do.Words) > 0 {
			w.shell = do.Words[0]
		}
	case *manifest.EnvInstruction:
		for _, kv := range do.Values {
			w.env = append(w.env, kv.Key)
		}
	case *manifest.ArgInstruction:
		w.env = append(w.env, do.Name)
	case *manifest.EntrypointInstruction:
		w.exec = do.Command != nil && do.Command.Exec != nil
	case *manifest.PackagesInstruction, *manifest.WorkdirInstruction, *manifest.CopyInstruction, *manifest.AddInstruction, *manifest.RunInstruction,
		*manifest.CmdInstruction, *manifest.ExposeInstruction, *manifest.VolumeInstruction, *manifest.StopSignalInstruction,
		*manifest.LabelInstruction, *manifest.OnbuildInstruction:
	}
}

func (w *stageWalk) report(r *diag.Rule, at hcl.Range, format string, args ...any) {
	w.diags = append(w.diags, r.At(at, format, args...))
}

// needsShell reports that a step needs a shell that isn't there; command is written as a list otherwise.
func (w *stageWalk) needsShell(at hcl.Range, why string, command *manifest.Command) bool {
	program := w.shell
	if program == "" {
		program = "/bin/sh"
	}
	tool := base(program)
	if w.stopped || !w.from.lacks(tool) || slices.ContainsFunc(w.steps, func(do manifest.Instruction) bool { return mayBring(do, program) }) {
		return w.stopped
	}
	w.stopped = true
	remedy := "Do it in a stage that has a shell, and copy the result"
	if command != nil {
		if words := strings.Fields(command.Shell); len(words) > 0 && !strings.ContainsAny(command.Shell, "'\"$`;&|<>*?~\n") {
			remedy = "Write command = [" + quoted(words) + "]"
		} else {
			remedy = "Write the command as a list of words"
		}
	}
	w.report(ruleNoShell, at, "%s, but %s has no %s and no step above copies one. %s.", why, w.from.ref, program, remedy)
	return true
}

// mayBring reports whether a step may put a program at a path, or run without a shell and do so.
func mayBring(do manifest.Instruction, program string) bool {
	to := func(x manifest.Transfer) bool {
		dest := path.Clean("/" + x.Dest)
		return dest == "/" || dest == program || strings.HasPrefix(program, dest+"/") || strings.HasPrefix("/usr"+program, dest+"/")
	}
	switch do := do.(type) {
	case *manifest.CopyInstruction:
		return to(do.Transfer)
	case *manifest.AddInstruction:
		return to(do.Transfer)
	case *manifest.RunInstruction:
		return do.Command == nil || do.Command.Exec != nil || len(do.Mounts) > 0 || strings.Contains(do.Command.Shell, base(program))
	case *manifest.PackagesInstruction:
		return slices.Contains(do.Names, base(program)) || do.Manager == manifest.NPM || do.Manager == manifest.PIP
	case *manifest.WorkdirInstruction, *manifest.UserInstruction, *manifest.EntrypointInstruction, *manifest.CmdInstruction,
		*manifest.EnvInstruction, *manifest.ArgInstruction, *manifest.ExposeInstruction, *manifest.VolumeInstruction,
		*manifest.StopSignalInstruction, *manifest.ShellInstruction, *manifest.LabelInstruction, *manifest.OnbuildInstruction:
	}
	return false
}

// unprivileged reports whether steps are known not to run as root.
func (w *stageWalk) unprivileged() bool {
	name := w.userName()
	return name != "" && name != "root" && name != "0" && !strings.Contains(name, "$")
}

// userName is the user of the steps; "": root, or unknown.
func (w *stageWalk) userName() string {
	user := w.user
	if f := w.from.facts; user == "" && f != nil && f.User != nil {
		user = *f.User
	}
	name, _, _ := strings.Cut(user, ":")
	return name
}

func (w *stageWalk) checkRun(do *manifest.RunInstruction) {
	if do.Command == nil {
		return
	}
	if do.Command.Exec == nil && len(do.Mounts) == 0 && w.needsShell(do.Range, "The command is a string, which a shell runs", nil) {
		return
	}
	// What follows || or an if may be meant to fail.
	if do.Command.Exec != nil || strings.Contains(do.Command.Shell, "||") || strings.Contains(do.Command.Shell, "if ") {
		return
	}
	f, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(do.Command.Shell), "")
	if err != nil {
		return
	}
	at, root, pip := do.Of("command"), "", false
	syntax.Walk(f, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok {
			if what := onlyRoot(c); what != "" && root == "" {
				root = what
			}
			pip = pip || installsByPip(c)
		}
		return true
	})
	if root != "" && w.unprivileged() {
		w.report(ruleNeedsRoot, at, "`%s` runs as user %s, but only root may do that: the build fails. Put the user step below this one.", root, w.userName())
	}
	if pip && !strings.Contains(do.Command.Shell, "venv") && !strings.Contains(do.Command.Shell, "EXTERNALLY-MANAGED") && !strings.Contains(do.Command.Shell, "PIP_BREAK_SYSTEM_PACKAGES") {
		w.managedPython(at)
	}
}

// rootCommands are programs, with their subcommands, that fail for any user but root; none: always.
var rootCommands = map[string][]string{
	"apt-get": {"update", "install", "upgrade", "dist-upgrade", "remove", "purge"},
	"apt":     {"update", "install", "upgrade", "full-upgrade", "remove", "purge"},
	"apk":     {"add", "del", "update", "upgrade"},
	"dnf":     {"install", "update", "upgrade", "remove"}, "microdnf": {"install", "update", "upgrade", "remove"},
	"yum": {"install", "update", "upgrade", "remove"}, "zypper": {"install", "in", "update", "remove"},
	"useradd": nil, "groupadd": nil, "usermod": nil, "userdel": nil, "adduser": nil, "addgroup": nil,
}

// onlyRoot is the part of a command that fails for any user but root; "" otherwise.
func onlyRoot(c *syntax.CallExpr) string {
	name := base(arg(c, 0))
	subs, ok := rootCommands[name]
	switch {
	case name == "chown":
		for i := 1; i < len(c.Args); i++ {
			if t := arg(c, i); !strings.HasPrefix(t, "-") {
				if owner, _, _ := strings.Cut(t, ":"); owner == "root" || owner == "0" {
					return "chown " + t
				}
				break
			}
		}
		return ""
	case !ok:
		return ""
	case subs == nil:
		return name
	}
	for i := 1; i < len(c.Args); i++ {
		t := arg(c, i)
		if slices.Contains([]string{"--help", "--version", "-s", "--simulate", "--dry-run", "--root", "-p"}, t) {
			return ""
		}
		if slices.Contains(subs, t) {
			return name + " " + t
		}
	}
	return ""
}

// installsByPip reports whether a command is pip install into the system's Python.
func installsByPip(c *syntax.CallExpr) bool {
	words := make([]string, len(c.Args))
	for i := range c.Args {
		words[i] = arg(c, i)
	}
	switch {
	case len(words) > 3 && (words[0] == "python3" || words[0] == "python") && words[1] == "-m" && words[2] == "pip":
		words = words[2:]
	case len(words) == 0 || words[0] != "pip" && words[0] != "pip3":
		return false
	}
	for _, w := range words {
		name, _, _ := strings.Cut(w, "=")
		if slices.Contains([]string{"--break-system-packages", "--target", "-t", "--prefix", "--root", "--python", "--dry-run", "--help"}, name) {
			return false
		}
	}
	for _, a := range c.Assigns {
		if a.Name != nil && strings.HasPrefix(a.Name.Value, "PIP_") {
			return false
		}
	}
	return slices.Contains(words, "install")
}
