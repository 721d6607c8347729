package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleStatusGrep = diag.Warning("OG812", "Status matched as a substring",
		"A grep for \"healthy\" also matches \"unhealthy\"; one for \"Up\" also matches \"Up 3 seconds (unhealthy)\". A container criterion, or an equality test of docker inspect --format, compares the exact status.")
	ruleDestructive = diag.Warning("OG816", "Command destroys resources of others",
		"docker system prune, docker volume prune and similar commands, killing whatever holds a port, or rm of a home directory destroy other people's work on the same machine. Name what must be removed.").Certain()
	ruleVersionGrep = diag.Warning("OG825", "Version matched as a substring",
		"A grep for \"v2\" rejects version 5 and accepts 1.2.2; the dot of \"1.75\" matches any character. `tools = [\"NAME >= 2\"]` compares versions as numbers.")
	ruleHomePath = diag.Warning("OG826", "Path in a user's home directory",
		"A path such as /home/ann/project exists on one machine only. Use a variable with a default, or a path relative to the kit's directory.")
	ruleLogReadiness = diag.Warning("OG829", "Readiness read from a log",
		"A log line shows what a program did once, not that it accepts requests now; PostgreSQL logs \"ready to accept connections\" while it is still initializing. Use a healthcheck or a criterion, or send the service a request.")
	ruleChangesHost = diag.Warning("OG831", "Command changes the whole machine",
		"A deployment that installs packages, changes a user's default toolchain or restarts system services has unexpected side effects and requires privileges it should not have. `tools` lists the required programs; a toolchain can be selected per command.")
	ruleUndeclaredDestruction = diag.Warning("OG835", "Undeclared destruction",
		"The planner only knows the effects that effects and destroys declare. If an action deletes build results, containers or images without declaring it, the planner may schedule it after the steps that made them, and nothing is left to run.")
)

// asksVersion reports whether a call prints a program's version.
func asksVersion(c *syntax.CallExpr) bool {
	for i := 1; i < len(c.Args); i++ {
		switch arg(c, i) {
		case "--version", "version", "-V", "-version":
			return true
		}
	}
	return false
}

// versionGrep checks what a grep reads.
func (w *walker) versionGrep(list []*syntax.Stmt) {
	c := callOf(list[0])
	if c == nil || !asksVersion(c) {
		return
	}
	for _, s := range list[1:] {
		g := callOf(s)
		if g == nil || !strings.HasSuffix(arg(g, 0), "grep") {
			continue
		}
		for i := 1; i < len(g.Args); i++ {
			if t := arg(g, i); !strings.HasPrefix(t, "-") && strings.ContainsAny(t, "0123456789") && !strings.ContainsAny(t, `[\`) {
				w.report(ruleVersionGrep, g.Pos(), t, "`grep %s` matches anywhere in the version. Declare tools = [\"%s >= …\"], or compare the number.", t, arg(c, 0))
			}
		}
	}
}

// logGrep reports greps for readiness in a service's log.
func (w *walker) logGrep(list []*syntax.Stmt) {
	c := callOf(list[0])
	if c == nil || arg(c, 0) != "docker" {
		return
	}
	if sub, _ := dockerCommand(c); sub != "logs" && sub != "compose logs" && sub != "container logs" {
		return
	}
	for _, s := range list[1:] {
		g := callOf(s)
		if g == nil || !strings.HasSuffix(arg(g, 0), "grep") {
			continue
		}
		for i := 1; i < len(g.Args); i++ {
			t := strings.ToLower(arg(g, i))
			for _, sign := range []string{"ready", "listening", "started", "accept connections", "running on"} {
				if strings.Contains(t, sign) && !strings.HasPrefix(t, "-") {
					w.report(ruleLogReadiness, g.Pos(), t, "`grep` for %q in a log also matches lines from before the service was ready, or from an earlier run. Wait for service.NAME.healthy, or send the service a request.", arg(g, i))
				}
			}
		}
	}
}

func (w *walker) grep(c *syntax.CallExpr) {
	if option(c, 'w', "--word-regexp") || option(c, 'x', "--line-regexp") {
		return
	}
	for i := 1; i < len(c.Args); i++ {
		if a := arg(c, i); a == "healthy" || a == "Up" {
			w.report(ruleStatusGrep, c.Pos(), a, "`grep %s` matches too much. Compare the exact status: docker inspect --format '{{.State.Health.Status}}', or use a container criterion.", a)
		}
	}
}

// farReaching are the commands that hostCommand checks.
var farReaching = map[string]bool{"rm": true, "pkill": true, "killall": true, "kill": true, "fuser": true, "xargs": true, "sudo": true, "doas": true, "systemctl": true,
	"service": true, "sysctl": true, "modprobe": true, "useradd": true, "usermod": true, "apt-get": true, "apt": true, "yum": true, "dnf": true, "apk": true, "brew": true,
	"pip": true, "pip3": true, "gem": true, "npm": true, "rustup": true, "nvm": true, "pyenv": true, "cargo": true, "git": true, "make": true, "mvn": true, "gradle": true, "ninja": true}

// hostCommand checks for commands that affect more than the deployment.
func (w *walker) hostCommand(c *syntax.CallExpr, name string) {
	if !farReaching[name] {
		return
	}
	rest := make([]string, 0, len(c.Args))
	first := ""
	for _, a := range c.Args[1:] {
		t, _ := literal(a)
		rest = append(rest, t)
		if first == "" && !strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "+") {
			first = t
		}
	}
	w.kills(c, name, rest)
	w.installs(c, name, first)
	if (name == "cargo" || name == "make" || name == "mvn" || name == "gradle" || name == "ninja") && last(rest) == "clean" || name == "cargo" && first == "clean" || name == "git" && first == "clean" {
		w.undeclaredDeletion(c, name+" clean", "what has been built")
	}
}

// kills checks for commands that end or delete what others own.
func (w *walker) kills(c *syntax.CallExpr, name string, rest []string) {
	switch name {
	case "rm":
		for i, r := range rest {
			if recursive := option(c, 'r', "--recursive") || option(c, 'R'); recursive && (r == "/" || r == "/*" || r == "~" || r == "~/" || onlyHome(c.Args[i+1])) {
				w.report(ruleDestructive, c.Pos(), "rm", "`rm` removes a whole disk or home directory. Name the directory that the deployment created.")
			}
		}
	case "pkill", "killall":
		w.report(ruleDestructive, c.Pos(), name, "`%s` kills processes by name, including other users'. Report the conflicting process and let the user stop it.", name)
	case "kill":
		for _, a := range c.Args[1:] {
			if s := onlySubst(a); s != nil && len(s.Stmts) > 0 && !strings.HasPrefix(nameOf(s.Stmts[0]), "cat") {
				w.report(ruleDestructive, c.Pos(), name, "`kill` of processes that a command lists may stop processes that the deployment does not own. Report the conflicting process and let the user stop it.")
			}
		}
	case "fuser":
		if option(c, 'k', "--kill") {
			w.report(ruleDestructive, c.Pos(), name, "`fuser -k` kills whatever holds the file or port. Report the conflicting process and let the user stop it.")
		}
	case "xargs":
		for _, r := range rest {
			if r == "kill" {
				w.report(ruleDestructive, c.Pos(), "kill", "`xargs kill` may stop processes that the deployment does not own. Report the conflicting process and let the user stop it.")
			}
		}
	}
}

// installs checks for commands that change the machine or the user's account.
func (w *walker) installs(c *syntax.CallExpr, name, first string) {
	switch name {
	case "sudo", "doas", "systemctl", "service", "sysctl", "modprobe", "useradd", "usermod":
		w.report(ruleChangesHost, c.Pos(), name, "`%s` changes the machine itself, with privileges that a deployment should not need. List the requirement in tools, or check for it in a script that explains how to install it.", name)
	case "apt-get", "apt", "yum", "dnf", "apk", "brew", "pip", "pip3", "gem", "npm":
		if !w.sources && (first == "install" || first == "add" || first == "upgrade") && (name != "npm" || option(c, 'g', "--global")) {
			w.report(ruleChangesHost, c.Pos(), name, "`%s %s` installs software on the machine that deploys. List the program in tools, and let the user install it.", name, first)
		}
	case "rustup", "nvm", "pyenv":
		if first == "default" || first == "global" || first == "alias" {
			w.report(ruleChangesHost, c.Pos(), name, "`%s %s` changes the default for the whole user account. Select the version where it is used (cargo +1.75 …), or in a file of the project.", name, first)
		}
	case "cargo":
		if first == "install-update" {
			w.report(ruleChangesHost, c.Pos(), name, "`cargo install-update` updates every program that the user has installed. Name the required program.")
		}
	case "git":
		if first == "config" && option(c, 0, "--global", "--system") {
			w.report(ruleChangesHost, c.Pos(), name, "`git config` with --global changes every repository of the user. Set the option in one repository.")
		}
	}
}

func onlyHome(x *syntax.Word) bool {
	v, _ := onlyVariable(x)
	return v == "HOME"
}

// destroys checks docker commands that delete.
func (w *walker) destroys(c *syntax.CallExpr, sub string, ops []string) {
	if strings.HasSuffix(sub, " prune") && !option(c, 0, "--filter") {
		w.report(ruleDestructive, c.Pos(), "prune", "`docker %s` removes resources of other projects on this machine. Remove only what the deployment created, by name or with --filter label=….", sub)
	}
	switch sub {
	case "compose down", "compose rm":
		w.undeclaredDeletion(c, "docker "+sub, "the services' containers")
	case "rm", "container rm", "kill", "stop", "container kill", "container stop":
		for _, o := range ops {
			if w.names.containers[o] != nil && !strings.Contains(w.text, "docker start") && !strings.Contains(w.text, "docker run") && !strings.Contains(w.text, "compose up") {
				w.undeclaredDeletion(c, "docker "+sub, "the container "+o)
			}
		}
	case "rmi", "image rm":
		for _, o := range ops {
			for _, i := range w.names.manifest.Images {
				if slices.Contains(i.Names(), o) {
					w.undeclaredDeletion(c, "docker "+sub, i.Address)
				}
			}
		}
	case "volume rm":
		for _, o := range ops {
			if w.names.volumes[o] {
				w.undeclaredDeletion(c, "docker "+sub, "the volume "+o)
			}
		}
	}
}

// undeclaredDeletion reports a deletion that the action doesn't declare.
func (w *walker) undeclaredDeletion(c *syntax.CallExpr, what, lost string) {
	a := w.action
	if a == nil || w.attr != "run" || len(a.Destroys) > 0 || len(a.Uses) > 0 {
		return
	}
	for _, e := range a.Effects {
		v := e.Value
		if v == nil || v.Op == manifest.OpSubtract || v.Op == manifest.OpConst && (v.Value == nil || v.Value.Type == manifest.Bool && !v.Value.Bool || v.Value.Type == manifest.StringSet && len(v.Value.Set) == 0) || v.Op == manifest.OpMakeSet && len(v.Args) == 0 {
			return
		}
	}
	w.report(ruleUndeclaredDestruction, c.Pos(), what, "`%s` removes %s, but effects, destroys and uses don't declare it. Set the affected states to false, or list the facts in destroys.", what, lost)
}

var homeRE = regexp.MustCompile(`(^|[^A-Za-z0-9._/-])(/(home|Users)/[a-z][A-Za-z0-9._-]*(/|$|[^A-Za-z0-9._/-])|/root/)`)

func namesHome(s string) bool {
	return (strings.Contains(s, "/home/") || strings.Contains(s, "/Users/") || strings.Contains(s, "/root/")) && homeRE.MatchString(s)
}

// paths checks the words of a host command for home directories.
func (w *walker) paths(c *syntax.CallExpr) {
	inside := arg(c, 0) == "docker" && (arg(c, 1) == "exec" || arg(c, 1) == "run" || arg(c, 1) == "compose" && arg(c, 2) == "exec")
	if inside {
		return
	}
	for _, a := range c.Args {
		if t, _ := literal(a); namesHome(t) && !(arg(c, 0) == "docker" && strings.Contains(t, ":")) {
			w.report(ruleHomePath, c.Pos(), "", "`%s` exists only for one user of one machine. Use a variable, or a path relative to the kit's directory.", strings.ReplaceAll(t, placeholder, "…"))
		}
	}
}

// homeFolders checks attributes that are host paths for home directories.
func homeFolders(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[string]bool{}
	check := func(path, attr, owner string, at hcl.Range) {
		if namesHome(path) && !seen[at.String()+attr] {
			seen[at.String()+attr] = true
			diags = append(diags, ruleHomePath.At(at, "%s of %s is %q, which exists only for one user of one machine. Use a variable, or a path relative to the kit's directory.", attr, owner, path))
		}
	}
	for _, i := range m.Images {
		check(i.Context, "context", i.Address, i.At.Of("context", i.Range))
	}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, x := range i.Mounts {
				check(x.Bind, "bind", s.Address, x.Range)
			}
		}
	}
	src := sources{files: m.Files}
	for _, a := range m.Actions {
		if namesHome(a.Workdir) {
			at := a.Range
			if e := src.attr(a.Range, "workdir"); e != nil {
				at = e.Range()
			}
			check(a.Workdir, "workdir", a.Address, at)
		}
	}
	return diags
}
