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
	"github.com/omegagen/omegagen/internal/text"
)

var ruleUnbuiltCopy = diag.Warning("OG895", "Copy of a file that the stage doesn't make",
	"A copy from a stage takes a file that a step of that stage has made; paths without a leading slash begin at the root of the stage, not at its workdir. Only stages whose scripts run compilers and programs such as mkdir and cp are checked: what others write can't be known.")

// stageCopies checks what steps copy from stages.
func stageCopies(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range m.Images {
		made := map[*manifest.Stage]*outputs{}
		for _, s := range i.Stages {
			for _, do := range s.Steps {
				c, ok := do.(*manifest.CopyInstruction)
				if ok && c.FromStage == nil {
					diags = append(diags, notInBase(c)...)
				}
				if !ok || c.FromStage == nil {
					continue
				}
				if made[c.FromStage] == nil {
					made[c.FromStage] = outputsOf(c.FromStage)
				}
				for _, src := range c.Src {
					if d := made[c.FromStage].missing(src, c); d != nil {
						diags = append(diags, d)
					}
				}
			}
		}
	}
	return diags
}

// notInBase reports copies from an image of a distribution, which only has the distribution's files: nothing outside of its
// folders, and nothing in /usr/local.
func notInBase(c *manifest.CopyInstruction) (diags hcl.Diagnostics) {
	ref := c.FromImage
	from := pulledImage{ref: ref, facts: images.Lookup(ref)}
	if f := from.family(); ref == "" || f != "debian" && f != "ubuntu" && f != "alpine" {
		return nil
	}
	for _, src := range c.Src {
		p := path.Clean("/" + src)
		top, rest, _ := strings.Cut(p[1:], "/")
		if strings.ContainsAny(src, "*?[$") || p == "/" || slices.Contains(ofBase, top) && !(top == "usr" && strings.HasPrefix(rest, "local/") && strings.Count(rest, "/") > 1) {
			continue
		}
		diags = append(diags, ruleUnbuiltCopy.At(c.Of("src"), "The step copies %s from %s, but the images of this distribution have no such file: the build fails. Copy from the stage or the image that has it.", p, ref))
	}
	return diags
}

// outputs is what the steps of a stage are known to write.
type outputs struct {
	files  []string // that compilers write
	words  []string // of all steps: paths that exist, or may
	dir    string
	opaque bool
}

func outputsOf(s *manifest.Stage) *outputs {
	from, stages := chain(s)
	o := &outputs{dir: "/", opaque: from.family() == ""}
	for n := len(stages) - 1; n >= 0; n-- {
		for _, do := range stages[n].Steps {
			o.add(do)
		}
	}
	return o
}

func (o *outputs) at(p string) string {
	if strings.HasPrefix(p, "/") {
		return path.Clean(p)
	}
	return path.Join(o.dir, p)
}

func (o *outputs) add(do manifest.Instruction) {
	switch do := do.(type) {
	case *manifest.WorkdirInstruction:
		o.dir = o.at(do.Path)
		o.words = append(o.words, o.dir)
		o.opaque = o.opaque || strings.Contains(do.Path, "$")
	case *manifest.CopyInstruction:
		o.copied(do.Transfer)
	case *manifest.AddInstruction:
		o.copied(do.Transfer)
	case *manifest.EnvInstruction:
		for _, kv := range do.Values {
			o.words = append(o.words, kv.Value)
		}
	case *manifest.ArgInstruction:
		if do.Default != nil {
			o.words = append(o.words, *do.Default)
		}
	case *manifest.VolumeInstruction:
		o.words = append(o.words, do.Paths...)
	case *manifest.RunInstruction:
		o.run(do)
	case *manifest.PackagesInstruction, *manifest.UserInstruction, *manifest.EntrypointInstruction, *manifest.CmdInstruction,
		*manifest.ExposeInstruction, *manifest.StopSignalInstruction, *manifest.ShellInstruction, *manifest.LabelInstruction, *manifest.OnbuildInstruction:
	}
}

func (o *outputs) copied(t manifest.Transfer) {
	o.words = append(o.words, o.at(t.Dest))
	o.opaque = o.opaque || o.at(t.Dest) == "/" || strings.Contains(t.Dest, "$")
}

// transparent are programs that write only where their words say.
var transparent = strings.Fields("go cargo rustc gcc g++ cc clang strip upx mkdir cp mv rm ln chmod chown touch set export cd echo printf test [ true ls apt-get apk dnf rustup git useradd groupadd adduser addgroup file sha256sum date update-ca-certificates")

func (o *outputs) run(do *manifest.RunInstruction) {
	if do.Command == nil || do.Command.Exec != nil || strings.Contains(do.Command.Shell, "$(") || strings.Contains(do.Command.Shell, "<<") {
		o.opaque = true
		return
	}
	f, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(do.Command.Shell), "")
	if err != nil {
		o.opaque = true
		return
	}
	moved := false
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			o.call(n, moved)
			moved = moved || arg(n, 0) == "cd"
		case *syntax.Word:
			if t, whole := literal(n); whole {
				if _, value, ok := strings.Cut(t, "="); ok {
					t = value
				}
				o.words = append(o.words, o.at(t))
			} else if strings.Contains(t, "/") {
				o.opaque = true
			}
		}
		return true
	})
}

// call notes what a compiler writes.
func (o *outputs) call(c *syntax.CallExpr, moved bool) {
	if len(c.Args) == 0 {
		return
	}
	name := arg(c, 0)
	if !slices.Contains(transparent, name) {
		o.opaque = true
	}
	sub := arg(c, 1)
	switch name {
	case "go":
		o.opaque = o.opaque || !slices.Contains([]string{"build", "mod", "test", "vet", "version", "env", "install", "get"}, sub)
	case "cargo":
		o.opaque = o.opaque || !slices.Contains([]string{"build", "fetch", "test", "clippy", "fmt", "install", "new", "init"}, sub)
	}
	if name == "go" && sub == "build" || slices.Contains([]string{"rustc", "gcc", "g++", "cc", "clang"}, name) {
		for i := 1; i < len(c.Args); i++ {
			out := ""
			if t := arg(c, i); t == "-o" {
				out = arg(c, i+1)
			} else if v, ok := strings.CutPrefix(t, "-o="); ok {
				out = v
			}
			if out == "" || strings.Contains(out, placeholder) {
				continue
			}
			if strings.HasSuffix(out, "/") || moved && !strings.HasPrefix(out, "/") {
				o.opaque = true
				continue
			}
			o.files = append(o.files, o.at(out))
		}
	}
}

// ofBase are folders that base images have.
var ofBase = strings.Fields("bin boot dev etc go home lib lib64 media mnt opt proc root run sbin srv sys tmp usr var")

// missing reports a source that the stage doesn't make; nil if it may.
func (o *outputs) missing(src string, c *manifest.CopyInstruction) *hcl.Diagnostic {
	if o.opaque || strings.ContainsAny(src, "*?[$") {
		return nil
	}
	p := path.Clean("/" + src)
	if p == "/" {
		return nil
	}
	top, _, _ := strings.Cut(p[1:], "/")
	known := slices.Contains(ofBase, top)
	if near := text.Slip(p, o.words); near != "" && strings.Count(near, "/") == strings.Count(p, "/") && strings.Count(p, "/") > 1 && !slices.ContainsFunc(o.words, func(w string) bool { return w == p || strings.HasPrefix(w, p+"/") }) {
		return ruleUnbuiltCopy.At(c.Of("src"), "The step copies %s from stage.%s, but the steps of that stage only mention %s. Write that path.", p, c.FromStage.Name, near)
	}
	for _, w := range o.words {
		below := strings.HasPrefix(w, p+"/") || w == p
		above := strings.HasPrefix(p, w+"/") && w != "/" && !slices.Contains(ofBase, w[1:]) && !strings.HasPrefix(w, "/usr/")
		if below || above {
			return nil
		}
	}
	for _, f := range o.files {
		if base(f) == base(p) {
			return ruleUnbuiltCopy.At(c.Of("src"), "The step copies %s from stage.%s, but that stage writes %s. Write that path.", p, c.FromStage.Name, f)
		}
	}
	if known || len(o.files) == 0 {
		return nil
	}
	return ruleUnbuiltCopy.At(c.Of("src"), "The step copies %s from stage.%s, but no step of that stage makes it: the build fails. That stage writes %s.", p, c.FromStage.Name, strings.Join(o.files, ", "))
}
