package rules

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleStepProgram = diag.Warning("OG867", "Step runs a program that its image lacks",
	"The plain images of Debian, Ubuntu and Alpine have no compilers and no runtimes of languages. A step that runs go, cargo, npm, mvn, gcc or the like fails with \"not found\", unless an earlier step installs or copies it. Start from an image that has it, such as golang, rust or node.")

// toolchains are programs that plain images of distributions lack, with the beginnings of the packages that install them.
var toolchains = map[string][]string{
	"go": {"golang", "go"}, "cargo": {"cargo", "rust"}, "rustc": {"rust", "cargo"}, "node": {"node"}, "npm": {"npm", "node"}, "npx": {"npm", "node"}, "yarn": {"yarn", "node"}, "mvn": {"maven"},
	"gradle": {"gradle"}, "java": {"openjdk", "default-j", "java", "jre"}, "javac": {"openjdk", "default-jdk", "java"}, "gcc": {"gcc", "build-", "clang"}, "g++": {"g++", "build-", "clang"}, "dotnet": {"dotnet"},
	"composer": {"composer"}, "bundle": {"ruby", "bundler"}, "gem": {"ruby"}, "php": {"php"}, "mix": {"elixir"}, "swift": {"swift"}, "zig": {"zig"},
}

// stepPrograms checks the programs that the steps of stages run.
func stepPrograms(m *manifest.Manifest) (diags hcl.Diagnostics) {
	for _, i := range m.Images {
		for _, s := range i.Stages {
			from, stages := chain(s)
			if from.ref == "" || !slices.Contains([]string{"debian", "ubuntu", "alpine"}, from.family()) {
				continue
			}
			var before []manifest.Instruction
			for n := len(stages) - 1; n >= 0; n-- {
				for _, do := range stages[n].Steps {
					if run, ok := do.(*manifest.RunInstruction); ok && stages[n] == s {
						if tool := lackedBy(run, before); tool != "" {
							diags = append(diags, ruleStepProgram.At(run.Of("command"), "A step of stage.%s in %s runs `%s`, but %s doesn't contain it, and no step before installs it: the build fails. Start from an image that has it, or install it.", s.Name, i.Address, tool, from.ref))
						}
					}
					before = append(before, do)
				}
			}
		}
	}
	return once(diags)
}

// lackedBy is the program of a step that no step before brings; "" if there is none.
func lackedBy(run *manifest.RunInstruction, before []manifest.Instruction) string {
	script := runText(run)
	for _, install := range []string{"install", " add ", "curl", "wget", "PATH", "rustup", "/bin/", ".sh", "sdk"} {
		if strings.Contains(script, install) {
			return ""
		}
	}
	if run.Command == nil || slices.ContainsFunc(run.Mounts, func(m string) bool { return strings.Contains(m, "type=bind") }) {
		return ""
	}
	f, err := syntax.NewParser().Parse(strings.NewReader(script), "")
	if err != nil {
		return ""
	}
	lacked := ""
	syntax.Walk(f, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 || lacked != "" {
			return true
		}
		tool := arg(c, 0)
		packages := toolchains[tool]
		if packages == nil || slices.ContainsFunc(before, func(do manifest.Instruction) bool {
			if c, ok := do.(*manifest.CopyInstruction); ok && c.FromStage == nil && c.FromImage == "" { // sources
				return slices.ContainsFunc(c.Src, func(src string) bool { return base(src) == tool || strings.HasSuffix(src, ".sh") })
			}
			return setsPath(do) || brings(do, tool, packages)
		}) {
			return true
		}
		lacked = tool
		return true
	})
	return lacked
}

// setsPath reports whether a step sets PATH: another step has brought programs to a folder of its own.
func setsPath(do manifest.Instruction) bool {
	env, ok := do.(*manifest.EnvInstruction)
	return ok && slices.ContainsFunc(env.Values, func(kv manifest.KeyValue) bool { return kv.Key == "PATH" })
}
